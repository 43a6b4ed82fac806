package logincookie

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
)

// A Box turns bytes into text that only we can open: AES-256-GCM, with a key of
// its own for each purpose. It seals with its first key and opens with any of them, so that keys can
// be rotated without losing what is sealed.
type Box struct{ aeads []cipher.AEAD }

// NewBox makes a Box for one purpose. What a Box of another purpose sealed with
// the same keys, it cannot open (RFC 5869, section 3.2: the info parameter).
func NewBox(purpose string, keys ...[32]byte) (*Box, error) {
	if len(keys) == 0 {
		return nil, fmt.Errorf("logincookie: no key")
	}
	b := &Box{}
	for _, key := range keys {
		derived, err := hkdf.Key(sha256.New, key[:], nil, purpose, 32)
		if err != nil {
			return nil, fmt.Errorf("logincookie: %w", err)
		}
		block, err := aes.NewCipher(derived)
		if err != nil {
			return nil, fmt.Errorf("logincookie: %w", err)
		}
		aead, err := cipher.NewGCMWithRandomNonce(block)
		if err != nil {
			return nil, fmt.Errorf("logincookie: %w", err)
		}
		b.aeads = append(b.aeads, aead)
	}
	return b, nil
}

// encoding is base32 in letters and digits that make no word: application
// firewalls look for commands where a sign stands that is neither (two hyphens
// after a digit are SQL to the OWASP core rule set, a tilde before one a
// shell's), for names of functions in any case (strlen), and for 0x.
var encoding = base32.NewEncoding("123456789BCFGHJKLMNPQRTVWXZjkqxz").WithPadding(base32.NoPadding)

// Seal returns plain as letters and digits. It opens only beside the same name,
// so that one value cannot be put in the place of another.
//
// Nonces are drawn at random: NIST SP 800-38D, section 8.3, allows 2^32 of
// them for one key.
func (b *Box) Seal(name string, plain []byte) string {
	return string(b.appendSealed(nil, []byte(name), plain))
}

// appendSealed writes it behind dst.
func (b *Box) appendSealed(dst, name, plain []byte) []byte {
	aead := b.aeads[0]
	// One buffer for all that the cipher is given: plain stays where it is.
	room := make([]byte, 0, len(name)+len(plain)+aead.Overhead())
	room = append(append(room, name...), plain...)
	sealed := aead.Seal(room[len(name):len(name)], nil, room[len(name):], room[:len(name)]) // in place
	return encoding.AppendEncode(dst, sealed)
}

// Open returns what Seal was given, or false: it does not say why not.
func (b *Box) Open(name, sealed string) ([]byte, bool) {
	raw, err := encoding.DecodeString(sealed)
	var room [512]byte
	if err != nil || string(encoding.AppendEncode(room[:0], raw)) != sealed { // two texts never open as one value
		return nil, false
	}
	for _, aead := range b.aeads {
		if plain, err := aead.Open(nil, nil, raw, []byte(name)); err == nil {
			return plain, true
		}
	}
	return nil, false
}
