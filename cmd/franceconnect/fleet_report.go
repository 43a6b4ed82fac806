package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// A fleetRun is one look at all the towns, as its JSON has it. It holds no
// secret and no client id.
type fleetRun struct {
	Format   string       `json:"format"`
	Language string       `json:"language"`
	Date     time.Time    `json:"date"`
	Network  bool         `json:"network"`  // FranceConnect and the portals were asked
	Complete bool         `json:"complete"` // all of those that were to be asked were
	OK       bool         `json:"ok"`
	Summary  fleetSummary `json:"summary"`
	Ignored  []string     `json:"ignored_columns,omitempty"`
	Stopped  string       `json:"stopped,omitempty"` // why it is not complete
	Towns    []townReport `json:"towns"`
}

// runFormat is what tells the JSON of a run from any other.
const runFormat = "franceconnect-fleet-1"

// A fleetSummary counts towns.
type fleetSummary struct {
	Towns     int          `json:"towns"`
	Ready     int          `json:"ready"`
	ToCorrect int          `json:"to_correct"`
	Off       int          `json:"off"`
	Warned    int          `json:"warned"`          // ready, with something to look at
	V1        int          `json:"v1"`              // still on version 1
	Asked     int          `json:"asked"`           // on the network
	Secrets   int          `json:"secrets"`         // that were looked at
	Whose     map[side]int `json:"whose,omitempty"` // towns with a failure of a side
}

// A townState says whether people can sign in there, as far as can be seen.
type townState string

const (
	townReady     townState = "ready"
	townToCorrect townState = "to-correct"
	townOff       townState = "off" // FranceConnect is switched off
	townGone      townState = "gone"
)

// A townReport is what was found of one town.
type townReport struct {
	Town        string                 `json:"town"` // what it is found again by
	Name        string                 `json:"name"`
	Address     string                 `json:"address,omitempty"`
	Environment string                 `json:"environment,omitempty"` // a preset’s name, or an address
	Platform    franceconnect.Platform `json:"platform,omitempty"`
	Version     string                 `json:"version,omitempty"` // of the editor’s product
	State       townState              `json:"state"`
	Findings    []townFinding          `json:"findings"`
	Secretless  bool                   `json:"secret_elsewhere,omitempty"` // it was not looked at
	Asked       *time.Time             `json:"asked,omitempty"`
	Settings    string                 `json:"settings,omitempty"` // their fingerprint
}

// A townFinding is one to act on.
type townFinding struct {
	jsonFinding
	ID      string `json:"id"` // of what was found, in whichever language
	Network bool   `json:"network,omitempty"`
}

// add adds what is to be acted on.
func (r *townReport) add(prog *program, found findings, network bool) {
	for i, one := range found.forJSON(prog) {
		if one.Verdict == bad || one.Verdict == warning {
			r.Findings = append(r.Findings, townFinding{one, found[i].id(), network})
		}
	}
	r.judge()
}

// judge says how the town is from what was found.
func (r *townReport) judge() {
	switch {
	case r.State == townOff:
	case r.any(bad):
		r.State = townToCorrect
	default:
		r.State = townReady
	}
}

func (r *townReport) any(v verdict) bool {
	for _, one := range r.Findings {
		if one.Verdict == v {
			return true
		}
	}
	return false
}

// count counts the towns.
func (run *fleetRun) count() {
	s := fleetSummary{Towns: len(run.Towns), Whose: map[side]int{}}
	for i := range run.Towns {
		t := &run.Towns[i]
		switch {
		case t.State == townOff:
			s.Off++
		case t.State == townToCorrect:
			s.ToCorrect++
			for whose, failing := range t.whose() {
				if failing {
					s.Whose[whose]++
				}
			}
		default:
			s.Ready++
			if t.any(warning) {
				s.Warned++
			}
		}
		if t.Platform == franceconnect.V1 {
			s.V1++
		}
		if t.Asked != nil {
			s.Asked++
		}
		if !t.Secretless {
			s.Secrets++
		}
	}
	run.Summary, run.OK = s, s.ToCorrect == 0 && run.Complete
}

// whose returns the sides that have something to correct.
func (r *townReport) whose() map[side]bool {
	all := map[side]bool{}
	for _, one := range r.Findings {
		if one.Verdict == bad {
			all[one.Whose] = true
		}
	}
	return all
}

// keep writes the run to a file, whole or not at all.
func (run *fleetRun) keep(file string) text.Text {
	wrong := text.Of("-etat "+file+" : ce fichier ne peut pas être écrit", "-etat "+file+": this file cannot be written")
	run.count()
	beside, err := os.CreateTemp(filepath.Dir(file), ".franceconnect-*")
	if err != nil {
		return wrong
	}
	defer os.Remove(beside.Name()) // which is not there any more if all went well
	if err = errors.Join(run.write(beside), beside.Close()); err != nil || os.Rename(beside.Name(), file) != nil {
		return wrong
	}
	return text.Text{}
}

// write writes the JSON of the run.
func (run *fleetRun) write(to io.Writer) error { return writeLines(to, run, "towns", run.Towns) }

// writeLines writes the JSON of a run, with the items of a list in the place of
// its towns, one a line: never all of them at once in memory a second time.
func writeLines[T any](to io.Writer, run *fleetRun, name string, items []T) error {
	head := *run
	head.Towns = nil
	begin, err := json.Marshal(head)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(to)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	_, _ = fmt.Fprintf(w, "%s%q:[", bytes.TrimSuffix(begin, []byte(`"towns":null}`)), name) // Flush returns what went wrong
	for i, one := range items {
		if i > 0 {
			_ = w.WriteByte(',')
		}
		if err := e.Encode(one); err != nil {
			return err
		}
	}
	_, _ = w.WriteString("]}\n")
	return w.Flush()
}

// readRun reads the JSON of a run, which an option names.
func readRun(option, file string) (*fleetRun, text.Text) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, text.Of(option+" "+file+" : ce fichier ne peut pas être lu", option+" "+file+": this file cannot be read")
	}
	var run fleetRun
	if json.Unmarshal(content, &run) != nil || run.Format != runFormat || run.Towns == nil {
		return nil, text.Of(option+" "+file+" : ce n’est pas le JSON d’une passe ; faites-le avec -etat, ou avec -format json sans -depuis", option+" "+file+": this is not the JSON of a run; make it with -etat, or with -format json without -depuis")
	}
	return &run, text.Text{}
}

// readBegun reads the interrupted run that is in a file, or nil if the file is
// still to be made, or has a run that is complete.
func readBegun(file string) (*fleetRun, text.Text) {
	if _, err := os.Lstat(file); errors.Is(err, fs.ErrNotExist) {
		return nil, text.Text{}
	}
	run, why := readRun("-etat", file)
	if why.French != "" || run.Complete {
		return nil, why
	}
	return run, text.Text{}
}
