package token

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// A Claim is a member of a JSON object, its value unread.
type Claim struct {
	Name  string
	Value json.RawMessage
}

// Claims are the members of a token or of a userinfo, in their order. No two
// have one name.
type Claims []Claim

// maxMembers bounds an object: FranceConnect's have fewer than 30.
const maxMembers = 256

// object reads a JSON object whose members have one value each (RFC 7515,
// section 4; RFC 7519, section 4): of two, encoding/json would take the last
// and another reader the first. Names keep their case, which encoding/json
// would not, reading into a struct.
func object(text []byte) (Claims, bool) {
	// Whether it is JSON at all is for the standard library to say; what
	// follows relies on it and only finds where the members are.
	if !utf8.Valid(text) || !json.Valid(text) {
		return nil, false
	}
	text = bytes.TrimLeft(text, space)
	if text[0] != '{' {
		return nil, false
	}
	c := make(Claims, 0, 16)
	for text = after(text, 1); text[0] != '}'; {
		end := stringEnd(text)
		name, ok := unquote(text[:end])
		if !ok || c.has(name) || len(c) == maxMembers {
			return nil, false
		}
		text = after(after(text, end), 1) // the colon
		end = valueEnd(text)
		c = append(c, Claim{name, json.RawMessage(text[:end:end])})
		if text = after(text, end); text[0] == ',' {
			text = after(text, 1)
		}
	}
	return c, true
}

const space = " \t\r\n"

// after drops n bytes, and the white space that follows.
func after(text []byte, n int) []byte { return bytes.TrimLeft(text[n:], space) }

// stringEnd is the length of the string that valid JSON begins with.
func stringEnd(text []byte) int {
	for i := 1; ; i++ {
		switch text[i] {
		case '"':
			return i + 1
		case '\\':
			i++
		}
	}
}

// valueEnd is the length of the value that valid JSON begins with.
func valueEnd(text []byte) int {
	depth := 0
	for i := 0; ; i++ {
		switch text[i] {
		case '"':
			i += stringEnd(text[i:]) - 1
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case ',', ' ', '\t', '\r', '\n':
			if depth == 0 {
				return i
			}
			continue
		default:
			continue
		}
		// A string or a bracket ended; a bare } or ] belongs to the outside.
		if depth == 0 {
			return i + 1
		}
		if depth < 0 {
			return i
		}
	}
}

// unquote reads a JSON string.
func unquote(raw []byte) (string, bool) {
	if len(raw) < 2 || raw[0] != '"' {
		return "", false
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw[1 : len(raw)-1]), true
	}
	var s string
	return s, json.Unmarshal(raw, &s) == nil
}

// value is the claim of a name, or nil.
func (c Claims) value(name string) json.RawMessage {
	for i := range c {
		if c[i].Name == name {
			return c[i].Value
		}
	}
	return nil
}

func (c Claims) has(name string) bool { return c.value(name) != nil }

// text returns a claim that is a string.
func (c Claims) text(name string) (string, bool) { return unquote(c.value(name)) }

// time returns a NumericDate (RFC 7519, section 2): seconds, as a number.
func (c Claims) time(name string) (time.Time, bool) {
	raw := c.value(name)
	if len(raw) == 0 || raw[0] < '0' || raw[0] > '9' {
		return time.Time{}, false
	}
	seconds, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || seconds > 1<<40 {
		return time.Time{}, false
	}
	whole, part := math.Modf(seconds)
	return time.Unix(int64(whole), int64(part*1e9)), true
}

// list returns a claim that is a string or a list of strings.
func (c Claims) list(name string) ([]string, bool) {
	if s, ok := c.text(name); ok {
		return []string{s}, true
	}
	var all []json.RawMessage
	if json.Unmarshal(c.value(name), &all) != nil || len(all) == 0 {
		return nil, false
	}
	texts := make([]string, len(all))
	for i, raw := range all {
		var ok bool
		if texts[i], ok = unquote(raw); !ok {
			return nil, false
		}
	}
	return texts, true
}

// trim drops what a body may have around a token.
func trim(body []byte) string { return strings.TrimSpace(string(body)) }
