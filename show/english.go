package show

import (
	"fmt"
	"strconv"

	"github.com/franceconnect-go/franceconnect/person"
)

var english = &words{
	titles:      map[person.Gender]string{person.Female: "Ms", person.Male: "Mr"},
	unspecified: "Not specified",
	bornNeutral: "born",
	usageName:   ", usage name ",
	of:          func(name string) string { return "of " + name },

	months: [...]string{"January", "February", "March", "April", "May", "June",
		"July", "August", "September", "October", "November", "December"},
	day:                strconv.Itoa,
	onDay:              "on ",
	inMonth:            "in ",
	dayUnknown:         "day unknown",
	dayAndMonthUnknown: "day and month unknown",
	age:                englishAge,

	commune:   "Commune of INSEE code\u00a0",
	country:   "Country of INSEE code\u00a0",
	inCommune: "in the commune of INSEE code\u00a0",
	inCountry: "in ",
	inCoded:   "in the country of INSEE code\u00a0",
	france:    "France",
	inFrance:  "in France",

	algeriaName: "Algérie",
	inAlgeria:   "in Algérie",

	inTown: func(name string) string { return "in " + name },
	in: func(code, born string, places Places) (string, bool) {
		name, ok := places.Place(code, born)
		return "in " + name, ok && name != ""
	},

	labels: labels{
		title:      "Title",
		givenName:  "Given name",
		givenNames: "Given names",
		birthName:  "Birth name",
		familyName: "Family name",
		usageName:  "Usage name",
		birthDate:  "Date of birth",
		birthPlace: "Place of birth",
		email:      "E-mail address",
		unverified: "as declared, not verified",
		address:    "Postal address",
		phone:      "Telephone",
	},
}

// englishAge returns an age, or the two that it is between.
func englishAge(youngest, oldest int) string {
	unit := "years"
	if oldest < 2 {
		unit = "year"
	}
	switch {
	case youngest != oldest:
		return fmt.Sprintf("between %d and %d %s old", youngest, oldest, unit)
	case oldest == 0:
		return "less than a year old"
	}
	return fmt.Sprintf("%d %s old", oldest, unit)
}
