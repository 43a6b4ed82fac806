package mockidp

import (
	"encoding/json"
	"fmt"
	"io"
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
	valid    func(string) bool // nil accepts any value
}

// violates returns what is wrong with a form, or "" if it has only parameters
// that the rules name, each once and valid, and all the required ones. A name
// with brackets is in no rules, nor is none at all. A parameter named __proto__ is
// ignored, as FranceConnect's parser ignores it.
func (f form) violates(rules map[string]rule) string {
	for _, p := range f {
		if p.name == "__proto__" {
			continue
		}
		switch r, known := rules[p.name]; {
		case !known:
			return p.name + " is not a parameter of this address: the list is closed"
		case f.repeated(p.name):
			return p.name + " came twice"
		case r.valid != nil && !r.valid(p.value):
			return p.name + " is not valid"
		}
	}
	for _, name := range slices.Sorted(maps.Keys(rules)) {
		if rules[name].required && len(f.all(name)) == 0 {
			return name + " is missing"
		}
	}
	return ""
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
