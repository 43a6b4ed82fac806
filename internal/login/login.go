// Package login holds a login in progress: what a portal must remember between
// sending a browser to FranceConnect and seeing it come back.
package login

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/binary"
	"encoding/hex"
	"time"
)

// A Pending is a login in progress. It is made once, by New, and never changed.
type Pending struct {
	State, Nonce string    // 64 hexadecimal characters each
	Level        uint8     // asked for
	ReturnTo     string    // where the portal sends the person afterwards
	Expires      time.Time // to the second

	drawn [2 * random]byte // the state's and the nonce's
}

const random = 32 // bytes of a state and of a nonce

// New draws the state and the nonce. FranceConnect documents a minimum of 22
// or of 32 characters for both, depending on the page; 64 hexadecimal ones
// satisfy every rule it ever published.
func New(level uint8, returnTo string, expires time.Time) *Pending {
	p := &Pending{Level: level, ReturnTo: returnTo, Expires: expires}
	rand.Read(p.drawn[:]) // never fails: crypto/rand, since Go 1.24
	p.spell()
	return p
}

// spell writes what was drawn in hexadecimal.
func (p *Pending) spell() {
	var digits [4 * random]byte
	hex.Encode(digits[:], p.drawn[:])
	text := string(digits[:])
	p.State, p.Nonce = text[:2*random], text[2*random:]
}

// Encode is what Decode reads: level, end, state, nonce, and the rest.
func (p *Pending) Encode() []byte {
	b := make([]byte, 0, 1+8+2*random+len(p.ReturnTo))
	b = append(b, p.Level)
	b = binary.BigEndian.AppendUint64(b, uint64(p.Expires.Unix()))
	b = append(b, p.drawn[:]...)
	return append(b, p.ReturnTo...)
}

// Decode reads what Encode wrote.
func Decode(b []byte) (*Pending, bool) {
	if len(b) < 1+8+2*random {
		return nil, false
	}
	p := &Pending{Level: b[0], Expires: time.Unix(int64(binary.BigEndian.Uint64(b[1:9])), 0), ReturnTo: string(b[9+2*random:])}
	copy(p.drawn[:], b[9:])
	p.spell()
	return p, true
}

// Matches tells whether state, which came back with the browser, is this
// login's (RFC 6749, section 10.12).
func (p *Pending) Matches(state string) bool {
	return subtle.ConstantTimeCompare([]byte(p.State), []byte(state)) == 1
}
