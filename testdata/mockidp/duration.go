package mockidp

import (
	"encoding/json"
	"fmt"
	"time"
)

// UnmarshalJSON reads a fault whose delay is a text.
func (f *Fault) UnmarshalJSON(text []byte) error {
	type plain Fault
	v := struct {
		*plain
		Delay duration `json:"delay"`
	}{plain: (*plain)(f)}
	if err := decodeStrictly(text, &v); err != nil {
		return err
	}
	f.Delay = time.Duration(v.Delay)
	return nil
}

// UnmarshalJSON reads a change whose shift is a text.
func (c *TokenChange) UnmarshalJSON(text []byte) error {
	type plain TokenChange
	v := struct {
		*plain
		Shift duration `json:"shift"`
	}{plain: (*plain)(c)}
	if err := decodeStrictly(text, &v); err != nil {
		return err
	}
	c.Shift = time.Duration(v.Shift)
	return nil
}

// MarshalJSON writes a fault as UnmarshalJSON reads it.
func (f Fault) MarshalJSON() ([]byte, error) {
	type plain Fault
	return json.Marshal(struct {
		plain
		Delay duration `json:"delay,omitzero"`
	}{plain(f), duration(f.Delay)})
}

// MarshalJSON writes a change as UnmarshalJSON reads it.
func (c TokenChange) MarshalJSON() ([]byte, error) {
	type plain TokenChange
	return json.Marshal(struct {
		plain
		Shift duration `json:"shift,omitzero"`
	}{plain(c), duration(c.Shift)})
}

// A duration is a text such as 1m30s in JSON.
type duration time.Duration

// UnmarshalText reads a duration.
func (d *duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("%q is no duration such as 1m30s", text)
	}
	*d = duration(v)
	return nil
}

// MarshalText writes a duration.
func (d duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }
