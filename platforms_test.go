package franceconnect_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// rsaKey is one for all tests: to make one takes its time.
var rsaKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, _ := rsa.GenerateKey(rand.Reader, 2048) // cannot fail, as of Go 1.24
	return key
})

func newKey(t *testing.T, id, algorithm string) franceconnect.DecryptionKey {
	var private crypto.PrivateKey = rsaKey()
	if algorithm == "ECDH-ES" {
		private, _ = ecdsa.GenerateKey(elliptic.P256(), rand.Reader) // cannot fail, as of Go 1.24
	}
	k, err := franceconnect.NewDecryptionKey(id, algorithm, private)
	require.NoError(t, err)
	return k
}

// newPlusPortal is a portal at FranceConnect+, which fetches its keys from it.
func newPlusPortal(t *testing.T, algorithm string, change func(*franceconnect.Config)) *portal {
	return newPortalOn(t, mockidp.Plus, func(c *mockidp.Client) { c.EncryptionAlg = algorithm }, func(c *franceconnect.Config) {
		c.DecryptionKeys = []franceconnect.DecryptionKey{newKey(t, "k1", algorithm)}
		if change != nil {
			change(c)
		}
	})
}

func TestAPersonSignsInAndOutOnFranceConnectPlusWithEachKindOfKey(t *testing.T) {
	t.Parallel()
	for _, algorithm := range []string{"ECDH-ES", "RSA-OAEP", "RSA-OAEP-256"} {
		t.Run(algorithm, func(t *testing.T) {
			t.Parallel()
			p, b := newPlusPortal(t, algorithm, nil), newBrowser(t)
			o := b.open(b.leave(p, "/impots"))
			require.Empty(t, o.Message, o.Reason)
			require.Equal(t, "/impots", o.ReturnTo)
			require.Equal(t, "eidas2", o.Level)
			require.NotEmpty(t, o.Identity.FamilyName)
			require.True(t, b.open(b.logout(p)).LoggedOut, "the hint is one that FranceConnect+ takes")
		})
	}
}

func TestOneLevelIsAskedAHigherOneAcceptedALowerOneRefused(t *testing.T) {
	t.Parallel()
	p, b := newPlusPortal(t, "ECDH-ES", nil), newBrowser(t)
	require.Equal(t, "eidas2", loginURL(t, p.fc, franceconnect.LoginRequest{}).Get("acr_values"))
	require.Equal(t, "eidas3", loginURL(t, p.fc, franceconnect.LoginRequest{Level: franceconnect.Eidas3}).Get("acr_values"))
	require.Equal(t, "eidas2", loginURL(t, p.fc, franceconnect.LoginRequest{Level: franceconnect.Eidas1}).Get("acr_values"), "never lowered")
	p.idp.Next(mockidp.Scenario{ACR: "eidas3"})
	require.Equal(t, "eidas3", b.open(b.leave(p, "/")).Level)
	p.idp.Next(mockidp.Scenario{ACR: "eidas1"})
	require.Equal(t, "id_token.acr", b.open(b.leave(p, "/")).Reason)
}

// FranceConnect+ goes on with the set that it read for as long as our max-age says,
// and takes the first key of that set.
func TestOurKeysAreRotatedAndNoLoginIsLost(t *testing.T) {
	t.Parallel()
	old, fresh := newKey(t, "old", "ECDH-ES"), newKey(t, "fresh", "ECDH-ES")
	for name, row := range map[string]struct {
		steps  [][]franceconnect.DecryptionKey
		wait   time.Duration // before the last step
		reason string        // of the login after the last step
	}{
		"as the guide says":                 {[][]franceconnect.DecryptionKey{{old, fresh}, {fresh, old}, {fresh}}, 5 * time.Minute, ""},
		"the old key taken out a bit early": {[][]franceconnect.DecryptionKey{{old, fresh}, {fresh, old}, {fresh}}, 5*time.Minute - 2*time.Second, "id_token.jwe.kid"},
		"all at once":                       {[][]franceconnect.DecryptionKey{{fresh}}, 0, "id_token.jwe.kid"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, b := newPlusPortal(t, "ECDH-ES", func(c *franceconnect.Config) { c.DecryptionKeys = []franceconnect.DecryptionKey{old} }), newBrowser(t)
			with := func(keys ...franceconnect.DecryptionKey) {
				c := p.config
				c.DecryptionKeys = keys
				fc, err := franceconnect.New(c)
				require.NoError(t, err)
				p.fc, p.published = fc, fc.JWKSHandler()
			}
			require.Empty(t, b.open(b.leave(p, "/")).Message)
			for _, step := range row.steps[:len(row.steps)-1] {
				back := b.leave(p, "/")
				with(step...)
				require.Empty(t, b.open(back).Message, "a login that began before the step")
				require.Empty(t, b.open(b.leave(p, "/")).Message)
			}
			p.clock.Advance(row.wait)
			back := b.leave(p, "/")
			with(row.steps[len(row.steps)-1]...)
			require.Equal(t, row.reason, b.open(back).Reason, "a login that began before the step")
			require.Equal(t, row.reason, b.open(b.leave(p, "/")).Reason)
			p.clock.Advance(5 * time.Minute)
			require.Empty(t, b.open(b.leave(p, "/")).Reason, "at the latest, all is well again when the kept set has gone")
		})
	}
}

func TestATokenForAKeyThatIsGoneSaysWhichOneAndWhichAreHeld(t *testing.T) {
	t.Parallel()
	p, b := newPlusPortal(t, "ECDH-ES", nil), newBrowser(t)
	c := p.config
	c.DecryptionKeys = []franceconnect.DecryptionKey{newKey(t, "k2", "ECDH-ES"), newKey(t, "k3", "ECDH-ES")}
	other, err := franceconnect.New(c)
	require.NoError(t, err)
	p.fc = other // and k1 is still the one that is published
	require.Equal(t, "id_token.jwe.kid", b.open(b.leave(p, "/")).Reason)
	last := p.told("callback")[0].Err
	require.ErrorIs(t, last, franceconnect.ErrMisconfigured)
	require.ErrorContains(t, last, `key "k1" wanted, held are ["k2" "k3"]`)
}

func TestFranceConnectsKeysMayChangeOnPlusToo(t *testing.T) {
	t.Parallel()
	p, b := newPlusPortal(t, "RSA-OAEP-256", nil), newBrowser(t)
	require.Empty(t, b.open(b.leave(p, "/")).Message)
	p.idp.Rotate()
	require.Empty(t, b.open(b.leave(p, "/")).Message)
}

func TestWithoutOurPublishedKeysTheLoginFailsAndSaysWhy(t *testing.T) {
	t.Parallel()
	p, b := newPlusPortal(t, "ECDH-ES", nil), newBrowser(t)
	p.published = http.NotFoundHandler()
	require.Equal(t, "token.refused", b.open(b.leave(p, "/")).Reason)
	var e *franceconnect.Error
	require.ErrorAs(t, p.told("callback")[0].Err, &e)
	require.Equal(t, "invalid_client_metadata", e.OAuthCode)
	require.Equal(t, "Y044D511", e.FCCode)
	french, english := franceconnect.OperatorAdvice(e)
	require.Contains(t, french, "jwks_uri")
	require.Contains(t, english, "jwks_uri")
}

func TestReadyWarnsUntilOurKeysWereFetched(t *testing.T) {
	t.Parallel()
	p, b := newPlusPortal(t, "ECDH-ES", nil), newBrowser(t)
	err := p.fc.Ready(t.Context())
	require.ErrorIs(t, err, franceconnect.ErrMisconfigured)
	require.NotErrorIs(t, err, franceconnect.ErrUnavailable, "a probe lets it pass")
	require.ErrorContains(t, err, "published_keys.never_fetched")
	require.ErrorIs(t, p.told("ready")[0].Err, franceconnect.ErrMisconfigured, "and the log says so")
	require.Empty(t, b.open(b.leave(p, "/")).Message)
	require.NoError(t, p.fc.Ready(t.Context()))
}

func TestPublishedKeysArePublicCacheableAndNeedNothingElse(t *testing.T) {
	t.Parallel()
	keys := []franceconnect.DecryptionKey{newKey(t, "k1", "ECDH-ES"), newKey(t, "k2", "RSA-OAEP-256")}
	c := good()
	c.Environment, c.DecryptionKeys = franceconnect.IntegrationPlus, keys
	now := time.Date(2026, 11, 23, 8, 15, 0, 0, time.UTC)
	c.Now = func() time.Time { return now }
	c.HTTPClient = &http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) {
		t.Error("FranceConnect was asked")
		return nil, io.EOF
	})}
	fc, err := franceconnect.New(c)
	require.NoError(t, err)
	now = now.Add(time.Hour)
	s := httptest.NewServer(fc.JWKSHandler())
	defer s.Close()
	res, err := (&http.Client{Transport: portaltest.Web}).Get(s.URL)
	require.NoError(t, err)
	defer res.Body.Close()
	require.Equal(t, "application/jwk-set+json", res.Header.Get("Content-Type"))
	require.Equal(t, "private, max-age=300", res.Header.Get("Cache-Control"))
	require.Equal(t, "Mon, 23 Nov 2026 08:15:00 GMT", res.Header.Get("Last-Modified"), "since when this set is published, also by a handler that was made later")
	var set struct{ Keys []map[string]string }
	require.NoError(t, json.NewDecoder(res.Body).Decode(&set))
	require.Len(t, set.Keys, 2)
	require.Equal(t, []string{"enc", "ECDH-ES", "k1"}, []string{set.Keys[0]["use"], set.Keys[0]["alg"], set.Keys[0]["kid"]})
	require.Equal(t, []string{"enc", "RSA-OAEP-256", "k2"}, []string{set.Keys[1]["use"], set.Keys[1]["alg"], set.Keys[1]["kid"]})
	require.NotContains(t, set.Keys[0], "d")

	res, err = http.Head(s.URL)
	require.NoError(t, err)
	res.Body.Close()
	require.Equal(t, http.StatusOK, res.StatusCode)
	res, err = (&http.Client{Transport: portaltest.Web}).Post(s.URL, "text/plain", nil)
	require.NoError(t, err)
	res.Body.Close()
	require.Equal(t, http.StatusMethodNotAllowed, res.StatusCode)
}

func TestHowAPersonProvedWhoTheyAreIsAskedWhereTheClientMay(t *testing.T) {
	t.Parallel()
	p, b := newPlusPortal(t, "ECDH-ES", nil), newBrowser(t)
	require.Empty(t, b.open(b.leave(p, "/")).AMR)
	p, b = newPlusPortal(t, "ECDH-ES", func(c *franceconnect.Config) { c.RequestAMR = true }), newBrowser(t)
	require.Equal(t, `{"id_token":{"amr":{"essential":true}}}`, loginURL(t, p.fc, franceconnect.LoginRequest{}).Get("claims"))
	require.Equal(t, "fc", b.open(b.leave(p, "/")).AMR[0])
}

func TestAEuropeanCitizenIsAnIdentityNotAnError(t *testing.T) {
	t.Parallel()
	p, b := newPlusPortal(t, "ECDH-ES", func(c *franceconnect.Config) {
		c.RequestAMR, c.Scopes = true, []string{"identite_pivot", "email", "rnipp_identite_pivot"}
	}), newBrowser(t)
	european := false
	for _, who := range mockidp.People() {
		if !who.European {
			continue
		}
		european = true
		p.idp.Next(mockidp.Scenario{Person: who.Login})
		o := b.open(b.leave(p, "/"))
		require.Empty(t, o.Message, o.Reason)
		yes, certain := (&franceconnect.Session{AMR: o.AMR}).European()
		require.True(t, yes && certain)
		yes, certain = (&franceconnect.Session{Identity: *o.Identity}).European()
		require.True(t, yes, "without amr it is read off the identity")
		require.False(t, certain)
		require.NotEmpty(t, o.Identity.FamilyName)
		require.False(t, o.Identity.BirthDate.IsZero())
		require.Empty(t, o.Identity.Email)
		require.Empty(t, o.Identity.BirthCountry)
		require.Nil(t, o.Identity.RNIPP)
	}
	require.True(t, european)
}

func TestTheRegisterIsTypedBesideTheIdentityProvider(t *testing.T) {
	t.Parallel()
	p, b := newPlusPortal(t, "ECDH-ES", func(c *franceconnect.Config) { c.Scopes = []string{"rnipp_identite_pivot"} }), newBrowser(t)
	id := b.open(b.leave(p, "/")).Identity
	require.NotNil(t, id.RNIPP)
	require.Greater(t, len(id.RNIPP.GivenNames), 1)
	require.Equal(t, strings.ToUpper(id.FamilyName), id.RNIPP.FamilyName)
	require.Equal(t, id.BirthPlace, id.RNIPP.BirthPlace)
	require.Empty(t, id.Other, "every rnipp_ claim has its field")
}

var errAnotherPerson = errors.New("another person")

// raise is the step-up of docs/platforms.md.
func raise(s, strong *franceconnect.Session) error {
	if !s.Identity.SamePerson(strong.Identity) { // civil status, wherever each platform has it
		return errAnotherPerson
	}
	return nil
}

// Everybody of the mock signs in on v2 and steps up on FranceConnect+, as the
// docs/platforms.md says: with its scope, and with its function.
func TestTheStepUpKnowsEverybodyAgain(t *testing.T) {
	t.Parallel()
	page := readText(t, "docs/platforms.md")
	require.Contains(t, dedented(readText(t, "platforms_test.go")), dedented(codeBelow(t, "docs/platforms.md", "a `sub` that is equal proves nothing.")))
	scopes := regexp.MustCompile(`LoginRequest\.Scopes: \[\]string{"(.*?)"}`).FindStringSubmatch(page)
	require.NotNil(t, scopes)

	v2 := newPortal(t, nil)
	plus := newPlusPortal(t, "ECDH-ES", func(c *franceconnect.Config) { c.Scopes = append(c.Scopes, scopes[1]) })
	through := func(p *portal, login string) *franceconnect.Session {
		b := newBrowser(t)
		p.idp.Next(mockidp.Scenario{Person: login})
		res, err := b.Get(p.URL + "/login")
		require.NoError(t, err)
		defer res.Body.Close()
		back, err := res.Location()
		if err != nil {
			return nil // the page of a refusal at FranceConnect
		}
		o := b.open(back.String())
		require.Empty(t, o.Message, "%s: %s", login, o.Reason)
		return &franceconnect.Session{Subject: o.Subject, Identity: *o.Identity}
	}
	var before *franceconnect.Session
	met, spelled := 0, 0
	for _, who := range mockidp.People() {
		s, strong := through(v2, who.Login), through(plus, who.Login)
		if s == nil || strong == nil {
			continue
		}
		met++
		require.True(t, raise(s, strong) == nil, who.Login)
		require.False(t, before != nil && raise(before, strong) == nil, "%s is somebody else", who.Login)
		if !s.Identity.Pivot.Same(strong.Identity.Pivot) {
			spelled++
		}
		before = s
	}
	require.Greater(t, met, 35)
	require.Greater(t, spelled, 35, "the identity provider's own is nothing to compare")
	strong := through(plus, "ingrid")
	require.False(t, raise(before, strong) == nil, "European")
}

func TestAPersonSignsInAndOutOnV1(t *testing.T) {
	t.Parallel()
	p, b := newPortalOn(t, mockidp.V1, func(c *mockidp.Client) { c.Scopes = append(c.Scopes, "address", "phone") }, nil), newBrowser(t)
	o := b.open(b.leave(p, "/aides"))
	require.Empty(t, o.Message, o.Reason)
	require.Equal(t, "/aides", o.ReturnTo)
	require.NotEmpty(t, o.Identity.FamilyName)
	require.True(t, b.open(b.logout(p)).LoggedOut)
	require.Zero(t, p.asked("/jwks"))
	require.NoError(t, p.fc.Ready(t.Context()))
	p.idp.Next(mockidp.Scenario{UserInfo: mockidp.TokenChange{Claims: map[string]any{"sub": "other"}}})
	require.Equal(t, "userinfo.sub", b.open(b.leave(p, "/")).Reason)
}

func TestImpossiblePairsAreRefusedByName(t *testing.T) {
	t.Parallel()
	key := newKey(t, "k", "ECDH-ES")
	for _, c := range []struct {
		field, english string
		change         func(*franceconnect.Config)
	}{
		{"DecryptionKeys", "is missing", func(c *franceconnect.Config) { c.Environment = franceconnect.ProductionPlus }},
		{"DecryptionKeys", "of no use", func(c *franceconnect.Config) { c.DecryptionKeys = []franceconnect.DecryptionKey{key} }},
		{"DecryptionKeys", "two keys", func(c *franceconnect.Config) {
			c.Environment, c.DecryptionKeys = franceconnect.ProductionPlus, []franceconnect.DecryptionKey{key, key}
		}},
		{"DecryptionKeys", "empty key", func(c *franceconnect.Config) {
			c.Environment, c.DecryptionKeys = franceconnect.ProductionPlus, make([]franceconnect.DecryptionKey, 1)
		}},
		{"Level", "eidas2 and eidas3", func(c *franceconnect.Config) {
			c.Environment, c.DecryptionKeys, c.Level = franceconnect.ProductionPlus, []franceconnect.DecryptionKey{key}, franceconnect.Eidas1
		}},
		{"ClientSecret", "fewer than 32", func(c *franceconnect.Config) { c.Environment, c.ClientSecret = franceconnect.IntegrationV1, "short" }},
		{"RedirectURL", "localhost", func(c *franceconnect.Config) {
			c.Environment, c.DecryptionKeys, c.RedirectURL = franceconnect.IntegrationPlus, []franceconnect.DecryptionKey{key}, "http://localhost:8080/cb"
		}},
	} {
		config := good()
		c.change(&config)
		_, err := franceconnect.New(config)
		var e *franceconnect.ConfigError
		require.ErrorAs(t, err, &e, c.english)
		require.Equal(t, c.field, e.Field)
		require.Contains(t, e.English, c.english)
	}
	for _, preset := range []franceconnect.Preset{franceconnect.ProductionV1, franceconnect.IntegrationV1} {
		c := good()
		c.Environment, c.ClientSecret, c.Scopes = preset, franceconnect.Secret(strings.Repeat("s", 64)), []string{"address", "phone"}
		_, err := franceconnect.New(c)
		require.NoError(t, err)
	}
}

func TestADecryptionKeyPrintsNowhere(t *testing.T) {
	t.Parallel()
	k := newKey(t, "k", "ECDH-ES")
	text, err := json.Marshal([]any{k, &k})
	require.NoError(t, err)
	require.JSONEq(t, `["secret","secret"]`, string(text))
	require.Equal(t, "secret secret secret secret", fmt.Sprintf("%v %+v %#v %x", k, k, k, k))
}
