package main

import "strings"

// validSIRET reports whether text has the form of a SIRET: 14 digits of which the
// first nine are a SIREN, both with the check of ISO/IEC 7812-1 (Luhn). The
// establishments of La Poste are too many for that check: of theirs, the sum of
// the digits is a multiple of five, but for the head office.
//
// Source: INSEE, https://www.sirene.fr, « numéro SIRET ».
func validSIRET(text string) bool {
	if len(text) != 14 || strings.Trim(text, "0123456789") != "" || !luhn(text[:9]) {
		return false
	}
	return luhn(text) || text[:9] == laPoste && sum(text)%5 == 0
}

const laPoste = "356000000"

// luhn doubles every second digit from the right, and casts out nines.
func luhn(digits string) bool {
	total := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		total += d
	}
	return total%10 == 0
}

func sum(digits string) (total int) {
	for _, d := range digits {
		total += int(d - '0')
	}
	return total
}
