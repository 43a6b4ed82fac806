package mockidp_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// A journey is a login through the pages, step by step, and where it ends.
type journey struct {
	Name     string
	Platform mockidp.Platform // "" is v2 and plus
	Client   mockidp.Client   // what differs from the usual one
	NoAMR    bool
	Set      map[string]string // parameters of authorize
	Steps    []string
	Want     struct {
		Page  string // status and Y code
		Shows string // text of a page that is no error
		Link  *bool  // whether the page has a link back
		// What the client is called back with; a code if Error is "".
		Status             int
		Error, Description string
		State              string
	}
}

func TestJourneysEndLikeFranceConnect(t *testing.T) {
	t.Parallel()
	var journeys []journey
	load(t, "journeys.json", &journeys)
	for _, j := range journeys {
		onPlatforms(t, j.Platform, j.Name, j.run)
	}
}

func (j journey) run(t *testing.T, platform mockidp.Platform) {
	c := newClient(t, platform)
	c.Consent, c.Prompts, c.AMR = j.Client.Consent, j.Client.Prompts, !j.NoAMR
	w := start(t, mockidp.Config{Platform: platform, Clients: []mockidp.Client{c}})
	var change []string
	for name, value := range j.Set {
		change = append(change, name, value)
	}
	p, to := w.follow(w.get(w.authorizeURL(change...)))
	traveller := &traveller{world: w}
	for _, s := range j.Steps {
		require.Nil(t, to, "before %q the client was called back", s)
		p, to = w.follow(traveller.step(p, s))
	}
	if j.Want.Page != "" || j.Want.Shows != "" {
		require.Nil(t, to, "the client was called back")
		w.checkPage(p, j.Want.Page, j.Want.Shows, j.Want.Link)
		return
	}
	require.NotNil(t, to, "ended on %d %s", p.StatusCode, p.body)
	if j.Want.Status == 0 {
		j.Want.Status = http.StatusSeeOther
	}
	require.Equal(t, j.Want.Status, p.StatusCode)
	got := to.Query()
	state := strings.Repeat("5", 64)
	if j.Set["state"] != "" {
		state = j.Set["state"]
	}
	if j.Want.State != "" {
		state = j.Want.State
	}
	want := url.Values{"state": {state}, "iss": {w.idp.Issuer()}}
	if j.Want.Error == "" {
		require.Len(t, got.Get("code"), 43)
		got.Del("code")
	} else {
		want["error"], want["error_description"] = []string{j.Want.Error}, []string{j.Want.Description}
	}
	require.Equal(t, want, got)
}

// checkPage looks at a page as a person would.
func (w *world) checkPage(p page, code, shows string, link *bool) {
	w.t.Helper()
	require.Equal(w.t, "text/html; charset=utf-8", p.Header.Get("Content-Type"))
	require.Contains(w.t, p.body, `<html lang="fr">`)
	if code != "" {
		require.Equal(w.t, code, fmt.Sprint(p.StatusCode, " ", yCode.FindString(p.body)))
		require.Contains(w.t, p.body, "La connexion s’arrête ici")
	}
	require.Contains(w.t, p.body, shows)
	if link != nil {
		require.Equal(w.t, *link, leave.MatchString(p.body), "the link back")
	}
}

// A traveller remembers the pages that a person could go back to.
type traveller struct {
	*world
	form   page   // the last one with a form
	newest page   // that of the newest tab
	first  string // the address of the first page
	resume string // the last address that ended a login
}

func (w *traveller) step(p page, step string) page {
	w.t.Helper()
	does, what, _ := strings.Cut(step, " ")
	if w.first == "" && p.Request != nil {
		w.first = p.Request.URL.String()
	}
	if does != "again" && does != "cancelled" && csrf.MatchString(p.body) {
		w.form = p
	}
	switch does {
	case "idp":
		return w.submit(p, "idp", between(p.body, `name="idp" value="`, `"`))
	case "wrong":
		return w.submit(p, what, "nobody")
	case "person":
		login, bad, _ := strings.Cut(what, " bad ")
		return w.submit(p, "login", login, "bad", bad)
	case "continue", "consent":
		sent := w.submit(p, "consent", strings.TrimPrefix(does, "continue"))
		w.resume = sent.Header.Get("Location")
		return sent
	case "cancel":
		return w.get(between(p.body, `<p><a href="`, `"`))
	case "leave":
		link := leave.FindStringSubmatch(p.body)
		require.NotNil(w.t, link, "no link back: %s", p.body)
		return w.get(unescape.Replace(link[1]))
	case "twice":
		w.submit(p)
		return w.submit(p)
	case "again":
		name, value, _ := strings.Cut(what, "=")
		return w.submit(w.form, name, value)
	case "resume": // the address that ended the last login
		return w.get(w.resume)
	case "finish": // another login, to its end
		end, to := w.follow(w.step(p, "continue"))
		require.NotNil(w.t, to, end.body)
		return w.page()
	case "tab": // another login, up to its first page
		sent, _ := w.follow(w.get(w.authorizeURL("state", "newer")))
		w.newest = sent
		return sent
	case "cancelled": // by the link of the first page, whichever tab it is in
		_, to := w.follow(w.get(w.base + "/redirect-to-sp-with-error?error=access_denied"))
		require.NotNil(w.t, to)
		return p
	case "newest":
		return w.newest
	case "back": // to a page of the first login
		return w.get(w.first + what)
	case "at": // a page that nobody was sent to
		return w.get(strings.TrimSuffix(between(p.body, `action="`, `"`), "/identity-provider") + what)
	case "agree": // to what nobody was told
		return w.do(w.web, "POST", w.base+"/login", url.Values{"csrf": {csrf.FindStringSubmatch(p.body)[1]}}, nil)
	case "wait":
		d, err := time.ParseDuration(what)
		require.NoError(w.t, err)
		w.clock.Advance(d)
		return w.page()
	case "browser": // another one, at the same address
		w.newBrowser()
		return w.get(p.Request.URL.String())
	case "link": // the one that the error pages have, with some parameters
		return w.get(w.base + "/redirect-to-sp-with-error?" + what)
	}
	require.Fail(w.t, "no step is named "+does)
	return page{}
}

// page returns the last page with a form, as it was.
func (w *traveller) page() page {
	p := w.form
	answer := *p.Response
	p.Response = &answer
	return p
}

// TestPagesOfRefusalLeadBack goes through every page that has a way back.
func TestPagesOfRefusalLeadBack(t *testing.T) {
	t.Parallel()
	var rows []struct {
		Y, Error, Description string
		Says                  string // to the person
		Status                int
	}
	load(t, "refusals.json", &rows)
	for _, r := range rows {
		t.Run(r.Y, func(t *testing.T) {
			t.Parallel()
			yes := true
			w := start(t, mockidp.Config{Auto: true})
			w.idp.Next(mockidp.Scenario{Refuse: r.Y})
			p, to := w.follow(w.get(w.authorizeURL()))
			require.Nil(t, to, "the client hears of it before the person goes back")
			w.checkPage(p, fmt.Sprint(r.Status, " ", r.Y), "<p>"+r.Says+"</p>", &yes)
			require.Equal(t, url.Values{"error": {r.Error}, "error_description": {r.Description},
				"state": {strings.Repeat("5", 64)}, "iss": {w.idp.Issuer()}}, w.linkBack(p))
		})
	}
}
