package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/franceconnect-go/franceconnect"
)

// The outcomes of a login, in the words of the module fcotel.
const (
	started     = "started"
	arrived     = "signed_in"
	cancelled   = "cancelled"                // the person went back, or FranceConnect did not let them in
	refusedFC   = "refused_by_franceconnect" // its server answered ours with an error
	toldBrowser = "told_by_browser"          // the browser says so, or can have brought it about
	refusedHere = "refused_by_us"            // a check failed
	unavailable = "unavailable"
	hungUp      = "hung_up"
	expired     = "expired" // begun too long ago, or used already
)

// outcomeOf returns what became of a login or a callback.
func outcomeOf(e franceconnect.Event) string {
	reason := ""
	if err := (*franceconnect.Error)(nil); errors.As(e.Err, &err) {
		reason = err.Reason
	}
	switch {
	case e.Err == nil && e.Operation == "login":
		return started
	case e.Err == nil:
		return arrived
	case errors.Is(e.Err, context.Canceled):
		return hungUp
	case errors.Is(e.Err, franceconnect.ErrDenied):
		return cancelled
	case strings.HasPrefix(reason, "callback."), errors.Is(e.Err, franceconnect.ErrLevelTooLow),
		slices.Contains([]string{"id_token.amr", "id_token.nonce", "userinfo.scope", "used.full"}, reason):
		return toldBrowser // or its request was changed on its way: anybody can do that
	case errors.Is(e.Err, franceconnect.ErrLoginExpired):
		return expired
	case errors.Is(e.Err, franceconnect.ErrUnavailable):
		return unavailable
	case reason == "token.refused", reason == "userinfo.refused":
		return refusedFC
	}
	return refusedHere
}

// otherName is that of all organisations beyond the bound: OpenTelemetry's word. No
// file has it, since theirs end in .json.
const otherName = "_OTHER"

// A tally counts what people do, by organisation. Its series are bounded: those
// that have a name, times platforms, times outcomes.
type tally struct {
	mu     sync.Mutex
	named  map[string]bool
	counts map[series]int
}

type series struct{ metric, file, platform, outcome string }

// name gives names to files as long as there are some left. Who has one keeps it, and
// who is gone leaves it, and their series with it.
func (t *tally) name(files []string, most int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	named := map[string]bool{}
	for _, had := range []bool{true, false} {
		for _, file := range files {
			if t.named[file] == had && len(named) < most {
				named[file] = true
			}
		}
	}
	t.named = named
	maps.DeleteFunc(t.counts, func(s series, _ int) bool { return s.file != otherName && !named[s.file] })
}

// nameOf returns the name that a file is counted under. mu is held.
func (t *tally) nameOf(file string) string {
	if t.named[file] {
		return file
	}
	return otherName
}

func (t *tally) count(file string, e franceconnect.Event) {
	metric := map[string]string{"login": "franceconnect_logins_total", "callback": "franceconnect_callbacks_total"}[e.Operation]
	if metric == "" || errors.Is(e.Err, franceconnect.ErrDisabled) {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.counts == nil {
		t.counts = map[series]int{}
	}
	t.counts[series{metric, t.nameOf(file), string(e.Platform), outcomeOf(e)}]++
}

// A gauge is a value of a metric, by its labels.
type gauge map[string]float64

// Metrics answers in the text format of Prometheus. Whether an organisation has
// something wrong is what Health says; of those without a name, it is how many.
func (o *organisations) Metrics(w http.ResponseWriter, _ *http.Request) {
	standing := o.standing.Load()
	now, broken, ends := o.now(), gauge{}, gauge{}
	o.tally.mu.Lock()
	counts, named := maps.Clone(o.tally.counts), o.tally.named // which never changes
	o.tally.mu.Unlock()
	var otherEnds expiries
	others, othersWrong := 0, 0
	add := func(file string, e expiries) {
		for what, day := range map[string]time.Time{"client_secret": e.secret, "habilitation": e.habilitation} {
			if !day.IsZero() {
				ends[labels("organisation", file, "what", what)] = float64(day.Unix())
			}
		}
	}
	for _, s := range standing.files {
		isWrong := s.isWrong() || s.over(now)
		if named[s.file] {
			label := labels("organisation", s.file)
			if broken[label] = 0; isWrong {
				broken[label] = 1
			}
			if s.org != nil {
				add(s.file, s.org.expires)
			}
			continue
		}
		if others++; isWrong {
			othersWrong++
		}
		if s.org != nil { // the first of those without a name
			otherEnds.secret = first(otherEnds.secret, s.org.expires.secret)
			otherEnds.habilitation = first(otherEnds.habilitation, s.org.expires.habilitation)
		}
	}
	if others > 0 {
		broken[labels("organisation", otherName)] = float64(othersWrong)
		add(otherName, otherEnds)
	}

	var b bytes.Buffer
	write := func(name, kind, help string, values gauge) {
		fmt.Fprintf(&b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
		for _, label := range slices.Sorted(maps.Keys(values)) {
			fmt.Fprintf(&b, "%s%s %.0f\n", name, label, values[label])
		}
	}
	counted := map[string]gauge{}
	for s, n := range counts {
		if counted[s.metric] == nil {
			counted[s.metric] = gauge{}
		}
		counted[s.metric][labels("organisation", s.file, "franceconnect_platform", s.platform, "franceconnect_outcome", s.outcome)] = float64(n)
	}
	write("franceconnect_logins_total", "counter", "Logins that were sent to FranceConnect, or could not be", counted["franceconnect_logins_total"])
	write("franceconnect_callbacks_total", "counter", "Logins that came back, and what became of them", counted["franceconnect_callbacks_total"])
	write("franceconnect_organisations", "gauge", "Files in the folder", gauge{"": float64(len(standing.files))})
	folder := 0.
	if standing.folder != nil {
		folder = 1
	}
	write("franceconnect_folder_unreadable", "gauge", "1 if the folder of the organisations could not be read", gauge{"": folder})
	write("franceconnect_organisation_wrong", "gauge", "1 if something is wrong with the organisation: see Health", broken)
	write("franceconnect_organisation_expiry_timestamp_seconds", "gauge", "The last day of the secret or of the habilitation, as it was typed", ends)
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(b.Bytes()) // who hung up does not want it
}

// first returns the earlier of two days, of which one may not be known.
func first(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// labels writes pairs of a name and a value.
func labels(pairs ...string) string {
	var all []string
	for i := 0; i < len(pairs); i += 2 {
		all = append(all, pairs[i]+`="`+escaped.Replace(strings.ToValidUTF8(pairs[i+1], "�"))+`"`)
	}
	return "{" + strings.Join(all, ",") + "}"
}

var escaped = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)
