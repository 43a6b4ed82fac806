package show

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/franceconnect-go/franceconnect/person"
)

var french = &words{
	titles:      map[person.Gender]string{person.Female: "Madame", person.Male: "Monsieur"},
	unspecified: "Non précisée",
	born:        map[person.Gender]string{person.Female: "née", person.Male: "né"},
	bornNeutral: "né ou née",
	usageName:   ", nom d’usage ",
	of:          de,

	months: [...]string{"janvier", "février", "mars", "avril", "mai", "juin",
		"juillet", "août", "septembre", "octobre", "novembre", "décembre"},
	day:                frenchDay,
	onDay:              "le ",
	inMonth:            "en ",
	dayUnknown:         "jour inconnu",
	dayAndMonthUnknown: "jour et mois inconnus",
	age:                frenchAge,

	commune:   "Commune de code INSEE\u00a0",
	country:   "Pays de code INSEE\u00a0",
	inCommune: "dans la commune de code INSEE\u00a0",
	inCountry: "dans le pays suivant\u00a0: ",
	inCoded:   "dans le pays de code INSEE\u00a0",
	france:    "France",
	inFrance:  "en France",

	algeriaName: "Algérie",
	inAlgeria:   "en Algérie",

	inTown: frenchTown,
	in:     func(code, born string, places Places) (string, bool) { return places.In(code, born) },

	labels: labels{
		title:      "Civilité",
		givenName:  "Prénom",
		givenNames: "Prénoms",
		birthName:  "Nom de naissance",
		familyName: "Nom de famille",
		usageName:  "Nom d’usage",
		birthDate:  "Date de naissance",
		birthPlace: "Lieu de naissance",
		email:      "Adresse électronique",
		unverified: "déclarée, non vérifiée",
		address:    "Adresse postale",
		phone:      "Téléphone",
	},
}

// frenchDay returns a day of the month: the first alone is an ordinal number.
func frenchDay(n int) string {
	if n == 1 {
		return "1er"
	}
	return strconv.Itoa(n)
}

// frenchAge returns an age, or the two that it is between.
func frenchAge(youngest, oldest int) string {
	unit := "ans"
	if oldest < 2 {
		unit = "an"
	}
	switch {
	case youngest != oldest:
		return fmt.Sprintf("entre %d et %d %s", youngest, oldest, unit)
	case oldest == 0:
		return "moins d’un an"
	}
	return fmt.Sprintf("%d %s", oldest, unit)
}

// frenchTown returns « à » before the name of a town: « à Porto », « au Caire », « aux
// Cayes ». Only Le and Les melt into it.
func frenchTown(town string) string {
	article, rest, ok := strings.Cut(town, " ")
	switch {
	case ok && (article == "Le" || article == "LE"):
		return "au " + rest
	case ok && (article == "Les" || article == "LES"):
		return "aux " + rest
	}
	return "à " + town
}
