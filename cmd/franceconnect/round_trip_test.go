package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

const (
	toLogin    = "/franceconnect/login"
	toCallback = "/franceconnect/callback"
)

// A front stands between browsers and two machines.
type front func(one, other http.Handler) http.Handler

// at puts a front before one path only.
func at(path string, h func(next http.Handler) http.HandlerFunc) front {
	return func(one, _ http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == path {
				h(one)(w, r)
				return
			}
			one.ServeHTTP(w, r)
		})
	}
}

// answers answers in the portal's stead.
func answers(path string, status int, page string) front {
	return at(path, func(http.Handler) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, page)
		}
	})
}

// changesRequest changes what reaches the portal.
func changesRequest(path string, change func(*http.Request)) front {
	return at(path, func(next http.Handler) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			change(r)
			next.ServeHTTP(w, r)
		}
	})
}

// changesAnswer changes what the portal answered.
func changesAnswer(path string, change func(r *http.Request, w *httptest.ResponseRecorder)) front {
	return at(path, func(next http.Handler) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			got := httptest.NewRecorder()
			next.ServeHTTP(got, r)
			got.Header().Del("Content-Length")
			change(r, got)
			maps.Copy(w.Header(), got.Header())
			w.WriteHeader(got.Code)
			_, _ = w.Write(got.Body.Bytes())
		}
	})
}

func changesCookie(old, new string) front {
	return changesAnswer(toLogin, func(_ *http.Request, w *httptest.ResponseRecorder) {
		w.Header().Set("Set-Cookie", strings.Replace(w.Header().Get("Set-Cookie"), old, new, 1))
	})
}

func changesQuery(change func(query string) string) front {
	return changesRequest(toCallback, func(r *http.Request) { r.URL.RawQuery = change(r.URL.RawQuery) })
}

// everyOther answers each second time by another handler.
func everyOther(path string, h http.HandlerFunc) front { return every(2, path, h) }

// every answers each so many times by another handler.
func every(n int64, path string, h http.HandlerFunc) front {
	asked := atomic.Int64{}
	return at(path, func(next http.Handler) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if asked.Add(1)%n == 0 {
				h(w, r)
				return
			}
			next.ServeHTTP(w, r)
		}
	})
}

// both puts one front behind another.
func both(first, second front) front {
	return func(one, other http.Handler) http.Handler {
		behind := second(one, other)
		return first(behind, behind)
	}
}

// onLocalhost is the same portal under another name.
func onLocalhost(r *http.Request) string {
	return "http://" + strings.Replace(r.Host, "127.0.0.1", "localhost", 1) + r.URL.Path
}

// says is a portal with pages of its own for who gave up, and for an expired
// login.
func says(denied, expired string) front {
	return changesAnswer(toCallback, func(_ *http.Request, w *httptest.ResponseRecorder) {
		page := denied
		if w.Code != http.StatusForbidden {
			page = expired
		}
		w.Body.Reset()
		w.Body.WriteString(page)
	})
}

const forbidden = "<html><head><title>403 Forbidden</title></head><body><center><h1>403 Forbidden</h1></center><hr><center>nginx</center></body></html>"

// fronts are what can stand in front of a portal.
func fronts() map[string]front {
	var login atomic.Pointer[httptest.ResponseRecorder]
	return map[string]front{
		"nothing":                        func(one, _ http.Handler) http.Handler { return one },
		"a firewall that minds iss":      firewallOfISS,
		"a firewall at the callback":     answers(toCallback, http.StatusForbidden, "<title>Request Rejected</title>The requested URL was rejected. Your support ID is: 1789"),
		"a firewall at the login":        answers(toLogin, http.StatusForbidden, forbidden),
		"a challenge":                    answers(toCallback, http.StatusForbidden, "<title>Just a moment...</title>Enable JavaScript and cookies to continue"),
		"a firewall with its own cookie": withCookie(false),
		"a firewall with only its own":   withCookie(true),
		"cookies taken away":             changesAnswer(toLogin, func(_ *http.Request, w *httptest.ResponseRecorder) { w.Header().Del("Set-Cookie") }),
		"Cookie taken away":              changesRequest(toCallback, func(r *http.Request) { r.Header.Del("Cookie") }),
		"another Path":                   changesCookie("Path=/", "Path=/portail"),
		"another Domain":                 changesCookie("; Path=/", "; Path=/; Domain=interne.example.fr"),
		"Strict":                         changesCookie("SameSite=Lax", "SameSite=Strict"),
		"None":                           changesCookie("SameSite=Lax", "SameSite=None"),
		"a name without its flags":       changesCookie("fc-", "__Host-fc-"),
		"another value":                  changesCookie("=", "=x"),
		"a huge value":                   changesCookie("=", "="+strings.Repeat("x", 5000)),
		"machines with two keys":         everyOtherMachine,
		"another key behind the callback": func(one, other http.Handler) http.Handler {
			return at(toCallback, func(http.Handler) http.HandlerFunc { return other.ServeHTTP })(one, other)
		},
		"a machine that is down":   everyOther(toCallback, status(http.StatusBadGateway)),
		"a machine that is closed": everyOther(toLogin, body("<h1>Maintenance</h1>")),
		"a machine with a firewall of its own": every(5, toCallback, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusForbidden)
			_, _ = io.WriteString(w, forbidden)
		}),
		"another portal, with a machine that is down":  both(everyOther(toCallback, status(http.StatusBadGateway)), says("<h1>Vous avez renoncé</h1>", "<h1>Recommencez</h1>")),
		"a rate limit of the login":                    every(4, toLogin, status(http.StatusTooManyRequests)),
		"a machine without the login":                  every(4, toLogin, func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "Page introuvable", http.StatusNotFound) }),
		"a firewall with its own cookie, ours refused": both(withCookie(false), changesCookie("fc-", "__Host-fc-")),
		"maintenance":  answers(toLogin, http.StatusServiceUnavailable, "<h1>Le service est en maintenance</h1>"),
		"a rate limit": everyOther(toCallback, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) }),
		"a cache of the login": at(toLogin, func(next http.Handler) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				got := httptest.NewRecorder()
				next.ServeHTTP(got, r)
				login.CompareAndSwap(nil, got)
				maps.Copy(w.Header(), login.Load().Header())
				w.WriteHeader(http.StatusFound)
			}
		}),
		"a cache of the callback":      changesAnswer(toCallback, func(_ *http.Request, w *httptest.ResponseRecorder) { w.Header().Set("Age", "12") }),
		"the query taken away":         changesQuery(func(string) string { return "" }),
		"iss taken away":               changesQuery(func(q string) string { return regexp.MustCompile(`&?iss=[^&]*`).ReplaceAllString(q, "") }),
		"the query encoded twice":      changesQuery(func(q string) string { return strings.ReplaceAll(q, "%", "%25") }),
		"a redirect without the query": redirected(toCallback, func(r *http.Request) string { return r.URL.Path }),
		"a redirect of the callback":   redirected(toCallback, func(r *http.Request) string { return onLocalhost(r) + "?" + r.URL.RawQuery }),
		"a redirect of the login":      redirected(toLogin, onLocalhost),
		"a circle": at(toCallback, func(http.Handler) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.String(), http.StatusFound) }
		}),
		"Location rewritten": changesAnswer(toLogin, func(r *http.Request, w *httptest.ResponseRecorder) {
			w.Header().Set("Location", rehosted(w.Header().Get("Location"), r.Host))
		}),
		"Location cut off": changesAnswer(toLogin, func(_ *http.Request, w *httptest.ResponseRecorder) {
			l := w.Header().Get("Location")
			w.Header().Set("Location", l[:strings.Index(l, "state=")])
		}),
		"GET made HEAD":      changesAnswer(toCallback, func(_ *http.Request, w *httptest.ResponseRecorder) { w.Body.Reset() }),
		"GET refused":        answers(toCallback, http.StatusMethodNotAllowed, "Method Not Allowed"),
		"a header too large": answers(toCallback, http.StatusBadRequest, "<title>400 Request Header Or Cookie Too Large</title>"),
		"an answer cut off":  changesAnswer(toCallback, func(_ *http.Request, w *httptest.ResponseRecorder) { w.Header().Set("Content-Length", "99999") }),
		"an answer said to be compressed": changesAnswer(toCallback, func(_ *http.Request, w *httptest.ResponseRecorder) {
			w.Header().Set("Content-Encoding", "gzip")
		}),
		"another status": changesAnswer(toCallback, func(_ *http.Request, w *httptest.ResponseRecorder) { w.Code = http.StatusOK }),
		"another portal": says("<h1>Vous avez renoncé</h1>", "<h1>Recommencez</h1>"),
		"another portal, one page for all": changesAnswer(toCallback, func(_ *http.Request, w *httptest.ResponseRecorder) {
			w.Code, w.Body = http.StatusOK, bytes.NewBufferString("<h1>Un problème est survenu</h1>")
		}),
		"another portal that lost the login": says("<h1>Votre session a expiré</h1>", "<h1>Votre session a expiré</h1>"),
	}
}

// firewallOfISS refuses an address in a parameter, as rule 931130 does.
func firewallOfISS(one, _ http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, values := range r.URL.Query() {
			if strings.HasPrefix(values[0], "http") {
				w.WriteHeader(http.StatusForbidden)
				_, _ = io.WriteString(w, forbidden)
				return
			}
		}
		one.ServeHTTP(w, r)
	})
}

// withCookie sets a cookie of a firewall's, and wants it back.
func withCookie(alone bool) front {
	return func(one, _ http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if _, err := r.Cookie("TS01"); err != nil && r.URL.Path == toCallback {
				w.WriteHeader(http.StatusForbidden)
				_, _ = io.WriteString(w, forbidden)
				return
			}
			got := httptest.NewRecorder()
			one.ServeHTTP(got, r)
			maps.Copy(w.Header(), got.Header())
			if alone {
				w.Header().Del("Set-Cookie")
			}
			w.Header().Add("Set-Cookie", "TS01=0123; Path=/")
			w.WriteHeader(got.Code)
			_, _ = w.Write(got.Body.Bytes())
		})
	}
}

// everyOtherMachine sends each second callback to the machine that did not see
// the login.
func everyOtherMachine(one, other http.Handler) http.Handler {
	return everyOther(toCallback, other.ServeHTTP)(one, other)
}

// redirected sends a path on, once.
func redirected(path string, to func(*http.Request) string) front {
	return at(path, func(next http.Handler) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if !strings.HasPrefix(r.Host, "127.0.0.1") || to(r) == r.URL.Path && r.URL.RawQuery == "" {
				next.ServeHTTP(w, r)
				return
			}
			http.Redirect(w, r, to(r), http.StatusMovedPermanently)
		}
	})
}

// rehosted returns an address on another host.
func rehosted(address, host string) string {
	u, _ := url.Parse(address)
	u.Host = host
	return u.String()
}

// changing matches ports, and what tells one login’s cookie from another’s.
var changing = regexp.MustCompile(`:\d{4,5}\b|\b[0-9a-f]{16}-[0-9a-f]{16}\b`)

// What the program says of each front is in a file, in both languages: all that
// is not good of the way to FranceConnect and back, or else that it is.
func TestWhatStandsInFrontOfThePortalIsFound(t *testing.T) {
	t.Parallel()
	all := fronts()
	said := make([]string, 0, len(all))
	for _, name := range slices.Sorted(maps.Keys(all)) {
		f := newFixture(t, mockidp.V2, func(f *fixture) { f.front = all[name] })
		w := f.system
		w.getenv = func(name string) string { return f.env[name] }
		prog, p := &program{system: w}, &portal{}
		p.options(nil)
		p.readSettings(w.getenv)
		p.buildClient()
		var found findings
		prog.checkSite(context.Background(), &found, p)
		var text strings.Builder
		text.WriteString("== " + name + "\n")
		for _, one := range found {
			if slices.Contains([]string{"login", "request", "cookies", "round-trip"}, one.check) && (one.verdict != good || one.check == "round-trip") {
				requireFrench(t, one.what.French+" "+one.action.French)
				requireNoSecret(t, one.what.French+one.what.English, secret)
				text.WriteString(fmt.Sprintf("%s %s [%s]\n  %s\n  → %s\n  %s\n  → %s\n", one.verdict, one.check, one.side, one.what.French, one.action.French, one.what.English, one.action.English))
			}
		}
		said = append(said, changing.ReplaceAllString(text.String(), ""))
	}
	requireGolden(t, "fronts.en.txt", strings.Join(said, "\n"))
}

// RFC 6265bis, section 5.7, and what a portal’s machine may do on http.
func TestABrowserRefusesCookies(t *testing.T) {
	t.Parallel()
	for line, taken := range map[string][2]bool{ // on https, on http
		"a=b":                             {true, true},
		"a=b; Secure":                     {true, false},
		"a=b; SameSite=None":              {false, false},
		"a=b; SameSite=None; Secure":      {true, false},
		"a=b; Domain=example.fr":          {true, true},
		"a=b; Domain=.portail.example.fr": {true, true},
		"a=b; Domain=autre.fr":            {false, false},
		"__Host-a=b; Path=/; Secure":      {true, false},
		"__Host-a=b; Path=/":              {false, false},
		"__Host-a=b; Secure":              {false, false},
		"__host-a=b; Path=/x; Secure":     {false, false},
		"__Host-a=b; Path=/; Secure; Domain=portail.example.fr": {false, false},
		"__Secure-a=b":                   {false, false},
		"__Secure-a=b; Secure":           {true, false},
		"a=" + strings.Repeat("b", 4096): {false, false},
	} {
		for i, address := range []string{"https://portail.example.fr/x", "http://portail.example.fr/x"} {
			at, err := url.Parse(address)
			require.NoError(t, err)
			b := (&program{}).newBrowser()
			b.keep(at, http.Header{"Set-Cookie": {line}})
			require.Len(t, b.set, map[bool]int{true: 1}[taken[i]], "%s: %s", address, line)
			require.Len(t, b.jar.Cookies(at), map[bool]int{true: 1}[taken[i]], "%s: %s", address, line)
		}
	}
	at, err := url.Parse("http://localhost:8080/")
	require.NoError(t, err)
	b := (&program{}).newBrowser()
	b.keep(at, http.Header{"Set-Cookie": {"__Host-a=b; Path=/; Secure"}})
	require.Len(t, b.jar.Cookies(at), 1, "this machine is as good as https")
}

func TestAnAddressIsShownWithoutWhatMayBeSecretInIt(t *testing.T) {
	t.Parallel()
	for _, rest := range []string{"?code=s3cret", "#access_token=s3cret", ";jsessionid=s3cret", ";jsessionid=s3cret?code=s3cret"} {
		r := response{status: 302, header: http.Header{"Location": {"https://portail.exemple.fr/\x1b[2Jici" + rest}}}
		require.Equal(t, "302 vers https://portail.exemple.fr/[2Jici", r.seen().French)
	}
}

// A trip never has the connection of another: behind one address there may be
// several machines.
func TestEachRequestOfATripHasItsConnection(t *testing.T) {
	t.Parallel()
	var connections sync.Map
	f := newFixture(t, mockidp.V2, func(f *fixture) {
		f.system.transport = newTransport()
		f.front = func(one, _ http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == toCallback && r.URL.RawQuery != "" {
					_, known := connections.LoadOrStore(r.RemoteAddr, true)
					require.False(t, known)
				}
				one.ServeHTTP(w, r)
			})
		}
	})
	require.Equal(t, good, f.examine().of("round-trip").Verdict)
	count := 0
	connections.Range(func(any, any) bool { count++; return true })
	require.Equal(t, trips, count)
}
