package franceconnect_test

import (
	"context"
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// A keyModule has keys of which only the operation is to be had, and can be away.
type keyModule struct {
	calls   atomic.Int32
	refuses atomic.Pointer[error]
}

func (m *keyModule) call() error {
	m.calls.Add(1)
	if why := m.refuses.Load(); why != nil {
		return *why
	}
	return nil
}

func (m *keyModule) refuse(why error) { m.refuses.Store(&why) }

// ecElsewhere and rsaElsewhere are keys in a module.
type ecElsewhere struct {
	*keyModule
	ecdh.KeyExchanger
}

func (k ecElsewhere) ECDH(peer *ecdh.PublicKey) ([]byte, error) {
	if err := k.call(); err != nil {
		return nil, err
	}
	return k.KeyExchanger.ECDH(peer)
}

type rsaElsewhere struct {
	*keyModule
	key *rsa.PrivateKey
}

func (k rsaElsewhere) Public() crypto.PublicKey { return k.key.Public() }
func (k rsaElsewhere) Decrypt(random io.Reader, text []byte, opts crypto.DecrypterOpts) ([]byte, error) {
	if err := k.call(); err != nil {
		return nil, err
	}
	return k.key.Decrypt(random, text, opts)
}

func newECKey(t *testing.T, curve elliptic.Curve) (*ecdsa.PrivateKey, *ecdh.PrivateKey) {
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	require.NoError(t, err)
	exchanger, err := key.ECDH()
	require.NoError(t, err)
	return key, exchanger
}

// elsewhere is a portal whose key is in a module.
func elsewhere(t *testing.T, algorithm string) (*portal, *keyModule, *portaltest.Log) {
	m, log := &keyModule{}, &portaltest.Log{}
	_, exchanger := newECKey(t, elliptic.P256())
	var private crypto.PrivateKey = ecElsewhere{m, exchanger}
	if algorithm != "ECDH-ES" {
		private = rsaElsewhere{m, rsaKey()}
	}
	key, err := franceconnect.NewDecryptionKey("k1", algorithm, private)
	require.NoError(t, err)
	p := newPlusPortal(t, algorithm, func(c *franceconnect.Config) {
		c.DecryptionKeys = []franceconnect.DecryptionKey{key}
		observe, write := c.Observe, franceconnect.LogEvents(slog.New(slog.NewTextHandler(log, nil)))
		c.Observe = func(ctx context.Context, e franceconnect.Event) {
			observe(ctx, e)
			write(ctx, e)
		}
	})
	require.Zero(t, m.calls.Load(), "New asks nothing of it")
	return p, m, log
}

func TestPeopleSignInWithKeysOfEveryCurveInMemoryAndElsewhere(t *testing.T) {
	t.Parallel()
	for _, curve := range []elliptic.Curve{elliptic.P256(), elliptic.P384(), elliptic.P521()} {
		private, exchanger := newECKey(t, curve)
		for name, key := range map[string]crypto.PrivateKey{"ecdsa": private, "ecdh": exchanger, "elsewhere": ecElsewhere{&keyModule{}, exchanger}} {
			t.Run(name+" "+curve.Params().Name, func(t *testing.T) {
				t.Parallel()
				k, err := franceconnect.NewDecryptionKey("k1", "ECDH-ES", key)
				require.NoError(t, err)
				p, b := newPlusPortal(t, "ECDH-ES", func(c *franceconnect.Config) { c.DecryptionKeys = []franceconnect.DecryptionKey{k} }), newBrowser(t)
				require.Equal(t, "eidas2", b.open(b.leave(p, "/")).Level)
			})
		}
	}
}

func TestAKeyElsewhereIsAskedTwiceForALogin(t *testing.T) {
	t.Parallel()
	for _, algorithm := range []string{"ECDH-ES", "RSA-OAEP", "RSA-OAEP-256"} {
		p, m, _ := elsewhere(t, algorithm)
		b := newBrowser(t)
		require.Empty(t, b.open(b.leave(p, "/")).Message, algorithm)
		require.EqualValues(t, 2, m.calls.Load(), "the ID token and userinfo")
	}
}

// onlySigner is an EC key of a module that has no key agreement.
type onlySigner struct{ crypto.Signer }

// withoutPublic are keys whose public half is not there.
type (
	exchangerWithout struct{ ecdh.KeyExchanger }
	decrypterWithout struct{ crypto.Decrypter }
	decrypterOfNone  struct{ crypto.Decrypter }
)

func (exchangerWithout) PublicKey() *ecdh.PublicKey { return nil }
func (decrypterWithout) Public() crypto.PublicKey   { return (*rsa.PublicKey)(nil) }
func (decrypterOfNone) Public() crypto.PublicKey    { return &rsa.PublicKey{E: 65537} }

// twoCurves says one curve and has another.
type twoCurves struct{ ecdh.KeyExchanger }

func (twoCurves) Curve() ecdh.Curve { return ecdh.P384() }

func TestAKeyThatCannotServeIsRefusedInBothLanguages(t *testing.T) {
	t.Parallel()
	p224, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	require.NoError(t, err)
	x25519, err := ecdh.X25519().GenerateKey(rand.Reader)
	require.NoError(t, err)
	private, exchanger := newECKey(t, elliptic.P256())
	for name, c := range map[string]struct {
		algorithm       string
		key             crypto.PrivateKey
		french, english string
	}{
		"nil":                           {"ECDH-ES", nil, "est vide (nil)", "is nil"},
		"a nil ecdsa.PrivateKey":        {"ECDH-ES", (*ecdsa.PrivateKey)(nil), "est vide (nil)", "is nil"},
		"a nil ecdh.PrivateKey":         {"ECDH-ES", (*ecdh.PrivateKey)(nil), "est vide (nil)", "is nil"},
		"a nil rsa.PrivateKey":          {"RSA-OAEP", (*rsa.PrivateKey)(nil), "est vide (nil)", "is nil"},
		"a nil key of another type":     {"RSA-OAEP", (*rsaElsewhere)(nil), "est vide (nil)", "is nil"},
		"P-224":                         {"ECDH-ES", p224, "autre courbe que P-256", "is on a curve other than P-256, P-384 and P-521"},
		"an ecdsa.PrivateKey of no use": {"ECDH-ES", &ecdsa.PrivateKey{}, "autre courbe que P-256", "is on a curve other than P-256, P-384 and P-521"},
		"half an ecdsa.PrivateKey":      {"ECDH-ES", &ecdsa.PrivateKey{PublicKey: private.PublicKey}, "est incomplète", "is incomplete"},
		"X25519":                        {"ECDH-ES", x25519, "autre courbe que P-256", "is on a curve other than P-256, P-384 and P-521"},
		"two curves":                    {"ECDH-ES", twoCurves{exchanger}, "autre courbe que P-256", "is on a curve other than P-256, P-384 and P-521"},
		"an EC key without public half": {"ECDH-ES", exchangerWithout{exchanger}, "pas de partie publique", "has no public half"},
		"an RSA key with a nil public":  {"RSA-OAEP", decrypterWithout{rsaKey()}, "pas de partie publique", "has no public half"},
		"an RSA key with no modulus":    {"RSA-OAEP", decrypterOfNone{rsaKey()}, "pas de partie publique", "has no public half"},
		"one that signs":                {"ECDH-ES", onlySigner{private}, "ne sait que signer", "only signs"},
		"an EC key for RSA":             {"RSA-OAEP", exchanger, "faite pour ECDH-ES et non pour", "is an EC key, which is for ECDH-ES and not for"},
		"an RSA key for EC":             {"ECDH-ES", rsaKey(), "faite pour RSA-OAEP ou", "is an RSA key, which is for RSA-OAEP or"},
	} {
		_, err := franceconnect.NewDecryptionKey("k1", c.algorithm, c.key)
		require.ErrorIs(t, err, franceconnect.ErrMisconfigured, name)
		require.ErrorContains(t, err, "holds a key that "+c.english, name)
		french, english := franceconnect.OperatorAdvice(err)
		require.Contains(t, french, c.french, name)
		require.Contains(t, english, c.english, name)
	}
	_, err = franceconnect.NewDecryptionKey("", "ECDH-ES", exchanger)
	require.ErrorContains(t, err, "has no key id (kid)")
	require.ErrorContains(t, franceconnect.DecryptionKey{}.Try(t.Context()), "the key is empty")
}

func TestAKeyWithThePublicHalfOfAnotherIsRefused(t *testing.T) {
	t.Parallel()
	set := func(edit func(key, other map[string]any)) []byte {
		var members [2]map[string]any
		for i := range members {
			private, _ := newECKey(t, elliptic.P256())
			text, err := json.Marshal(jose.JSONWebKey{Key: private, KeyID: "k1", Algorithm: "ECDH-ES"})
			require.NoError(t, err)
			require.NoError(t, json.Unmarshal(text, &members[i]))
		}
		edit(members[0], members[1])
		text, err := json.Marshal(map[string]any{"keys": members[:1]})
		require.NoError(t, err)
		return text
	}
	_, err := franceconnect.ParseDecryptionKeys(set(func(_, _ map[string]any) {}))
	require.NoError(t, err)
	_, err = franceconnect.ParseDecryptionKeys(set(func(key, other map[string]any) { key["d"] = other["d"] }))
	require.ErrorIs(t, err, franceconnect.ErrMisconfigured)
	require.ErrorContains(t, err, "has a key, number 1, that has the public half of another key")
	french, _ := franceconnect.OperatorAdvice(err)
	require.Contains(t, french, "a une clé, la n°\u00a01, qui a la partie publique d’une autre clé")
}

func TestNewTriesEachKeyInMemory(t *testing.T) {
	t.Parallel()
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	mixed, err := franceconnect.NewDecryptionKey("mixed", "RSA-OAEP-256", &rsa.PrivateKey{PublicKey: rsaKey().PublicKey, D: other.D, Primes: other.Primes})
	require.NoError(t, err)
	half, err := franceconnect.NewDecryptionKey("half", "RSA-OAEP-256", &rsa.PrivateKey{PublicKey: rsaKey().PublicKey})
	require.NoError(t, err)
	config := good()
	config.Environment = franceconnect.IntegrationPlus
	config.DecryptionKeys = []franceconnect.DecryptionKey{newKey(t, "good", "RSA-OAEP-256"), mixed, half}
	_, err = franceconnect.New(config)
	wrong := franceconnect.ConfigErrors(err)
	require.Len(t, wrong, 2)
	require.Contains(t, wrong[1].English, `"half", that does not open`)
	require.Equal(t, "DecryptionKeys", wrong[0].Field)
	require.Contains(t, wrong[0].French, "contient une clé, «\u00a0mixed\u00a0», qui n’ouvre pas ce qui est chiffré pour elle (crypto/rsa")
	require.Contains(t, wrong[0].English, `holds a key, "mixed", that does not open what is encrypted to it (crypto/rsa`)
}

func TestReadyTriesKeysElsewhereAndSaysWhatTheModuleAnswered(t *testing.T) {
	t.Parallel()
	p, m, _ := elsewhere(t, "RSA-OAEP-256")
	m.refuse(errors.New("pkcs11: 0x7: CKR_ARGUMENTS_BAD"))
	err := p.fc.Ready(t.Context())
	require.ErrorIs(t, err, franceconnect.ErrMisconfigured)
	require.NotErrorIs(t, err, franceconnect.ErrUnavailable)
	require.ErrorContains(t, err, `(decryption_key.refused): key "k1": pkcs11: 0x7: CKR_ARGUMENTS_BAD`)
	french, english := franceconnect.OperatorAdvice(err)
	require.Contains(t, french, "le module qui garde une clé de déchiffrement")
	require.Contains(t, english, "the module that holds a decryption key")
	require.Equal(t, err, p.config.DecryptionKeys[0].Try(t.Context()))

	m.refuses.Store(nil)
	require.ErrorContains(t, p.fc.Ready(t.Context()), "published_keys.never_fetched", "the key itself is good")
	require.NoError(t, p.config.DecryptionKeys[0].Try(t.Context()))
	m.refuse(errors.New("CKR_DEVICE_REMOVED"))
	err = p.fc.Ready(t.Context())
	require.ErrorIs(t, err, franceconnect.ErrUnavailable)
	require.ErrorContains(t, err, `(decryption_key.unavailable): key "k1": CKR_DEVICE_REMOVED`)
}

func TestAModuleThatFailsAtALoginIsNamedWithItsOwnWordsAndIsNoAttack(t *testing.T) {
	t.Parallel()
	p, m, log := elsewhere(t, "ECDH-ES")
	b := newBrowser(t)
	m.refuse(errors.New("CKR_KEY_FUNCTION_NOT_PERMITTED\n\x1b[1m"))
	require.Equal(t, "decryption_key.refused", b.open(b.leave(p, "/")).Reason)
	err := p.told("callback")[0].Err
	require.ErrorIs(t, err, franceconnect.ErrMisconfigured)
	require.NotErrorIs(t, err, franceconnect.ErrVerification)
	require.Equal(t, http.StatusInternalServerError, franceconnect.StatusCode(err))
	require.Contains(t, log.String(), `key \"k1\": CKR_KEY_FUNCTION_NOT_PERMITTED[1m"`)

	m.refuses.Store(nil)
	require.Empty(t, b.open(b.leave(p, "/")).Message)
	m.refuse(errors.New("CKR_USER_NOT_LOGGED_IN"))
	require.Equal(t, "decryption_key.unavailable", b.open(b.leave(p, "/")).Reason)
	err = p.told("callback")[2].Err
	require.ErrorIs(t, err, franceconnect.ErrUnavailable)
	require.NotErrorIs(t, err, franceconnect.ErrVerification)
	require.Equal(t, http.StatusServiceUnavailable, franceconnect.StatusCode(err))
	require.Contains(t, log.String(), "CKR_USER_NOT_LOGGED_IN")
}

// What the module says to a token may have the token in it: it is in no log.
func TestAChangedTokenIsRefusedAsWithAnyKeyAndTheModulesWordsToItAreInNoLog(t *testing.T) {
	t.Parallel()
	private, exchanger := newECKey(t, elliptic.P256())
	for name, key := range map[string]crypto.PrivateKey{"in memory": private, "elsewhere": ecElsewhere{&keyModule{}, exchanger}} {
		k, err := franceconnect.NewDecryptionKey("k1", "ECDH-ES", key)
		require.NoError(t, err)
		p := newPlusPortal(t, "ECDH-ES", func(c *franceconnect.Config) { c.DecryptionKeys = []franceconnect.DecryptionKey{k} })
		_, other := newECKey(t, elliptic.P256())
		wrong, err := franceconnect.NewDecryptionKey("k1", "ECDH-ES", other)
		require.NoError(t, err)
		config := p.config
		config.DecryptionKeys = []franceconnect.DecryptionKey{wrong}
		published, err := franceconnect.New(config)
		require.NoError(t, err)
		p.published = published.JWKSHandler() // under the same name
		b := newBrowser(t)
		require.Equal(t, "id_token.jwe.decrypt", b.open(b.leave(p, "/")).Reason, name)
		last := p.told("callback")[0].Err
		require.ErrorIs(t, last, franceconnect.ErrVerification, name)
		require.EqualError(t, last, "franceconnect: an answer could not be verified (id_token.jwe.decrypt)", name)
	}
}
