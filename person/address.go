package person

import (
	"fmt"
	"log/slog"
)

// An Address is the one of OpenID Connect Core, section 5.1.1, which v1 gave.
type Address struct {
	Formatted     string `json:"formatted"`
	StreetAddress string `json:"street_address"`
	PostalCode    string `json:"postal_code"`
	Locality      string `json:"locality"`
	Region        string `json:"region"`
	Country       string `json:"country"`
}

// Format prints a placeholder, for every verb.
func (Address) Format(s fmt.State, _ rune) { fmt.Fprint(s, placeholder) }

// LogValue logs a placeholder.
func (Address) LogValue() slog.Value { return slog.StringValue(placeholder) }
