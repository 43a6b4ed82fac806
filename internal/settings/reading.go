package settings

import (
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

// A Reading finds out what values mean, and gathers what is wrong with them: of each
// name the first, which is the cause of others.
type Reading struct {
	*Values
	Form  []Problem // of the text that they are in
	Wrong []Problem // of values

	said map[string]bool
}

// Read begins with what can be said of any values.
func Read(v *Values) *Reading {
	r := &Reading{Values: v, said: map[string]bool{}}
	for _, problem := range v.Problems {
		r.add(&r.Form, problem)
	}
	if !v.Unreadable {
		for _, problem := range v.Quoted() {
			r.Found(&problem)
		}
	}
	return r
}

func (r *Reading) add(to *[]Problem, problem Problem) {
	if !r.said[problem.Name] {
		r.said[problem.Name] = true
		*to = append(*to, problem)
	}
}

// Found keeps a problem; nil is none.
func (r *Reading) Found(problem *Problem) {
	if problem != nil {
		r.add(&r.Wrong, *problem)
	}
}

// Refuse says that the value of a key is wrong.
func (r *Reading) Refuse(key, french, english string) {
	r.Found(&Problem{r.Name(key), text.Of(french, english)})
}

// Flag reads a switch; unset is what it is without a value.
func (r *Reading) Flag(key string, unset bool) bool {
	switch strings.ToLower(r.Get(key)) {
	case "":
		return unset
	case "true", "1", "oui", "yes":
		return true
	case "false", "0", "non", "no":
		return false
	}
	r.Refuse(key, "n’est ni true ni false", "is neither true nor false")
	return unset
}

// Count reads a number from 1 on; 0 is none.
func (r *Reading) Count(key string) int {
	value := r.Get(key)
	if value == "" {
		return 0
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 {
		r.Refuse(key, "n’est pas un nombre à partir de 1", "is not a number from 1 on")
	}
	return n
}

// Names reads names that are separated by spaces.
func (r *Reading) Names(key string) []string {
	value := r.Get(key)
	if strings.ContainsAny(value, ",;") {
		r.Refuse(key, "sépare les noms par des virgules : il faut des espaces", "separates names by commas: it takes spaces")
	}
	return strings.Fields(value)
}

// CookieKeys reads cookie_keys, separated by commas.
func (r *Reading) CookieKeys() (keys [][32]byte) {
	for value := range strings.SplitSeq(r.Get("cookie_keys"), ",") {
		if value = strings.TrimSpace(value); value == "" {
			continue
		}
		key, ok := ParseCookieKey(value)
		if !ok {
			r.Refuse("cookie_keys", "contient autre chose que des clés de 32 octets en base64", "holds something else than keys of 32 bytes in base64")
			continue
		}
		keys = append(keys, key)
	}
	return keys
}

// ParseCookieKey reads 32 bytes in base64.
func ParseCookieKey(value string) (key [32]byte, ok bool) {
	raw, err := base64.StdEncoding.Strict().DecodeString(strings.TrimSpace(value))
	if err != nil || len(raw) != len(key) {
		return key, false
	}
	return [32]byte(raw), true
}
