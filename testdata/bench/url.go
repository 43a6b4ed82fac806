package main

import (
	"errors"
	"fmt"
	"net/url"
)

// The rows of sending a person off: an address with a state and a nonce that
// were never used.

func authorizationURL() row {
	return row{name: "authorization URL", open: func() ([]contender, error) {
		p := newIDP()
		conf, party := oauthConfig(p), zitadelParty(p)
		capProvider, err := capProvider(p, clientID, clientSecret, "ES256", true, p)
		if err != nil {
			return nil, err
		}
		ours := ourURL(p)
		return urls(map[string]func() (string, error){
			floorName: bareURL(p),
			oursName:  func() (string, error) { return ours(), nil },
			"go-oidc": func() (string, error) { return goOIDCURL(conf), nil },
			"zitadel": func() (string, error) { return zitadelURL(party), nil },
			"cap":     func() (string, error) { return capURL(capProvider) },
		})
	}}
}

// sealedURL has the login kept in a cookie that nobody can read or change.
// Only zitadel has that too.
func sealedURL() row {
	return row{name: "authorization URL, login sealed in a cookie", open: func() ([]contender, error) {
		p := newIDP()
		client, err := ourClient(p, nil)
		if err != nil {
			return nil, err
		}
		party := zitadelParty(p)
		return urls(map[string]func() (string, error){
			floorName: bareURL(p),
			oursName: func() (string, error) {
				w, err := ourLeaving(client)
				return w.header.Get("Location"), err
			},
			"zitadel": func() (string, error) { return zitadelLeaving(party).header.Get("Location"), nil },
		})
	}}
}

func bareURL(p *idp) func() (string, error) {
	fixed := p.issuer + "/authorize?" + url.Values{"response_type": {"code"}, "client_id": {clientID}, "redirect_uri": {redirectURL},
		"scope": {"openid given_name family_name birthdate gender birthplace birthcountry email"}, "acr_values": {level}}.Encode()
	return func() (string, error) { return floorURL(fixed), nil }
}

var errNotFresh = errors.New("the address is not fresh")

// urls proves that addresses are whole, and never twice the same.
func urls(makers map[string]func() (string, error)) (all []contender, err error) {
	for _, name := range columns {
		make, ok := makers[name]
		if !ok {
			continue
		}
		seen := map[string]bool{}
		for range 2 {
			text, err := make()
			if err != nil {
				return nil, err
			}
			u, err := url.Parse(text)
			if err != nil {
				return nil, err
			}
			q := u.Query()
			if q.Get("client_id") != clientID || len(q.Get("state")) < 20 || seen[q.Get("state")] || seen[q.Get("nonce")] {
				return nil, fmt.Errorf("%s: %w: %s", name, errNotFresh, text)
			}
			seen[q.Get("state")], seen[q.Get("nonce")] = true, true
		}
		all = append(all, contender{name: name, run: func() error { _, err := make(); return err }})
	}
	return all, nil
}
