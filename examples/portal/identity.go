package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/franceconnect-go/franceconnect"
)

// A fact is one line of an identity, as a page shows it.
type fact struct{ Label, Value, Note string }

// readAloud says an identity as a person would read it. What FranceConnect did
// not say is left out.
func readAloud(id franceconnect.Identity) []fact {
	all := []fact{
		{Label: "Civilité", Value: civility(id.Gender)},
		{Label: "Prénoms", Value: strings.Join(id.GivenNames, ", ")},
		{Label: "Nom de naissance", Value: id.FamilyName},
		{Label: "Nom d’usage", Value: id.UsageName},
		{Label: "Date de naissance", Value: birthDate(id.BirthDate)},
		{Label: "Lieu de naissance", Value: birthPlace(id.BirthPlace, id.BirthCountry)},
		{Label: "Adresse électronique", Value: id.Email, Note: "déclarée, non vérifiée"},
		{Label: "Adresse postale", Value: address(id.Address)},
		{Label: "Téléphone", Value: id.PhoneNumber},
	}
	said := all[:0]
	for _, f := range all {
		if f.Value != "" {
			said = append(said, f)
		}
	}
	return said
}

// fullName is how the header calls a person: the first given name, and the
// name in use.
func fullName(id franceconnect.Identity) string {
	first := ""
	if len(id.GivenNames) > 0 {
		first = id.GivenNames[0]
	}
	name := strings.TrimSpace(first + " " + cmp.Or(id.UsageName, id.FamilyName))
	return cmp.Or(name, "Mon compte")
}

// levelName is a level in the words of the eIDAS regulation, article 8.
func levelName(l franceconnect.Level) string {
	switch l {
	case franceconnect.Eidas1:
		return "niveau faible"
	case franceconnect.Eidas2:
		return "niveau substantiel"
	case franceconnect.Eidas3:
		return "niveau élevé"
	}
	return ""
}

func civility(g franceconnect.Gender) string {
	switch g {
	case franceconnect.Female:
		return "Madame"
	case franceconnect.Male:
		return "Monsieur"
	case franceconnect.Unspecified:
		return "Non précisée"
	}
	return ""
}

var months = [...]string{"janvier", "février", "mars", "avril", "mai", "juin",
	"juillet", "août", "septembre", "octobre", "novembre", "décembre"}

// birthDate writes a date in full. Some people know the year of their birth
// and nothing more: no day is invented for them.
func birthDate(b franceconnect.BirthDate) string {
	switch {
	case b.IsZero():
		return ""
	case b.Month == 0:
		return fmt.Sprintf("%d (jour et mois inconnus)", b.Year)
	case b.Day == 0:
		return fmt.Sprintf("%s %d (jour inconnu)", months[b.Month-1], b.Year)
	case b.Day == 1:
		return fmt.Sprintf("1er %s %d", months[b.Month-1], b.Year)
	}
	return fmt.Sprintf("%d %s %d", b.Day, months[b.Month-1], b.Year)
}

// birthPlace says where, by INSEE's codes. A portal that wants names takes
// them from the Code officiel géographique of the year of birth.
func birthPlace(place, country franceconnect.Place) string {
	switch {
	case country.Country() && country != franceconnect.France:
		return string(cmp.Or(place, "À l’étranger")) + " (pays de code INSEE\u00a0" + string(country) + ")"
	case place.Commune():
		return "Commune de code INSEE\u00a0" + string(place)
	case country == franceconnect.France:
		return string(cmp.Or(place, "En France"))
	}
	return string(cmp.Or(place, country)) // in words, of European citizens
}

// address is one line. Only the FranceConnect before v2 gives any.
func address(a *franceconnect.Address) string {
	if a == nil {
		return ""
	}
	text := cmp.Or(a.Formatted, strings.Join([]string{a.StreetAddress, a.PostalCode + " " + a.Locality, a.Region, a.Country}, "\n"))
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, ", ")
}
