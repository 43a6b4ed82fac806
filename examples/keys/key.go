package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/hex"
	"fmt"
	"regexp"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// algorithms are those that FranceConnect+ encrypts with, the default first:
// its keys and its tokens are the short ones.
var algorithms = []string{"ECDH-ES", "RSA-OAEP-256", "RSA-OAEP"}

// rsaBits are enough beyond 2030 (ANSSI, Guide des mécanismes
// cryptographiques); FranceConnect+ wants 2048.
const rsaBits = 3072

// newKey draws a key. Without a name it is called after the day, for the people
// who rotate keys, and after itself, so that no two keys have one name: the
// start of its thumbprint (RFC 7638).
func newKey(alg, kid string, now time.Time) (jose.JSONWebKey, error) {
	key := jose.JSONWebKey{KeyID: kid, Algorithm: alg, Use: "enc"}
	var err error
	if alg == "ECDH-ES" {
		key.Key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	} else {
		key.Key, err = rsa.GenerateKey(rand.Reader, rsaBits)
	}
	if err != nil {
		return key, fmt.Errorf("la clé n’a pas pu être tirée / the key could not be drawn: %w", err)
	}
	if kid == "" {
		thumbprint, err := key.Thumbprint(crypto.SHA256)
		if err != nil {
			return key, fmt.Errorf("la clé n’a pas de nom / the key has no name: %w", err)
		}
		key.KeyID = now.UTC().Format(time.DateOnly) + "-" + hex.EncodeToString(thumbprint[:4])
	}
	return key, nil
}

var name = regexp.MustCompile(`^[A-Za-z0-9._-]{0,64}$`)

// isName tells whether a kid is one that a log and a command line can show; ""
// is none, and is one that newKey makes.
func isName(kid string) bool { return name.MatchString(kid) }
