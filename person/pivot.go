package person

import (
	"fmt"
	"log/slog"
)

// A Pivot is the identité pivot: what civil status knows a person by. Only all
// of it together says that two people are one.
type Pivot struct {
	// GivenName is all given names as FranceConnect writes them. GivenNames
	// are the same one by one: "Jean Philippe", "Pierre". Where FranceConnect
	// gives no list, as on v1 and, outside Identity.RNIPP, on FranceConnect+,
	// GivenName is split at its spaces, which is a guess.
	GivenName  string
	GivenNames []string

	FamilyName string // at birth
	Gender     Gender
	BirthDate  BirthDate // v2 writes 1 for a day or month that the register does not know

	// COG codes of INSEE: a commune ("75107", "2A004"), a country ("99100").
	// BirthPlace is empty for people born abroad, and free text for European
	// citizens.
	BirthPlace   Place
	BirthCountry Place
}

// Same reports whether two Pivots are equal in all six respects, letter by
// letter, none of them empty but the place of those born abroad, and the birth
// date known to the day. It is for what the register says on both sides: the
// Pivot of v2, and Identity.RNIPP of FranceConnect+, which the scope
// rnipp_identite_pivot brings. The Pivot of FranceConnect+ is spelled as the
// identity provider does, and is not Same as that of v2; package match forgives
// an accent.
//
// Two unknown days are not the same day. But the register writes 1 for a day or
// a month that it does not know, and nothing tells that 1 January from a true
// one: on both sides it is the same, as it is for package match, since to refuse
// it would refuse everybody who was born on one. Of who was born abroad, names
// and a year are then all that tells two people apart; a portal that wants more
// asks for idp_birthdate, in which what is unknown is 0.
func (p Pivot) Same(q Pivot) bool {
	_, known := p.BirthDate.Time()
	whole := p.GivenName != "" && p.FamilyName != "" && p.Gender != "" && known && p.BirthCountry != "" &&
		(p.BirthPlace != "" || p.BirthCountry != France)
	return whole && p.GivenName == q.GivenName && p.FamilyName == q.FamilyName && p.Gender == q.Gender &&
		p.BirthDate == q.BirthDate && p.BirthPlace == q.BirthPlace && p.BirthCountry == q.BirthCountry
}

// Format prints a placeholder, for every verb.
func (Pivot) Format(s fmt.State, _ rune) { fmt.Fprint(s, placeholder) }

// LogValue logs a placeholder.
func (Pivot) LogValue() slog.Value { return slog.StringValue(placeholder) }
