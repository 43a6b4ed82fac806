package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/http"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	"golang.org/x/oauth2"
)

// goOIDCKeys fetches the provider's keys once and holds them.
func goOIDCKeys(p *idp) oidc.KeySet {
	return oidc.NewRemoteKeySet(oidc.ClientContext(context.Background(), &http.Client{Transport: p}), p.issuer+"/jwks")
}

// secretKeys is what go-oidc needs for HS256.
type secretKeys struct{}

func (secretKeys) VerifySignature(_ context.Context, token string) ([]byte, error) {
	parsed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.HS256})
	if err != nil {
		return nil, err
	}
	return parsed.Verify([]byte(clientSecret))
}

func goOIDCIDToken(p *idp, alg string, keys oidc.KeySet) func(string) error {
	v := oidc.NewVerifier(p.issuer, keys, &oidc.Config{ClientID: clientID, SupportedSigningAlgs: []string{alg}})
	return func(text string) error { return goOIDCVerify(p, v, text) }
}

// goOIDCVerify looks itself at what go-oidc leaves to the caller.
func goOIDCVerify(p *idp, v *oidc.IDTokenVerifier, text string) error {
	t, err := v.Verify(context.Background(), text)
	if err != nil {
		return err
	}
	var c struct {
		ACR string `json:"acr"`
	}
	if err := t.Claims(&c); err != nil {
		return err
	}
	if t.Nonce != p.nonce || c.ACR != level {
		return errClaims
	}
	return nil
}

// goOIDCUserinfo returns what Provider.UserInfo does once it has the answer.
func goOIDCUserinfo(p *idp) func(string) error {
	keys := goOIDCKeys(p)
	return func(text string) error {
		payload, err := keys.VerifySignature(context.Background(), text)
		if err != nil {
			return err
		}
		var own struct {
			Subject string `json:"sub"`
			Profile string `json:"profile"`
			Email   string `json:"email"`
		}
		if err := json.Unmarshal(payload, &own); err != nil {
			return err
		}
		var c userClaims
		if err := json.Unmarshal(payload, &c); err != nil {
			return err
		}
		return c.check(p.issuer)
	}
}

func oauthConfig(p *idp) *oauth2.Config {
	return &oauth2.Config{ClientID: clientID, ClientSecret: clientSecret, RedirectURL: redirectURL, Scopes: scopes,
		Endpoint: oauth2.Endpoint{AuthURL: p.issuer + "/authorize", TokenURL: p.issuer + "/token", AuthStyle: oauth2.AuthStyleInParams}}
}

// drawn returns a state or a nonce as callers make them.
func drawn() string {
	var b [32]byte
	_, _ = rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func goOIDCURL(c *oauth2.Config) string {
	return c.AuthCodeURL(drawn(), oidc.Nonce(drawn()), oauth2.SetAuthURLParam("acr_values", level))
}

// goOIDCLogin returns the login of go-oidc's documentation; h may be nil.
func goOIDCLogin(p *idp, h *http.Client) (func() error, error) {
	ctx := context.Background()
	if h != nil {
		ctx = oidc.ClientContext(ctx, h)
	}
	discovered, err := oidc.NewProvider(ctx, p.issuer)
	if err != nil {
		return nil, err
	}
	v, conf := discovered.Verifier(&oidc.Config{ClientID: clientID}), oauthConfig(p)
	return func() error {
		_ = goOIDCURL(conf)
		t, err := conf.Exchange(ctx, code)
		if err != nil {
			return err
		}
		text, _ := t.Extra("id_token").(string)
		if err := goOIDCVerify(p, v, text); err != nil {
			return err
		}
		answer, err := discovered.UserInfo(ctx, oauth2.StaticTokenSource(t))
		if err != nil {
			return err
		}
		var c userClaims
		if err := answer.Claims(&c); err != nil {
			return err
		}
		return c.check(p.issuer)
	}, nil
}
