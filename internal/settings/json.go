package settings

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

// FromJSON reads one object. Text is as in a variable; scopes and keys may be
// lists, max_calls is a number, switches are true or false, decryption_keys and
// direct_keys may be the key set itself. A file that it names is one of files, which
// may be nil.
func (t Table) FromJSON(text []byte, files fs.FS) *Values {
	values := map[string]string{}
	v := &Values{
		table: t,
		get:   func(key string) string { return values[key] },
		name:  func(key string) string { return key },
		read:  inside(files),
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff")) // of editors on Windows
	if err := json.Unmarshal(text, new(json.RawMessage)); err != nil {
		v.Problems, v.Unreadable = []Problem{malformed(text, err)}, true
		return v
	}
	d := json.NewDecoder(bytes.NewReader(text))
	if first, _ := d.Token(); first != json.Delim('{') {
		v.problem("JSON", "n’est pas un objet { … }", "is not an object { … }")
		v.Unreadable = true
		return v
	}
	seen := map[string]bool{}
	for d.More() {
		name, _ := d.Token() // it is JSON, as was seen above
		key, _ := name.(string)
		var value any
		if err := d.Decode(&value); err != nil {
			v.Problems, v.Unreadable = append(v.Problems, malformed(text, err)), true
			return v
		}
		_, known := t.byKey(key)
		said, ok := flat(key, value)
		switch {
		case key == "client_secret_variable": // whoever writes here would read any variable
			v.problem(key, "n’existe plus : mettez le secret dans un fichier du dossier prévu, et son nom dans client_secret_file", "is no more: put the secret into a file of the folder that is meant for it, and its name into client_secret_file")
		case !known && !keyPattern.MatchString(key): // it may be a value
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
	return v
}

var forms = map[string]text.Text{
	"text":   text.Of("un texte entre guillemets", "a text in quotation marks"),
	"switch": text.Of("true ou false, sans guillemets", "true or false, without quotation marks"),
	"list":   text.Of("une liste de textes", "a list of texts"),
	"number": text.Of("un nombre entier, sans guillemets", "a whole number, without quotation marks"),
	"keys":   text.Of("un jeu de clés, ou le nom de son fichier", "a key set, or the name of its file"),
}

func form(key string) string {
	switch key {
	case "enabled", "amr", "userinfo_json":
		return "switch"
	case "scopes", "assurance", "cookie_keys":
		return "list"
	case "decryption_keys", "direct_keys":
		return "keys"
	case "max_calls":
		return "number"
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
	case "number":
		n, ok := value.(float64)
		return strconv.FormatFloat(n, 'f', -1, 64), ok && n == math.Trunc(n) && math.Abs(n) < 1e9
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
		if key == "cookie_keys" {
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

// malformed says where JSON ends to be JSON, and repeats none of it.
func malformed(raw []byte, err error) Problem {
	at := int64(len(raw))
	if s := (*json.SyntaxError)(nil); errors.As(err, &s) {
		at = min(s.Offset, at)
	}
	line := 1 + bytes.Count(raw[:at], []byte("\n"))
	return Problem{"JSON", text.Of(fmt.Sprintf("est mal formé vers la ligne %d : une virgule, un guillemet ou une accolade est de trop, ou manque", line),
		fmt.Sprintf("is malformed near line %d: a comma, a quotation mark or a brace is missing, or one too many", line))}
}

// keyPattern is what looks like the name of a setting.
var keyPattern = regexp.MustCompile(`^[A-Za-z_-]{1,40}$`)

func (v *Values) problem(key, french, english string) {
	v.Problems = append(v.Problems, Problem{key, text.Of(french, english)})
}
