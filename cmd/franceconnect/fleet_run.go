package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/cmd/franceconnect/internal/profile"
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

// beginRun looks at the settings of all towns. It asks nobody.
func (prog *program) beginRun(f *fleet, towns []town, ignored []string) *fleetRun {
	quiet := *prog
	quiet.files, quiet.processes, quiet.environ, quiet.args = nil, nil, nil, nil // they are this machine’s
	quiet.getenv = func(string) string { return "" }
	run := &fleetRun{Format: runFormat, Language: "fr", Date: prog.now().UTC().Truncate(time.Second), Network: f.online, Ignored: ignored, Complete: true}
	if prog.english {
		run.Language = "en"
	}
	var twice twins
	for _, t := range towns {
		p := t.portal(f.model)
		var found findings
		quiet.checkSettings(&found, p, f.online)
		found.nameCells(t.cells)
		run.Towns = append(run.Towns, prog.reportOf(t, p, found))
		twice.add(p)
	}
	for i, found := range twice.findings(run.Towns) {
		run.Towns[i].add(prog, found, false)
	}
	run.count()
	return run
}

// reportOf writes down what is to be known of a town.
func (prog *program) reportOf(t town, p *portal, found findings) townReport {
	r := townReport{Town: t.key, Name: t.name, Version: t.version, Platform: p.environment.Platform, State: townReady, Findings: []townFinding{}}
	if r.Name == "" {
		if r.Name = plainName(p.registration.organisation); profile.HasSecret(r.Name) {
			r.Name = ""
		}
	}
	if r.Name == "" {
		r.Name = t.key
	}
	if origin, ok := originOf(p.url); ok && p.isPlaced() {
		r.Address = origin
	}
	if p.environment.isKnown() {
		r.Environment = p.environment.name
		if r.Environment == "" {
			r.Environment = p.environment.origin()
		}
	}
	if p.disabled {
		r.State = townOff
	}
	r.Secretless = p.elsewhere["client-secret"]
	r.Settings = p.fingerprint()
	r.add(prog, found, false)
	return r
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

// id tells what was found from anything else that the same check finds, in
// whichever language and whatever was counted.
func (one finding) id() string {
	bare := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, one.what.English)
	sum := sha256.Sum256([]byte(string(one.verdict) + "\x00" + string(one.side) + "\x00" + bare))
	return one.check + "-" + hex.EncodeToString(sum[:4])
}

// fingerprint tells settings from others; "" if that cannot be told without
// telling something of a secret. Of a secret of the usual form its own
// fingerprint counts.
func (p *portal) fingerprint() string {
	said := []any{p.origins, []string{p.paths.signIn, p.paths.login, p.paths.callback, p.paths.loggedOut, p.paths.keys, p.paths.sector}, p.environment.Issuer, p.config.ClientID, p.config.Scopes, p.config.Level, p.config.RequestAMR, p.config.RedirectURL, p.config.PostLogoutRedirectURL,
		p.grantedScopes, p.publicKeys, p.disabled, len(p.problems)}
	for _, secret := range []string{string(p.config.ClientSecret), string(p.config.NextClientSecret)} {
		switch {
		case hex64.MatchString(secret):
			said = append(said, fingerprint(secret))
		case secret != "":
			return ""
		}
	}
	h := sha256.New()
	if json.NewEncoder(h).Encode(said) != nil {
		return ""
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// askFleet asks FranceConnect and the portals, one town after the other, and
// keeps what it has found. It returns what is wrong with the file to keep it in.
func (prog *program) askFleet(ctx context.Context, f *fleet, towns []town, run, begun *fleetRun) text.Text {
	known := begun.answers(run)
	asked := 0
	for i := range towns {
		r := &run.Towns[i]
		if !f.online || r.takeAnswers(known[r.Town]) {
			continue
		}
		p := towns[i].portal(f.model)
		if p.unreadable || p.disabled || !p.environment.isKnown() {
			continue // there is nothing to ask
		}
		if asked%keepEvery == 0 && f.state != "" {
			run.Complete = false
			if why := run.keep(f.state); why.French != "" {
				return why
			}
		}
		if asked++; asked > 1 && prog.wait(ctx, f.pace) != nil {
			run.Stopped = prog.say(interrupted)
			break
		}
		at := prog.now().UTC().Truncate(time.Second)
		found, stopped := prog.askTown(ctx, p)
		if stopped.French != "" {
			run.Stopped = prog.say(stopped)
			break
		}
		r.Asked = &at
		r.add(prog, found, true)
	}
	run.Complete = run.Stopped == ""
	run.count()
	if f.state != "" {
		return run.keep(f.state)
	}
	return text.Text{}
}

var interrupted = text.Of("la passe a été interrompue", "the run was interrupted")

// askTown makes the checks of one town that need the network, within its time. It
// returns why the run is to stop, if it is: what was found then says nothing.
func (prog *program) askTown(ctx context.Context, p *portal) (found findings, stopped text.Text) {
	one, cancel := context.WithTimeout(ctx, townTime)
	defer cancel()
	ask := *prog
	ask.tooMany = func(host string) {
		if host == hostOf(p.environment.Issuer) {
			stopped = text.Of("FranceConnect demande de ralentir (429) : reprenez plus tard, avec -etat et un -rythme plus long", "FranceConnect asks to slow down (429): go on later, with -etat and a longer -rythme")
		}
	}
	ask.checkProvider(one, &found, p)
	if stopped.French == "" {
		ask.checkSite(one, &found, p)
	}
	if ctx.Err() != nil {
		stopped = interrupted
	}
	return found, stopped
}

// answers returns what an interrupted run found of towns, as far as it is of use
// to another.
func (begun *fleetRun) answers(run *fleetRun) map[string]townReport {
	all := map[string]townReport{}
	if begun == nil || begun.Language != run.Language {
		return all
	}
	for _, was := range begun.Towns {
		if was.Asked != nil && was.Settings != "" && run.Date.Sub(*was.Asked).Abs() <= resumeWithin {
			all[was.Town] = was
		}
	}
	return all
}

// takeAnswers takes what an interrupted run found of the town, if its settings
// are still the same. It reports whether it did.
func (r *townReport) takeAnswers(was townReport) bool {
	if was.Settings == "" || was.Settings != r.Settings {
		return false
	}
	r.Asked = was.Asked
	for _, one := range was.Findings {
		if one.Network {
			r.Findings = append(r.Findings, one)
		}
	}
	r.judge()
	return true
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
