package cog

import (
	"bytes"
	"compress/flate"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
)

// The file begins with a text, and goes on with a block for every first two
// characters of a code, each compressed on its own (RFC 1951):
//
//	franceconnect/cog 2
//	109 departments
//	01 Ain
//	…
//	100 blocks
//	01 2650 7141
//	…
//
// of which the numbers are a block's bytes, compressed and not. In a block, a line
// is a place: the last three digits of its code unless they follow the line
// before, its kind, the letter of its form, the code of its successor if it is a
// former commune, its name and, after a semicolon, its phrase. After a tab each,
// the names before it, the latest first: the day from which it was no more and,
// if it is not known on which day the next one came, the day from which that one
// is known; form and name. A name « ? » is one that nobody knows.
//
//	1CaL’Abergement-Clémenciat
//	CaL’Abergement-de-Varey
//	Fa01165Amareins
//	33CaValserhône	20190101aBellegarde-sur-Valserine	19561019aBellegarde
//
//go:embed places.bin
var embedded string

const header = "franceconnect/cog 2\n"

// places is the file: what it begins with, read, and its blocks, each of which is
// read when somebody asks for a code in it.
type places struct {
	departments map[string]string
	blocks      [12 * 12]*block
}

// A block has the places whose codes begin alike, as those of a département do.
type block struct {
	begin, file string
	department  string // empty where the codes are not of one alone
	size        int    // of what is compressed

	once  sync.Once
	text  string        // its lines, each with the whole code before it
	lines *[1000]uint16 // where one begins, and 1 more
}

// table is the embedded file. That it can be read is a test's business: it cannot
// change after the program was built.
var table = sync.OnceValue(func() *places {
	t, err := open(embedded)
	if err != nil {
		panic(err)
	}
	return t
})

// open reads what a file begins with.
func open(file string) (*places, error) {
	rest, ok := strings.CutPrefix(file, header)
	if !ok {
		return nil, fmt.Errorf("cog: the data do not begin with %q", strings.TrimSpace(header))
	}
	var line string
	n, rest := count(rest, " departments")
	t := &places{departments: make(map[string]string, n)}
	for range n {
		line, rest, _ = strings.Cut(rest, "\n")
		code, name, _ := strings.Cut(line, " ")
		t.departments[code] = name
	}
	n, rest = count(rest, " blocks")
	blocks := make([]block, n)
	sizes := make([]int, n)
	for i := range blocks {
		line, rest, _ = strings.Cut(rest, "\n")
		begin, numbers, _ := strings.Cut(line, " ")
		compressed, size, ok := strings.Cut(numbers, " ")
		if !ok {
			return nil, errors.New("cog: the data have no sizes of their blocks")
		}
		sizes[i], _ = strconv.Atoi(compressed)
		blocks[i].begin, blocks[i].department = begin, t.departments[begin]
		blocks[i].size, _ = strconv.Atoi(size)
		t.blocks[twelfths(begin)] = &blocks[i]
	}
	for i, size := range sizes {
		if size <= 0 || size > len(rest) {
			return nil, errors.New("cog: the data end too early")
		}
		blocks[i].file, rest = rest[:size], rest[size:]
	}
	if rest != "" || n == 0 {
		return nil, errors.New("cog: the data are not as long as they say")
	}
	return t, nil
}

// count reads a line with a number before a word.
func count(text, word string) (n int, rest string) {
	line, rest, _ := strings.Cut(text, "\n")
	if number, ok := strings.CutSuffix(line, word); ok {
		n, _ = strconv.Atoi(number)
	}
	return n, rest
}

// read reads the block.
func (b *block) read() {
	lines := make([]byte, b.size)
	if _, err := io.ReadFull(flate.NewReader(strings.NewReader(b.file)), lines); err != nil {
		panic(fmt.Errorf("cog: block %s: %w", b.begin, err))
	}
	var text strings.Builder
	text.Grow(len(lines) + codeLen*bytes.Count(lines, []byte("\n")))
	b.lines = new([1000]uint16)
	number := -1
	for line := range strings.Lines(string(lines)) {
		rest := strings.TrimLeft(line, "0123456789")
		if digits := line[:len(line)-len(rest)]; digits == "" {
			number++
		} else {
			number, _ = strconv.Atoi(digits)
		}
		b.lines[number] = uint16(text.Len()) + 1
		text.WriteString(b.begin)
		text.WriteByte('0' + byte(number/100))
		text.WriteByte('0' + byte(number/10%10))
		text.WriteByte('0' + byte(number%10))
		text.WriteString(rest)
	}
	b.text = text.String()
}

const codeLen = 5

// search finds the line of a code: digits, and the A and B of Corsica, in lower
// case too.
func (t *places) search(code string) (b *block, line string, ok bool) {
	if len(code) != codeLen {
		return nil, "", false
	}
	begin, number := twelfths(code[:2]), 0
	for _, c := range []byte(code[2:]) {
		if c < '0' || c > '9' {
			return nil, "", false
		}
		number = 10*number + int(c-'0')
	}
	if begin < 0 || t.blocks[begin] == nil {
		return nil, "", false
	}
	b = t.blocks[begin]
	b.once.Do(b.read)
	at := int(b.lines[number])
	if at == 0 {
		return nil, "", false
	}
	line = b.text[at-1:]
	return b, line[:strings.IndexByte(line, '\n')], true
}

// twelfths returns the first two characters of a code as a number, -1 if they are
// none.
func twelfths(begin string) (n int) {
	for _, c := range []byte(begin) {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case c == 'A' || c == 'B':
			c -= 'A' - 10
		case c == 'a' || c == 'b':
			c -= 'a' - 10
		default:
			return -1
		}
		n = 12*n + int(c)
	}
	return n
}

// read reads what a line says of a day, and reports whether anybody knows.
func (p *Place) read(line, born string) bool {
	p.Code = line[:codeLen]
	rest := line[codeLen+1:]
	switch line[codeLen] {
	case 'C':
		p.Kind = Commune
	case 'A':
		p.Kind = Arrondissement
	case 'F':
		p.Kind = FormerCommune
		p.Successor, rest = rest[:codeLen], rest[codeLen:]
	case 'P':
		p.Kind = Country
	case 'Q':
		p.Kind = FormerCountry
	}
	rest, before, changed := strings.Cut(rest, "\t")
	p.Name, p.form = named(rest)
	seine := p.Kind == FormerCommune && p.Code[:2] == "75"
	if !changed && !seine {
		return true
	}
	day, today := birthDays(born), p.Name
	for before != "" {
		e := earlier(before)
		if day.last >= e.until { // it is the later, or it may be the one or the other
			p.settleDoubt(before, day)
			break
		}
		p.Name, p.form, before = e.name, e.form, e.before
	}
	if p.Name != today && p.Kind != FormerCommune {
		p.Today = today
	}
	// The Seine was divided on 1 January 1968. From then on, such a code is a
	// postal code of Paris that somebody took for one of a commune: 75010 was Bondy.
	return p.Name != "?" && !(seine && day.first >= 19680101)
}

// settleDoubt keeps which names before this one the place may have had.
func (p *Place) settleDoubt(before string, born days) {
	rest := before
	for rest != "" {
		e := earlier(rest)
		if born.first >= e.known || e.name == "?" {
			break
		}
		p.Uncertain, rest = true, e.before
	}
	p.doubt = strings.TrimSuffix(before[:len(before)-len(rest)], "\t")
}

// earlierName is a name that a place had before the next.
type earlierName struct {
	until, known int // the days from which it was no more, and the next is known
	form         form
	name         string
	before       string // the names before it
}

// earlier reads the first of them.
func earlier(text string) (e earlierName) {
	text, e.before, _ = strings.Cut(text, "\t")
	e.until, _ = strconv.Atoi(text[:8])
	e.known, text = e.until, text[8:]
	if text[0] == '~' {
		e.known, _ = strconv.Atoi(text[1:9])
		text = text[9:]
	}
	e.name, e.form = named(text)
	return e
}

// named reads a letter and a name, and perhaps a phrase.
func named(text string) (name string, f form) {
	f.kind, name = text[0], text[1:]
	if f.kind == inPhrase {
		name, f.phrase, _ = strings.Cut(name, ";")
	}
	return name, f
}

// days are those that a date of birth may stand for, as numbers: 19620824.
type days struct{ first, last int }

// birthDays reads 1962-08-24, 1962-08-00 and 1962-00-00. Anything else may be any
// day.
func birthDays(born string) days {
	n := 0
	for i, c := range []byte(born) {
		switch {
		case i == 4 || i == 7:
			if c != '-' {
				return days{0, 99999999}
			}
		case c < '0' || c > '9' || i > 9:
			return days{0, 99999999}
		default:
			n = 10*n + int(c-'0')
		}
	}
	switch {
	case len(born) != 10 || n == 0:
		return days{0, 99999999}
	case n%10000 == 0:
		return days{n + 101, n + 1231}
	case n%100 == 0:
		return days{n + 1, n + 31}
	}
	return days{n, n}
}
