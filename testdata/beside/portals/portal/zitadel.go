package main

import (
	"context"
	"crypto/rand"
	"io"
	"net/http"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/client/rp"
	cookies "github.com/zitadel/oidc/v3/pkg/http"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"golang.org/x/oauth2"

	"github.com/franceconnect-go/franceconnect"
)

// zitadel keeps state, nonce and path in its own sealed cookies. It reads no signed
// userinfo: its key set is asked by hand.
type zitadel struct {
	settings
	party rp.RelyingParty
}

type nonceKey struct{}

func newZitadel(s settings) (library, error) {
	var keys [2][32]byte
	for i := range keys {
		_, _ = rand.Read(keys[i][:])
	}
	party, err := rp.NewRelyingPartyOIDC(context.Background(), s.issuer, s.id, s.secret, s.callback, s.scopes, rp.WithAuthStyle(oauth2.AuthStyleInParams),
		rp.WithCookieHandler(cookies.NewCookieHandler(keys[0][:], keys[1][:], cookies.WithUnsecure())),
		rp.WithVerifierOpts(rp.WithSupportedSigningAlgorithms("ES256"), rp.WithACRVerifier(oidc.DefaultACRVerifier([]string{level})),
			rp.WithNonce(func(ctx context.Context) string { nonce, _ := ctx.Value(nonceKey{}).(string); return nonce })))
	return &zitadel{s, party}, err
}

func (z *zitadel) login(w http.ResponseWriter, r *http.Request, next string) error {
	nonce := drawn()
	for name, value := range map[string]string{"nonce": nonce, "next": next} {
		if err := z.party.CookieHandler().SetCookie(w, name, value); err != nil {
			return err
		}
	}
	rp.AuthURLHandler(drawn, z.party, rp.WithURLParam("nonce", nonce), rp.WithURLParam("acr_values", level))(w, r)
	return nil
}

func (z *zitadel) callback(w http.ResponseWriter, r *http.Request) (nobody franceconnect.Session, err error) {
	values := map[string]string{}
	for _, name := range []string{"state", "nonce", "next"} {
		if values[name], err = z.party.CookieHandler().CheckCookie(r, name); err != nil {
			return nobody, err
		}
		z.party.CookieHandler().DeleteCookie(w, name)
	}
	if err := z.answered(r, values["state"]); err != nil {
		return nobody, err
	}
	ctx := context.WithValue(r.Context(), nonceKey{}, values["nonce"])
	t, err := rp.CodeExchange[*oidc.IDTokenClaims](ctx, r.FormValue("code"), z.party)
	if err != nil {
		return nobody, err
	}
	u, err := z.userinfo(ctx, t.AccessToken)
	if err != nil {
		return nobody, err
	}
	return z.session(u, t.IDTokenClaims.Subject, t.IDTokenClaims.AuthenticationContextClassReference, t.IDToken, values["next"])
}

func (z *zitadel) userinfo(ctx context.Context, access string) (nobody userinfo, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, z.party.UserinfoEndpoint(), nil)
	if err != nil {
		return nobody, err
	}
	r.Header.Set("Authorization", "Bearer "+access)
	res, err := z.party.HttpClient().Do(r)
	if err != nil {
		return nobody, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return nobody, err
	}
	signed, err := jose.ParseSignedCompact(string(text), []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		return nobody, err
	}
	payload, err := z.party.IDTokenVerifier().KeySet.VerifySignature(ctx, signed)
	if err != nil {
		return nobody, err
	}
	return parse(payload)
}
