// Package login holds a login in progress: what a portal must remember between
// sending a browser to FranceConnect and seeing it come back.
package login

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"time"
)

// A Pending is a login in progress. It is made once, by New, and never changed.
type Pending struct {
	State    string    `json:"s"` // 64 hexadecimal characters
	Nonce    string    `json:"n"` // 64 hexadecimal characters
	Level    uint8     `json:"l"` // asked for
	ReturnTo string    `json:"r"` // where the portal sends the person afterwards
	Expires  time.Time `json:"e"`
}

// New draws the state and the nonce. FranceConnect documents a minimum of 22
// or of 32 characters for both, depending on the page; 64 hexadecimal ones
// satisfy every rule it ever published.
func New(level uint8, returnTo string, expires time.Time) *Pending {
	return &Pending{State: random(), Nonce: random(), Level: level, ReturnTo: returnTo, Expires: expires}
}

func random() string {
	var b [32]byte
	rand.Read(b[:]) // never fails: crypto/rand, since Go 1.24
	return hex.EncodeToString(b[:])
}

// Encode is what Decode reads.
func (p *Pending) Encode() []byte {
	text, _ := json.Marshal(p) // strings, a number and a time: cannot fail
	return text
}

// Decode reads what Encode wrote.
func Decode(text []byte) (*Pending, bool) {
	p := &Pending{}
	if json.Unmarshal(text, p) != nil || len(p.State) != 64 || len(p.Nonce) != 64 {
		return nil, false
	}
	return p, true
}

// Matches tells whether state, which came back with the browser, is this
// login's (RFC 6749, section 10.12).
func (p *Pending) Matches(state string) bool {
	return subtle.ConstantTimeCompare([]byte(p.State), []byte(state)) == 1
}
