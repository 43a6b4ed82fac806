package main

import (
	"slices"

	"github.com/franceconnect-go/franceconnect"
)

// received is what FranceConnect says of who has just signed in.
func (p *portal) received(s *franceconnect.Session) received {
	return received{identity: s.Identity, from: p.name, level: s.Level, at: p.now()}
}

// receive brings an account up to date with what FranceConnect says now. What
// is otherwise than the last time becomes news; an address to write to is the
// person's own, and another one is only proposed.
func (a *account) receive(now received) {
	if a.received != nil {
		before := a.received.identity
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

// told are the sentences for what may change in a life, or at a register.
var told = []struct {
	changed, gone string
	value         func(franceconnect.Identity) string
}{
	{"Votre civilité a changé chez FranceConnect", "Votre civilité n’est plus précisée par FranceConnect", french.Title},
	{"Vos prénoms ont changé chez FranceConnect", "Vos prénoms ne sont plus transmis par FranceConnect", french.GivenNames},
	{"Votre nom de naissance a changé chez FranceConnect", "Votre nom de naissance n’est plus transmis par FranceConnect",
		func(who franceconnect.Identity) string { return who.FamilyName }},
	{"Votre nom d’usage a changé chez FranceConnect", "Votre nom d’usage n’est plus transmis par FranceConnect",
		func(who franceconnect.Identity) string { return who.UsageName }},
	{"Votre date de naissance a changé chez FranceConnect", "Votre date de naissance n’est plus transmise par FranceConnect", french.BirthDate},
	{"Votre lieu de naissance a changé chez FranceConnect", "Votre lieu de naissance n’est plus transmis par FranceConnect", french.BirthPlace},
}

// changes are what FranceConnect says now and did not say before, a sentence
// each.
func changes(before, now franceconnect.Identity) (all []string) {
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
