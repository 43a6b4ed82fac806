package franceconnect_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
)

// Each file of testdata/vectors is one callback: what FranceConnect answers in
// it, as a difference from a good answer, and what must become of it. Its
// README says how to add one. They are played against a provider made here,
// which signs whatever it is told to.

const (
	vectorIssuer = "https://fc.example.test/api/v2"
	vectorClient = "c2b7a1d0e5f64b3c9a8d7e6f5a4b3c2d"
	vectorSecret = "s3cr3t-9f8e7d6c5b4a39281706f5e4d3c2b1a0"
	vectorCode   = "cOdE-7yhGt5FrD4eSw3Aq2ZxC1vB6nM9kLoPiU8yTrE"
	vectorAccess = "aCcEsS-5FrD4eSw3Aq2ZxC1vB6nM9kLoPiU8yTrE7yh"
	vectorSub    = "4f1c0d9e8b7a69584736251403f2e1d0c9b8a7968574635241302f1e0d9c8b7av1"
)

var vectorNow = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestVectors(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/vectors/*.txt")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 80)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			readVector(t, file).play(t)
		})
	}
}

// A vector is the header of a file: names and values, a line each.
type vector map[string]string

var vectorNames = strings.Fields(`expect reason now level environment callback callback.raw keys keys.status
	token token.status token.body id_token id_token.header id_token.head id_token.payload id_token.key id_token.compact
	userinfo userinfo.header userinfo.head userinfo.payload userinfo.key userinfo.compact userinfo.body userinfo.status`)

func readVector(t *testing.T, file string) vector {
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	header, comment, _ := strings.Cut(string(text), "\n\n")
	require.NotEmpty(t, strings.TrimSpace(comment), "a vector says in words what it is")
	v := vector{}
	for line := range strings.SplitSeq(strings.TrimSpace(header), "\n") {
		name, value, ok := strings.Cut(line, ": ")
		require.True(t, ok, "line %q is not name: value", line)
		require.Contains(t, vectorNames, name)
		require.NotContains(t, v, name)
		v[name] = value
	}
	return v
}

var sentinels = map[string]error{
	"denied": franceconnect.ErrDenied, "stale": franceconnect.ErrStale, "level": franceconnect.ErrLevel,
	"unavailable": franceconnect.ErrUnavailable, "untrusted": franceconnect.ErrUntrusted, "misconfigured": franceconnect.ErrMisconfigured,
}

func (v vector) play(t *testing.T) {
	now := vectorNow
	var log bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&log, nil))
	p := &signer{vector: v, t: t}
	env := franceconnect.Custom{Issuer: vectorIssuer}
	if e, ok := v["environment"]; ok {
		require.NoError(t, json.Unmarshal([]byte(e), &env))
	}
	config := franceconnect.Config{
		Environment: env, ClientID: vectorClient, ClientSecret: vectorSecret,
		RedirectURL: "https://portail.example.test/callback",
		Keys:        []franceconnect.Key{franceconnect.NewKey()},
		HTTPClient:  &http.Client{Transport: p},
		Now:         func() time.Time { return now },
		Observe: func(_ context.Context, e franceconnect.Event) {
			logger.Info("event", "event", e, "err", e.Err)
		},
	}
	if l, ok := v["level"]; ok {
		require.NoError(t, config.Level.UnmarshalText([]byte(l)))
	}
	fc, err := franceconnect.New(config)
	require.NoError(t, err)

	sent := httptest.NewRecorder()
	require.NoError(t, fc.Login(sent, httptest.NewRequest(http.MethodGet, "/login", nil), franceconnect.LoginRequest{ReturnTo: "/compte?a=1"}))
	to, err := sent.Result().Location()
	require.NoError(t, err)
	p.state, p.nonce = to.Query().Get("state"), to.Query().Get("nonce")

	query := url.Values{}
	for name, value := range p.patched("callback", map[string]any{"code": vectorCode, "state": p.state, "iss": env.Issuer}) {
		query.Set(name, fmt.Sprint(value))
	}
	raw := query.Encode()
	if r, ok := v["callback.raw"]; ok {
		raw = p.fill(r)
	}
	back := httptest.NewRequest(http.MethodGet, "/callback", nil)
	back.URL.RawQuery = raw
	for _, k := range sent.Result().Cookies() {
		back.AddCookie(k)
	}
	if s, ok := v["now"]; ok {
		seconds, err := strconv.Atoi(s)
		require.NoError(t, err)
		now = now.Add(time.Duration(seconds) * time.Second)
	}
	answer := httptest.NewRecorder()
	s, err := fc.Callback(answer, back)

	if v["expect"] == "accept" {
		require.NoError(t, err)
		require.Equal(t, vectorSub, s.Subject)
		require.Equal(t, "/compte?a=1", s.ReturnTo)
		require.Equal(t, franceconnect.Eidas1, min(s.Level, franceconnect.Eidas1))
		logger.Info("session", "s", s, "nested", struct{ S any }{S: fmt.Sprintf("%v %+v %#v %q", s, *s, s.Identity, s.LogoutHint)})
		p.requireNoLeak(log.String())
		return
	}
	require.Nil(t, s)
	require.Contains(t, sentinels, v["expect"])
	require.ErrorIs(t, err, sentinels[v["expect"]])
	var e *franceconnect.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, v["reason"], e.Reason, "the reason")

	fr, en := franceconnect.Message(err)
	logger.Error("failed", "err", err, "nested", struct{ Err error }{err}, "config", config.ClientSecret)
	p.requireNoLeak(log.String(), fmt.Sprintf("%v %+v %#v %q %s", err, err, e, struct{ Err error }{err}, errors.Unwrap(err)),
		fr, en, answer.Body.String(), fmt.Sprint(answer.Header()))
}

// requireNoLeak searches texts for every secret and personal value of the run.
func (p *signer) requireNoLeak(texts ...string) {
	secrets := []string{vectorSecret, vectorCode, vectorAccess, vectorSub, p.state, p.nonce,
		"Zéphyrine", "Zephyrine", "QUENTRAC", "zq@example.test", "1971-03-14", "38185"}
	for _, issued := range p.issued {
		secrets = append(secrets, issued)
		if parts := strings.Split(issued, "."); len(parts) > 2 {
			secrets = append(secrets, parts[1], parts[2])
		}
	}
	for _, text := range texts {
		// The cookie that is deleted is named after the beginning of the state.
		for _, s := range secrets {
			if len(s) > 4 {
				require.NotContains(p.t, text, s)
			}
		}
	}
}

// A signer is the provider of one vector.
type signer struct {
	vector       vector
	t            *testing.T
	state, nonce string

	mu     sync.Mutex
	issued []string
}

var vectorKeys = sync.OnceValue(func() map[string]crypto.Signer {
	keys := map[string]crypto.Signer{}
	for _, name := range []string{"es256", "es256-b", "es256-other"} {
		keys[name], _ = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	keys["es384"], _ = ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	for _, name := range []string{"rs256", "rs256-b"} {
		keys[name], _ = rsa.GenerateKey(rand.Reader, 2048)
	}
	return keys
})

// RoundTrip is FranceConnect's three endpoints.
func (p *signer) RoundTrip(req *http.Request) (*http.Response, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	require.Empty(p.t, req.Header.Get("Origin"))
	v := p.vector
	switch req.URL.Path {
	case "/api/v2/jwks":
		return reply(v["keys.status"], "application/jwk-set+json", p.keySet()), nil
	case "/api/v2/token":
		require.NoError(p.t, req.ParseForm())
		require.Equal(p.t, vectorCode, req.PostForm.Get("code"))
		body, err := json.Marshal(p.patched("token", map[string]any{"access_token": vectorAccess, "token_type": "Bearer",
			"expires_in": 60, "scope": "openid", "id_token": p.token("id_token", map[string]any{
				"sub": vectorSub, "auth_time": vectorNow.Unix(), "acr": "eidas1", "nonce": p.nonce, "aud": vectorClient,
				"exp": vectorNow.Unix() + 60, "iat": vectorNow.Unix(), "iss": vectorIssuer})}))
		require.NoError(p.t, err)
		if b, ok := v["token.body"]; ok {
			body = []byte(p.fill(b))
		}
		return reply(v["token.status"], "application/json", string(body)), nil
	case "/api/v2/userinfo":
		require.Equal(p.t, "Bearer "+vectorAccess, req.Header.Get("Authorization"))
		require.Equal(p.t, "application/jwt, application/json", req.Header.Get("Accept"))
		body, ok := v["userinfo.body"]
		if !ok {
			body = p.token("userinfo", map[string]any{"sub": vectorSub, "given_name": "Zéphyrine", "given_name_array": []string{"Zéphyrine"},
				"family_name": "QUENTRAC", "birthdate": "1971-03-14", "birthplace": "38185", "email": "zq@example.test", "aud": vectorClient,
				"exp": vectorNow.Unix() + 60, "iat": vectorNow.Unix(), "iss": vectorIssuer})
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
	key := v[what+".key"]
	if key == "" {
		key = "es256"
	}
	alg := strings.ToUpper(key[:min(5, len(key))])
	header, err := json.Marshal(p.patched(what+".header", map[string]any{"alg": alg, "kid": key}))
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
		"{secret}", vectorSecret, "{iss}", vectorIssuer, "{aud}", vectorClient, "{sub}", vectorSub, "{other}", other,
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
