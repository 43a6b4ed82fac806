package cog

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
)

// The file is a text, compressed:
//
//	franceconnect/cog 1
//	109 departments
//	01 Ain
//	…
//	39793 places
//	01001Ca-----L’Abergement-Clémenciat
//	01015Ca-----Arboys en Bugey
//	01018B-01033
//	98412Cp-----Archipel des Kerguelen;dans l’archipel des Kerguelen
//	…
//
// A place is a code, a kind, the letter of its form, its successor's code, its
// name and, after a semicolon, its phrase. A former commune without a name has
// that of its successor: as B if it is borrowed, as F if it is its own under
// another number. Places are in the order of their codes.
//
//go:embed places.gz
var embedded []byte

const (
	header  = "franceconnect/cog 1\n"
	codeLen = 5
	nameAt  = codeLen + 1 + 1 + codeLen
	noCode  = "-----"
)

// places is the file in memory: the text as it is, where its lines begin, and
// their codes as numbers, which are what is searched.
type places struct {
	departments map[string]string
	text        string
	lines       []uint32
	numbers     []uint32
}

// table is the embedded file, read once. That it can be read is a test's
// business: it cannot change after the program was built.
var table = sync.OnceValue(func() *places {
	t, err := read(embedded)
	if err != nil {
		panic(err)
	}
	return t
})

// read returns the places of a file, and an error if one byte of it is not as
// it was written: gzip has a checksum, and every line is looked at.
func read(file []byte) (*places, error) {
	text, err := inflate(file)
	if err != nil {
		return nil, fmt.Errorf("cog: the data cannot be read: %w", err)
	}
	t := &places{departments: map[string]string{}}
	if err := t.parse(text); err != nil {
		return nil, fmt.Errorf("cog: the data cannot be read: %w", err)
	}
	return t, nil
}

// inflate reserves the room that the end of the file names, at most 16 MB, so
// that the text is in memory once.
func inflate(file []byte) (string, error) {
	if len(file) < 4 {
		return "", io.ErrUnexpectedEOF
	}
	size := binary.LittleEndian.Uint32(file[len(file)-4:])
	if size > 16<<20 {
		return "", errors.New("it is too long")
	}
	z, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		return "", err
	}
	var text strings.Builder
	text.Grow(int(size))
	if _, err := io.Copy(&text, io.LimitReader(z, int64(size)+1)); err != nil {
		return "", err
	}
	if text.Len() != int(size) {
		return "", errors.New("it is not as long as it says")
	}
	return text.String(), nil
}

func (t *places) parse(text string) error {
	rest, ok := strings.CutPrefix(text, header)
	if !ok {
		return fmt.Errorf("it does not begin with %q", strings.TrimSpace(header))
	}
	var n int
	line, rest, _ := strings.Cut(rest, "\n")
	if _, err := fmt.Sscanf(line, "%d departments", &n); err != nil {
		return fmt.Errorf("number of departments: %w", err)
	}
	for range n {
		line, rest, _ = strings.Cut(rest, "\n")
		code, name, ok := strings.Cut(line, " ")
		if !ok || code == "" || name == "" {
			return fmt.Errorf("department %q: no code and name", line)
		}
		t.departments[code] = name
	}
	line, rest, _ = strings.Cut(rest, "\n")
	if _, err := fmt.Sscanf(line, "%d places", &n); err != nil {
		return fmt.Errorf("number of places: %w", err)
	}
	if n < 0 || n > len(rest) {
		return fmt.Errorf("%d places: not so many lines", n)
	}
	t.text, t.lines, t.numbers = rest, make([]uint32, 0, n), make([]uint32, 0, n)
	for at := 0; at < len(rest); {
		end := strings.IndexByte(rest[at:], '\n')
		if end < nameAt {
			return fmt.Errorf("place %d: the line is too short", len(t.lines))
		}
		code, ok := number(rest[at:][:codeLen])
		if i := len(t.numbers); !ok || (i > 0 && t.numbers[i-1] >= code) {
			return fmt.Errorf("place %q: not in order", rest[at:][:codeLen])
		}
		t.lines, t.numbers = append(t.lines, uint32(at)), append(t.numbers, code)
		at += end + 1
	}
	if len(t.lines) != n {
		return fmt.Errorf("%d places of %d", len(t.lines), n)
	}
	for i := range t.lines {
		if err := t.check(i); err != nil {
			return fmt.Errorf("place %q: %w", t.place(i).Code, err)
		}
	}
	return nil
}

// check returns what place and Find rely on.
func (t *places) check(i int) error {
	p := t.place(i)
	switch p.Kind {
	case Commune, Arrondissement, FormerCommune:
		today := p.Code
		if p.Kind == FormerCommune {
			today = p.Successor
			s, ok := t.search(today)
			if !ok || t.place(s).Kind != Commune {
				return fmt.Errorf("its successor %q is no commune", today)
			}
		}
		if t.departments[departmentCode(today)] == "" {
			return errors.New("it has no department")
		}
	case Country, FormerCountry:
	default:
		return errors.New("its kind is not known")
	}
	if (p.Successor != "") != (p.Kind == FormerCommune) || (p.Name == "" && p.Successor == "") {
		return errors.New("its name or its successor is missing")
	}
	switch p.form.kind {
	case inA, inAu, inAux, inEn, '-':
	case inPhrase:
		if p.form.phrase == "" {
			return errors.New("its phrase is missing")
		}
	default:
		return errors.New("its form is not known")
	}
	return nil
}

// number returns a code as a number, in the same order: digits, and the A and B of
// Corsica, in lower case too.
func number(code string) (n uint32, ok bool) {
	if len(code) != codeLen {
		return 0, false
	}
	for i := range codeLen {
		c := code[i]
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case c == 'A' || c == 'B':
			c -= 'A' - 10
		case c == 'a' || c == 'b':
			c -= 'a' - 10
		default:
			return 0, false
		}
		n = 12*n + uint32(c)
	}
	return n, true
}

// search finds the line of a code.
func (t *places) search(code string) (line int, ok bool) {
	n, ok := number(code)
	if !ok {
		return 0, false
	}
	return slices.BinarySearch(t.numbers, n)
}

// place returns what line i says. The name of a former commune may be missing.
func (t *places) place(i int) Place {
	end := len(t.text) - 1
	if i+1 < len(t.lines) {
		end = int(t.lines[i+1]) - 1
	}
	line := t.text[t.lines[i]:end]
	p := Place{Code: line[:codeLen]}
	switch line[codeLen] {
	case 'C':
		p.Kind = Commune
	case 'A':
		p.Kind = Arrondissement
	case 'F':
		p.Kind = FormerCommune
	case 'B':
		p.Kind, p.Borrowed = FormerCommune, true
	case 'P':
		p.Kind = Country
	case 'Q':
		p.Kind = FormerCountry
	}
	if s := line[nameAt-codeLen : nameAt]; s != noCode {
		p.Successor = s
	}
	p.form.kind = line[codeLen+1]
	p.Name = line[nameAt:]
	if p.form.kind == inPhrase {
		p.Name, p.form.phrase, _ = strings.Cut(p.Name, ";")
	}
	return p
}
