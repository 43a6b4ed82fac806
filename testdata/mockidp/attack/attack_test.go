package attack_test

import (
	"bytes"
	"crypto/ecdsa"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/careless"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp/attack"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// All of them at once, for they wait more than they work.
func TestAPortalOnTheLibraryHolds(t *testing.T) {
	t.Parallel()
	program := builtREADME(t, codeOfREADME(t))
	var running sync.WaitGroup
	for name, made := range map[string]func() attack.Portal{
		"v2":                 func() attack.Portal { return onTheLibrary(t, true) },
		"plus":               func() attack.Portal { return onTheLibraryAtPlus(t) },
		"plus-second-way-in": func() attack.Portal { return secondWayIn(onTheLibraryAtPlus(t)) },
		"the-code-of-README": func() attack.Portal { return onTheREADME(t, program) },
	} {
		running.Go(func() {
			t.Run(name, func(t *testing.T) { attack.Run(t, made(), made(), made(), made()) })
		})
	}
	running.Wait()
}

// fallenTo attacks a careless portal and more of it, with the attacks whose names
// begin like only, and returns what it falls to.
func fallenTo(t *testing.T, only string, p attack.Portal, more ...attack.Portal) (*recorder, []string) {
	r := record(t, "", func(r *recorder) {
		r.only = only
		attack.Run(r, p, more...)
	})
	require.Empty(t, r.wrong, "an honest person gets in")
	var fallen, survived []string
	seen := map[string]bool{}
	for _, sub := range r.subs {
		require.False(t, seen[sub.name], "two attacks are named %s", sub.name)
		seen[sub.name] = true
		require.Regexp(t, `^[a-zA-Z0-9-]+$`, sub.name)
		if len(sub.wrong) == 0 {
			survived = append(survived, sub.name)
			continue
		}
		fallen = append(fallen, sub.name)
		report := strings.Join(sub.wrong, "")
		require.Regexp(t, `(?s)^the portal does not hold this attack:\n\t.+\nWhat was done: .+\.\nThe rule: .+\.\nWhere it is written: .*(RFC|OpenID|OWASP|CWE|FranceConnect).+\.\nWhat to change: .+\.$`, report, sub.name)
	}
	t.Logf("of %d attacks it falls to %d, and survives %s", len(r.subs), len(fallen), strings.Join(survived, ", "))
	return r, fallen
}

// The first attack begins when the second does, which needs the other portal: those
// that are not slow are made one after another.
func TestTwoOfAPortalShareTheAttacksAndAreAttackedAtOnce(t *testing.T) {
	t.Parallel()
	two := []attack.Portal{onTheLibrary(t, false), onTheLibrary(t, false)}
	var begun atomic.Int32
	second := make(chan struct{})
	r := record(t, "", func(r *recorder) {
		r.only, r.begun = "state-", func() {
			switch begun.Add(1) {
			case 1:
				select {
				case <-second:
				case <-time.After(time.Minute):
					t.Error("nobody attacks the other portal")
				}
			case 2:
				close(second)
			}
		}
		attack.Run(r, two[0], two[1:]...)
	})
	require.Empty(t, r.wrong)
	seen := map[string]bool{}
	for _, sub := range r.subs {
		require.Empty(t, sub.wrong)
		require.False(t, seen[sub.name], "%s is made twice", sub.name)
		seen[sub.name] = true
	}
	require.Greater(t, len(seen), 10)
	for _, p := range two {
		record(t, "", func(r *recorder) { r.only = "none"; attack.Run(r, p) })
		logins := len(p.IDP.Requests())
		record(t, "", func(r *recorder) { r.only = "none"; attack.Run(r, p) })
		require.Greater(t, logins, 2*(len(p.IDP.Requests())-logins), "it was attacked, beside the two times that it was looked at")
	}
}

// It wishes for a level by acr_values, and does not know the claims of professionals.
func TestTheLibraryForFranceConnectHoldsAtProConnectButForWhatIsNotFranceConnects(t *testing.T) {
	t.Parallel()
	r, fallen := fallenTo(t, "", onTheLibraryAtProConnect(t), onTheLibraryAtProConnect(t), onTheLibraryAtProConnect(t), onTheLibraryAtProConnect(t))
	require.ElementsMatch(t, []string{"sends-levels-as-a-set", "request-without-usual-name", "request-without-siret"}, fallen)
	names := []string{}
	for _, sub := range r.subs {
		names = append(names, sub.name)
	}
	require.NotContains(t, names, "sends-one-level")
	require.Contains(t, names, "acr-missing")
	require.Contains(t, names, "signature-missing")
}

func TestACarelessPortalFallsAtProConnect(t *testing.T) {
	t.Parallel()
	_, fallen := fallenTo(t, "", carelessAtProConnect(t))
	require.Subset(t, fallen, []string{"acr-missing", "acr-lower", "nonce-another", "aud-of-another", "callback-reloaded", "signature-missing",
		"request-level-lowered", "request-amr-taken-out", "request-without-siret", "request-without-usual-name", "sends-levels-as-a-set"})
	require.NotContains(t, fallen, "sends-one-level")
}

// carelessAtProConnect returns the careless portal at ProConnect.
func carelessAtProConnect(t *testing.T) attack.Portal {
	return targetOn(t, mockidp.ProConnect, false, nil, func(url string, idp *mockidp.Provider) http.Handler {
		config := carelessConfig(url, idp, nil)
		config.ProConnect = true
		return careless.New(config)
	})
}

func TestACarelessPortalFallsAtFranceConnectPlus(t *testing.T) {
	t.Parallel()
	_, fallen := fallenTo(t, "", carelessAtPlus(t, false))
	require.Contains(t, fallen, "request-for-another-callback")
	require.NotContains(t, fallen, "request-level-lowered", "it asks for the lowest level there is")
}

// carelessAtPlus returns the careless portal at FranceConnect+, with its second way in
// to attack or with the first.
func carelessAtPlus(t *testing.T, second bool) attack.Portal {
	key := newECKey(t)
	p := targetOn(t, mockidp.Plus, false, key, func(url string, idp *mockidp.Provider) http.Handler {
		return careless.New(carelessConfig(url, idp, key))
	})
	if second {
		p = secondWayIn(p)
		address := strings.TrimSuffix(p.Logout, "/logout")
		p.WhoIs = func(browser *http.Client) string { return nameOn(t, browser, address+"/strong") }
	}
	return p
}

// heldByCareless are the attacks that the careless portal holds. A new attack is
// none of them: the portal makes the mistake that it is for.
var heldByCareless = strings.Fields(`
	state-of-one-letter state-of-its-beginning state-without-its-end state-with-another-end state-and-more state-in-other-case
	state-undefined state-null state-of-zeros state-star state-path state-giant code-made-up code-with-parameters code-and-error
	callback-flood forged-callback-during-a-login iss-of-somebody-with-error error-uri next-dots next-escaped next-escaped-back
	next-line-break next-with-header next-giant path-of-another-host next-on-the-callback header-Forwarded header-X-Original-Host
	header-X-Host header-X-Forwarded-Server header-X-Forwarded-Prefix header-X-Original-URL header-X-Rewrite-URL header-Referer
	header-Origin logins-given-up cookies-of-others session-tampered cookie-strict cookie-for-neighbours cookie-in-the-clear cookie-from-neighbours
	logout-while-franceconnect-is-down
	userinfo-sub-empty sends-closed-list sends-long-state sends-one-level sends-code-flow sends-no-origin
	sends-one-token-call token-call-tried-again leak-of-an-access-token leak-of-a-success token-endpoint-500 token-endpoint-502
	token-endpoint-page token-endpoint-error-with-200 token-endpoint-list token-endpoint-null token-endpoint-nothing
	token-endpoint-cut token-endpoint-reset token-endpoint-resets-again-and-again token-endpoint-giant userinfo-endpoint-page userinfo-endpoint-cut userinfo-endpoint-reset userinfo-endpoint-giant
	request-state-made-up session-with-a-cookie-of-the-victims session-with-a-part-of-the-victims session-rewritten
	logout-under-its-own-policy logout-under-its-own-policy-in-an-old-browser name-with-a-quote name-with-an-apostrophe email-with-a-tag
	name-with-bidirectional-marks email-with-bidirectional-marks keys-replaced keys-flood keys-flood-under-a-name`)

// carelessFalls attacks the careless portal and returns what it falls to.
func carelessFalls(t *testing.T) []string {
	r, fallen := fallenTo(t, "", carelessPortal(t), carelessPortal(t), carelessPortal(t))
	require.GreaterOrEqual(t, len(r.subs), 60)
	require.GreaterOrEqual(t, len(fallen), 40)
	for _, name := range []string{"login-csrf", "callback-stolen", "iss-of-somebody", "nonce-another", "alg-none", "alg-hs256-ec-key-as-pem",
		"key-jwk", "signature-of-zeros", "userinfo-sub-of-another", "next-two-slashes", "error-script", "header-X-Forwarded-Host",
		"cookies-removed", "session-planted", "logout-by-link", "acr-lower", "token-endpoint-redirects-by-temporary-redirect", "token-endpoint-hangs", "leak-of-a-refusal",
		"request-amr-taken-out", "request-without-scopes", "request-without-family-name", "request-without-given-names", "request-without-birthdate",
		"request-without-gender", "request-state-of-another-login", "request-nonce-changed", "login-kept", "login-kept-by-many", "login-kept-to-guess"} {
		require.Contains(t, fallen, name)
	}
	for _, sub := range r.subs {
		require.True(t, slices.Contains(fallen, sub.name) || slices.Contains(heldByCareless, sub.name), "the careless portal does not fall to %s", sub.name)
	}
	first := slices.IndexFunc(r.subs, func(sub *recorder) bool { return sub.name == "login-csrf" })
	require.Equal(t, []string{`the portal does not hold this attack:
	"BRIZEAU" is signed in, where nobody may be
	the portal sent the code to FranceConnect's token endpoint (1 calls)
What was done: the attacker signs in, keeps the callback, and has the victim's browser open it.
The rule: a callback is accepted only in the browser that left for it: the state belongs to that browser.
Where it is written: RFC 6749 §10.12; RFC 9700 §4.7; CWE-352.
What to change: keep the state in the browser that leaves, in a sealed cookie or in its session, and refuse a callback whose state is not there before its code is sent.`}, r.subs[first].wrong)
	return fallen
}

// A portal that believes the first key set for as long as it runs, and one that asks
// for it whenever a signature does not verify.
func TestAPortalThatIsCarelessWithKeysFalls(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		made func(*testing.T, string, *mockidp.Provider) http.Handler
		want []string
	}{
		{"stubborn", stubborn, []string{"keys-replaced"}},
		{"hasty", hasty, []string{"keys-flood", "keys-flood-under-a-name"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := target(t, false, func(url string, idp *mockidp.Provider) http.Handler { return c.made(t, url, idp) })
			for _, name := range c.want {
				_, fallen := fallenTo(t, name, p)
				require.Contains(t, fallen, name)
			}
		})
	}
}

// stubborn keeps the first answer of the keys' address.
func stubborn(t *testing.T, url string, idp *mockidp.Provider) http.Handler {
	config := configOf(t, url, idp)
	var mu sync.Mutex
	var kept []byte
	config.HTTPClient = &http.Client{Transport: transport(func(r *http.Request) (*http.Response, error) {
		if r.URL.Path != "/api/v2/jwks" {
			return portaltest.Web.RoundTrip(r)
		}
		mu.Lock()
		defer mu.Unlock()
		if kept == nil {
			res, err := portaltest.Web.RoundTrip(r)
			if err != nil {
				return nil, err
			}
			defer res.Body.Close()
			if kept, err = io.ReadAll(res.Body); err != nil {
				return nil, err
			}
		}
		return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(bytes.NewReader(kept))}, nil
	})}
	fc, err := franceconnect.New(config)
	require.NoError(t, err)
	return newPortal(fc, nil, false)
}

// hasty has no keys of before: each login has a client of its own.
func hasty(t *testing.T, url string, idp *mockidp.Provider) http.Handler {
	config := configOf(t, url, idp)
	p := &portal{sessions: map[string]*franceconnect.Session{}}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fc, err := franceconnect.New(config)
		require.NoError(t, err)
		p.handler(fc, nil).ServeHTTP(w, r)
	})
}

type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func carelessConfig(url string, idp *mockidp.Provider, key *ecdsa.PrivateKey) careless.Config {
	client := idp.Clients()[0]
	return careless.Config{Issuer: idp.Issuer(), ClientID: client.ID, ClientSecret: client.Secret, URL: url, DecryptionKey: key}
}

func carelessPortal(t *testing.T) attack.Portal {
	p := target(t, false, func(url string, idp *mockidp.Provider) http.Handler {
		return careless.New(carelessConfig(url, idp, nil))
	})
	p.Patience = 3 * time.Second
	return p
}

func TestAPortalThatIsNotSetUpRightIsNotAttacked(t *testing.T) {
	t.Parallel()
	plus := mockidp.DefaultClient(mockidp.Plus)
	for want, change := range map[string]func(*attack.Portal){
		"Portal.IDP is nil":                              func(p *attack.Portal) { p.IDP = nil },
		"Portal.WhoIs is nil":                            func(p *attack.Portal) { p.WhoIs = nil },
		"Portal.Client is not whole":                     func(p *attack.Portal) { p.Client.Secret = "" },
		"has HS256":                                      func(p *attack.Portal) { p.Client.SigningAlg = "HS256" },
		"Portal.Others has":                              func(p *attack.Portal) { p.Others = []string{"/other/login"} },
		"are not on one host":                            func(p *attack.Portal) { p.Logout = "http://other.example/logout" },
		`Portal.Login is "/login"`:                       func(p *attack.Portal) { p.Login = "/login" },
		"the mock refuses Portal.Client":                 func(p *attack.Portal) { p.Client.Secret = strings.Repeat("x", 40) },
		"Portal.Login does not send the browser":         func(p *attack.Portal) { p.Login = p.Pages[0] },
		`Portal.WhoIs says "somebody" of a browser`:      func(p *attack.Portal) { p.WhoIs = func(*http.Client) string { return "somebody" } },
		"and Portal.WhoIs says that nobody is signed in": func(p *attack.Portal) { p.WhoIs = func(*http.Client) string { return "" } },
		"of two different people": func(p *attack.Portal) {
			whoIs := p.WhoIs
			p.WhoIs = func(b *http.Client) string { return strings.Repeat("x", min(1, len(whoIs(b)))) }
		},
		"FranceConnect (HTTP 303)": func(p *attack.Portal) { // it is at another one
			p.IDP = mockidp.Start(t, mockidp.Config{Platform: mockidp.Plus, Clients: []mockidp.Client{plus}})
		},
		"the mock is neither a FranceConnect v2 (mockidp.V2) nor": func(p *attack.Portal) { p.IDP = mockidp.Start(t, mockidp.Config{Platform: mockidp.V1}) },
	} {
		p := onTheLibrary(t, false)
		change(&p)
		r := record(t, "", func(r *recorder) { attack.Run(r, p) })
		require.Len(t, r.wrong, 1, want)
		require.Contains(t, r.wrong[0], want)
		require.Empty(t, r.subs)
	}
}

// A strictWriter makes the cookie of the session Strict.
type strictWriter struct{ http.ResponseWriter }

func (w strictWriter) WriteHeader(status int) {
	for i, set := range w.Header()["Set-Cookie"] {
		if strings.HasPrefix(set, "session=") {
			w.Header()["Set-Cookie"][i] = strings.Replace(set, "SameSite=Lax", "SameSite=Strict", 1)
		}
	}
	w.ResponseWriter.WriteHeader(status)
}

func TestASessionInAStrictCookieFalls(t *testing.T) {
	t.Parallel()
	p := target(t, false, func(url string, idp *mockidp.Provider) http.Handler {
		portal := onTheLibraryAt(t, url, idp)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { portal.ServeHTTP(strictWriter{w}, r) })
	})
	_, fallen := fallenTo(t, "cookie-strict", p)
	require.Equal(t, []string{"cookie-strict"}, fallen)
}

// A second way in keeps to a bound of its own, which is too much beside the first.
func TestEveryWayInIsDrivenWhenLoginsAreGivenUp(t *testing.T) {
	t.Parallel()
	p := target(t, false, func(url string, idp *mockidp.Provider) http.Handler {
		mux, begun := http.NewServeMux(), 0
		mux.Handle("/", onTheLibraryAt(t, url, idp))
		mux.HandleFunc("/other/login", func(w http.ResponseWriter, _ *http.Request) {
			begun++
			http.SetCookie(w, &http.Cookie{Name: fmt.Sprint("login-", begun%5), Value: strings.Repeat("x", 1200), Path: "/", SameSite: http.SameSiteLaxMode})
		})
		return mux
	})
	_, fallen := fallenTo(t, "logins-given-up", p)
	require.Empty(t, fallen, "nobody said that there is another way in")
	p.Others = []string{strings.TrimSuffix(p.Login, "/login") + "/other/login"}
	_, fallen = fallenTo(t, "logins-given-up", p)
	require.Equal(t, []string{"logins-given-up"}, fallen)
}
