package main

import (
	"net/http"
	"time"
)

// The rows of the first identity of a process: no client, no keys and no
// connection yet, and 20 ms before each of the provider's answers, so that
// round trips are what counts.

func coldStart() row {
	return row{name: "cold start, 20 ms an answer", slice: time.Millisecond, division: 5, open: func() ([]contender, error) {
		p, plain := slow()
		return coldStarts(p, plain), nil
	}}
}

func coldStartRequests() row {
	return row{name: "cold start, requests", count: func() ([]line, error) {
		p, plain := serve(false, false), serve(false, true)
		all := coldStarts(p, plain)
		last := len(all) - 1 // zitadel, at a provider of its own
		lines, err := requestsOf(p, "cold start, requests", all[:last])
		if err != nil {
			return nil, err
		}
		more, err := requestsOf(plain, "", all[last:])
		if err != nil {
			return nil, err
		}
		lines[0].cells[all[last].name] = more[0].cells[all[last].name]
		return lines, nil
	}}
}

func slow() (p, plain *idp) {
	p, plain = serve(false, false), serve(false, true)
	p.delay, plain.delay = 20*time.Millisecond, 20*time.Millisecond
	return p, plain
}

func coldStarts(p, plain *idp) (all []contender) {
	for _, s := range signIns {
		if s.name == floorName {
			s.open = bareColdLogin
		}
		all = append(all, p.visitor(s.name, cold(p, s.open)))
	}
	return append(all, plain.visitor("zitadel", cold(plain, zitadelLogin)))
}

// cold starts from nothing each time.
func cold(p *idp, open signIn) func() error {
	return func() error {
		h := transports(nil)
		defer h.CloseIdleConnections()
		run, err := open(p, h)
		if err != nil {
			return err
		}
		return run()
	}
}

// bareColdLogin asks for all there is to ask for, one after the other.
func bareColdLogin(p *idp, h *http.Client) (func() error, error) {
	for _, path := range []string{"/.well-known/openid-configuration", "/jwks"} {
		if _, err := bareRequest(h, http.MethodGet, p.issuer+path, "", ""); err != nil {
			return nil, err
		}
	}
	return bareLogin(p, h)
}
