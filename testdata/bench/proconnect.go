package main

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"time"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/proconnect"
)

// A login at ProConnect, beside one at FranceConnect v2 in the same run: it sends
// PKCE and a set of levels, and a professional has other claims.

const proConnectName = "ours at ProConnect"

// professionals returns a ProConnect that answers as p does.
func (p *idp) professionals() *idp {
	q := &idp{issuer: p.issuer, professional: true}
	if p.server != nil {
		q.server = httptest.NewServer(http.HandlerFunc(q.handle))
		q.issuer = q.server.URL
		served = append(served, q.server)
	}
	q.fill()
	return q
}

type professionalClaims struct {
	Subject      string `json:"sub"`
	GivenName    string `json:"given_name"`
	UsualName    string `json:"usual_name"`
	Email        string `json:"email"`
	SIRET        string `json:"siret"`
	SIREN        string `json:"siren"`
	Organization string `json:"organization_label"`
	Audience     string `json:"aud"`
	Expiry       int64  `json:"exp"`
	IssuedAt     int64  `json:"iat"`
	Issuer       string `json:"iss"`
}

func newProfessionalClaims(issuer string) professionalClaims {
	now := time.Now().Unix()
	return professionalClaims{subject, "Angela Claire", "DUBOIS", "angela.dubois@example.fr", "13002526500013", "130025265", "DINUM", clientID, now + 3600, now, issuer}
}

func professionalClient(p *idp, h *http.Client) (*proconnect.Client, error) {
	return proconnect.New(proconnect.Config{
		Environment: proconnect.Environment(p.issuer), ClientID: clientID, ClientSecret: clientSecret, RedirectURL: redirectURL,
		CookieKeys: []franceconnect.CookieKey{{1}}, Scopes: []string{"given_name", "usual_name", "email", "siret"}, HTTPClient: h, Store: everyLogin{},
	})
}

// professionalLogin is ourLogin at ProConnect.
func professionalLogin(p *idp, h *http.Client) (func() error, error) {
	c, err := professionalClient(p, h)
	if err != nil {
		return nil, err
	}
	return func() error {
		if err := c.Login(newReply(), visit, proconnect.LoginRequest{ReturnTo: "/"}); err != nil {
			return err
		}
		s, err := c.Callback(newReply(), p.back)
		if err == nil && (s.Assurance != proconnect.Eidas1 || s.Professional.UsualName == "" || s.Professional.SIREN == "") {
			return errClaims
		}
		return err
	}, nil
}

// leaveProConnect opens the login that p's tokens will answer.
func (p *idp) leaveProConnect() {
	w := newReply()
	if err := must(professionalClient(p, nil)).Login(w, visit, proconnect.LoginRequest{ReturnTo: "/"}); err != nil {
		panic(err)
	}
	cookie, _, _ := strings.Cut(w.header.Get("Set-Cookie"), ";")
	p.comeBack(must(url.Parse(w.header.Get("Location"))).Query(), cookie)
}
