package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

// Where things are, from this folder: what was seen, and the pages that tell of it.
const (
	resultsFile  = "results.json"
	settingsFile = "settings.json"
)

var pages = map[string]func(results, map[string]words) string{
	"../../mockidp/README.md":              func(r results, w map[string]words) string { return r.tables(w, true) },
	"../../../docs/fr/autres-logiciels.md": func(r results, w map[string]words) string { return frenchSpaces(r.tables(w, false)) },
}

// frenchSpaces makes the spaces before French signs ones where no line is broken,
// outside of code.
func frenchSpaces(s string) string {
	parts := strings.Split(s, "`")
	for i := 0; i < len(parts); i += 2 {
		parts[i] = strings.NewReplacer(" :", "\u00a0:", " ;", "\u202f;", " ?", "\u202f?", " !", "\u202f!", "« ", "«\u00a0", " »", "\u00a0»").Replace(parts[i])
	}
	return strings.Join(parts, "`")
}

// results are what was seen, in the order of the pages.
type results []row

type row struct {
	Client  string            `json:"client"`
	Version string            `json:"version"`
	Date    string            `json:"date"`
	Seen    map[string]string `json:"seen"` // by registration
}

// words are what is told of a client: the smallest settings that work, and why what does
// not work does not.
type words struct {
	Settings text.Text `json:"settings"`
	Why      text.Text `json:"why"`
}

func readJSON(file string, into any) error {
	body, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

func readResults() (r results, err error) {
	return r, readJSON(resultsFile, &r)
}

// put replaces what was seen of a client: who is not tried again stays as seen before.
func (r *results) put(seen row) {
	i := slices.IndexFunc(*r, func(have row) bool { return have.Client == seen.Client })
	if i < 0 {
		*r = append(*r, seen)
		return
	}
	(*r)[i] = seen
}

func (r results) write() error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "\t")
	if err := e.Encode(r); err != nil {
		return err
	}
	return os.WriteFile(resultsFile, b.Bytes(), 0o644)
}

// writeTables replaces what stands between two marks on each page.
func writeTables(r results) error {
	var w map[string]words
	if err := readJSON(settingsFile, &w); err != nil {
		return err
	}
	for file, tables := range pages {
		page, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		before, _, after, err := cut(string(page))
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		if err := os.WriteFile(file, []byte(before+tables(r, w)+after), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// cut returns what is before, between and after the marks.
func cut(page string) (before, between, after string, err error) {
	const begin, end = "<!-- clients -->\n", "<!-- /clients -->"
	before, rest, ok := strings.Cut(page, begin)
	between, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		return "", "", "", fmt.Errorf("no place for the table: %q, %q", begin, end)
	}
	return before + begin, between, end + after, nil
}

// outcomes are what is told of a run, which begins with one of them, the longer first.
var outcomes = []text.Text{
	text.Of("complet", whole),
	text.Of("connexion, déconnexion du portail seul", "login, logout of itself alone"),
	text.Of("connexion, pas de déconnexion", "login, no logout"),
	text.Of("pas de connexion", "no login"),
	text.Of("ne démarre pas", "does not start"),
	text.Of("non essayé", "not tried"),
}

// tables writes for people how far each client came, and with which settings.
func (r results) tables(w map[string]words, english bool) string {
	var b strings.Builder
	in := func(fr, en string) string { return text.Of(fr, en).In(english) }
	b.WriteString(in("| logiciel | v2 | FranceConnect+ | v1 |\n", "| client | v2 | FranceConnect+ | v1 |\n") + "| --- | --- | --- | --- |\n")
	for _, c := range r {
		fmt.Fprintf(&b, "| %s %s |", name(c), c.Version)
		for _, prefix := range []string{"v2 ", "+ ", "v1"} {
			b.WriteString(" " + c.cell(prefix, english) + " |")
		}
		b.WriteString("\n")
	}
	b.WriteString("\n")
	for _, c := range r {
		colon := in(" :", ":")
		fmt.Fprintf(&b, "- **%s %s** (%s)%s %s.", name(c), c.Version, c.Date, colon, w[c.Client].Settings.In(english))
		if why := w[c.Client].Why.In(english); why != "" {
			fmt.Fprintf(&b, " %s%s %s.", in("Ce qui ne va pas", "What does not work"), colon, why)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// name returns the client without the major version that tells two of one name apart.
func name(c row) string {
	return strings.TrimRight(c.Client, " 0123456789")
}

// cell returns how far the registrations of one platform came, those that came equally far together.
func (c row) cell(prefix string, english bool) string {
	var parts []string
	for _, o := range outcomes {
		var names []string
		all := true
		for _, g := range registrations {
			if !strings.HasPrefix(g.name, prefix) {
				continue
			}
			if strings.HasPrefix(c.Seen[g.name], o.English) {
				names = append(names, strings.TrimPrefix(g.name, prefix))
			} else {
				all = false
			}
		}
		switch {
		case all:
			return o.In(english)
		case names != nil:
			parts = append(parts, strings.Join(names, ", ")+text.Of(" : ", ": ").In(english)+o.In(english))
		}
	}
	return strings.Join(parts, text.Of(" ; ", "; ").In(english))
}
