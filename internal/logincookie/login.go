// Package logincookie keeps a login in the browser, from the moment that it is
// sent to FranceConnect until it comes back.
//
//	login.go    Login: what is remembered
//	seal.go     Box: how it is sealed
//	cookies.go  Cookies: where it is kept, found again and used once
//	used.go     Used: which logins were used on this machine
package logincookie

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"time"
)

// An Asked is what a login asked FranceConnect for. The request goes through the
// browser, unsigned: what comes back is held against this, never against what
// the browser carried.
type Asked struct {
	Level  uint8 // below 128
	AMR    bool
	PKCE   bool   // with a Verifier
	Scopes string // separated by spaces; at most MaxScopes bytes
}

// MaxScopes is how long the scopes of a login may be, and MaxContent how long they
// and the way to go on together, in bytes: the cookie is one that prune keeps.
const (
	MaxScopes  = 1 << 10
	MaxContent = 1740
)

// A Login is one in progress. It is made once, by New, and never changed.
type Login struct {
	State, Nonce [2 * random]byte // hexadecimal characters
	Asked
	Verifier [verifier]byte // of PKCE: base64url characters; zeros without
	ReturnTo string         // where the portal sends the person afterwards
	Expires  time.Time      // to the second

	drawn [2 * random]byte // the state's and the nonce's
}

// verifier is how long a code_verifier is at least (RFC 7636, section 4.1), and is
// here; VerifierSize is what it takes of MaxContent.
const (
	verifier     = 43
	VerifierSize = 32
)

// random is how many bytes a state and a nonce are drawn of: who guesses is right
// once in 2^160 times (RFC 6749, section 10.10).
const random = 20

// New draws the state and the nonce: 40 hexadecimal characters each. FranceConnect
// documents a minimum of 22 or of 32, depending on the page, and the OpenID
// Foundation's conformance suite wants a nonce of 43 at most.
func New(asked Asked, returnTo string, expires time.Time) Login {
	p := Login{Asked: asked, ReturnTo: returnTo, Expires: expires}
	rand.Read(p.drawn[:]) // never fails: crypto/rand, since Go 1.24
	p.spell()
	if asked.PKCE {
		var b [VerifierSize]byte
		rand.Read(b[:])
		base64.RawURLEncoding.Encode(p.Verifier[:], b[:])
	}
	return p
}

// spell writes what was drawn in hexadecimal.
func (p *Login) spell() {
	hex.Encode(p.State[:], p.drawn[:random])
	hex.Encode(p.Nonce[:], p.drawn[random:])
}

// amr marks, in the byte of the level, a login that asked for amr; pkce, in the
// length of the scopes, one that has a Verifier behind it.
const (
	amr  = 1 << 7
	pkce = 1 << 15
)

// fixed is the length of what every login has: level, end, state, nonce and the
// length of the scopes.
const fixed = 1 + 8 + 2*random + 2

// Encode writes what Decode reads.
func (p *Login) Encode() []byte { return p.appendTo(nil) }

// appendTo writes it behind b.
func (p *Login) appendTo(b []byte) []byte {
	level := p.Level
	if p.AMR {
		level |= amr
	}
	b = append(b, level)
	b = binary.BigEndian.AppendUint64(b, uint64(p.Expires.Unix()))
	b = append(b, p.drawn[:]...)
	if !p.PKCE {
		b = binary.BigEndian.AppendUint16(b, uint16(len(p.Scopes)))
		return append(append(b, p.Scopes...), p.ReturnTo...)
	}
	b = binary.BigEndian.AppendUint16(b, uint16(len(p.Scopes))|pkce)
	b, _ = base64.RawURLEncoding.AppendDecode(b, p.Verifier[:]) // which is our own
	return append(append(b, p.Scopes...), p.ReturnTo...)
}

// Decode reads what Encode wrote.
func Decode(b []byte) (p Login, ok bool) {
	if len(b) < fixed {
		return p, false
	}
	head, rest := b[:fixed], string(b[fixed:])
	scopes := int(binary.BigEndian.Uint16(head[fixed-2:]))
	if p.PKCE = scopes&pkce != 0; p.PKCE {
		if scopes &^= pkce; len(rest) < VerifierSize {
			return p, false
		}
		base64.RawURLEncoding.Encode(p.Verifier[:], []byte(rest[:VerifierSize]))
		rest = rest[VerifierSize:]
	}
	if scopes > len(rest) {
		return p, false
	}
	p.Level, p.AMR = head[0]&^amr, head[0]&amr != 0
	p.Scopes, p.ReturnTo = rest[:scopes], rest[scopes:]
	p.Expires = time.Unix(int64(binary.BigEndian.Uint64(head[1:])), 0)
	copy(p.drawn[:], head[9:])
	p.spell()
	return p, true
}

// Matches reports whether state, which came back with the browser, is this
// login's (RFC 6749, section 10.12).
func (p *Login) Matches(state string) bool {
	return subtle.ConstantTimeCompare(p.State[:], []byte(state)) == 1
}
