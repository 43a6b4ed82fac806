package main

import (
	"io"
	"log"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// A breakage is something wrong, and the check that finds it. Each check can
// fail, and says so when it does.
type breakage struct {
	change  func(*town)
	check   string
	verdict verdict
	whose   side
	says    string // in what or action
}

// examineEach breaks a town for each; the platform of FranceConnect is before a
// colon in the name, or v2.
func examineEach(t *testing.T, all map[string]breakage) {
	for name, c := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			platform := mockidp.V2
			if before, _, ok := strings.Cut(name, ": "); ok {
				platform = mockidp.Platform(before)
			}
			got := newTown(t, platform, c.change).examine().of(c.check)
			require.Equal(t, c.verdict, got.Verdict, got)
			require.Equal(t, c.whose, got.Whose, got)
			require.Contains(t, got.What+got.Action, c.says)
		})
	}
}

// What follows are ways to break a town.

func env(pairs ...string) func(*town) {
	return func(town *town) {
		for i := 0; i < len(pairs); i += 2 {
			town.env[pairs[i]] = pairs[i+1]
		}
	}
}

func flags(more ...string) func(*town) {
	return func(town *town) { town.flags = append(town.flags, more...) }
}

func page(path string, h http.HandlerFunc) func(*town) {
	return func(town *town) { town.pages[path] = h }
}

func markup(old, new string) func(*town) {
	return page("/connexion", body(strings.Replace(goodPage, old, new, 1)))
}

func broken(path string, reply mockidp.Fault) func(*town) {
	return func(town *town) {
		town.after = func() { town.idp.InjectFault(path, reply) }
	}
}

// offline is without -reseau: the environment is a true one.
func offline(change func(*town)) func(*town) {
	return func(town *town) {
		change(town)
		town.flags = slices.DeleteFunc(town.flags, func(f string) bool { return f == "-reseau" })
	}
}

// readable keeps the secret in a file that everybody can read.
func readable(town *town) {
	file := filepath.Join(town.t.TempDir(), "secret")
	require.NoError(town.t, os.WriteFile(file, []byte(secret+"\n"), 0o600))
	require.NoError(town.t, os.Chmod(file, 0o644))
	env("FRANCECONNECT_CLIENT_SECRET", "", "FRANCECONNECT_CLIENT_SECRET_FILE", file)(town)
}

// behind is behind a proxy that does not answer.
func behind(town *town) {
	town.world.transport = &http.Transport{Proxy: http.ProxyURL(&url.URL{Scheme: "http", Host: "127.0.0.1:1"})}
}

// intercepted is behind a proxy that decrypts, with an authority of its own.
func intercepted(town *town) {
	town.after = func() {
		server := httptest.NewUnstartedServer(town.idp)
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
		server.StartTLS()
		town.t.Cleanup(server.Close)
		town.env["FRANCECONNECT_ENVIRONMENT"] = server.URL
	}
}

func to(location string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, location, http.StatusFound) }
}

// carried lets something between the portal and FranceConnect change requests.
func carried(change func(*http.Request) error) func(*town) {
	return func(town *town) {
		base := town.world.transport
		town.world.transport = transport(func(r *http.Request) (*http.Response, error) {
			if err := change(r); err != nil {
				return nil, err
			}
			return base.RoundTrip(r)
		})
	}
}

func lost(err error) func(*town) {
	return carried(func(r *http.Request) error { return err })
}

// cut lets nothing through to a path.
func cut(path string) func(*town) {
	return carried(func(r *http.Request) error {
		if strings.HasSuffix(r.URL.Path, path) {
			return io.ErrUnexpectedEOF
		}
		return nil
	})
}

func at(path string, change func(*http.Request)) func(*town) {
	return carried(func(r *http.Request) error {
		if strings.HasSuffix(r.URL.Path, path) {
			change(r)
		}
		return nil
	})
}

// departs lets something change what the portal answers to who departs.
func departs(change func(http.Header)) func(*town) {
	return func(town *town) { town.departed = change }
}

// cookie changes the cookie of the login.
func cookie(old, new string) func(*town) {
	return departs(func(h http.Header) { h.Set("Set-Cookie", strings.Replace(h.Get("Set-Cookie"), old, new, 1)) })
}

// request changes the request that the portal sends people off with.
func request(change func(url.Values)) func(*town) {
	return departs(func(h http.Header) {
		to, _ := url.Parse(h.Get("Location"))
		asked := to.Query()
		change(asked)
		to.RawQuery = asked.Encode()
		h.Set("Location", to.String())
	})
}

func asks(name, value string) func(*town) {
	return request(func(asked url.Values) { asked.Set(name, value) })
}

func styled(css string) func(*town) { return page("/style.css", body(css)) }

func headed(name, value string) func(*town) {
	return func(town *town) { town.headers[name] = value }
}

func both(changes ...func(*town)) func(*town) {
	return func(town *town) {
		for _, change := range changes {
			change(town)
		}
	}
}

// holding keeps the secret in files of a folder.
func holding(files fstest.MapFS) func(*town) {
	return func(town *town) {
		for name, file := range files {
			file.Data = []byte(strings.ReplaceAll(string(file.Data), "SECRET", secret))
			if index, ok := strings.CutPrefix(string(file.Data), "index: "); ok {
				content, err := os.ReadFile(filepath.Join("testdata", index))
				require.NoError(town.t, err)
				file.Data = content
			}
			files[name] = file
		}
		town.world.here = files
	}
}

// shown gives the doctor the sign-in page and its styles in files.
func shown(html, css string) func(*town) {
	return func(town *town) {
		dir := town.t.TempDir()
		for flag, text := range map[string]string{"-page": html, "-css": css} {
			file := filepath.Join(dir, flag)
			require.NoError(town.t, os.WriteFile(file, []byte(text), 0o600))
			flags(flag, file)(town)
		}
	}
}

// hinted gives the doctor a token.
func hinted(token string) func(*town) {
	return func(town *town) {
		file := filepath.Join(town.t.TempDir(), "jeton")
		require.NoError(town.t, os.WriteFile(file, []byte(token+"\n"), 0o600))
		flags("-jeton", file)(town)
	}
}

// signedIn gives the doctor the ID token of somebody who signed in.
func signedIn(town *town) {
	town.auto = true
	town.after = func() {
		jar, err := cookiejar.New(nil)
		require.NoError(town.t, err)
		res, err := (&http.Client{Jar: jar}).Get(town.portal + "/franceconnect/login")
		require.NoError(town.t, err)
		require.NoError(town.t, res.Body.Close())
		require.NotEmpty(town.t, town.hint)
		hinted(string(town.hint))(town)
	}
}
