package proconnect

import "strings"

// A SIRET is the number of an establishment: 14 digits, of which the first nine are
// the SIREN of its organisation.
type SIRET string

// A SIREN is the number of an organisation: nine digits.
type SIREN string

// laPoste has establishments whose SIRET does not fulfil Luhn's formula: their digits
// add up to a multiple of five (INSEE).
const laPoste SIREN = "356000000"

// SIREN returns that of the organisation; "" of a SIRET that is not valid.
func (s SIRET) SIREN() SIREN {
	if !s.IsValid() {
		return ""
	}
	return SIREN(s[:9])
}

// IsValid reports whether it has the form of a SIRET, and the control digits that
// belong to it. Whether there is such an establishment, only the register knows.
func (s SIRET) IsValid() bool {
	if len(s) != 14 || !isDigits(string(s)) || !SIREN(s[:9]).IsValid() {
		return false
	}
	return luhn(string(s)) || SIREN(s[:9]) == laPoste && digitSum(string(s))%5 == 0
}

// IsValid reports whether it has the form of a SIREN, and the control digit that
// belongs to it.
func (s SIREN) IsValid() bool { return len(s) == 9 && isDigits(string(s)) && luhn(string(s)) }

func isDigits(text string) bool { return strings.Trim(text, "0123456789") == "" }

// luhn reports whether digits fulfil the formula of ISO/IEC 7812-1, annex B.
func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			d = d*2/10 + d*2%10
		}
		sum += d
	}
	return sum%10 == 0
}

func digitSum(digits string) (sum int) {
	for _, d := range digits {
		sum += int(d - '0')
	}
	return sum
}
