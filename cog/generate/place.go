package main

import (
	"bytes"
	"compress/flate"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// place is a line of the table: ../table.go says what it looks like.
type place struct {
	code      string
	kind      byte
	form      byte
	successor string
	name      string
	phrase    string
	before    []earlier // the latest first
}

// earlier is a name that a place had. It was no more from one day, and the next
// is known from another, perhaps the same.
type earlier struct {
	until, known int
	form         byte
	name         string
	phrase       string
}

// table writes the blocks of the file, by what their codes begin with.
func table(places []place) (map[string]string, error) {
	slices.SortFunc(places, func(a, b place) int { return strings.Compare(a.code, b.code) })
	blocks := map[string]string{}
	for i, p := range places {
		if i > 0 && places[i-1].code == p.code {
			return nil, fmt.Errorf("code %s: there are two", p.code)
		}
		if len(p.code) != 5 || p.name == "" || strings.ContainsAny(p.name+p.phrase, ";\t\n") {
			return nil, fmt.Errorf("code %q: %q cannot be written", p.code, p.name)
		}
		var b strings.Builder
		if i == 0 || places[i-1].code[:2] != p.code[:2] || number(places[i-1].code[2:])+1 != number(p.code[2:]) {
			fmt.Fprintf(&b, "%d", number(p.code[2:]))
		}
		fmt.Fprintf(&b, "%c%s%c%s", p.kind, p.successor, p.form, p.name)
		if p.phrase != "" {
			b.WriteString(";" + p.phrase)
		}
		for _, e := range p.before {
			fmt.Fprintf(&b, "\t%08d", e.until)
			if e.known != e.until {
				fmt.Fprintf(&b, "~%08d", e.known)
			}
			fmt.Fprintf(&b, "%c%s", e.form, e.name)
			if e.phrase != "" {
				b.WriteString(";" + e.phrase)
			}
		}
		blocks[p.code[:2]] += b.String() + "\n"
	}
	for begin, text := range blocks {
		if len(text)+5*strings.Count(text, "\n") > 1<<16-1 {
			return nil, fmt.Errorf("codes of %s: they are too many", begin)
		}
	}
	return blocks, nil
}

// file puts the departments and the blocks together. The same text always gives the
// same bytes.
func file(departments, blocks map[string]string) ([]byte, error) {
	var head, data bytes.Buffer
	fmt.Fprintf(&head, "franceconnect/cog 2\n%d departments\n", len(departments))
	for _, code := range slices.Sorted(maps.Keys(departments)) {
		fmt.Fprintf(&head, "%s %s\n", code, departments[code])
	}
	fmt.Fprintf(&head, "%d blocks\n", len(blocks))
	for _, begin := range slices.Sorted(maps.Keys(blocks)) {
		at := data.Len()
		z, err := flate.NewWriter(&data, flate.BestCompression)
		if err != nil {
			return nil, err
		}
		if _, err := z.Write([]byte(blocks[begin])); err != nil {
			return nil, err
		}
		if err := z.Close(); err != nil {
			return nil, err
		}
		fmt.Fprintf(&head, "%s %d %d\n", begin, data.Len()-at, len(blocks[begin]))
	}
	return append(head.Bytes(), data.Bytes()...), nil
}

// typographic returns a name as French prints it.
func typographic(name string) string { return strings.ReplaceAll(name, "'", "’") }
