package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
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
}

// table writes the text that is compressed, places in the order of their codes.
func table(departments map[string]string, places []place) (string, error) {
	slices.SortFunc(places, func(a, b place) int { return strings.Compare(a.code, b.code) })
	var b strings.Builder
	fmt.Fprintf(&b, "franceconnect/cog 1\n%d departments\n", len(departments))
	codes := make([]string, 0, len(departments))
	for code := range departments {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	for _, code := range codes {
		fmt.Fprintf(&b, "%s %s\n", code, departments[code])
	}
	fmt.Fprintf(&b, "%d places\n", len(places))
	for i, p := range places {
		if i > 0 && places[i-1].code == p.code {
			return "", fmt.Errorf("code %s: there are two", p.code)
		}
		if len(p.code) != 5 || strings.ContainsAny(p.name+p.phrase, ";\n") {
			return "", fmt.Errorf("code %q: %q cannot be written", p.code, p.name)
		}
		successor := p.successor
		if successor == "" {
			successor = "-----"
		}
		fmt.Fprintf(&b, "%s%c%c%s%s", p.code, p.kind, p.form, successor, p.name)
		if p.phrase != "" {
			b.WriteString(";" + p.phrase)
		}
		b.WriteByte('\n')
	}
	return b.String(), nil
}

// deflate compresses without a name or a time, so that the same text always
// gives the same bytes.
func deflate(text string) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write([]byte(text)); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// typographic returns a name as French prints it.
func typographic(name string) string { return strings.ReplaceAll(name, "'", "’") }
