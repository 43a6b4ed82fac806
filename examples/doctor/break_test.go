package main

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

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
	return page("/connexion", body(strings.Replace(signInPage, old, new, 1)))
}

func broken(path string, reply mockidp.Reply) func(*town) {
	return func(town *town) {
		town.after = func() { town.idp.Break(path, reply) }
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

func at(path string, change func(*http.Request)) func(*town) {
	return carried(func(r *http.Request) error {
		if strings.HasSuffix(r.URL.Path, path) {
			change(r)
		}
		return nil
	})
}
