package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"sync"
	"time"

	"github.com/franceconnect-go/franceconnect"
)

const (
	id     = "franceconnect-go"
	secret = "not-a-secret-but-long-enough-for-this-run"
)

// A portal is one on this library. Its Client is made anew for each module, as each has an
// issuer and keys of its own.
type portal struct {
	*http.Server

	at      string
	alg     string
	suite   *http.Client // for what the suite is asked as FranceConnect is
	mu      sync.Mutex
	client  *franceconnect.Client
	hint    franceconnect.IDTokenHint
	refused error // why nobody was signed in
}

// listen starts the portal on this machine.
func listen(suite *http.Client, alg string) (*portal, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &portal{at: "http://" + l.Addr().String(), alg: alg, suite: suite}
	p.Server = &http.Server{Handler: p, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = p.Serve(l) }() // until Close
	return p, nil
}

// registration is the configuration of a plan: what the suite knows of the portal.
func (p *portal) registration() map[string]any {
	return map[string]any{
		"alias": id, "description": "franceconnect-go", "waitTimeoutSeconds": 5,
		"client": map[string]any{
			"client_id": id, "client_secret": secret, "redirect_uri": p.at + "/callback", "post_logout_redirect_uri": p.at + "/out",
			"backchannel_logout_uri":       p.at + "/ended", // or the suite tries no logout
			"id_token_signed_response_alg": p.alg, "userinfo_signed_response_alg": p.alg,
		},
	}
}

func (p *portal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var err error
	switch r.URL.Path {
	case "/login":
		err = p.client.Login(w, r, franceconnect.LoginRequest{})
	case "/callback":
		var s *franceconnect.Session
		if s, err = p.client.Callback(w, r); err == nil {
			p.hint = s.IDTokenHint
		}
	case "/logout":
		err = p.client.Logout(w, r, p.hint)
	case "/out":
		if !p.client.LogoutCallback(w, r) {
			err = errors.New("a logout came back that was not ours")
		}
	case "/ended": // nothing is left to end: Logout has ended it
		w.Header().Set("Cache-Control", "no-store")
	}
	if err != nil {
		p.refused = err
		w.WriteHeader(http.StatusBadGateway)
	}
}

func reasonOf(err error) string {
	if e := (*franceconnect.Error)(nil); errors.As(err, &e) {
		return e.Reason
	}
	return err.Error()
}

// visit signs in and, if it is to, out again, as one browser. It returns why that did not
// come to its end.
func (p *portal) visit(ctx context.Context, out bool) error {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	browser := &http.Client{Jar: jar, Transport: p.suite.Transport, Timeout: p.suite.Timeout}
	err = ask(ctx, browser, http.MethodGet, p.at+"/login")
	if err == nil && out {
		err = ask(ctx, browser, http.MethodPost, p.at+"/logout")
	}
	if err == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return cmp.Or(p.refused, err)
}

// open discovers an issuer, and makes the Client that signs in there.
func (p *portal) open(ctx context.Context, issuer string) error {
	at, err := franceconnect.Discover(ctx, issuer, p.suite)
	if err != nil {
		return err
	}
	at.Algorithms = []string{p.alg} // the one that the client is registered with
	client, err := franceconnect.New(franceconnect.Config{
		Environment: at, ClientID: id, ClientSecret: secret, RedirectURL: p.at + "/callback", PostLogoutRedirectURL: p.at + "/out",
		CookieKeys: []franceconnect.CookieKey{franceconnect.NewCookieKey()}, HTTPClient: p.suite,
	})
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.client, p.hint, p.refused = client, "", nil
	return nil
}

func ask(ctx context.Context, browser *http.Client, method, address string) error {
	r, err := http.NewRequestWithContext(ctx, method, address, nil)
	if err != nil {
		return err
	}
	res, err := browser.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, io.LimitReader(res.Body, 1<<20)); err != nil {
		return err
	}
	if res.StatusCode >= 400 {
		return fmt.Errorf("the browser ended on %s", res.Status)
	}
	return nil
}
