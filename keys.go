package franceconnect

import (
	"context"
	"crypto"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/franceconnect-go/franceconnect/internal/failure"
	"github.com/franceconnect-go/franceconnect/internal/settings"
	"github.com/franceconnect-go/franceconnect/internal/token"
)

// A CookieKey seals cookies: 32 random bytes. It cannot be printed either.
type CookieKey [32]byte

// NewCookieKey draws a Key. Keep it: with a new one at each start, who is signing in
// during the restart starts again, and two machines do not understand each
// other.
func NewCookieKey() (k CookieKey) {
	rand.Read(k[:])
	return k
}

// ParseCookieKey reads a CookieKey from base64, as `openssl rand -base64 32` writes it.
func ParseCookieKey(text string) (CookieKey, error) {
	key, ok := settings.ParseCookieKey(text)
	if !ok {
		return CookieKey{}, errors.New("franceconnect: a key is 32 bytes in base64")
	}
	return key, nil
}

// Format prints the word secret, for every verb.
func (CookieKey) Format(s fmt.State, _ rune) { fmt.Fprint(s, redacted) }

// LogValue logs the word secret.
func (CookieKey) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText writes the word secret.
func (CookieKey) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// A DecryptionKey opens what FranceConnect+ encrypts for this client. It
// cannot be printed.
type DecryptionKey struct{ key token.DecryptionKey }

// NewDecryptionKey makes a DecryptionKey of a private key. For "RSA-OAEP" and
// "RSA-OAEP-256" it is an *rsa.PrivateKey or the crypto.Decrypter of one held
// elsewhere, of 2048 bits or more; for "ECDH-ES" an *ecdsa.PrivateKey, an
// *ecdh.PrivateKey or the ecdh.KeyExchanger of one held elsewhere, on P-256, P-384
// or P-521. The id is the kid under which it is published. The error is a
// *ConfigError. New tries a key that is in memory.
//
// Held elsewhere is a key of any other type than those three: in a hardware module
// (PKCS#11), a TPM, a key service. Nothing is asked of it before the first login or
// Ready. Its methods are called by several goroutines at once, at most 64; each call has a
// goroutine of its own, and is waited for no longer than 5 seconds and the
// context of the request. The interfaces take no context, so that a call that
// never returns keeps its goroutine: a key with a time limit of its own is better.
//
// At a login, a key that does not answer in time is ErrUnavailable. When a token
// does not open, the key is tried with a random value of our own: if that fails as
// well, the error is ErrUnavailable if the key has opened something before or
// cannot be reached, otherwise ErrMisconfigured, with what it said to the trial in
// the Error's Detail; if not, the token is tried once more, and then is
// ErrVerification like any that was changed.
func NewDecryptionKey(id, algorithm string, key crypto.PrivateKey) (DecryptionKey, error) {
	k, err := token.NewDecryptionKey(id, algorithm, key)
	if p := (*token.KeyProblem)(nil); errors.As(err, &p) {
		return DecryptionKey{}, &ConfigError{Field: "DecryptionKeys", French: "contient une clé qui " + p.French, English: "holds a key that " + p.English}
	}
	return DecryptionKey{k}, nil
}

// Try finds out whether the key opens what FranceConnect+ would encrypt to it: it
// seals a random value to the public half and has the private one open it. Call it
// before the first citizen comes, of a key that is held elsewhere. It takes no more
// than 5 seconds. The error is an *Error with the Reason
// "decryption_key.unavailable" (ErrUnavailable) or "decryption_key.refused"
// (ErrMisconfigured), and its Detail is what the module said.
func (k DecryptionKey) Try(ctx context.Context) error {
	if k.key.ID == "" {
		return &Error{Kind: ErrMisconfigured, Reason: "decryption_key.refused", Detail: "the key is empty"}
	}
	if bad := k.key.Try(ctx); bad != nil {
		return (*Error)(failure.Key(bad))
	}
	return nil
}

// ParseDecryptionKeys reads a private key set, in JSON (RFC 7517, section 5);
// each key has kty, kid, alg and its private part. The program
// franceconnect makes one: franceconnect keys decryption FILE. The error is a
// *ConfigError.
func ParseDecryptionKeys(jwks []byte) ([]DecryptionKey, error) {
	parsed, err := token.ParseDecryptionKeys(jwks)
	if p := (*token.KeyProblem)(nil); errors.As(err, &p) {
		return nil, &ConfigError{Field: "DecryptionKeys", French: p.French, English: p.English}
	}
	keys := make([]DecryptionKey, len(parsed))
	for i, k := range parsed {
		keys[i] = DecryptionKey{k}
	}
	return keys, nil
}

// decryption returns the DecryptionKeys as the verifier knows them.
func (c *Config) decryption() []token.DecryptionKey {
	var keys []token.DecryptionKey
	for _, k := range c.DecryptionKeys {
		keys = append(keys, k.key)
	}
	return keys
}

// Format prints the word secret, for every verb.
func (DecryptionKey) Format(s fmt.State, _ rune) { fmt.Fprint(s, redacted) }

// LogValue logs the word secret.
func (DecryptionKey) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText writes the word secret.
func (DecryptionKey) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// JWKSHandler serves the public halves of Config.DecryptionKeys, as a key set
// (RFC 7517), at the address that is registered as the client's jwks_uri. It
// holds them in memory and answers while everything else is down: FranceConnect+
// fetches them in the middle of a token call, and without them the person's code
// is lost.
//
// FranceConnect+ goes on with a set that it has read for five minutes, which is
// the max-age of the answer: a key is taken out of Config.DecryptionKeys no
// sooner than that after another took its place in front, on all machines.
// Last-Modified says since when a machine has published its set; with it, the
// commands check and keys of the program franceconnect say when that is.
func (c *Client) JWKSHandler() http.Handler {
	if c.config.Disabled {
		return http.NotFoundHandler()
	}
	keys, since := token.PublishKeys(c.config.decryption()), time.Unix(c.madeAt, 0).UTC().Format(http.TimeFormat)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isRead(w, r) {
			return
		}
		c.keysFetched.Store(true)
		// Private: FranceConnect+ does not look at Age, so that a cache in front
		// would double the time for which it goes on with an old set.
		w.Header().Set("Cache-Control", "private, max-age=300")
		w.Header().Set("Last-Modified", since)
		writeDocument(w, r, "application/jwk-set+json", keys)
	})
}
