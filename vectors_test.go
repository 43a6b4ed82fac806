package franceconnect_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/proconnect"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// Each file of testdata/vectors is one callback: what FranceConnect answers in
// it, as a difference from a good answer, and what must become of it. Its
// README says how to add one. They are played against a provider made here,
// which signs whatever it is told to.

const (
	vectorOrigin = "https://fc.example.test"
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

// What ProConnect answers is checked as what FranceConnect v2 answers is: each vector
// that says nothing of a platform or of what FranceConnect alone is asked is played
// there too.
func TestVectorsOfFranceConnectArePlayedAtProConnect(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/vectors/*.txt")
	require.NoError(t, err)
	played := 0
	for _, file := range files {
		v := readVector(t, file)
		if name := filepath.Base(file); name == "id-token-acr-missing.txt" || name == "id-token-acr-list.txt" {
			continue // whoever takes claims out of ProConnect's address brings it about
		}
		if slices.ContainsFunc([]string{"platform", "level", "scopes", "granted", "amr", "environment"}, func(name string) bool { return v[name] != "" }) {
			continue
		}
		played++
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			v["platform"] = "proconnect"
			v.play(t)
		})
	}
	require.GreaterOrEqual(t, played, 80)
}

// An algorithm that a platform admits and nothing verifies would refuse everybody.
func TestEveryAlgorithmOfAPlatformHasAVectorThatIsAccepted(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/vectors/*.txt")
	require.NoError(t, err)
	accepted := map[string]bool{}
	for _, file := range files {
		if v := readVector(t, file); v["expect"] == "accept" && v["environment"] == "" {
			platform := cmp.Or(v["platform"], "v2")
			key := cmp.Or(v["id_token.key"], map[string]string{"v1": "hs256"}[platform], "es256")
			accepted[platform+" "+strings.ToUpper(key[:min(5, len(key))])] = true
		}
	}
	for _, platform := range []franceconnect.Platform{franceconnect.V2, franceconnect.Plus, franceconnect.V1} {
		for _, algorithm := range (franceconnect.Custom{Platform: platform, Issuer: "https://fc.example.org"}).Parts().Algorithms {
			require.True(t, accepted[string(platform)+" "+algorithm], "%s on %s", algorithm, platform)
		}
	}
}

// A vector is the header of a file: names and values, a line each.
type vector map[string]string

var vectorNames = strings.Fields(`expect reason now platform level assurance userinfo_json scopes granted amr environment callback callback.raw keys keys.status held
	token token.status token.body id_token id_token.header id_token.head id_token.payload id_token.key id_token.compact id_token.jwe id_token.jwe.header id_token.jwe.head
	userinfo userinfo.header userinfo.head userinfo.payload userinfo.key userinfo.compact userinfo.jwe userinfo.jwe.header userinfo.jwe.head userinfo.body userinfo.status`)

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
	"denied": franceconnect.ErrDenied, "stale": franceconnect.ErrLoginExpired, "level": franceconnect.ErrLevelTooLow,
	"unavailable": franceconnect.ErrUnavailable, "untrusted": franceconnect.ErrVerification, "misconfigured": franceconnect.ErrMisconfigured,
}

func (v vector) play(t *testing.T) {
	now := vectorNow
	log := &portaltest.Log{}
	logger := slog.New(slog.NewJSONHandler(log, nil))
	p := &signer{vector: v, t: t, platform: franceconnect.Platform(cmp.Or(v["platform"], "v2"))}
	observe := func(_ context.Context, e franceconnect.Event) {
		logger.Info("event", "event", e, "err", e.Err)
	}
	fc := v.party(t, p, func() time.Time { return now }, observe)

	sent := httptest.NewRecorder()
	require.NoError(t, fc.login(sent, httptest.NewRequest(http.MethodGet, "/login", nil)))
	to, err := sent.Result().Location()
	require.NoError(t, err)
	p.state, p.nonce = to.Query().Get("state"), to.Query().Get("nonce")
	p.challenge = to.Query().Get("code_challenge")

	query := url.Values{}
	for name, value := range p.patched("callback", p.callback()) {
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
	s, err := fc.callback(answer, back)

	if v["expect"] == "accept" {
		require.NoError(t, err)
		require.Equal(t, vectorSub, s.subject)
		require.Equal(t, vectorReturnTo, s.returnTo)
		if granted, ok := v["granted"]; ok {
			require.Equal(t, strings.Fields(p.fill(granted)), s.scopes)
		}
		require.Equal(t, 2, strings.Count(string(s.hint), "."), "the hint is a signed token, not an encrypted one")
		logger.Info("session", "s", s.printed[0], "who", s.printed[2], "nested", struct{ S any }{S: fmt.Sprintf("%v %+v %q", s.printed, s.printed, s.hint)})
		p.requireNoLeak(log.String())
		return
	}
	require.Nil(t, s)
	require.Contains(t, sentinels, v["expect"])
	require.ErrorIs(t, err, sentinels[v["expect"]])
	var e *franceconnect.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, v["reason"], e.Reason, "the reason")

	fr, en := franceconnect.UserMessage(err)
	logger.Error("failed", "err", err, "nested", struct{ Err error }{err}, "config", franceconnect.Secret(vectorSecret))
	p.requireNoLeak(log.String(), fmt.Sprintf("%v %+v %#v %q %s", err, err, e, struct{ Err error }{err}, errors.Unwrap(err)),
		fr, en, answer.Body.String(), fmt.Sprint(answer.Header()))
}

// A party is a relying party at a vector's provider.
type party struct {
	login    func(http.ResponseWriter, *http.Request) error
	callback func(http.ResponseWriter, *http.Request) (*signedIn, error)
}

// signedIn is what FranceConnect's session and ProConnect's have in common.
type signedIn struct {
	subject, returnTo, level string
	scopes                   []string
	hint                     franceconnect.IDTokenHint
	printed                  []any // of which nothing may be seen
}

const vectorReturnTo = "/compte?a=1"

// party makes the relying party of a vector.
func (v vector) party(t *testing.T, p *signer, now func() time.Time, observe func(context.Context, franceconnect.Event)) party {
	if p.platform == proconnect.Platform {
		return v.professionals(t, p, now, observe)
	}
	env := franceconnect.Custom{Platform: p.platform, Issuer: p.issuer()}
	if e, ok := v["environment"]; ok {
		require.NoError(t, json.Unmarshal([]byte(e), &env))
	}
	config := franceconnect.Config{
		Environment: env, ClientID: vectorClient, ClientSecret: vectorSecret,
		RedirectURL: "https://portail.example.test/callback",
		CookieKeys:  []franceconnect.CookieKey{franceconnect.NewCookieKey()},
		HTTPClient:  &http.Client{Transport: p},
		Now:         now,
		Observe:     observe,
	}
	if p.platform == franceconnect.Plus {
		config.DecryptionKeys = p.held()
	}
	if l, ok := v["level"]; ok {
		require.NoError(t, config.Level.UnmarshalText([]byte(l)))
	}
	config.Scopes = strings.Fields(v["scopes"])
	config.RequestAMR = v["amr"] == "true"
	fc, err := franceconnect.New(config)
	require.NoError(t, err)
	return party{func(w http.ResponseWriter, r *http.Request) error {
		return fc.Login(w, r, franceconnect.LoginRequest{ReturnTo: vectorReturnTo})
	}, func(w http.ResponseWriter, r *http.Request) (*signedIn, error) {
		s, err := fc.Callback(w, r)
		if s == nil {
			return nil, err
		}
		require.GreaterOrEqual(t, s.Level, config.Level)
		return &signedIn{s.Subject, s.ReturnTo, s.Level.String(), s.Scopes, s.IDTokenHint, []any{s, *s, s.Identity}}, err
	}}
}

// professionals makes one at ProConnect.
func (v vector) professionals(t *testing.T, p *signer, now func() time.Time, observe func(context.Context, franceconnect.Event)) party {
	config := proconnect.Config{
		Environment: proconnect.Environment(p.issuer()), ClientID: vectorClient, ClientSecret: vectorSecret,
		RedirectURL: "https://portail.example.test/callback", CookieKeys: []franceconnect.CookieKey{franceconnect.NewCookieKey()},
		HTTPClient: &http.Client{Transport: p}, Now: now, Observe: observe,
		Scopes: strings.Fields(v["scopes"]), UserInfoJSON: v["userinfo_json"] == "true",
	}
	require.NoError(t, config.Assurance.UnmarshalText([]byte(v["assurance"])))
	pc, err := proconnect.New(config)
	require.NoError(t, err)
	return party{func(w http.ResponseWriter, r *http.Request) error {
		return pc.Login(w, r, proconnect.LoginRequest{ReturnTo: vectorReturnTo})
	}, func(w http.ResponseWriter, r *http.Request) (*signedIn, error) {
		s, err := pc.Callback(w, r)
		if s == nil {
			if e := (*franceconnect.Error)(nil); errors.As(err, &e) {
				require.Equal(t, "ProConnect", e.Provider)
			}
			return nil, err
		}
		return &signedIn{s.Subject, s.ReturnTo, s.Assurance.String(), s.Scopes, s.IDTokenHint, []any{s, *s, s.Professional}}, err
	}}
}

// requireNoLeak searches texts for every secret and personal value of the run.
func (p *signer) requireNoLeak(texts ...string) {
	secrets := []string{vectorSecret, vectorCode, vectorAccess, vectorSub, p.state, p.nonce,
		"Zéphyrine", "Zephyrine", "QUENTRAC", "zq@example.test", "1971-03-14", "2A004"}
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
