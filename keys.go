package franceconnect

import (
	"crypto"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

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
	raw, err := base64.StdEncoding.Strict().DecodeString(strings.TrimSpace(text))
	if err != nil || len(raw) != len(CookieKey{}) {
		return CookieKey{}, errors.New("franceconnect: a key is 32 bytes in base64")
	}
	return CookieKey(raw), nil
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

// NewDecryptionKey makes a DecryptionKey of a private key: *rsa.PrivateKey or a
// crypto.Decrypter of one held elsewhere (HSM, KMS), of 2048 bits or more, for
// "RSA-OAEP" and "RSA-OAEP-256"; *ecdsa.PrivateKey for "ECDH-ES". The id is the
// kid under which it is published.
func NewDecryptionKey(id, algorithm string, key crypto.PrivateKey) (DecryptionKey, error) {
	k, err := token.NewDecryptionKey(id, algorithm, key)
	if err != nil {
		return DecryptionKey{}, fmt.Errorf("franceconnect: decryption key %w", err)
	}
	return DecryptionKey{k}, nil
}

// ParseDecryptionKeys reads a private key set, in JSON (RFC 7517, section 5);
// each key has kty, kid, alg and its private part. The program
// franceconnect makes one: franceconnect keys decryption FILE.
func ParseDecryptionKeys(jwks []byte) ([]DecryptionKey, error) {
	keys, err := parseDecryptionKeys(jwks)
	if err != nil {
		return nil, fmt.Errorf("franceconnect: decryption key set %w", err)
	}
	return keys, nil
}

// parseDecryptionKeys says what is wrong as what follows the name of the set.
func parseDecryptionKeys(jwks []byte) ([]DecryptionKey, error) {
	parsed, err := token.ParseDecryptionKeys(jwks)
	if err != nil {
		return nil, err
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
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		c.keysFetched.Store(true)
		w.Header().Set("Content-Type", "application/jwk-set+json")
		// Private: FranceConnect+ does not look at Age, so that a cache in front
		// would double the time for which it goes on with an old set.
		w.Header().Set("Cache-Control", "private, max-age=300")
		w.Header().Set("Last-Modified", since)
		w.Header().Set("Content-Length", strconv.Itoa(len(keys)))
		if r.Method == http.MethodGet {
			_, _ = w.Write(keys) // who hung up does not want them
		}
	})
}
