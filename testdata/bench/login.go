package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"time"
)

// The rows of a whole login whose keys and connections are held: an address
// drawn, the code traded, the ID token and the userinfo verified.

func loginsInTurn() row {
	return row{name: "warm login, one after another", slice: 12 * time.Millisecond, open: func() ([]contender, error) {
		return logins(serve(false, false), transports)
	}}
}

func loginsAtOnce() row {
	return row{name: "warm login, 32 at once", atOnce: 32, slice: 40 * time.Millisecond, open: func() ([]contender, error) {
		return logins(serve(false, false), transports)
	}}
}

func loginsWithoutSockets() row {
	return row{name: "warm login, sockets removed", open: func() ([]contender, error) {
		p := newIDP()
		return logins(p, withoutSockets)
	}}
}

func transports(*idp) *http.Client { return &http.Client{Transport: roomy()} }

func withoutSockets(p *idp) *http.Client { return &http.Client{Transport: p} }

// loginRequests counts what a warm login asks of the provider.
func loginRequests() row {
	return row{name: "warm login, requests", count: func() ([]line, error) {
		p := serve(false, false)
		all, err := logins(p, transports)
		if err != nil {
			return nil, err
		}
		return requestsOf(p, "warm login, requests", slices.DeleteFunc(all, func(c contender) bool { return c.name == proConnectName })) // which is not at p
	}}
}

func requestsOf(p *idp, name string, all []contender) ([]line, error) {
	return eachOf(name, all, 10, p.requests)
}

// loginBytes counts what a warm login allocates, the answers of the provider
// included.
func loginBytes() row {
	return row{name: "warm login, bytes", count: func() ([]line, error) {
		p := newIDP()
		all, err := logins(p, withoutSockets)
		if err != nil {
			return nil, err
		}
		return eachOf("warm login, bytes", all, 1000, allocated)
	}}
}

func allocated() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.TotalAlloc)
}

// eachOf returns by how much a number grows with each of so many runs.
func eachOf(name string, all []contender, runs int, number func() int64) ([]line, error) {
	l := line{name: name, counted: true, cells: map[string]cell{}}
	for _, c := range all {
		if err := c.prove(); err != nil {
			return nil, err
		}
		before := number()
		repeat(c, runs)
		l.cells[c.name] = cell{value: float64(number()-before) / float64(runs)}
	}
	return []line{l}, nil
}

// A signIn makes a relying party, and returns its login.
type signIn func(p *idp, h *http.Client) (func() error, error)

// A party is a contender at logins.
type party struct {
	name string
	open signIn
}

var signIns = []party{{floorName, bareLogin}, {oursName, ourLogin}, {"go-oidc", goOIDCLogin}, {"cap", capLogin}}

func logins(p *idp, h func(*idp) *http.Client) (all []contender, err error) {
	for _, s := range signIns {
		run, err := s.open(p, h(p))
		if err != nil {
			return nil, err
		}
		all = append(all, p.visitor(s.name, run))
	}
	q := p.professionals()
	run, err := professionalLogin(q, h(q))
	if err != nil {
		return nil, err
	}
	return append(all, q.visitor(proConnectName, run)), nil
}

// visitor returns a contender that must refuse each of the provider's tokens when
// it is spoiled.
func (p *idp) visitor(name string, run func() error) contender {
	spoiled := func(id, userinfo bool) func() error {
		return func() error {
			p.mint(id, userinfo)
			defer p.mint(false, false)
			return run()
		}
	}
	return contender{name: name, run: run, spoiled: []func() error{spoiled(true, false), spoiled(false, true)}}
}

// bareLogin returns the floor: the two requests, as they are, and two floors.
func bareLogin(p *idp, h *http.Client) (func() error, error) {
	if h == nil {
		h = http.DefaultClient
	}
	form := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {redirectURL},
		"client_id": {clientID}, "client_secret": {clientSecret}}.Encode()
	leave := bareURL(p)
	return func() error {
		if _, err := leave(); err != nil {
			return err
		}
		id, err := bareExchange(p, h, form)
		if err != nil {
			return err
		}
		if err := floorES256(id, &idClaims{}); err != nil {
			return err
		}
		person, err := bareRequest(h, http.MethodGet, p.issuer+"/userinfo", "", "Bearer "+accessToken)
		if err != nil {
			return err
		}
		return floorES256(string(person), &userClaims{})
	}, nil
}

func bareExchange(p *idp, h *http.Client, form string) (string, error) {
	body, err := bareRequest(h, http.MethodPost, p.issuer+"/token", form, "")
	if err != nil {
		return "", err
	}
	var answer struct {
		AccessToken string `json:"access_token"`
		IDToken     string `json:"id_token"`
	}
	err = json.Unmarshal(body, &answer)
	return answer.IDToken, err
}

func bareRequest(h *http.Client, method, address, form, authorization string) ([]byte, error) {
	var body io.Reader
	if form != "" {
		body = strings.NewReader(form)
	}
	req, err := http.NewRequest(method, address, body)
	if err != nil {
		return nil, err
	}
	if form != "" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	res, err := h.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	return io.ReadAll(res.Body)
}
