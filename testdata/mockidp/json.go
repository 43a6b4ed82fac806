package mockidp

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
)

// readList reads a JSON array. It refuses unknown members, and elements for
// which name returns "", which is the value of a field. Its error names the
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

func encodeSegment(v any) (string, error) {
	text, err := writeJSON(v)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(text), nil
}

// writeJSON encodes v without escaping <, > and &, as servers in JavaScript do.
func writeJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("mockidp: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
