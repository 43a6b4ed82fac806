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

// A form is the parameters of a query or a body, in the order they came.
type form []field

type field struct{ name, value string }

// parseForm reads what application/x-www-form-urlencoded says. It is lenient
// where net/url is not and FranceConnect is: an escape that makes no sense stands
// for itself, a semicolon is a character like another.
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

// all are the values of a parameter.
func (f form) all(name string) []string {
	var values []string
	for _, p := range f {
		if p.name == name {
			values = append(values, p.value)
		}
	}
	return values
}

// get is the value of a parameter that came once; one that is empty, or that
// came twice, is as good as absent.
func (f form) get(name string) string {
	if v := f.all(name); len(v) == 1 {
		return v[0]
	}
	return ""
}

// repeated tells whether a parameter came more than once.
func (f form) repeated(name string) bool { return len(f.all(name)) > 1 }

// A rule says what a parameter must be like in a strict form.
type rule struct {
	required bool
	valid    func(string) bool // nil: anything
}

// violates says what is wrong with a form, "" if it has only parameters that
// the rules name, each once, each valid, and all those required. Brackets in a
// name make its value a list or an object, which no rule wants; a parameter
// without a name, and one that would reach the prototype of an object, are not
// even looked at.
func (f form) violates(rules map[string]rule) string {
	for _, p := range f {
		if p.name == "" || p.name == "__proto__" {
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

// maxBody is more than any honest request of the protocol has.
const maxBody = 1 << 20

func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	return io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
}

const formType = "application/x-www-form-urlencoded"

// contentType is the media type of a body, without its parameters.
func contentType(r *http.Request) string {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return strings.ToLower(strings.TrimSpace(r.Header.Get("Content-Type")))
	}
	return kind
}

// parseBody reads a body as the parsers in front of the platform do.
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

// flattenLists writes lists as their elements and empties objects, which is what
// becomes of them between two parsers that do not agree on brackets.
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
