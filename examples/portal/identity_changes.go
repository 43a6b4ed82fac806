package main

import (
	"cmp"
	"slices"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/person"
)

// received is what FranceConnect says of who has just signed in.
func (p *portal) received(s *franceconnect.Session) received {
	return received{identity: s.Identity, scopes: s.Scopes, from: p.name, level: s.Level, at: p.now()}
}

// receive brings an account up to date with what FranceConnect says now. What
// is otherwise than the last time becomes news; an address to write to is the
// person's own, and another one is only proposed.
func (a *account) receive(now received) {
	if a.received != nil {
		before := a.received.identity
		if a.received.from != now.from && before.RNIPP != nil {
			before.Pivot, before.RNIPP = *before.RNIPP, nil // FranceConnect says itself what the register says
		}
		now.identity = completed(now.identity, now.scopes, before)
		a.news = append(slices.Clone(a.news), changes(before, now.identity)...)
		if now.identity.Email != before.Email {
			a.proposed = now.identity.Email
		}
	}
	if a.proposed == a.email {
		a.proposed = ""
	}
	a.received = &now
	a.Record, a.Verified = recordOf(now.identity), true
}

// completed returns what FranceConnect says now and, where it says nothing, what
// it said before. It says nothing of a scope that was not granted, and the
// request for them goes through the browser: whoever holds it can take some out.
// That is no news, and empties nothing. What somebody typed in is not for
// before, or it would pass for FranceConnect's.
//
// A usage name is the one thing that people give up: where its scope was granted,
// none is a value.
func completed(now person.Identity, scopes []string, before person.Identity) person.Identity {
	now.Pivot = completedPivot(now.Pivot, before.Pivot)
	if before.RNIPP != nil {
		var said person.Pivot
		if now.RNIPP != nil {
			said = *now.RNIPP
		}
		said = completedPivot(said, *before.RNIPP)
		now.RNIPP = &said
	}
	if !slices.Contains(scopes, "preferred_username") && !slices.Contains(scopes, "profile") {
		now.UsageName = cmp.Or(now.UsageName, before.UsageName)
	}
	now.Email = cmp.Or(now.Email, before.Email)
	now.Address = cmp.Or(now.Address, before.Address)
	now.PhoneNumber = cmp.Or(now.PhoneNumber, before.PhoneNumber)
	now.IdentityProviderBirthDate = cmp.Or(now.IdentityProviderBirthDate, before.IdentityProviderBirthDate)
	return now
}

func completedPivot(now, before person.Pivot) person.Pivot {
	if now.GivenName == "" && len(now.GivenNames) == 0 {
		now.GivenName, now.GivenNames = before.GivenName, before.GivenNames
	}
	now.FamilyName = cmp.Or(now.FamilyName, before.FamilyName)
	now.Gender = cmp.Or(now.Gender, before.Gender)
	now.BirthDate = cmp.Or(now.BirthDate, before.BirthDate)
	// The register has no place for who was born abroad: the empty one that comes
	// with another country is a value.
	if now.BirthCountry == "" || now.BirthCountry == person.France && before.BirthCountry == person.France {
		now.BirthPlace = cmp.Or(now.BirthPlace, before.BirthPlace)
	}
	now.BirthCountry = cmp.Or(now.BirthCountry, before.BirthCountry)
	return now
}

// told are the sentences for what may change in a life, or at a register.
var told = []struct {
	changed string
	gone    string // if it can be: what is not said stays as it was
	value   func(person.Identity) string
}{
	{"Votre civilité a changé chez FranceConnect", "Votre civilité n’est plus précisée par FranceConnect", french.Title},
	{"Vos prénoms ont changé chez FranceConnect", "", french.GivenNames},
	{"Votre nom de naissance a changé chez FranceConnect", "", func(who person.Identity) string { return who.FamilyName }},
	{"Votre nom d’usage a changé chez FranceConnect", "Votre nom d’usage n’est plus transmis par FranceConnect",
		func(who person.Identity) string { return who.UsageName }},
	{"Votre date de naissance a changé chez FranceConnect", "", french.BirthDate},
	{"Votre lieu de naissance a changé chez FranceConnect", "", french.BirthPlace},
}

// changes are what FranceConnect says now and did not say before, a sentence
// each.
func changes(before, now person.Identity) (all []string) {
	for _, t := range told {
		switch value := t.value(now); {
		case value == t.value(before):
		case value == "":
			all = append(all, t.gone+".")
		default:
			all = append(all, t.changed+"\u00a0: "+value+".")
		}
	}
	return all
}
