package main

import (
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"unicode/utf8"
)

// hashRounds is OWASP's number for PBKDF2 with SHA-256 (Password Storage Cheat
// Sheet, 2023).
const hashRounds = 600_000

const saltSize = 16

// Lengths of a password, in characters. Attempts are few, and a sentence is
// easier to remember than a special character.
const (
	shortestPassword = 12
	longestPassword  = 128
)

// A password is what is kept of one. The zero password is none: nothing opens
// it, and that takes as long to find out.
type password struct{ salt, key []byte }

func newPassword(text string, rounds int) password {
	salt := make([]byte, saltSize)
	rand.Read(salt)
	return password{salt, derive(text, salt, rounds)}
}

func (p password) is(text string, rounds int) bool {
	salt := p.salt
	if !p.set() {
		salt = make([]byte, saltSize)
	}
	return subtle.ConstantTimeCompare(derive(text, salt, rounds), p.key) == 1
}

func (p password) set() bool { return len(p.key) > 0 }

func derive(text string, salt []byte, rounds int) []byte {
	key, err := pbkdf2.Key(sha256.New, text, salt, rounds, sha256.Size)
	if err != nil { // salt and key are long enough, for FIPS 140 too
		panic(err)
	}
	return key
}

// goodLength reports whether somebody may choose this password.
func goodLength(text string) bool {
	n := utf8.RuneCountInString(text)
	return n >= shortestPassword && n <= longestPassword
}
