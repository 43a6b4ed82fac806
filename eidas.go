package franceconnect

import (
	"fmt"
	"slices"
	"strings"
)

// A Level is how strongly a person proved who they are: the eIDAS level of
// assurance, in the acr of FranceConnect. Levels are ordered, so that
// s.Level >= franceconnect.Eidas2 is the right test. The zero Level is none.
//
// FranceConnect v2 gives Eidas1; FranceConnect+ gives Eidas2 and Eidas3, and
// may give Eidas3 to somebody who asked for Eidas2.
type Level uint8

// The levels of Regulation (EU) No 910/2014, article 8.
const (
	Eidas1 Level = iota + 1 // low
	Eidas2                  // substantial
	Eidas3                  // high
)

// parseLevel reads an acr value: "eidas1", "eidas2" or "eidas3".
func parseLevel(acr string) (Level, error) {
	for l := Eidas1; l <= Eidas3; l++ {
		if acr == l.String() {
			return l, nil
		}
	}
	return 0, fmt.Errorf("franceconnect: level is not one of eidas1, eidas2, eidas3")
}

// String returns the acr value, or "" for the zero Level.
func (l Level) String() string {
	if l < Eidas1 || l > Eidas3 {
		return ""
	}
	return "eidas" + string('0'+rune(l))
}

// MarshalText writes the acr value; the zero Level is empty.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (l *Level) UnmarshalText(text []byte) (err error) {
	*l = 0
	if len(text) > 0 {
		*l, err = parseLevel(string(text))
	}
	return err
}

// levels of a platform, from the lowest.
func (c Custom) levels() []Level {
	switch c.Platform {
	case Plus:
		return []Level{Eidas2, Eidas3}
	case V1:
		return []Level{Eidas1, Eidas2, Eidas3}
	}
	return []Level{Eidas1}
}

func (c Custom) checkLevel(p *problems, field string, l Level) {
	if slices.Contains(c.levels(), l) {
		return
	}
	var has []string
	for _, known := range c.levels() {
		has = append(has, known.String())
	}
	p.add(field, "n’existe pas sur "+c.Platform.name()+", qui connaît "+strings.Join(has, " et "),
		"does not exist on "+c.Platform.name()+", which has "+strings.Join(has, " and "))
}
