package cog

import (
	"fmt"
	"iter"
	"strings"
)

var Embedded = embedded

// Open reads what a file begins with.
func Open(file string) error {
	_, err := open(file)
	return err
}

// All yields every code.
func All() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, b := range table().blocks {
			if b == nil {
				continue
			}
			b.once.Do(b.read)
			for n, at := range b.lines {
				if at > 0 && !yield(fmt.Sprintf("%s%03d", b.begin, n)) {
					return
				}
			}
		}
	}
}

// Before returns the names that a code had before that of today, the latest first,
// and the day from which each was no more.
func Before(code string) (names []string, until []int) {
	_, line, _ := table().search(code)
	_, rest, _ := strings.Cut(line, "\t")
	for rest != "" {
		e := earlier(rest)
		names, until, rest = append(names, e.name), append(until, e.until), e.before
	}
	return names, until
}

// Size returns the bytes that a program keeps which asked for every département.
func Size() (bytes int) {
	for _, b := range table().blocks {
		if b != nil {
			b.once.Do(b.read)
			bytes += len(b.text) + 2*len(b.lines)
		}
	}
	return bytes
}

// First reads the file anew and returns a place, as the first Find of a program
// does, and how many blocks that took.
func First(code string) (line string, blocks int) {
	t, err := open(embedded)
	if err != nil {
		panic(err)
	}
	_, line, _ = t.search(code)
	for _, b := range t.blocks {
		if b != nil && b.text != "" {
			blocks++
		}
	}
	return line, blocks
}
