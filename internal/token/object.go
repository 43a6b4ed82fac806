package token

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// A Claim is a member of a JSON object. Its value is JSON, unread.
type Claim struct{ Name, Value string }

// Text returns a claim that is a string.
func (c Claim) Text() (string, bool) { return unquote(c.Value) }

// Claims are the members of a token or of a userinfo, in their order. No two
// have one name.
type Claims []Claim

// maxMembers bounds an object: FranceConnect's have fewer than 30.
const maxMembers = 256

// parseObject reads a JSON object whose members have one value each (RFC 7515,
// section 4; RFC 7519, section 4): of two, encoding/json would take the last
// and another reader the first. Names keep their case, which encoding/json
// would not, reading into a struct.
func parseObject(text string) (Claims, bool) {
	// Whether it is JSON at all is for the standard library to say; what
	// follows relies on it and only finds where the members are.
	if !utf8.ValidString(text) || !json.Valid([]byte(text)) {
		return nil, false
	}
	text = skipSpace(text, 0)
	if text[0] != '{' {
		return nil, false
	}
	c := make(Claims, 0, min(strings.Count(text, `":`), maxMembers)) // unless it is spaced out
	for text = skipSpace(text, 1); text[0] != '}'; {
		end := stringEnd(text)
		name, ok := unquote(text[:end])
		if !ok || c.has(name) || len(c) == maxMembers {
			return nil, false
		}
		text = skipSpace(skipSpace(text, end), 1) // the colon
		end = valueEnd(text)
		c = append(c, Claim{name, text[:end]})
		if text = skipSpace(text, end); text[0] == ',' {
			text = skipSpace(text, 1)
		}
	}
	return c, true
}

// skipSpace drops n bytes, and the white space that follows.
func skipSpace(text string, n int) string { return strings.TrimLeft(text[n:], " \t\r\n") }

// stringEnd returns the length of the string that valid JSON begins with.
func stringEnd(text string) int {
	for i := 1; ; i++ {
		switch text[i] {
		case '"':
			return i + 1
		case '\\':
			i++
		}
	}
}

// valueEnd returns the length of the value that valid JSON begins with, in an
// object.
func valueEnd(text string) int {
	depth := 0
	for i := 0; ; i++ {
		switch text[i] {
		case '"':
			i += stringEnd(text[i:]) - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return i // of the object around it
			}
			depth--
		case ',', ' ', '\t', '\r', '\n':
			if depth == 0 {
				return i
			}
		}
	}
}

// unquote reads a JSON string.
func unquote(value string) (string, bool) {
	if !strings.HasPrefix(value, `"`) {
		return "", false
	}
	if strings.IndexByte(value, '\\') < 0 {
		return value[1 : len(value)-1], true
	}
	var s string
	err := json.Unmarshal([]byte(value), &s)
	return s, err == nil
}

// SetText puts a claim that is a string in a field.
func SetText[T ~string](c Claim, field *T) bool {
	s, ok := c.Text()
	*field = T(s)
	return ok
}

// Others returns the claims that set has no place for, but those of the protocol, of
// which it is not asked.
func (c Claims) Others(set func(Claim) bool) (others map[string]json.RawMessage) {
	for _, claim := range c {
		switch claim.Name {
		case "sub", "iss", "aud", "azp", "iat", "exp", "nbf", "jti":
			continue
		}
		if !set(claim) {
			if others == nil {
				others = map[string]json.RawMessage{}
			}
			others[claim.Name] = json.RawMessage(claim.Value)
		}
	}
	return others
}

// value returns the claim of a name, or empty.
func (c Claims) value(name string) string {
	for i := range c {
		if c[i].Name == name {
			return c[i].Value
		}
	}
	return ""
}

func (c Claims) has(name string) bool { return c.value(name) != "" }

// Has reports whether a claim is there and says something.
func (c Claims) Has(name string) bool { return c.has(name) && c.value(name) != "null" }

// text returns a claim that is a string.
func (c Claims) text(name string) (string, bool) { return unquote(c.value(name)) }

// time returns a NumericDate (RFC 7519, section 2): seconds, as a number.
func (c Claims) time(name string) (time.Time, bool) {
	seconds, err := strconv.ParseFloat(c.value(name), 64)
	if err != nil || seconds < 0 || seconds > 1<<40 {
		return time.Time{}, false
	}
	whole, part := math.Modf(seconds)
	return time.Unix(int64(whole), int64(part*1e9)), true
}

// list returns a claim that is a string or a list of strings.
func (c Claims) list(name string) ([]string, bool) {
	value := c.value(name)
	if s, ok := unquote(value); ok {
		return []string{s}, true
	}
	var all []any
	if json.Unmarshal([]byte(value), &all) != nil || len(all) == 0 {
		return nil, false
	}
	texts := make([]string, len(all))
	for i, v := range all {
		var ok bool
		if texts[i], ok = v.(string); !ok {
			return nil, false
		}
	}
	return texts, true
}
