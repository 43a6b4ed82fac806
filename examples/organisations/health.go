package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/franceconnect-go/franceconnect"
)

// maxNames is how many organisations the supervision is told of by name. Beyond it,
// they are counted: neither an answer nor a set of series grows without end.
const maxNames = 500

// A standing is how all organisations stand since a reload. It does not change.
type standing struct {
	folder error // why the folder could not be read
	files  []fileStanding
}

// A fileStanding is how one organisation stands.
type fileStanding struct {
	file    string
	err     error         // what is wrong with its file
	serving string        // then, what is served meanwhile
	org     *organisation // what is served; nil is nothing
}

func (s fileStanding) name() string {
	if s.org == nil {
		return ""
	}
	return s.org.name
}

// wrong returns what is wrong with an organisation: its file, or its latest login.
func (s fileStanding) wrong() (all complaints) {
	if s.err != nil {
		all = complaintsOf(s.err)
	}
	if s.org != nil {
		if t := s.org.trouble.Load(); t != nil {
			all = append(all, *t)
		}
	}
	return all
}

// isWrong reports whether anything is, without the words.
func (s fileStanding) isWrong() bool {
	return s.err != nil || s.org != nil && s.org.trouble.Load() != nil
}

func (s fileStanding) due(now time.Time, before time.Duration) bool {
	return s.org != nil && s.org.expires.due(now, before)
}

// over reports whether one of the days is.
func (s fileStanding) over(now time.Time) bool {
	return s.due(now, -24*time.Hour)
}

func (s fileStanding) warnings(now time.Time, before time.Duration) (complaints, bool) {
	if s.org == nil {
		return nil, false
	}
	return s.org.expires.warnings(now, before)
}

// heed keeps what is wrong with the latest login, until one succeeds. What a person
// does, or a browser can bring about by itself, is no trouble, and whether
// FranceConnect answers is asked of itself.
func (o *organisation) heed(e franceconnect.Event) {
	if e.Operation != "callback" {
		return
	}
	switch outcomeOf(e) {
	case arrived:
		o.trouble.Store(nil)
	case refusedFC, refusedHere:
		french, english := franceconnect.OperatorAdvice(e.Err)
		o.trouble.Store(&complaint{french, english})
	}
}

// The words of a report. The worst is the whole's.
const (
	good  = "good"
	soon  = "soon"  // something expires
	wrong = "wrong" // people cannot sign in, or will not after a restart
)

// A report is what Health answers. Nothing in it is a secret or a person's.
type report struct {
	Status        string    `json:"status"`
	Organisations int       `json:"organisations"`
	Wrong         int       `json:"wrong"` // organisations
	Soon          int       `json:"soon"`
	Unnamed       int       `json:"unnamed"`               // of those, the ones that are not in findings
	Folder        []string  `json:"folder,omitempty"`      // why it could not be read
	Unreachable   []string  `json:"unreachable,omitempty"` // each FranceConnect that does not answer
	Findings      []finding `json:"findings"`
}

type finding struct {
	File    string `json:"file"`
	Name    string `json:"name,omitempty"`
	Status  string `json:"status"`
	Serving string `json:"serving,omitempty"` // while its file is wrong
	French  string `json:"conseil"`
	English string `json:"advice"`
}

// Health answers 200 if nothing is wrong with any organisation, and 503 otherwise,
// with what it is, as JSON. It is for the supervision, not to take the program out of
// service: everybody else's portal still works.
func (o *organisations) Health(w http.ResponseWriter, r *http.Request) {
	body := o.report(r)
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if body.Status == wrong {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	text := json.NewEncoder(w)
	text.SetIndent("", "\t")
	_ = text.Encode(body) // who hung up does not want it
}

func (o *organisations) report(r *http.Request) report {
	now, standing := o.now(), o.standing.Load()
	all := report{Status: good, Organisations: len(standing.files), Unreachable: o.unreachable(r, standing), Findings: []finding{}}
	if standing.folder != nil {
		said := complaintsOf(standing.folder)
		all.Folder = []string{said.french(), said.Error()}
	}
	add := func(s fileStanding, status string) {
		if len(all.Findings) == o.maxNames {
			all.Unnamed++
			return
		}
		warnings, _ := s.warnings(now, o.warnBefore)
		said := append(s.wrong(), warnings...)
		all.Findings = append(all.Findings, finding{s.file, s.name(), status, s.serving, said.french(), said.Error()})
	}
	var later []fileStanding
	for _, s := range standing.files {
		switch due := s.due(now, o.warnBefore); {
		case s.isWrong() || due && s.over(now):
			all.Wrong++
			add(s, wrong)
		case due:
			all.Soon++
			later = append(later, s) // what is wrong has the names first
		}
	}
	for _, s := range later {
		add(s, soon)
	}
	switch {
	case all.Wrong > 0 || all.Folder != nil || all.Unreachable != nil:
		all.Status = wrong
	case all.Soon > 0:
		all.Status = soon
	}
	return all
}

// supervision answers whoever watches over the program.
func (o *organisations) supervision() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /health", o.Health)
	mux.HandleFunc("GET /metrics", o.Metrics)
	return mux
}

// unreachable returns each FranceConnect that does not answer. One organisation asks
// for all that share it, and by what was last heard of it.
func (o *organisations) unreachable(r *http.Request, standing *standing) (names []string) {
	asked := map[string]bool{}
	var mu sync.Mutex
	var all sync.WaitGroup
	for _, s := range standing.files {
		if s.org == nil || s.org.closed || s.org.environment == "" || asked[s.org.environment] || len(asked) == o.maxNames {
			continue
		}
		asked[s.org.environment] = true
		all.Go(func() {
			answer := statusWriter{header: http.Header{}}
			s.org.fc.HealthHandler().ServeHTTP(&answer, r)
			if answer.status == http.StatusServiceUnavailable {
				mu.Lock()
				defer mu.Unlock()
				names = append(names, s.org.environment)
			}
		})
	}
	all.Wait()
	return names
}

// A statusWriter keeps the status of an answer.
type statusWriter struct {
	header http.Header
	status int
}

func (w *statusWriter) Header() http.Header         { return w.header }
func (w *statusWriter) Write(b []byte) (int, error) { return len(b), nil }
func (w *statusWriter) WriteHeader(status int)      { w.status = status }

// french returns the complaints as one text.
func (c complaints) french() string {
	var all []string
	for _, one := range c {
		all = append(all, one.french)
	}
	return strings.Join(all, " ")
}
