package main

import (
	"io"
	"log"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// A breakage is something wrong, and the check that finds it. Each check can
// fail, and says so when it does.
type breakage struct {
	change  func(*fixture)
	check   string
	verdict verdict
	whose   side
	says    string // in what or action
}

// examineEach breaks a fixture for each; the platform of FranceConnect is before
// a colon in the name, or v2.
func examineEach(t *testing.T, all map[string]breakage) {
	for name, c := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			platform := mockidp.V2
			if before, _, ok := strings.Cut(name, ": "); ok {
				platform = mockidp.Platform(before)
			}
			got := newFixture(t, platform, c.change).examine().of(c.check)
			require.Equal(t, c.verdict, got.Verdict, got)
			require.Equal(t, c.whose, got.Whose, got)
			require.Contains(t, got.What+got.Action, c.says)
		})
	}
}

// What follows are ways to break a fixture.

func env(pairs ...string) func(*fixture) {
	return func(f *fixture) {
		for i := 0; i < len(pairs); i += 2 {
			f.env[pairs[i]] = pairs[i+1]
		}
	}
}

func flags(more ...string) func(*fixture) {
	return func(f *fixture) { f.flags = append(f.flags, more...) }
}

func page(path string, h http.HandlerFunc) func(*fixture) {
	return func(f *fixture) { f.pages[path] = h }
}

func markup(old, new string) func(*fixture) {
	return page("/connexion", body(strings.Replace(goodPage, old, new, 1)))
}

func broken(path string, reply mockidp.Fault) func(*fixture) {
	return func(f *fixture) {
		f.after = func() { f.idp.InjectFault(path, reply) }
	}
}

// offline leaves -reseau out: the environment is a true one.
func offline(change func(*fixture)) func(*fixture) {
	return func(f *fixture) {
		change(f)
		f.flags = slices.DeleteFunc(f.flags, func(f string) bool { return f == "-reseau" })
	}
}

// readable keeps the secret in a file that everybody can read.
func readable(f *fixture) {
	file := filepath.Join(f.t.TempDir(), "secret")
	require.NoError(f.t, os.WriteFile(file, []byte(secret+"\n"), 0o600))
	require.NoError(f.t, os.Chmod(file, 0o644))
	env("FRANCECONNECT_CLIENT_SECRET", "", "FRANCECONNECT_CLIENT_SECRET_FILE", file)(f)
}

// organisationWith gives the program a file of an organisation, with another field.
func organisationWith(field string) func(*fixture) {
	return func(f *fixture) {
		file := filepath.Join(f.t.TempDir(), "ville.json")
		require.NoError(f.t, os.WriteFile(file, []byte(strings.Replace(organisationFile, `"host"`, field+`, "host"`, 1)), 0o600))
		flags("-reglages", file)(f)
	}
}

// behindDeadProxy puts a proxy in between that does not answer.
func behindDeadProxy(f *fixture) {
	f.system.transport = &http.Transport{Proxy: http.ProxyURL(&url.URL{Scheme: "http", Host: "127.0.0.1:1"})}
}

// behindProxy puts a proxy in between that answers by itself; address is
// FranceConnect's, if it is not the mock's.
func behindProxy(address string, status int, body, variable string) func(*fixture) {
	return func(f *fixture) {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}))
		f.t.Cleanup(server.Close)
		to, err := url.Parse(server.URL)
		require.NoError(f.t, err)
		through := newTransport().(*http.Transport)
		through.Proxy = http.ProxyURL(to)
		f.system.transport = through
		f.env[variable] = server.URL
		if address != "" {
			f.env["FRANCECONNECT_ENVIRONMENT"] = address
		}
	}
}

// behindProxyThatForbids puts a proxy in between that lets all calls through but
// those to one path.
func behindProxyThatForbids(path string) func(*fixture) {
	return func(f *fixture) {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, path) {
				http.Error(w, "blocked", http.StatusForbidden)
				return
			}
			(&httputil.ReverseProxy{Rewrite: func(*httputil.ProxyRequest) {}}).ServeHTTP(w, r)
		}))
		f.t.Cleanup(server.Close)
		to, err := url.Parse(server.URL)
		require.NoError(f.t, err)
		f.system.transport = &http.Transport{Proxy: http.ProxyURL(to)}
		f.env["HTTP_PROXY"] = server.URL
	}
}

// behindNoAddress has a proxy whose address has a password with a %.
func behindNoAddress(f *fixture) {
	address := "http://agent:m0tdepasse%@proxy.test"
	f.system.transport = &http.Transport{Proxy: func(*http.Request) (*url.URL, error) { return url.Parse(address) }}
}

// intercepted puts a proxy in between that decrypts, with an authority of its
// own.
func intercepted(f *fixture) {
	f.after = func() {
		server := httptest.NewUnstartedServer(f.idp)
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
		server.StartTLS()
		f.t.Cleanup(server.Close)
		f.env["FRANCECONNECT_ENVIRONMENT"] = server.URL
	}
}

func to(location string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, location, http.StatusFound) }
}

// changeTransport lets something between the portal and FranceConnect change
// requests.
func changeTransport(change func(*http.Request) error) func(*fixture) {
	return func(f *fixture) {
		base := f.system.transport
		f.system.transport = transport(func(r *http.Request) (*http.Response, error) {
			if err := change(r); err != nil {
				return nil, err
			}
			return base.RoundTrip(r)
		})
	}
}

func failRequests(err error) func(*fixture) {
	return changeTransport(func(r *http.Request) error { return err })
}

// cutPath lets nothing through to a path.
func cutPath(path string) func(*fixture) {
	return changeTransport(func(r *http.Request) error {
		if strings.HasSuffix(r.URL.Path, path) {
			return io.ErrUnexpectedEOF
		}
		return nil
	})
}

func changeRequests(path string, change func(*http.Request)) func(*fixture) {
	return changeTransport(func(r *http.Request) error {
		if strings.HasSuffix(r.URL.Path, path) {
			change(r)
		}
		return nil
	})
}

// changeLoginResponse lets something change what the portal answers to a login.
func changeLoginResponse(change func(http.Header)) func(*fixture) {
	return func(f *fixture) { f.changeLogin = change }
}

// cookie changes the cookie of the login.
func cookie(old, new string) func(*fixture) {
	return changeLoginResponse(func(h http.Header) { h.Set("Set-Cookie", strings.Replace(h.Get("Set-Cookie"), old, new, 1)) })
}

// request changes the request that the portal sends people off with.
func request(change func(url.Values)) func(*fixture) {
	return changeLoginResponse(func(h http.Header) {
		to, _ := url.Parse(h.Get("Location"))
		asked := to.Query()
		change(asked)
		to.RawQuery = asked.Encode()
		h.Set("Location", to.String())
	})
}

func addParameter(name, value string) func(*fixture) {
	return request(func(asked url.Values) { asked.Set(name, value) })
}

func styled(css string) func(*fixture) { return page("/style.css", body(css)) }

func headed(name, value string) func(*fixture) {
	return func(f *fixture) { f.headers[name] = value }
}

func all(changes ...func(*fixture)) func(*fixture) {
	return func(f *fixture) {
		for _, change := range changes {
			change(f)
		}
	}
}

// workingTreeWith keeps the secret in files of a folder.
func workingTreeWith(files fstest.MapFS) func(*fixture) {
	return func(f *fixture) {
		for name, file := range files {
			file.Data = []byte(strings.ReplaceAll(string(file.Data), "SECRET", secret))
			if index, ok := strings.CutPrefix(string(file.Data), "index: "); ok {
				content, err := os.ReadFile(filepath.Join("testdata", index))
				require.NoError(f.t, err)
				file.Data = content
			}
			files[name] = file
		}
		f.system.files = files
	}
}

// pageInFiles gives the program the sign-in page and its styles in files.
func pageInFiles(html, css string) func(*fixture) {
	return func(f *fixture) {
		dir := f.t.TempDir()
		for flag, text := range map[string]string{"-page": html, "-css": css} {
			file := filepath.Join(dir, flag)
			require.NoError(f.t, os.WriteFile(file, []byte(text), 0o600))
			flags(flag, file)(f)
		}
	}
}

// tokenInFile gives the program a token.
func tokenInFile(token string) func(*fixture) {
	return func(f *fixture) {
		file := filepath.Join(f.t.TempDir(), "jeton")
		require.NoError(f.t, os.WriteFile(file, []byte(token+"\n"), 0o600))
		flags("-jeton", file)(f)
	}
}

// signedIn gives the program the ID token of somebody who signed in.
func signedIn(f *fixture) {
	f.auto = true
	f.after = func() {
		jar, err := cookiejar.New(nil)
		require.NoError(f.t, err)
		res, err := (&http.Client{Jar: jar, Transport: portaltest.Web}).Get(f.portal + "/franceconnect/login")
		require.NoError(f.t, err)
		require.NoError(f.t, res.Body.Close())
		require.NotEmpty(f.t, f.hint)
		tokenInFile(string(f.hint))(f)
	}
}
