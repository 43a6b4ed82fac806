package mockidp

import (
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// A form holds the parameters of a query or a body, in their order.
type form []field

type field struct{ name, value string }

// parseForm reads application/x-www-form-urlencoded. Like FranceConnect, and
// unlike net/url, it takes an invalid escape literally and a semicolon for an
// ordinary character.
func parseForm(encoded string) form {
	var f form
	for pair := range strings.SplitSeq(encoded, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		f = append(f, field{unescapeForm(name), unescapeForm(value)})
	}
	return f
}

func unescapeForm(s string) string {
	if v, err := url.QueryUnescape(s); err == nil && utf8.ValidString(v) {
		return v
	}
	return strings.ReplaceAll(s, "+", " ")
}

// all returns the values of a parameter.
func (f form) all(name string) []string {
	var values []string
	for _, p := range f {
		if p.name == name {
			values = append(values, p.value)
		}
	}
	return values
}

// get returns the value of a parameter that came once, and otherwise "".
func (f form) get(name string) string {
	if v := f.all(name); len(v) == 1 {
		return v[0]
	}
	return ""
}

// repeated reports whether a parameter came more than once.
func (f form) repeated(name string) bool { return len(f.all(name)) > 1 }

// A rule is the condition on a parameter of a form with a closed list.
type rule struct {
	required bool
	valid    func(string) bool   // nil accepts any value
	want     func(string) string // says what is wrong with a value that is not valid
}

// sorted goes through rules in the order of their names.
func sorted(rules map[string]rule) iter.Seq2[string, rule] {
	return func(yield func(string, rule) bool) {
		for _, name := range slices.Sorted(maps.Keys(rules)) {
			if !yield(name, rules[name]) {
				return
			}
		}
	}
}

// maxBody is the limit of a request's body, in bytes. Requests of the protocol
// are far smaller.
const maxBody = 1 << 20

func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	return io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
}

const formType = "application/x-www-form-urlencoded"

// contentType returns the media type of a body, without its parameters.
func contentType(r *http.Request) string {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return strings.ToLower(strings.TrimSpace(r.Header.Get("Content-Type")))
	}
	return kind
}

// parseBody reads a body with the parsers that the platform has.
func (p *Provider) parseBody(r *http.Request, body []byte) form {
	switch kind := contentType(r); {
	case kind == formType && p.platform.bodyArrays:
		return flattenLists(parseForm(string(body)))
	case kind == formType:
		return parseForm(string(body))
	case kind == "application/json" && p.platform.bodyArrays:
		return parseJSON(body)
	}
	return nil
}

// flattenLists turns name[]=value into name=value, and name[key]=value into an
// empty name. FranceConnect's two parsers, which disagree on brackets, give that
// result.
func flattenLists(f form) form {
	out := slices.Clone(f)
	for i, p := range out {
		name, key, ok := strings.Cut(p.name, "[")
		if !ok || name == "" || !strings.HasSuffix(key, "]") {
			continue
		}
		if out[i].name = name; key != "]" {
			out[i].value = ""
		}
	}
	return out
}

func parseJSON(body []byte) form {
	var members map[string]any
	if json.Unmarshal(body, &members) != nil {
		return nil
	}
	var f form
	for name, v := range members {
		f = append(f, field{name, fmt.Sprint(v)})
	}
	return f
}
