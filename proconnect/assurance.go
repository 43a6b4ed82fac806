package proconnect

import (
	"errors"
	"strings"

	"github.com/franceconnect-go/franceconnect/internal/provider"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// An Assurance is a set of levels, in the acr of ProConnect: how far a professional's
// identity was verified, by how many factors they signed in, and how their link with
// the organisation is known. It has no order: ask for those that you accept, as in
// Eidas1MFA | Eidas2 | Eidas3, and test s.Assurance.In(set). The zero Assurance is none.
//
// Source: https://partenaires.proconnect.gouv.fr/docs/fournisseur-service/niveaux-eidas;
// the values are those since 2026-06-18.
type Assurance uint8 // a login seals it in seven bits

// The levels.
const (
	Eidas0    Assurance = 1 << iota // identity or organisation as they say themselves; a password
	Eidas0MFA                       // the same, several factors
	Eidas1                          // low; a password
	Eidas1MFA                       // low; several factors
	Eidas2                          // substantial; several factors, managed by the organisation
	Eidas3                          // high; several factors, one of them hardware

	// Executive is the head of the organisation, as the registers of companies have it
	// (certification-dirigeant). It is experimental (2026-08-19), and says nothing of
	// factors.
	Executive
)

// acrs are the values, in the order of the bits.
var acrs = [...]string{"eidas0", "eidas0-mfa", "eidas1", "eidas1-mfa", "eidas2", "eidas3",
	"https://proconnect.gouv.fr/assurance/certification-dirigeant"}

const all = Assurance(1<<len(acrs) - 1)

// SeveralFactors returns the levels of whoever signs in with several factors, however
// far their identity was verified. Until 2027-02-28, when all identity providers are to
// ask for several, a code by e-mail counts as eidas1-mfa (2026-08-19).
func SeveralFactors() Assurance { return Eidas0MFA | Eidas1MFA | Eidas2 | Eidas3 }

// ParseAssurance reads acr values separated by spaces, or "mfa", which is
// SeveralFactors. The error says which value is none, and what there is.
func ParseAssurance(text string) (set Assurance, err error) {
	for name := range strings.FieldsSeq(text) {
		a, ok := assuranceOf(name)
		switch {
		case name == "mfa":
			a = SeveralFactors()
		case !ok:
			return 0, errors.New("proconnect: " + unknown(name).English)
		}
		set |= a
	}
	return set, nil
}

// unknown says that a value is none, which may have been typed.
func unknown(name string) text.Text {
	name, known := provider.Clean(name, 80), "mfa, "+strings.Join(acrs[:], ", ")
	return text.Of("contient "+name+", qui n’est pas un niveau\u00a0: "+known, "holds "+name+", which is no level: those are "+known)
}

// assuranceOf returns the level of one acr value.
func assuranceOf(acr string) (Assurance, bool) {
	for i, known := range acrs {
		if acr == known {
			return 1 << i, true
		}
	}
	return 0, false
}

// In reports whether it is one of a set, or all of it is in that set.
func (a Assurance) In(set Assurance) bool { return a != 0 && a&^set == 0 }

// values returns the acr values.
func (a Assurance) values() (values []string) {
	for i, acr := range acrs {
		if a&(1<<i) != 0 {
			values = append(values, acr)
		}
	}
	return values
}

// String returns the acr values, separated by spaces.
func (a Assurance) String() string { return strings.Join(a.values(), " ") }

// MarshalText writes what UnmarshalText reads.
func (a Assurance) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads acr values, as ParseAssurance does.
func (a *Assurance) UnmarshalText(text []byte) (err error) {
	*a, err = ParseAssurance(string(text))
	return err
}
