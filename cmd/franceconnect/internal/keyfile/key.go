package keyfile

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"regexp"
	"time"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

// A Key is a private key that goes to a file and nowhere else: printed, it is
// its name.
type Key struct {
	ID        string // kid
	Algorithm string
	jwk       json.RawMessage
}

// Format prints the name, for every verb.
func (k Key) Format(s fmt.State, _ rune) { fmt.Fprint(s, k.ID) }

// Algorithms returns those that FranceConnect+ encrypts with, the default first:
// its keys and its tokens are the short ones.
func Algorithms() []string { return []string{"ECDH-ES", "RSA-OAEP-256", "RSA-OAEP"} }

// rsaBits are enough beyond 2030 (ANSSI, Guide des mécanismes
// cryptographiques); FranceConnect+ wants 2048.
const rsaBits = 3072

// New draws a key for an algorithm (RFC 7517, RFC 7518 section 6). Without a
// name it is called after the day, for the people who rotate keys, and after
// itself, so that no two keys have one name: the start of its thumbprint
// (RFC 7638).
func New(algorithm, id string, now time.Time) (Key, error) {
	draw := drawRSA
	if algorithm == "ECDH-ES" {
		draw = drawEC
	}
	key, public, err := draw()
	if err != nil {
		return Key{}, &Error{text.Of("la clé n’a pas pu être tirée", "the key could not be drawn"), err}
	}
	if id == "" {
		sum := sha256.Sum256([]byte(public))
		id = now.UTC().Format(time.DateOnly) + "-" + hex.EncodeToString(sum[:4])
	}
	key["use"], key["alg"], key["kid"] = "enc", algorithm, id
	jwk, err := json.Marshal(key)
	if err != nil {
		return Key{}, &Error{text.Of("la clé ne s’écrit pas", "the key cannot be written"), err}
	}
	return Key{id, algorithm, jwk}, nil
}

// drawEC draws a key on P-256, and says its public part as a thumbprint wants it.
func drawEC() (key map[string]string, public string, err error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, "", err
	}
	point, err := private.PublicKey.Bytes() // 4, x, y
	if err != nil {
		return nil, "", err
	}
	d, err := private.Bytes()
	if err != nil {
		return nil, "", err
	}
	key = map[string]string{"kty": "EC", "crv": "P-256", "x": b64(point[1:33]), "y": b64(point[33:]), "d": b64(d)}
	return key, fmt.Sprintf(`{"crv":"P-256","kty":"EC","x":"%s","y":"%s"}`, key["x"], key["y"]), nil
}

func drawRSA() (key map[string]string, public string, err error) {
	private, err := rsa.GenerateKey(rand.Reader, rsaBits)
	if err != nil {
		return nil, "", err
	}
	private.Precompute()
	key = map[string]string{"kty": "RSA"}
	for name, n := range map[string]*big.Int{"n": private.N, "e": big.NewInt(int64(private.E)), "d": private.D, "p": private.Primes[0], "q": private.Primes[1],
		"dp": private.Precomputed.Dp, "dq": private.Precomputed.Dq, "qi": private.Precomputed.Qinv} {
		key[name] = b64(n.Bytes())
	}
	return key, fmt.Sprintf(`{"e":"%s","kty":"RSA","n":"%s"}`, key["e"], key["n"]), nil
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

var name = regexp.MustCompile(`^[A-Za-z0-9._-]{0,64}$`)

// IsName reports whether a kid is one that a log and a command line can show; ""
// is none, and is one that New makes.
func IsName(id string) bool { return name.MatchString(id) }
