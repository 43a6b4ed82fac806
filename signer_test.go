package franceconnect_test

import (
	"cmp"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/proconnect"
)

// A signer is the provider of one vector.
type signer struct {
	vector       vector
	t            *testing.T
	platform     franceconnect.Platform
	state, nonce string
	challenge    string // of PKCE, where it is sent

	mu     sync.Mutex
	issued []string
}

var vectorKeys = sync.OnceValue(func() map[string]crypto.Signer {
	keys := map[string]crypto.Signer{}
	for _, name := range []string{"es256", "es256-b", "es256-other", "ec", "ec-b"} {
		keys[name], _ = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	keys["es384"], _ = ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	for _, name := range []string{"rs256", "rs256-b", "rsa", "rsa256"} {
		keys[name], _ = rsa.GenerateKey(rand.Reader, 2048)
	}
	return keys
})

func (p *signer) issuer() string {
	if p.platform == franceconnect.V1 {
		return vectorOrigin
	}
	return vectorOrigin + "/api/v2"
}

func (p *signer) acr() string {
	if p.platform == franceconnect.Plus {
		return "eidas2"
	}
	return "eidas1"
}

// callback is a good one: v1 does not say who speaks.
func (p *signer) callback() map[string]any {
	good := map[string]any{"code": vectorCode, "state": p.state, "iss": p.issuer()}
	if p.platform == franceconnect.V1 {
		delete(good, "iss")
	}
	return good
}

// RoundTrip is FranceConnect's three endpoints.
func (p *signer) RoundTrip(req *http.Request) (*http.Response, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	require.Empty(p.t, req.Header.Get("Origin"))
	v := p.vector
	switch strings.TrimPrefix(strings.TrimPrefix(req.URL.Path, "/api/v1"), "/api/v2") {
	case "/jwks":
		require.NotEqual(p.t, franceconnect.V1, p.platform, "v1 has no published keys")
		return reply(v["keys.status"], "application/jwk-set+json", p.keySet()), nil
	case "/token":
		require.NoError(p.t, req.ParseForm())
		require.Equal(p.t, vectorCode, req.PostForm.Get("code"))
		if p.challenge != "" { // RFC 7636, section 4.6
			sum := sha256.Sum256([]byte(req.PostForm.Get("code_verifier")))
			require.Equal(p.t, p.challenge, base64.RawURLEncoding.EncodeToString(sum[:]))
			p.issued = append(p.issued, req.PostForm.Get("code_verifier"))
		}
		require.Equal(p.t, p.challenge != "", req.PostForm.Has("code_verifier"))
		require.Equal(p.t, p.challenge != "", p.platform == proconnect.Platform)
		body, err := json.Marshal(p.patched("token", map[string]any{"access_token": vectorAccess, "token_type": "Bearer",
			"expires_in": 60, "scope": "openid", "id_token": p.token("id_token", map[string]any{
				"sub": vectorSub, "auth_time": vectorNow.Unix(), "acr": p.acr(), "nonce": p.nonce, "aud": vectorClient,
				"exp": vectorNow.Unix() + 60, "iat": vectorNow.Unix(), "iss": p.issuer()})}))
		require.NoError(p.t, err)
		if b, ok := v["token.body"]; ok {
			body = []byte(p.fill(b))
		}
		return reply(v["token.status"], "application/json", string(body)), nil
	case "/userinfo":
		require.Equal(p.t, "Bearer "+vectorAccess, req.Header.Get("Authorization"))
		require.Equal(p.t, "application/jwt, application/json", req.Header.Get("Accept"))
		body, ok := v["userinfo.body"]
		if !ok {
			claims := map[string]any{"sub": vectorSub, "given_name": "Zéphyrine", "given_name_array": []string{"Zéphyrine"},
				"family_name": "QUENTRAC", "usual_name": "Quentrac-Olivier", "uid": "zq-1971", "siret": "13002526500013", "gender": "female", "birthdate": "1971-03-14", "birthplace": "2A004", "email": "zq@example.test", "aud": vectorClient,
				"exp": vectorNow.Unix() + 60, "iat": vectorNow.Unix(), "iss": p.issuer()}
			if p.platform == franceconnect.V1 {
				text, err := json.Marshal(p.patched("userinfo", claims))
				require.NoError(p.t, err)
				body = string(text)
			} else {
				body = p.token("userinfo", claims)
			}
		}
		return reply(v["userinfo.status"], "application/jwt; charset=utf-8", p.fill(body)), nil
	}
	return nil, fmt.Errorf("nothing at %s", req.URL.Path)
}

func reply(status, contentType, body string) *http.Response {
	code := 200
	if status != "" {
		code, _ = strconv.Atoi(status)
	}
	return &http.Response{StatusCode: code, Header: http.Header{"Content-Type": {contentType}}, Body: io.NopCloser(strings.NewReader(body))}
}

// keySet publishes the keys that the vector names, "es256 rs256" by default.
// A name may be followed by =kid, or by = alone for a key without one.
func (p *signer) keySet() string {
	names, ok := p.vector["keys"]
	if !ok {
		names = "es256 rs256"
	}
	set := jose.JSONWebKeySet{}
	for field := range strings.FieldsSeq(names) {
		name, kid, named := strings.Cut(field, "=")
		if !named {
			kid = name
		}
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: vectorKeys()[name].Public(), KeyID: kid, Use: "sig"})
	}
	text, err := json.Marshal(set)
	require.NoError(p.t, err)
	return string(text)
}

// token makes a compact JWS as the vector says.
func (p *signer) token(what string, claims map[string]any) string {
	v := p.vector
	claims = p.patched(what, claims)
	payload, err := json.Marshal(claims)
	require.NoError(p.t, err)
	if raw, ok := v[what+".payload"]; ok {
		payload = []byte(p.fill(raw))
	}
	key := cmp.Or(v[what+".key"], "es256")
	good := map[string]any{"alg": strings.ToUpper(key[:min(5, len(key))]), "kid": key}
	if p.platform == franceconnect.V1 {
		key = cmp.Or(v[what+".key"], "hs256-secret")
		good = map[string]any{"alg": strings.ToUpper(key[:min(5, len(key))]), "typ": "JWT"}
	}
	header, err := json.Marshal(p.patched(what+".header", good))
	require.NoError(p.t, err)
	if raw, ok := v[what+".head"]; ok {
		header = []byte(p.fill(raw))
	}
	h, b := base64.RawURLEncoding.EncodeToString(header), base64.RawURLEncoding.EncodeToString(payload)
	s := base64.RawURLEncoding.EncodeToString(p.sign(key, h+"."+b))
	compact := v[what+".compact"]
	if compact == "" {
		compact = "{h}.{p}.{s}"
	}
	issued := p.fill(strings.NewReplacer("{h}", h, "{p}", b, "{s}", s).Replace(compact))
	p.issued = append(p.issued, issued)
	if p.platform == franceconnect.Plus {
		issued = p.seal(what, issued)
		p.issued = append(p.issued, issued)
	}
	return issued
}

func (p *signer) sign(key, signed string) []byte {
	digest := sha256.Sum256([]byte(signed))
	switch k := vectorKeys()[key].(type) {
	case *ecdsa.PrivateKey:
		r, s, err := ecdsa.Sign(rand.Reader, k, digest[:])
		require.NoError(p.t, err)
		size := (k.Params().BitSize + 7) / 8
		return append(r.FillBytes(make([]byte, size)), s.FillBytes(make([]byte, size))...)
	case *rsa.PrivateKey:
		sig, err := rsa.SignPKCS1v15(rand.Reader, k, crypto.SHA256, digest[:])
		require.NoError(p.t, err)
		return sig
	}
	switch key {
	case "none":
		return nil
	case "hs256-secret":
		return hs256([]byte(vectorSecret), signed)
	case "hs256-public": // the published key, taken for a secret
		text, err := json.Marshal(jose.JSONWebKey{Key: vectorKeys()["es256"].Public()})
		require.NoError(p.t, err)
		return hs256(text, signed)
	}
	p.t.Fatalf("no key %q", key)
	return nil
}

func (p *signer) fill(text string) string {
	other := strings.Repeat("ab", 32)
	hash := sha256.Sum256([]byte(vectorAccess))
	return strings.NewReplacer("{nonce}", p.nonce, "{state}", p.state, "{code}", vectorCode, "{access}", vectorAccess,
		"{secret}", vectorSecret, "{iss}", p.issuer(), "{aud}", vectorClient, "{sub}", vectorSub, "{other}", other,
		"{at_hash}", base64.RawURLEncoding.EncodeToString(hash[:16]), "{iat}", fmt.Sprint(vectorNow.Unix()), "{exp}", fmt.Sprint(vectorNow.Unix()+60), "{33k}", strings.Repeat("A", 33<<10),
		"{2M}", strings.Repeat("A", 2<<20), "{nl}", "\n", "{nothing}", "").Replace(text)
}

// patched changes members as the vector says, or removes them where it says
// null.
func (p *signer) patched(name string, good map[string]any) map[string]any {
	all := maps.Clone(good)
	patch, ok := p.vector[name]
	if !ok {
		return all
	}
	d := json.NewDecoder(strings.NewReader(p.fill(patch)))
	d.UseNumber()
	var changes map[string]any
	require.NoError(p.t, d.Decode(&changes))
	for name, value := range changes {
		if all[name] = value; value == nil {
			delete(all, name)
		}
	}
	return all
}

func hs256(key []byte, signed string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(signed))
	return mac.Sum(nil)
}
