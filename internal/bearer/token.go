package bearer

import "fmt"

// A Token is an access token that prints, logs and marshals as a placeholder: a
// portal may write down what it hands to a client library.
type Token string

const placeholder = "access token"

// Format prints a placeholder, for every verb.
func (Token) Format(s fmt.State, _ rune) { fmt.Fprint(s, placeholder) }

// MarshalText writes a placeholder.
func (Token) MarshalText() ([]byte, error) { return []byte(placeholder), nil }
