package profile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"unicode"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

// A Problem is a field that is wrong. Its name is as in JSON, behind those that
// it is in: "screen.fields[2].setting"; it is empty if the file is wrong.
type Problem struct {
	Field string
	text.Text
}

// Problems is an error: all that is wrong with a profile.
type Problems []Problem

// In says all problems in one language, in one line.
func (all Problems) In(english bool) string {
	said := make([]string, len(all))
	for i, p := range all {
		said[i] = strings.TrimSpace(p.Field + " " + p.Text.In(english))
	}
	return strings.Join(said, map[bool]string{true: "; ", false: " ; "}[english])
}

func (all Problems) Error() string { return "profile: " + all.In(true) }

// Read reads a profile: one JSON object that has the fields of Profile and no
// others, each once. The error is of type Problems.
func Read(content []byte) (*Profile, error) {
	content = bytes.TrimPrefix(content, []byte("\ufeff")) // of editors on Windows
	var p Profile
	var all Problems
	if err := json.Unmarshal(content, new(json.RawMessage)); err != nil {
		return nil, Problems{malformed(content, err)}
	}
	all.compare("", content, reflect.TypeFor[Profile]())
	if len(all) > 0 {
		return nil, all
	}
	if err := json.Unmarshal(content, &p); err != nil {
		return nil, err // compare has seen that all is of its form
	}
	if all = p.check(); len(all) > 0 {
		return nil, all
	}
	return &p, nil
}

// compare notes what of a JSON value is not as its type has it: names that are
// unknown or written twice, and values of another form.
func (all *Problems) compare(name string, value []byte, as reflect.Type) {
	d := json.NewDecoder(bytes.NewReader(value))
	t, _ := d.Token() // it is JSON, as was seen before
	wrong := func(french, english string) {
		*all = append(*all, Problem{name, text.Of("veut "+french, "wants "+english)})
	}
	switch as.Kind() {
	case reflect.Struct:
		if t != json.Delim('{') {
			wrong("un objet { … }", "an object { … }")
			return
		}
		all.compareFields(name, d, as)
	case reflect.Slice:
		if t != json.Delim('[') {
			wrong("une liste [ … ]", "a list [ … ]")
			return
		}
		for i := 0; d.More(); i++ {
			all.compare(fmt.Sprintf("%s[%d]", name, i), next(d), as.Elem())
		}
	case reflect.Bool:
		if _, ok := t.(bool); !ok {
			wrong("true ou false, sans guillemets", "true or false, without quotation marks")
		}
	default:
		said, ok := t.(string)
		switch {
		case !ok:
			wrong("un texte entre guillemets", "a text in quotation marks")
		case strings.ContainsFunc(said, func(r rune) bool { return unicode.In(r, unicode.C, unicode.Zl, unicode.Zp) }):
			wrong("une ligne, sans caractère invisible", "one line without an invisible character")
		case HasSecret(said):
			*all = append(*all, Problem{name, text.Of("a la forme d’un secret, qui n’a pas sa place dans un profil", "has the form of a secret, which has no place in a profile")})
		}
	}
}

// compareFields compares the members of an object.
func (all *Problems) compareFields(name string, d *json.Decoder, as reflect.Type) {
	seen := map[string]bool{}
	for d.More() {
		t, _ := d.Token()
		key, _ := t.(string)
		value := next(d)
		at := strings.TrimPrefix(name+"."+key, ".")
		field, known := fieldOf(as, key)
		switch {
		case !known:
			*all = append(*all, Problem{at, text.Of("n’est pas un champ connu", "is not a known field")})
		case seen[key]:
			*all = append(*all, Problem{at, text.Of("est écrit deux fois", "is written twice")})
		default:
			all.compare(at, value, field.Type)
		}
		seen[key] = true
	}
}

// next returns the value that a decoder is at.
func next(d *json.Decoder) (value json.RawMessage) {
	_ = d.Decode(&value) // it is JSON, as was seen before
	return value
}

// fieldOf finds a field by its name in JSON.
func fieldOf(as reflect.Type, key string) (reflect.StructField, bool) {
	for f := range as.Fields() {
		if f.Tag.Get("json") == key {
			return f, true
		}
	}
	return reflect.StructField{}, false
}

// malformed says where JSON ends to be JSON.
func malformed(content []byte, err error) Problem {
	at := int64(len(content))
	if s := (*json.SyntaxError)(nil); errors.As(err, &s) {
		at = min(s.Offset, at)
	}
	line := 1 + bytes.Count(content[:at], []byte("\n"))
	return Problem{"", text.Of(fmt.Sprintf("ce n’est pas du JSON, vers la ligne %d : une virgule, un guillemet ou une accolade est de trop, ou manque", line),
		fmt.Sprintf("this is not JSON, near line %d: a comma, a quotation mark or a brace is missing, or one too many", line))}
}
