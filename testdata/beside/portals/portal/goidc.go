package main

import (
	"context"
	"net/http"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/franceconnect-go/franceconnect"
)

// goOIDC is as go-oidc's example: state and nonce in cookies, the rest by hand.
type goOIDC struct {
	settings
	provider *oidc.Provider
	verifier *oidc.IDTokenVerifier
	config   oauth2.Config
}

func newGoOIDC(s settings) (library, error) {
	p, err := oidc.NewProvider(context.Background(), s.issuer)
	if err != nil {
		return nil, err
	}
	return &goOIDC{s, p, p.Verifier(&oidc.Config{ClientID: s.id, SupportedSigningAlgs: []string{oidc.ES256}}), s.oauth(p.Endpoint())}, nil
}

func (s settings) oauth(at oauth2.Endpoint) oauth2.Config {
	at.AuthStyle = oauth2.AuthStyleInParams // FranceConnect refuses the other
	return oauth2.Config{ClientID: s.id, ClientSecret: s.secret, RedirectURL: s.callback, Endpoint: at, Scopes: s.scopes}
}

func (g *goOIDC) login(w http.ResponseWriter, r *http.Request, next string) error {
	state, nonce := drawn(), drawn()
	for name, value := range map[string]string{"state": state, "nonce": nonce, "next": next} {
		keep(w, r, name, value)
	}
	http.Redirect(w, r, g.config.AuthCodeURL(state, oidc.Nonce(nonce), oauth2.SetAuthURLParam("acr_values", level)), http.StatusFound)
	return nil
}

// keep gives the browser a cookie.
func keep(w http.ResponseWriter, r *http.Request, name, value string) {
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: 3600, Secure: r.TLS != nil, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// taken returns a cookie, and has the browser forget it.
func taken(w http.ResponseWriter, r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	http.SetCookie(w, &http.Cookie{Name: name, Path: "/", MaxAge: -1})
	return c.Value
}

func (g *goOIDC) callback(w http.ResponseWriter, r *http.Request) (nobody franceconnect.Session, err error) {
	state, nonce, next := taken(w, r, "state"), taken(w, r, "nonce"), taken(w, r, "next")
	if err := g.answered(r, state); err != nil {
		return nobody, err
	}
	t, err := g.config.Exchange(r.Context(), r.FormValue("code"))
	if err != nil {
		return nobody, err
	}
	text, _ := t.Extra("id_token").(string)
	id, err := g.verifier.Verify(r.Context(), text)
	if err != nil {
		return nobody, err
	}
	if id.Nonce != nonce {
		return nobody, errState
	}
	var c struct {
		ACR string `json:"acr"`
	}
	if err := id.Claims(&c); err != nil {
		return nobody, err
	}
	answer, err := g.provider.UserInfo(r.Context(), oauth2.StaticTokenSource(t))
	if err != nil {
		return nobody, err
	}
	var u userinfo
	if err := answer.Claims(&u); err != nil {
		return nobody, err
	}
	return g.session(u, id.Subject, c.ACR, text, next)
}
