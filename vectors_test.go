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
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
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

var vectorNames = strings.Fields(`expect reason now platform level scopes granted amr environment callback callback.raw keys keys.status held
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
	env := franceconnect.Custom{Platform: p.platform, Issuer: p.issuer()}
	if e, ok := v["environment"]; ok {
		require.NoError(t, json.Unmarshal([]byte(e), &env))
	}
	config := franceconnect.Config{
		Environment: env, ClientID: vectorClient, ClientSecret: vectorSecret,
		RedirectURL: "https://portail.example.test/callback",
		CookieKeys:  []franceconnect.CookieKey{franceconnect.NewCookieKey()},
		HTTPClient:  &http.Client{Transport: p},
		Now:         func() time.Time { return now },
		Observe: func(_ context.Context, e franceconnect.Event) {
			logger.Info("event", "event", e, "err", e.Err)
		},
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

	sent := httptest.NewRecorder()
	require.NoError(t, fc.Login(sent, httptest.NewRequest(http.MethodGet, "/login", nil), franceconnect.LoginRequest{ReturnTo: "/compte?a=1"}))
	to, err := sent.Result().Location()
	require.NoError(t, err)
	p.state, p.nonce = to.Query().Get("state"), to.Query().Get("nonce")

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
	s, err := fc.Callback(answer, back)

	if v["expect"] == "accept" {
		require.NoError(t, err)
		require.Equal(t, vectorSub, s.Subject)
		require.Equal(t, "/compte?a=1", s.ReturnTo)
		require.GreaterOrEqual(t, s.Level, config.Level)
		if granted, ok := v["granted"]; ok {
			require.Equal(t, strings.Fields(p.fill(granted)), s.Scopes)
		}
		require.Equal(t, 2, strings.Count(string(s.IDTokenHint), "."), "the hint is a signed token, not an encrypted one")
		logger.Info("session", "s", s, "nested", struct{ S any }{S: fmt.Sprintf("%v %+v %#v %q", s, *s, s.Identity, s.IDTokenHint)})
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
	logger.Error("failed", "err", err, "nested", struct{ Err error }{err}, "config", config.ClientSecret)
	p.requireNoLeak(log.String(), fmt.Sprintf("%v %+v %#v %q %s", err, err, e, struct{ Err error }{err}, errors.Unwrap(err)),
		fr, en, answer.Body.String(), fmt.Sprint(answer.Header()))
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
