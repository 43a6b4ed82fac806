package page

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/franceconnect-go/franceconnect"
)

// SessionCodec is the Codec of the examples' sessions in scs, where "person" is who is
// signed in, and nothing else is kept. scs reads a session for each request and writes
// it after: with gob, which describes all types anew each time, that costs more than
// the page.
type SessionCodec struct{}

type session struct {
	Deadline time.Time
	Person   *franceconnect.Session `json:",omitempty"`
}

// Encode implements scs.Codec. It refuses what is not "person".
func (SessionCodec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	kept := session{Deadline: deadline}
	for name, value := range values {
		person, ok := value.(franceconnect.Session)
		if !ok || name != "person" {
			return nil, fmt.Errorf("page: the session keeps no %q", name)
		}
		kept.Person = &person
	}
	return json.Marshal(kept)
}

// Decode implements scs.Codec.
func (SessionCodec) Decode(text []byte) (deadline time.Time, values map[string]any, err error) {
	var kept session
	if err := json.Unmarshal(text, &kept); err != nil {
		return time.Time{}, nil, err
	}
	values = map[string]any{}
	if kept.Person != nil {
		values["person"] = *kept.Person
	}
	return kept.Deadline, values, nil
}
