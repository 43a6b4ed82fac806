package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/franceconnect-go/franceconnect"
)

// A portal is one client of the provider, with keys that can be changed while it runs.
type portal struct {
	name, alg string
	cache     string // in the place of the handler's Cache-Control; empty leaves it
	file      string // of its keys
	at        string // its address

	mu      sync.Mutex
	config  franceconnect.Config
	client  *franceconnect.Client
	hints   map[string]franceconnect.IDTokenHint // by level: of the last who signed in
	fetched []time.Time                          // when the provider fetched its keys
}

const secret = "not-a-secret-but-long-enough-for-this-run"

// register is what the provider knows of a portal.
func (p *portal) register() map[string]string {
	return map[string]string{"id": p.name, "secret": secret, "alg": p.alg, "redirect_uri": p.at + "/callback",
		"post_logout_redirect_uri": p.at + "/out", "jwks_uri": p.at + "/jwks.json"}
}

// load starts the portal again with the keys of its file.
func (p *portal) load() error {
	text, err := os.ReadFile(p.file)
	if err != nil {
		return err
	}
	keys, err := franceconnect.ParseDecryptionKeys(text)
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.config.DecryptionKeys = keys
	client, err := franceconnect.New(p.config)
	if err != nil {
		return err
	}
	p.client = client
	return nil
}

func (p *portal) now() *franceconnect.Client {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.client
}

// fetchedSince reports whether the provider has read the keys since then.
func (p *portal) fetchedSince(t time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.fetched) > 0 && p.fetched[len(p.fetched)-1].After(t)
}

// awaitFetch waits until the provider has read the keys since then.
func (p *portal) awaitFetch(ctx context.Context, t time.Time) error {
	for !p.fetchedSince(t) {
		if err := pause(ctx, period); err != nil {
			return err
		}
	}
	return nil
}

func (p *portal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	fc := p.now()
	switch strings.TrimPrefix(r.URL.Path, "/"+p.name) {
	case "/login":
		ask := franceconnect.LoginRequest{}
		if r.FormValue("level") == "3" {
			ask.Level = franceconnect.Eidas3
		}
		tell(w, fc.Login(w, r, ask))
	case "/callback":
		s, err := fc.Callback(w, r)
		if err != nil {
			tell(w, err)
			return
		}
		p.mu.Lock()
		p.hints[s.Level.String()] = s.IDTokenHint
		p.mu.Unlock()
		fmt.Fprintf(w, "in %s %s", s.Level, s.Identity.FamilyName)
	case "/logout":
		p.mu.Lock()
		hint := p.hints[r.FormValue("level")]
		p.mu.Unlock()
		tell(w, fc.Logout(w, r, hint))
	case "/out":
		fmt.Fprintf(w, "out %t", fc.LogoutCallback(w, r))
	case "/jwks.json":
		if r.URL.RawQuery == "" { // otherwise it is the program, which looks before each step
			p.mu.Lock()
			p.fetched = append(p.fetched, time.Now())
			p.mu.Unlock()
		}
		fc.JWKSHandler().ServeHTTP(&front{w, p.cache}, r)
	default:
		http.NotFound(w, r)
	}
}

// tell writes the reason of an error, if there is one.
func tell(w http.ResponseWriter, err error) {
	if err == nil {
		return
	}
	reason := err.Error()
	if e := (*franceconnect.Error)(nil); errors.As(err, &e) {
		reason = e.Reason
	}
	http.Error(w, reason, http.StatusBadGateway)
}

// A front changes Cache-Control, as a server before the portal might.
type front struct {
	http.ResponseWriter
	cache string
}

func (f *front) Write(b []byte) (int, error) {
	if f.cache != "" {
		f.Header().Set("Cache-Control", f.cache)
	}
	return f.ResponseWriter.Write(b)
}

// keySet reads the keys of a portal's file, one by one.
func (p *portal) keySet() ([]json.RawMessage, error) {
	text, err := os.ReadFile(p.file)
	if err != nil {
		return nil, err
	}
	var set struct{ Keys []json.RawMessage }
	return set.Keys, json.Unmarshal(text, &set)
}

// replace starts the portal again with other keys, whatever the provider still uses.
func (p *portal) replace(keys ...json.RawMessage) error {
	text, err := json.Marshal(map[string]any{"keys": keys})
	if err != nil {
		return err
	}
	if err := os.WriteFile(p.file, text, 0o600); err != nil {
		return err
	}
	return p.load()
}

// start makes the portal, with a first key.
func (p *portal) start(ctx context.Context, r *run) error {
	if _, err := r.program(ctx, "keys", "decryption", "-kid", "old", "-alg", p.alg, p.file); err != nil {
		return err
	}
	p.config = franceconnect.Config{Environment: r.environment, ClientID: p.name, ClientSecret: secret,
		RedirectURL: p.at + "/callback", PostLogoutRedirectURL: p.at + "/out", Scopes: []string{"identite_pivot"},
		CookieKeys: []franceconnect.CookieKey{franceconnect.NewCookieKey()}}
	p.hints = map[string]franceconnect.IDTokenHint{}
	return p.load()
}
