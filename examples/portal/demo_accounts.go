package main

import (
	"github.com/franceconnect-go/franceconnect/link"
	"github.com/franceconnect-go/franceconnect/match"
	"github.com/franceconnect-go/franceconnect/person"
)

// inventedPassword opens the accounts of invent.
const inventedPassword = "jardin de pluie"

// invent opens the accounts that some people of the simulator have from the
// time before FranceConnect. Leave this file out of a portal that is not an
// example.
func (s *accounts) invent() {
	secret := newPassword(inventedPassword, s.rounds)
	lucie := match.Record{GivenNames: "Lucie", FamilyName: "Doublet", BirthDate: person.BirthDate{Year: 1992, Month: 7, Day: 7}}
	for _, a := range []account{
		// She has always called herself Corvin.
		{email: "yasmine.corvin@example.org", Account: link.Account{Record: match.Record{
			GivenNames: "Yasmine", FamilyName: "Corvin", Gender: person.Female,
			BirthDate: person.BirthDate{Year: 1987, Month: 3, Day: 21}, BirthCountry: "99350",
		}}},
		// All that civil status has, typed in by herself.
		{email: "josephine.grandcamp@example.fr", telephone: "04 65 71 99 01", Account: link.Account{Record: match.Record{
			GivenNames: "Joséphine Marthe", FamilyName: "Grandcamp", Gender: person.Female,
			BirthDate: person.BirthDate{Year: 1951, Month: 5, Day: 27}, BirthPlace: "76540", BirthCountry: person.France,
		}}},
		// Two people whom the record does not tell apart.
		{email: "lucie.nord@example.org", Account: link.Account{Record: lucie}},
		{email: "lucie.sud@example.org", Account: link.Account{Record: lucie}},
		// An old form asked for a name and no more.
		{email: "malo.ancien@example.org", Account: link.Account{Record: match.Record{GivenNames: "Malo", FamilyName: "D’Orvault"}}},
		{email: "theodule@example.fr", Account: link.Account{Closed: true, Record: match.Record{
			GivenNames: "Théodule", FamilyName: "Martel-Ozanne", BirthDate: person.BirthDate{Year: 1968, Month: 12, Day: 5},
		}}},
	} {
		a.password = secret
		s.add(a) // with no subject, which is all that could be taken
	}
}

// inventedNotice is for the person who starts the portal.
const inventedNotice = "Avant FranceConnect, yasmine, josephine, lucie-nord, lucie-sud, malo (malo.ancien@example.org) et theodule (fermé) avaient un compte, de mot de passe «\u00a0" + inventedPassword +
	"\u00a0». / Before FranceConnect, yasmine, josephine, lucie-nord, lucie-sud, malo (malo.ancien@example.org) and theodule (closed) had an account, whose password is the same for all."
