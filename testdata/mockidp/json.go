package mockidp

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// readList reads a JSON array. It refuses unknown members, and elements for
// which name returns "", which is the value of a field. Its error names the
// element by its index.
func readList[T any](r io.Reader, what, field string, name func(T) string) ([]T, error) {
	var raw []json.RawMessage
	whole, err := io.ReadAll(r)
	if err == nil {
		err = decodeStrictly(bytes.TrimPrefix(whole, []byte("\ufeff")), &raw) // some editors begin with it
	}
	if err == nil && len(raw) == 0 {
		err = errors.New("it has no element")
	}
	if err != nil {
		return nil, fmt.Errorf("mockidp: %s: want a JSON array: %w", what, withoutGo(err))
	}
	list := make([]T, len(raw))
	for i, text := range raw {
		if err := decodeStrictly(text, &list[i]); err != nil {
			return nil, fmt.Errorf("mockidp: %s[%d]: %w", what, i, withoutGo(err))
		}
		if name(list[i]) == "" {
			return nil, fmt.Errorf("mockidp: %s[%d]: %s is empty", what, i, field)
		}
	}
	return list, nil
}

// decodeStrictly reads one JSON value, and refuses members that it does not know and
// what follows the value.
func decodeStrictly(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("something follows the JSON value")
	}
	return nil
}

// withoutGo returns an error of JSON in words for whoever writes another language.
func withoutGo(err error) error {
	wrong, ok := errors.AsType[*json.UnmarshalTypeError](err)
	if !ok {
		return err
	}
	member := wrong.Field[strings.LastIndex(wrong.Field, ".")+1:]
	return fmt.Errorf("%s: JSON of another kind is wanted than %s", cmp.Or(member, "the whole"), wrong.Value)
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
