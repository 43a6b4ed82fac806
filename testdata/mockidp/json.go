package mockidp

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// readList reads a JSON array. It refuses members that it does not know and
// elements without a name, which is the value of a field. Its error names the
// element by its index.
func readList[T any](r io.Reader, what, field string, name func(T) string) ([]T, error) {
	var raw []json.RawMessage
	if err := json.NewDecoder(r).Decode(&raw); err != nil {
		return nil, fmt.Errorf("mockidp: %s: want a JSON array: %w", what, err)
	}
	list := make([]T, len(raw))
	for i, text := range raw {
		d := json.NewDecoder(bytes.NewReader(text))
		d.DisallowUnknownFields()
		if err := d.Decode(&list[i]); err != nil {
			return nil, fmt.Errorf("mockidp: %s[%d]: %w", what, i, err)
		}
		if name(list[i]) == "" {
			return nil, fmt.Errorf("mockidp: %s[%d]: %s is empty", what, i, field)
		}
	}
	return list, nil
}
