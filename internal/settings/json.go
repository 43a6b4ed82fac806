package settings

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// FromJSON reads one object. Text is as in a variable; scopes and keys may be
// lists, enabled and amr are true or false, decryption_keys may be the key set
// itself.
func FromJSON(text []byte) *Values {
	values := map[string]string{}
	v := &Values{
		get:  func(key string) string { return values[key] },
		name: func(key string) string { return key },
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff")) // of editors on Windows
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	seen := map[string]bool{}
	for {
		key, err := nextKey(d, len(seen) == 0)
		if err == io.EOF {
			return v
		}
		var value any
		if err == nil {
			err = d.Decode(&value)
		}
		if err != nil {
			v.Problems = append(v.Problems, malformed(text, d, err))
			return v
		}
		_, known := byKey(key)
		said, ok := flat(key, value)
		switch {
		case !known && !speakable.MatchString(key): // it may be a value
			v.problem("JSON", "contient un réglage inconnu", "holds an unknown setting")
		case !known:
			v.problem(key, "n’est pas un réglage connu", "is not a known setting")
		case seen[key]:
			v.problem(key, "est écrit deux fois", "is written twice")
		case !ok:
			v.problem(key, "n’est pas de la forme attendue : "+forms[form(key)].French, "is not of the form wanted: "+forms[form(key)].English)
		default:
			values[key] = said
		}
		seen[key] = true
	}
}

var forms = map[string]Label{
	"text":   {"un texte entre guillemets", "a text in quotation marks"},
	"switch": {"true ou false, sans guillemets", "true or false, without quotation marks"},
	"list":   {"une liste de textes", "a list of texts"},
	"keys":   {"un jeu de clés, ou le nom de son fichier", "a key set, or the name of its file"},
}

func form(key string) string {
	switch key {
	case "enabled", "amr":
		return "switch"
	case "scopes", "keys":
		return "list"
	case "decryption_keys":
		return "keys"
	}
	return "text"
}

// flat writes a value of JSON as a variable has it.
func flat(key string, value any) (text string, ok bool) {
	if value == nil {
		return "", true
	}
	switch form(key) {
	case "switch":
		on, ok := value.(bool)
		return fmt.Sprint(on), ok
	case "list":
		list, ok := value.([]any)
		if !ok {
			text, ok := value.(string)
			return text, ok
		}
		var all []string
		for _, item := range list {
			text, ok := item.(string)
			if !ok || strings.ContainsAny(text, " ,") {
				return "", false
			}
			all = append(all, text)
		}
		if key == "keys" {
			return strings.Join(all, ","), true
		}
		return strings.Join(all, " "), true
	case "keys":
		if set, ok := value.(map[string]any); ok {
			text, err := json.Marshal(set)
			return string(text), err == nil
		}
	}
	text, ok = value.(string)
	return text, ok
}

// nextKey is the next key of the object, or io.EOF behind its end.
func nextKey(d *json.Decoder, first bool) (string, error) {
	t, err := d.Token()
	if first && err == nil {
		if t != json.Delim('{') {
			return "", errNoObject
		}
		t, err = d.Token()
	}
	if err == io.EOF { // before the end of the object
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return "", err
	}
	if key, ok := t.(string); ok {
		return key, nil
	}
	if _, err := d.Token(); err != io.EOF {
		return "", errNoObject // something behind it
	}
	return "", io.EOF
}

var errNoObject = errors.New("settings: not one object")

// malformed says where JSON ends to be JSON, and repeats none of it.
func malformed(text []byte, d *json.Decoder, err error) Problem {
	at := d.InputOffset()
	if s := (*json.SyntaxError)(nil); errors.As(err, &s) {
		at = max(at, s.Offset-1)
	}
	line := 1 + bytes.Count(text[:min(at, int64(len(text)))], []byte("\n"))
	if err == errNoObject {
		return Problem{"JSON", "n’est pas un seul objet { … }", "is not one object { … }"}
	}
	return Problem{"JSON", fmt.Sprintf("est mal formé vers la ligne %d : une virgule, un guillemet ou une accolade est de trop, ou manque", line),
		fmt.Sprintf("is malformed near line %d: a comma, a quotation mark or a brace is missing, or one too many", line)}
}

// speakable is what looks like the name of a setting.
var speakable = regexp.MustCompile(`^[A-Za-z_-]{1,40}$`)

func (v *Values) problem(key, french, english string) {
	v.Problems = append(v.Problems, Problem{key, french, english})
}
