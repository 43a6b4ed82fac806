package main

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// A watch is the example as it runs: the portal, the mock, and /metrics.
type watch struct {
	t               *testing.T
	portal, metrics *httptest.Server
	idp             *mock
	log             *portaltest.Log
}

func start(t *testing.T) *watch {
	w := &watch{t: t, log: &portaltest.Log{}}
	var portal http.Handler
	w.portal = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { portal.ServeHTTP(rw, r) }))
	t.Cleanup(w.portal.Close)
	config, idp, err := onMock(w.portal.URL)
	require.NoError(t, err)
	w.idp = idp
	server := &http.Server{Handler: idp}
	go func() { _ = server.Serve(idp.listener) }()
	t.Cleanup(func() { server.Close() })
	var private http.Handler
	portal, private, err = watched(config, slog.New(slog.NewJSONHandler(w.log, nil)))
	require.NoError(t, err)
	w.metrics = httptest.NewServer(private)
	t.Cleanup(w.metrics.Close)
	return w
}

func (w *watch) get(c *http.Client, address string) (status int, body string) {
	res, err := c.Get(address)
	require.NoError(w.t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(w.t, err)
	return res.StatusCode, string(text)
}

// login makes the login of one person, with a browser of their own.
func (w *watch) login(a mockidp.Scenario) (status int, page string) {
	a.Person = mockidp.People()[0].Login
	w.idp.Next(a)
	jar, err := cookiejar.New(nil)
	require.NoError(w.t, err)
	return w.get(&http.Client{Jar: jar, Transport: portaltest.Web}, w.portal.URL+"/connexion")
}

// days makes a bit of everything happen, twice the same.
func (w *watch) days() {
	for _, a := range []mockidp.Scenario{
		{},
		{Cancel: true},
		{Error: "invalid_scope"},
		{TokenFault: mockidp.Fault{Status: http.StatusUnauthorized, Body: `{"error":"invalid_client"}`}},
		{IDToken: mockidp.TokenChange{Key: "other"}},
		{TokenFault: mockidp.Fault{Status: http.StatusServiceUnavailable}},
		{Rotate: true, Faults: map[string]mockidp.Fault{"/jwks": {Status: http.StatusServiceUnavailable}}},
		{Rotate: true},
	} {
		w.login(a)
	}
}

func (w *watch) scrape() []byte {
	status, text := w.get((&http.Client{Transport: portaltest.Web}), w.metrics.URL+"/metrics")
	require.Equal(w.t, http.StatusOK, status)
	return []byte(text)
}

func TestAPersonSignsInAndIsCounted(t *testing.T) {
	t.Parallel()
	w := start(t)
	status, page := w.get((&http.Client{Transport: portaltest.Web}), w.portal.URL)
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, page, `href="/connexion"`)
	status, page = w.login(mockidp.Scenario{})
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, page, "Vous êtes connecté.")
	status, page = w.login(mockidp.Scenario{Cancel: true})
	french, _ := franceconnect.UserMessage(franceconnect.ErrDenied)
	require.Equal(t, http.StatusForbidden, status)
	require.Contains(t, page, french)

	text := string(w.scrape())
	for _, line := range []string{
		`franceconnect_logins_total{franceconnect_level="eidas1",franceconnect_outcome="started",franceconnect_platform="v2"} 2`,
		`franceconnect_callbacks_total{franceconnect_level="eidas1",franceconnect_outcome="signed_in",franceconnect_platform="v2"} 1`,
		`franceconnect_callbacks_total{error_type="callback.denied",franceconnect_error="denied",franceconnect_outcome="cancelled",franceconnect_platform="v2"} 1`,
		`franceconnect_keys_refreshes_total{franceconnect_outcome="answered",franceconnect_platform="v2"} 1`,
		`franceconnect_available{franceconnect_platform="v2"} 1`,
	} {
		require.Contains(t, strings.Split(text, "\n"), line)
	}
	status, text = w.get((&http.Client{Transport: portaltest.Web}), w.portal.URL+"/sante/franceconnect")
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "up\n", text)
	status, _ = w.get((&http.Client{Transport: portaltest.Web}), w.portal.URL+"/metrics")
	require.Equal(t, http.StatusNotFound, status, "not for everybody")

	for line := range strings.SplitSeq(strings.TrimSpace(w.log.String()), "\n") {
		require.True(t, json.Valid([]byte(line)), line)
	}
	require.Contains(t, w.log.String(), `"msg":"franceconnect","stage":"callback"`)
}

// The back button, a reload, a tab that a browser restores.
func TestACallbackThatIsOpenedAgainOffersToGoOnFirst(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.idp.Next(mockidp.Scenario{Person: mockidp.People()[0].Login})
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	browser := &http.Client{Jar: jar, Transport: portaltest.Web}
	res, err := browser.Get(w.portal.URL + "/connexion")
	require.NoError(t, err)
	res.Body.Close()
	require.Equal(t, http.StatusOK, res.StatusCode)
	status, page := w.get(browser, res.Request.URL.String())
	require.Equal(t, http.StatusBadRequest, status)
	onward, again := strings.Index(page, `<a href="/">Continuer, si vous êtes déjà connecté</a>`), strings.Index(page, `<a href="/connexion">`)
	require.Positive(t, onward)
	require.Less(t, onward, again)
	_, page = w.login(mockidp.Scenario{Cancel: true})
	require.NotContains(t, page, "Continuer")
}

func TestTheFranceConnectThatIsNamedIsTheOneThatIsUsed(t *testing.T) {
	t.Parallel()
	named := map[string]string{"FRANCECONNECT_ENVIRONMENT": "sandbox", "FRANCECONNECT_CLIENT_ID": strings.Repeat("1d", 32), "FRANCECONNECT_CLIENT_SECRET": strings.Repeat("5e", 32), "FRANCECONNECT_SCOPES": "email"}
	getenv := func(name string) string { return named[name] }
	config, idp, err := configure(origin, getenv)
	require.NoError(t, err)
	require.Nil(t, idp)
	portal, _, err := watched(config, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	w := httptest.NewRecorder()
	portal.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/connexion", nil))
	to, err := w.Result().Location()
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(to.String(), franceconnect.Sandbox.Parts().Issuer+"/authorize?"), to)
	require.Equal(t, []string{named["FRANCECONNECT_CLIENT_ID"], origin + "/callback", "openid email"}, []string{to.Query().Get("client_id"), to.Query().Get("redirect_uri"), to.Query().Get("scope")})

	named["FRANCECONNECT_ENVIRONMENT"], named["FRANCECONNECT_REDIRECT_URL"] = "nowhere", "https://aides.example.fr/callback"
	require.ErrorContains(t, run(slog.New(slog.DiscardHandler), getenv), "FRANCECONNECT_ENVIRONMENT")
	config, _, err = configure(origin, getenv)
	require.Error(t, err)
	require.Equal(t, named["FRANCECONNECT_REDIRECT_URL"], config.RedirectURL)
}

// A query is an expression of the dashboard or of the alerts.
type query struct{ name, expr string }

func dashboard(t *testing.T) (all []query) {
	text, err := os.ReadFile("dashboard.json")
	require.NoError(t, err)
	var d struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
		Templating struct {
			List []struct{ Definition string }
		}
	}
	require.NoError(t, json.Unmarshal(text, &d))
	// What Grafana puts in their place.
	variables := strings.NewReplacer("$__rate_interval", "5m", "$__range", "6h", "$platform", ".*")
	for _, p := range d.Panels {
		require.NotEmpty(t, p.Targets, p.Title)
		for _, q := range p.Targets {
			all = append(all, query{p.Title, variables.Replace(q.Expr)})
		}
	}
	require.Len(t, d.Templating.List, 1)
	metric, label, ok := strings.Cut(strings.Trim(strings.TrimPrefix(d.Templating.List[0].Definition, "label_values"), "()"), ", ")
	require.True(t, ok)
	return append(all, query{"$platform", "count by (" + label + ") (" + metric + ")"})
}

func alerts(t *testing.T) (all []rulefmt.Rule) {
	groups, errs := rulefmt.ParseFile("alerts.yml", false, model.UTF8Validation, language, slog.New(slog.DiscardHandler))
	require.Empty(t, errs)
	for _, g := range groups.Groups {
		all = append(all, g.Rules...)
	}
	return all
}

// Each question of the dashboard and of the alerts is about series that are
// there, by labels that they have; those of the dashboard have an answer.
func TestWhatTheDashboardAndTheAlertsAskForIsThere(t *testing.T) {
	t.Parallel()
	w, m := start(t), newMemory(t)
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	w.days()
	m.scrape(w.scrape(), now)
	w.days()
	m.scrape(w.scrape(), now.Add(time.Minute))

	all := dashboard(t)
	require.Greater(t, len(all), 10)
	for _, q := range all {
		answer := m.ask(q.expr, now.Add(time.Minute))
		require.NotEmpty(t, answer, "%s: %s", q.name, q.expr)
		for _, s := range answer {
			require.False(t, s.F != s.F, "%s is no number: %s", q.name, q.expr)
		}
	}
	for _, a := range alerts(t) {
		all = append(all, query{a.Alert, a.Expr})
	}
	for _, q := range all {
		e, err := language.ParseExpr(q.expr)
		require.NoError(t, err, q.name)
		parser.Inspect(e, func(n parser.Node, _ []parser.Node) error {
			switch n := n.(type) {
			case *parser.VectorSelector:
				require.True(t, m.holds(n.LabelMatchers), "%s: nothing has %s", q.name, n)
				for _, match := range n.LabelMatchers {
					require.True(t, has(m, n, match.Name), "%s: %s has no label %s", q.name, n.Name, match.Name)
				}
			case *parser.AggregateExpr:
				for _, label := range n.Grouping {
					for _, s := range selectors(n.Expr) {
						require.True(t, has(m, s, label), "%s: %s has no label %s", q.name, s.Name, label)
					}
				}
			}
			return nil
		})
	}
}

func selectors(e parser.Expr) (all []*parser.VectorSelector) {
	parser.Inspect(e, func(n parser.Node, _ []parser.Node) error {
		if s, ok := n.(*parser.VectorSelector); ok {
			all = append(all, s)
		}
		return nil
	})
	return all
}

// has reports whether what a selector selects has a label.
func has(m *memory, s *parser.VectorSelector, label string) bool {
	for _, r := range m.matching(s.LabelMatchers) {
		if r.labels.Has(label) {
			return true
		}
	}
	return false
}

// And nothing that is told is looked at by nobody.
func TestEveryMetricIsOnTheDashboard(t *testing.T) {
	t.Parallel()
	w, m := start(t), newMemory(t)
	w.days()
	m.scrape(w.scrape(), time.Now())
	var asked strings.Builder
	for _, q := range dashboard(t) {
		asked.WriteString(q.expr + "\n")
	}
	for _, r := range m.series {
		name := r.labels.Get("__name__")
		if strings.HasSuffix(name, "_sum") || strings.HasSuffix(name, "_count") {
			continue // of a histogram, whose buckets are asked for
		}
		require.Contains(t, asked.String(), name+"{")
	}
}

// Each alert in a situation in which it is wanted, and in one in which it would
// be a nuisance. A series has a value a minute; _ is none.
func TestAnAlertFiresWhenItShouldAndNotOtherwise(t *testing.T) {
	t.Parallel()
	const (
		started  = `franceconnect_logins_total{franceconnect_platform="v2",franceconnect_outcome="started"}`
		signedIn = `franceconnect_callbacks_total{franceconnect_platform="v2",franceconnect_outcome="signed_in"}`
		forged   = `franceconnect_callbacks_total{franceconnect_platform="v2",franceconnect_outcome="refused_by_us",franceconnect_error="untrusted",error_type="id_token.signature"}`
		stale    = `franceconnect_callbacks_total{franceconnect_platform="v2",franceconnect_outcome="refused_by_us",franceconnect_error="stale",error_type="state.unknown"}`
		secret   = `franceconnect_callbacks_total{franceconnect_platform="v2",franceconnect_outcome="refused_by_franceconnect",franceconnect_error="misconfigured",error_type="token.refused"}`
		noScope  = `franceconnect_callbacks_total{franceconnect_platform="v2",franceconnect_outcome="told_by_browser",franceconnect_error="misconfigured",error_type="callback.refused"}`
		made     = `franceconnect_callbacks_total{franceconnect_platform="v2",franceconnect_outcome="told_by_browser",franceconnect_error="stale",error_type="callback.unknown"}`
		mixUp    = `franceconnect_callbacks_total{franceconnect_platform="v2",franceconnect_outcome="told_by_browser",franceconnect_error="untrusted",error_type="callback.iss"}`
		nonce    = `franceconnect_callbacks_total{franceconnect_platform="v2",franceconnect_outcome="refused_by_us",franceconnect_error="untrusted",error_type="id_token.nonce"}`
		fewer    = `franceconnect_callbacks_total{franceconnect_platform="v2",franceconnect_outcome="refused_by_us",franceconnect_error="untrusted",error_type="userinfo.scope"}`
		level    = `franceconnect_callbacks_total{franceconnect_platform="v2",franceconnect_outcome="refused_by_us",franceconnect_error="level",error_type="id_token.acr"}`
		keysDown = `franceconnect_keys_refreshes_total{franceconnect_platform="v2",franceconnect_outcome="unavailable"}`
		keys     = `franceconnect_keys_refreshes_total{franceconnect_platform="v2",franceconnect_outcome="answered"}`
		here     = `franceconnect_available{franceconnect_platform="v2",instance="a"}`
		there    = `franceconnect_available{franceconnect_platform="v2",instance="b"}`
	)
	fired := map[string]bool{}
	for _, test := range []struct {
		name   string
		series map[string]string
		minute int
		alert  string // those that fire, or ""
	}{
		{"an ordinary day", map[string]string{started: "0+10x60", signedIn: "0+8x60", stale: "0+1x60", level: "0+1x60", keys: "0+1x60", here: "1x60"}, 60, ""},
		{"nothing was asked yet", nil, 60, ""},
		{"silence", map[string]string{here: "1 1 0x60"}, 10, "FranceConnectUnavailable"},
		{"silence on one of two machines", map[string]string{here: "0x60", there: "1x60"}, 10, "FranceConnectUnavailable"},
		{"one request without an answer", map[string]string{here: "1 1 1 1 0 1x60"}, 4, ""},
		{"silence that is over", map[string]string{here: "1 0 0 0 0 0 1x60"}, 10, ""},
		{"keys that do not come", map[string]string{keys: "1x90", keysDown: "0x20 1+1x60"}, 50, "FranceConnectKeysNotFetched"},
		{"keys that came at the second try", map[string]string{keys: "0+1x90", keysDown: "0x30 1x60"}, 50, ""},
		{"forged answers", map[string]string{forged: "0+1x60"}, 30, "FranceConnectUntrusted"},
		{"one forged answer", map[string]string{started: "0+10x60", signedIn: "0+8x60", forged: "_x20 1x60"}, 22, "FranceConnectUntrusted"},
		{"a forged answer that is over", map[string]string{forged: "0x20 1x60"}, 40, ""},
		{"a stranger, by day", map[string]string{started: "0+9x60", signedIn: "0+7x60", noScope: "0+1x60", made: "0+1x60", mixUp: "0+1x60", nonce: "0+1x60", fewer: "0+1x60"}, 60, ""},
		{"a stranger, by night", map[string]string{started: "_x20 1+1x4 5x60", signedIn: "40x90", noScope: "_x20 1x60", made: "_x21 1x60", mixUp: "_x22 1x60", nonce: "_x23 1x60", level: "_x24 1x60"}, 25, ""},
		{"a scope that nobody has, for everybody", map[string]string{started: "0+3x60", signedIn: "40x60", noScope: "_x20 1+3x60"}, 60, "FranceConnectManyBrowsersSayNo FranceConnectNobodySignsIn"},
		{"a level that nobody reaches, for most", map[string]string{started: "0+5x60", signedIn: "0+1x60", level: "0+4x60"}, 60, "FranceConnectManyBrowsersSayNo"},
		{"a secret that is wrong, among strangers", map[string]string{started: "0+5x60", signedIn: "0+4x60", made: "0+1x60", secret: "_x50 1x60"}, 52, "FranceConnectMisconfigured"},
		{"a secret that was renewed", map[string]string{secret: "3x20 4x60"}, 25, "FranceConnectMisconfigured"},
		{"a secret that is wrong from the start", map[string]string{secret: "_x20 1x60"}, 25, "FranceConnectMisconfigured"},
		{"a secret that was wrong", map[string]string{secret: "_x20 1x60"}, 45, ""},
		{"nobody comes back", map[string]string{started: "0+2x60", signedIn: "40x60"}, 60, "FranceConnectNobodySignsIn"},
		{"nobody ever came back", map[string]string{started: "0+2x60"}, 60, "FranceConnectNobodySignsIn"},
		{"a quiet night", map[string]string{started: "0x30 1x10 2x60", signedIn: "40x100"}, 60, ""},
	} {
		m := newMemory(t)
		begin := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
		for series, values := range test.series {
			l, sequence, err := language.ParseSeriesDesc(series + " " + values)
			require.NoError(t, err)
			for i, v := range sequence {
				if !v.Omitted {
					m.add(l, begin.Add(time.Duration(i)*time.Minute), v.Value)
				}
			}
		}
		var firing []string
		for _, rule := range alerts(t) {
			holds := true
			for ago := time.Duration(0); ago <= time.Duration(rule.For) && holds; ago += time.Minute {
				holds = len(m.ask(rule.Expr, begin.Add(time.Duration(test.minute)*time.Minute-ago))) > 0
			}
			if holds {
				firing = append(firing, rule.Alert)
				fired[rule.Alert] = true
			}
		}
		require.ElementsMatch(t, strings.Fields(test.alert), firing, test.name)
	}
	for _, rule := range alerts(t) {
		require.True(t, fired[rule.Alert], "%s never fires", rule.Alert)
		require.NotEmpty(t, rule.Labels["severity"], rule.Alert)
		require.NotEmpty(t, rule.Annotations["summary"], rule.Alert)
		require.Contains(t, rule.Annotations["description"], " / ", "in two languages")
	}
}
