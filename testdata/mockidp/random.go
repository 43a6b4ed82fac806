package mockidp

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
)

// newUID returns the name of an interaction, in lower case because paths are
// compared in lower case.
func newUID() string {
	b := make([]byte, 20)
	rand.Read(b)
	return hex.EncodeToString(b)
}

// randomToken returns an opaque value of 43 characters, for codes and tokens.
func randomToken() string {
	b := make([]byte, 32)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

// A key finds what is kept. That of a code or a token is a part of its hash, which
// is shorter and has no pointer.
type key [16]byte

func keyOf(secret string) key {
	sum := sha256.Sum256([]byte(secret))
	return key(sum[:])
}

// newUUID returns a random UUID (RFC 9562, section 5.4).
func newUUID() string {
	b := make([]byte, 16)
	rand.Read(b)
	return formatUUID(b)
}

// formatUUID returns 16 bytes as a UUID of version 4.
func formatUUID(b []byte) string {
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	s := hex.EncodeToString(b)
	return fmt.Sprintf("%s-%s-%s-%s-%s", s[:8], s[8:12], s[12:16], s[16:20], s[20:])
}
