package page

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"sync"
	"time"

	"github.com/franceconnect-go/franceconnect"
)

// SessionCodec is the Codec of the examples' sessions in scs, where "person" is who is
// signed in, for Person to read, and nothing else is kept. scs reads a session for each
// request and writes it after. Here it is JSON, which is read if somebody asks and
// written as it was; gob, which describes all types anew each time, costs more than the
// page.
type SessionCodec struct{}

// kept is what "person" is in a session that was read.
type kept struct {
	text []byte
	read func() franceconnect.Session
}

// Encode implements scs.Codec. It refuses what is not "person".
func (SessionCodec) Encode(deadline time.Time, values map[string]any) (text []byte, err error) {
	text = binary.BigEndian.AppendUint64(make([]byte, 0, 2048), uint64(deadline.UnixNano()))
	for name, value := range values {
		if name != "person" {
			return nil, fmt.Errorf("page: the session keeps no %q", name)
		}
		switch value := value.(type) {
		case kept:
			text = append(text, value.text...)
		case franceconnect.Session:
			person, err := json.Marshal(value)
			if err != nil {
				return nil, err
			}
			text = append(text, person...)
		default:
			return nil, fmt.Errorf("page: the session keeps no person of type %T", value)
		}
	}
	return text, nil
}

// Decode implements scs.Codec.
func (SessionCodec) Decode(text []byte) (deadline time.Time, values map[string]any, err error) {
	if len(text) < 8 {
		return time.Time{}, nil, errors.New("page: no session")
	}
	deadline, values = time.Unix(0, int64(binary.BigEndian.Uint64(text))), map[string]any{}
	if text = text[8:]; len(text) > 0 {
		values["person"] = kept{text, sync.OnceValue(func() (s franceconnect.Session) {
			if json.Unmarshal(text, &s) != nil { // whose words may be the person's
				log.Print("page: a session cannot be read")
				return franceconnect.Session{}
			}
			return s
		})}
	}
	return deadline, values, nil
}

// Person returns who the "person" of a session is: nobody has no Subject.
func Person(value any) franceconnect.Session {
	if k, ok := value.(kept); ok {
		return k.read()
	}
	s, _ := value.(franceconnect.Session)
	return s
}
