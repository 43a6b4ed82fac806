package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

func TestSignInBringsTheData(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	for login, want := range map[string][]string{
		"camille":     {"872\u00a0€", "CNAF, novembre 2026", "Aucune bourse n’a été trouvée à votre nom.", "No scholarship was found"},
		"marie-laure": {"1\u202f543\u00a0€", "MSA, octobre 2026"},
		"lea":         {"0\u00a0€", "Boursier, échelon\u00a00\u00a0bis"},
		"sacha":       {"415\u00a0€", "Boursier, échelon\u00a05", "CNOUS"},
		"ange":        {"Aucun quotient familial n’a été trouvé à votre nom.", "Non boursier"},
		"yasmine":     {"Aucun quotient familial n’a été trouvé à votre nom.", "Aucune bourse n’a été trouvée à votre nom."},
	} {
		v := newVisitor(t, town)
		town.idp.Next(mockidp.Scenario{Person: login})
		p := v.signInWithData()
		for _, text := range want {
			require.Contains(t, p.Text(), text, login)
		}
		require.NotContains(t, p.Body, "Essayer de nouveau", login)
		require.Equal(t, []string{"openid identite_pivot preferred_username cnaf_quotient_familial cnous_statut_boursier cnous_echelon_bourse"}, town.asked(t)["scope"])
		_, rec, ok := v.record(town)
		require.True(t, ok)
		require.NotNil(t, rec.Household)
		require.Contains(t, v.Get(accountPage).Text(), want[0], "it is there on the next page too")
	}
}

// Who signs in for something else is asked for no data.
func TestSignInAsksForNoDataWithoutNeed(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	v := newVisitor(t, town)
	p := v.signIn()
	require.Equal(t, []string{"openid identite_pivot preferred_username"}, town.asked(t)["scope"])
	require.Empty(t, town.data.requests())
	require.Contains(t, p.Text(), "Récupérer mon quotient familial")
	_, rec, _ := v.record(town)
	require.Nil(t, rec.Household)
}

// What is not asked for is not called: it would be refused.
func TestOnlyWhatIsAskedForIsCalled(t *testing.T) {
	t.Parallel()
	for scope, path := range map[string]string{quotientScope: quotientPath, scholarshipScope: scholarshipPath} {
		town := newTown(t, func(_ *mockidp.Client, town *town) { town.api.scopes = []string{scope} })
		newVisitor(t, town).signInWithData()
		require.Equal(t, []string{path}, town.data.requests())
	}
}

// Whatever a data provider does, the person is signed in, is told so, and what
// the other one said is there.
func TestADataProviderThatFailsFailsNoLogin(t *testing.T) {
	t.Parallel()
	const once = 1
	for _, test := range []struct {
		day     string
		missing trouble // "" if it went well in the end
		calls   int
		logged  string
	}{
		{"inconnu", unknown, once, `level=INFO.*missing=unknown error="api: unknown, HTTP 404, MOCK-404"`},
		{"toujours-en-cours", busy, 2, `level=WARN.*missing=busy error="api: busy, HTTP 409, MOCK-409"`},
		{"en-cours", "", 2, ``},
		{"en-cours-longtemps", busy, once, `level=WARN.*HTTP 409`},
		{"en-cours-sans-delai", busy, once, `level=WARN.*HTTP 409`},
		{"trop-de-demandes", busy, once, `level=WARN.*HTTP 429, MOCK-429`},
		{"jeton-refuse", refused, once, `level=ERROR.*missing=refused error="api: refused, HTTP 401, MOCK-401"`},
		{"panne-du-fournisseur", unavailable, once, `level=WARN.*HTTP 502, MOCK-502`},
		{"panne-de-l-api", unavailable, once, `level=WARN.*error="api: unavailable, HTTP 500"`},
		{"lenteur-du-fournisseur", unavailable, once, `level=WARN.*HTTP 504, MOCK-504`},
		{"bavard", unavailable, once, `error="api: unavailable, HTTP 502"`},
		{"muet", unavailable, once, `error="api: unavailable, too late"`},
		{"raccroche", unavailable, 0, `error="api: unavailable, redirected, or broken off"`},
		{"page-html", malformed, once, `level=ERROR.*HTTP 200, not the JSON of a quotient`},
		{"html-404", malformed, once, `HTTP 404, not the API's own 404`},
		{"partielle", malformed, once, `HTTP 206`},
		{"vide", malformed, once, `HTTP 200, quotient_familial.valeur`},
		{"en-texte", malformed, once, `HTTP 200, not the JSON of a quotient`},
		{"negatif", malformed, once, `HTTP 200, quotient_familial.valeur`},
		{"treizieme-mois", malformed, once, `HTTP 200, quotient_familial.mois`},
		{"anonyme", malformed, once, `HTTP 200, quotient_familial.fournisseur`},
		{"deux-fois", malformed, once, `HTTP 200, not the JSON of a quotient`},
		{"enorme", malformed, once, `HTTP 200, longer than 64 KiB`},
	} {
		t.Run(test.day, func(t *testing.T) {
			t.Parallel()
			town := newTown(t, func(_ *mockidp.Client, town *town) {
				if test.day == "muet" {
					town.api.patience = 500 * time.Millisecond // of the real clock
				}
			})
			day, ok := findBadDay(test.day)
			require.True(t, ok)
			day.On = quotientPath
			if day.Header["Retry-After"] == "1" {
				day.Header = map[string]string{"Retry-After": "0"}
			}
			town.data.setBadDay(day)
			town.idp.Next(mockidp.Scenario{Person: "sacha"})
			v := newVisitor(t, town)
			p := v.signInWithData()
			require.Contains(t, p.Text(), "Sacha MERLANGE", "signed in")
			if test.day != "muet" { // whose time the other one shared
				require.Contains(t, p.Text(), "Boursier, échelon\u00a05")
			}
			_, rec, ok := v.record(town)
			require.True(t, ok)
			require.Equal(t, test.missing, rec.Household.Quotient.Missing)
			require.Equal(t, test.missing == "", rec.Household.Quotient.Data != nil)
			switch test.missing {
			case "":
				require.Contains(t, p.Text(), "415\u00a0€")
			case unknown:
				require.Contains(t, p.Text(), "Aucun quotient familial n’a été trouvé à votre nom. Vous êtes bien connecté\u202f; vous pouvez joindre un justificatif")
				require.NotContains(t, p.Text(), "Essayer de nouveau")
			default:
				require.Contains(t, p.Text(), "Votre quotient familial n’a pas pu être récupéré. Vous êtes bien connecté\u202f; vous pouvez joindre un justificatif à votre demande.")
				require.Contains(t, p.Body, `<p lang="en">Your quotient familial could not be fetched. You are signed in all the same; you can send a document`)
				require.Contains(t, p.Text(), "Essayer de nouveau avec FranceConnect")
			}
			calls := slices.DeleteFunc(town.data.requests(), func(path string) bool { return path != quotientPath })
			if test.calls > 0 { // net/http itself repeats a GET whose connection was closed
				require.Len(t, calls, test.calls)
			}
			if test.logged == "" {
				require.NotContains(t, town.log.String(), "data provider")
				return
			}
			require.Regexp(t, `msg="data provider" ref=[A-Z2-7]{8} path=`+quotientPath+` recipient=`+mockRecipient, town.log.String())
			require.Regexp(t, test.logged, town.log.String())
		})
	}
}

func TestAScholarshipIsCheckedToo(t *testing.T) {
	t.Parallel()
	for day, reason := range map[string]string{
		"vide": "est_boursier", "negatif": "echelon_bourse.echelon", "en-texte": "not the JSON of a scholarship", "deux-fois": "not the JSON of a scholarship",
		"inconnu": "MOCK-404", "panne-du-fournisseur": "MOCK-502",
	} {
		town := newTown(t)
		bad, _ := findBadDay(day)
		bad.On = scholarshipPath
		town.data.setBadDay(bad)
		town.idp.Next(mockidp.Scenario{Person: "sacha"})
		p := newVisitor(t, town).signInWithData()
		require.Contains(t, p.Text(), "415\u00a0€", day)
		require.NotContains(t, p.Text(), "Boursier", day)
		require.Regexp(t, `Aucune bourse n’a été trouvée|Votre statut de boursier n’a pas pu être récupéré`, p.Text())
		require.Contains(t, town.log.String(), reason)
	}
}

// The API asks FranceConnect, which ends the token 30 seconds after the login.
func TestTheTokenIsOverWhenFranceConnectSaysSo(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		later time.Duration
		want  string
	}{{20 * time.Second, "872\u00a0€"}, {31 * time.Second, "n’a pas pu être récupéré"}} {
		town := newTown(t, func(_ *mockidp.Client, town *town) {
			var late sync.Once
			town.api.base = roundTrip(func(r *http.Request) (*http.Response, error) {
				late.Do(func() { town.clock.Advance(test.later) })
				return portaltest.Web.RoundTrip(r)
			})
		})
		require.Contains(t, newVisitor(t, town).signInWithData().Text(), test.want)
		if test.later > 30*time.Second {
			require.Contains(t, town.log.String(), "api: refused, HTTP 401, MOCK-401")
		}
	}
}

// A callback that took long leaves no time for data, and the person is in.
func TestNoCallOnceTheTokenIsOver(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		slow  time.Duration
		calls int
	}{{tokenTime - patience, 2}, {tokenTime, 0}} {
		town := newTown(t, func(_ *mockidp.Client, town *town) {
			town.config.HTTPClient = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				res, err := portaltest.Web.RoundTrip(r)
				if strings.HasSuffix(r.URL.Path, "/userinfo") {
					town.clock.Advance(test.slow)
				}
				return res, err
			})}
		})
		p := newVisitor(t, town).signInWithData()
		require.Contains(t, p.Text(), "Camille Lestang")
		require.Len(t, town.data.requests(), test.calls)
		require.Equal(t, test.calls == 0, strings.Contains(town.log.String(), "api: unavailable, too late"))
	}
}

// A data provider that sends us elsewhere gets the token, elsewhere does not.
func TestTheTokenGoesToTheAPIAlone(t *testing.T) {
	t.Parallel()
	reached := make(chan string, 10)
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		reached <- r.Header.Get("Authorization")
	}))
	t.Cleanup(elsewhere.Close)
	for _, status := range []int{301, 302, 303, 307, 308} {
		town := newTown(t)
		town.data.setBadDay(badDay{Name: "ailleurs", Status: status, Header: map[string]string{"Location": elsewhere.URL + "/VAUTRIN"}, Body: "{}"})
		p := newVisitor(t, town).signInWithData()
		require.Contains(t, p.Text(), "n’a pas pu être récupéré")
		require.Contains(t, town.log.String(), "api: unavailable, redirected, or broken off")
		require.NotContains(t, town.log.String(), "VAUTRIN", "an address that the API chose")
		require.Len(t, town.data.requests(), 2)
	}
	require.Empty(t, reached)
}

// newSession returns the session of a person who has just signed in, with its token.
func newSession(t *testing.T) *franceconnect.Session {
	t.Helper()
	var fc *franceconnect.Client
	got := make(chan *franceconnect.Session, 1)
	mux := http.NewServeMux()
	mux.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) {
		_ = fc.Login(w, r, franceconnect.LoginRequest{Scopes: defaultDataScopes})
	})
	mux.HandleFunc(callbackPath, func(w http.ResponseWriter, r *http.Request) {
		s, _ := fc.Callback(w, r)
		got <- s
	})
	site := httptest.NewServer(mux)
	t.Cleanup(site.Close)
	client := mockClient(site.URL, defaultDataScopes)
	idp := mockidp.Start(t, mockidp.Config{Clients: []mockidp.Client{client}, Auto: true})
	var err error
	fc, err = franceconnect.New(franceconnect.Config{
		Environment:  franceconnect.Custom{Platform: franceconnect.V2, Issuer: idp.Issuer()},
		ClientID:     client.ID,
		ClientSecret: franceconnect.Secret(client.Secret),
		RedirectURL:  site.URL + callbackPath,
		CookieKeys:   []franceconnect.CookieKey{franceconnect.NewCookieKey()},
	})
	require.NoError(t, err)
	v := newVisitor(t, &town{url: site.URL})
	v.Get("/login")
	s := <-got
	require.NotNil(t, s)
	return s
}

// answering returns a data provider that knows everybody.
func answering(r *http.Request) *http.Response {
	return reply200(r, `{"data":{"quotient_familial":{"fournisseur":"CNAF","valeur":872,"annee":2026,"mois":11},"est_boursier":true}}`)
}

func reply200(r *http.Request, body string) *http.Response {
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}
}

func newAPI(base roundTrip) *api {
	return &api{origin: "https://particulier.api.gouv.fr", recipient: mockRecipient, scopes: defaultDataScopes,
		base: base, patience: patience, log: slog.New(slog.DiscardHandler)}
}

// In a bubble of synctest, time passes when everybody waits, and only then.
func TestTheCallsAreInParallel(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	synctest.Test(t, func(t *testing.T) {
		both := make(chan struct{})
		var mu sync.Mutex
		inside := 0
		a := newAPI(func(r *http.Request) (*http.Response, error) {
			require.Equal(t, "Bearer "+string(s.AccessToken()), r.Header.Get("Authorization"))
			require.Equal(t, mockRecipient, r.URL.Query().Get("recipient"))
			mu.Lock()
			if inside++; inside == 2 {
				close(both)
			}
			mu.Unlock()
			select { // nobody is answered before both are here
			case <-both:
			case <-r.Context().Done():
				return nil, r.Context().Err()
			}
			time.Sleep(map[string]time.Duration{quotientPath: 3 * time.Second, scholarshipPath: 5 * time.Second}[r.URL.Path])
			return answering(r), nil
		})
		began := time.Now()
		h := a.ask(t.Context(), s, tokenTime)
		require.Equal(t, 5*time.Second, time.Since(began), "as long as the slowest")
		require.Equal(t, household{Quotient: answer[quotient]{Data: &quotient{"CNAF", 872, 2026, 11}}, Scholarship: answer[scholarship]{Data: &scholarship{Holder: true}}}, h)
	})
}

func TestTheDeadlineIsKept(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	for _, test := range []struct{ left, want time.Duration }{{tokenTime, patience}, {3 * time.Second, 3 * time.Second}, {0, 0}, {-time.Second, 0}} {
		synctest.Test(t, func(t *testing.T) {
			a := newAPI(func(r *http.Request) (*http.Response, error) {
				if r.URL.Path == scholarshipPath && r.Context().Err() == nil {
					return answering(r), nil
				}
				<-r.Context().Done()
				return nil, r.Context().Err()
			})
			began := time.Now()
			h := a.ask(t.Context(), s, test.left)
			require.Equal(t, test.want, time.Since(began))
			require.Equal(t, unavailable, h.Quotient.Missing)
			require.Equal(t, test.want > 0, h.Scholarship.Data != nil, "the other one was in time")
		})
	}
}

// endless is a body that never ends.
type endless struct{ ctx context.Context }

func (e endless) Read([]byte) (int, error) { <-e.ctx.Done(); return 0, e.ctx.Err() }
func (e endless) Close() error             { return nil }

func TestTheDeadlineIsOfTheBodyToo(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	synctest.Test(t, func(t *testing.T) {
		a := newAPI(func(r *http.Request) (*http.Response, error) {
			res := answering(r)
			res.Body = endless{r.Context()}
			return res, nil
		})
		log := &portaltest.Log{}
		a.log = slog.New(slog.NewTextHandler(log, nil))
		began := time.Now()
		require.Equal(t, unavailable, a.ask(t.Context(), s, tokenTime).Quotient.Missing)
		require.Equal(t, patience, time.Since(began))
		require.Contains(t, log.String(), `error="api: unavailable, HTTP 200, too late"`)
	})
}

// long is a body of so many bytes, which counts those that were read.
type long struct{ left, read int }

func (l *long) Close() error { return nil }

func (l *long) Read(b []byte) (int, error) {
	if l.left == 0 {
		return 0, io.EOF
	}
	n := min(len(b), l.left)
	clear(b[:n])
	l.left, l.read = l.left-n, l.read+n
	return n, nil
}

func TestNoMoreIsReadThanAnAnswerHas(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	for _, status := range []int{200, 502} {
		body := &long{left: 1 << 20}
		a := newAPI(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: status, Header: http.Header{}, Body: body, Request: r}, nil
		})
		a.scopes = []string{quotientScope}
		require.Equal(t, malformed, a.ask(t.Context(), s, tokenTime).Quotient.Missing)
		require.Equal(t, maxAnswer+1, body.read)
	}
}

// A second try comes when the first said, once, and only if there is time.
func TestASecondTry(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	for _, test := range []struct {
		after string
		left  time.Duration
		calls int
		took  time.Duration
	}{
		{"0", tokenTime, 2, 0},
		{"1", tokenTime, 2, time.Second},
		{"2", tokenTime, 2, 2 * time.Second},
		{"3", tokenTime, 1, 0},
		{"-1", tokenTime, 1, 0},
		{"", tokenTime, 1, 0},
		{"Sun, 22 Nov 2026 10:00:00 GMT", tokenTime, 1, 0},
		{"2", 2 * time.Second, 1, 0},
		{"2", 3 * time.Second, 2, 2 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			calls := 0
			a := newAPI(func(r *http.Request) (*http.Response, error) {
				calls++
				res := reply200(r, `{"errors":[{"code":"409"}]}`)
				res.StatusCode = http.StatusConflict
				res.Header.Set("Retry-After", test.after)
				return res, nil
			})
			a.scopes = []string{quotientScope}
			began := time.Now()
			h := a.ask(t.Context(), s, test.left)
			require.Equal(t, busy, h.Quotient.Missing)
			require.Equal(t, test.calls, calls, "%q, %s", test.after, test.left)
			require.Equal(t, test.took, time.Since(began), "%q, %s", test.after, test.left)
		})
	}
}

// Who leaves while it waits is not waited for.
func TestNobodyWaitsForWhoHasGone(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		a := newAPI(func(r *http.Request) (*http.Response, error) {
			res := reply200(r, `{}`)
			res.StatusCode = http.StatusConflict
			res.Header.Set("Retry-After", "2")
			return res, nil
		})
		began := time.Now()
		require.Equal(t, busy, a.ask(ctx, s, tokenTime).Quotient.Missing)
		require.Equal(t, time.Second, time.Since(began))
	})
}
