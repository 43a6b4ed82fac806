package main

import (
	"context"
	"net/http"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/client/rp"
	cookies "github.com/zitadel/oidc/v3/pkg/http"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"golang.org/x/oauth2"
)

func zitadelKeys(p *idp) oidc.KeySet {
	return rp.NewRemoteKeySet(&http.Client{Transport: p}, p.issuer+"/jwks")
}

// parsedSecretKeys is what zitadel needs for HS256.
type parsedSecretKeys struct{}

func (parsedSecretKeys) VerifySignature(_ context.Context, parsed *jose.JSONWebSignature) ([]byte, error) {
	return parsed.Verify([]byte(clientSecret))
}

func zitadelRules(p *idp, alg string) []rp.VerifierOption {
	return []rp.VerifierOption{
		rp.WithSupportedSigningAlgorithms(alg),
		rp.WithNonce(func(context.Context) string { return p.nonce }),
		rp.WithACRVerifier(oidc.DefaultACRVerifier([]string{level})),
	}
}

func zitadelIDToken(p *idp, alg string, keys oidc.KeySet) func(string) error {
	v := rp.NewIDTokenVerifier(p.issuer, clientID, keys, zitadelRules(p, alg)...)
	return func(text string) error {
		_, err := rp.VerifyIDToken[*oidc.IDTokenClaims](context.Background(), text, v)
		return err
	}
}

func zitadelURL(party rp.RelyingParty) string {
	return rp.AuthURL(drawn(), party, rp.AuthURLOpt(rp.WithURLParam("nonce", drawn())), rp.AuthURLOpt(rp.WithURLParam("acr_values", level)))
}

// zitadelParty knows its endpoints and keeps a login in cookies.
func zitadelParty(p *idp) rp.RelyingParty {
	jar := cookies.NewCookieHandler(make([]byte, 32), make([]byte, 32))
	return must(rp.NewRelyingPartyOAuth(oauthConfig(p), rp.WithCookieHandler(jar)))
}

// zitadelLeaving keeps the state as zitadel does, and the nonce in the same way.
func zitadelLeaving(party rp.RelyingParty) *reply {
	w, nonce := newReply(), drawn()
	if err := party.CookieHandler().SetCookie(w, "nonce", nonce); err != nil {
		panic(err)
	}
	rp.AuthURLHandler(drawn, party, rp.WithURLParam("nonce", nonce), rp.WithURLParam("acr_values", level))(w, visit)
	return w
}

// zitadelLogin needs a provider with plain userinfo; h may be nil.
func zitadelLogin(p *idp, h *http.Client) (func() error, error) {
	options := []rp.Option{rp.WithAuthStyle(oauth2.AuthStyleInParams), rp.WithVerifierOpts(zitadelRules(p, "ES256")...)}
	if h != nil {
		options = append(options, rp.WithHTTPClient(h))
	}
	party, err := rp.NewRelyingPartyOIDC(context.Background(), p.issuer, clientID, clientSecret, redirectURL, scopes, options...)
	if err != nil {
		return nil, err
	}
	return func() error {
		_ = zitadelURL(party)
		t, err := rp.CodeExchange[*oidc.IDTokenClaims](context.Background(), code, party)
		if err != nil {
			return err
		}
		u, err := rp.Userinfo[*oidc.UserInfo](context.Background(), t.AccessToken, t.TokenType, t.IDTokenClaims.Subject, party)
		if err == nil && u.Birthdate == "" {
			return errClaims
		}
		return err
	}, nil
}
