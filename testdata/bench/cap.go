package main

import (
	"context"
	"net/http"
	"time"

	"github.com/hashicorp/cap/oidc"
)

// capProvider asks for the discovery document if endpoints are not known; h
// may be nil.
func capProvider(p *idp, client, secret, alg string, known bool, h http.RoundTripper) (*oidc.Provider, error) {
	options := []oidc.Option{oidc.WithScopes(scopes[1:]...), oidc.WithAudiences(client)}
	if known {
		options = append(options, oidc.WithProviderConfig(&oidc.ProviderConfig{
			AuthURL: p.issuer + "/authorize", TokenURL: p.issuer + "/token", UserInfoURL: p.issuer + "/userinfo", JWKSURL: p.issuer + "/jwks"}))
	}
	if h != nil {
		options = append(options, oidc.WithRoundTripper(h))
	}
	c, err := oidc.NewConfig(p.issuer, client, oidc.ClientSecret(secret), []oidc.Alg{oidc.Alg(alg)}, []string{redirectURL}, options...)
	if err != nil {
		return nil, err
	}
	return oidc.NewProvider(c)
}

const capState = "a-state-that-is-long-enough-for-everybody"

func capRequest(p *idp) (*oidc.Req, error) {
	return oidc.NewRequest(time.Hour, redirectURL, oidc.WithState(capState), oidc.WithNonce(p.nonce))
}

func capIDToken(p *idp, alg string) func(string) error {
	provider := must(capProvider(p, clientID, clientSecret, alg, true, p))
	request := must(capRequest(p))
	return func(text string) error {
		c, err := provider.VerifyIDToken(context.Background(), oidc.IDToken(text), request)
		if err == nil && c["acr"] != level {
			return errClaims
		}
		return err
	}
}

func capURL(provider *oidc.Provider) (string, error) {
	request, err := oidc.NewRequest(time.Hour, redirectURL, oidc.WithACRValues(level))
	if err != nil {
		return "", err
	}
	return provider.AuthURL(context.Background(), request)
}

// capLogin offers no way to say that the secret goes into the form.
func capLogin(p *idp, h *http.Client) (func() error, error) {
	var base http.RoundTripper
	if h != nil {
		base = h.Transport
	}
	provider, err := capProvider(p, clientID, clientSecret, "ES256", false, base)
	if err != nil {
		return nil, err
	}
	request, err := capRequest(p)
	if err != nil {
		return nil, err
	}
	return func() error {
		if _, err := capURL(provider); err != nil {
			return err
		}
		t, err := provider.Exchange(context.Background(), request, capState, code)
		if err != nil {
			return err
		}
		var id idClaims
		if err := t.IDToken().Claims(&id); err != nil {
			return err
		}
		if id.ACR != level {
			return errClaims
		}
		var c userClaims
		if err := provider.UserInfo(context.Background(), t.StaticTokenSource(), id.Subject, &c); err != nil {
			return err
		}
		if c.Subject != id.Subject || c.BirthDate == "" {
			return errClaims
		}
		return nil
	}, nil
}
