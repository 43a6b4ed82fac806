package cog

import "iter"

var (
	Embedded = embedded
	TextSize = func() int { return len(table().text) + 4*cap(table().lines) + 4*cap(table().numbers) }
)

// Read is what reads the embedded file.
func Read(file []byte) error {
	_, err := read(file)
	return err
}

// All yields every code.
func All() iter.Seq[string] {
	return func(yield func(string) bool) {
		t := table()
		for i := range t.lines {
			if !yield(t.place(i).Code) {
				return
			}
		}
	}
}
