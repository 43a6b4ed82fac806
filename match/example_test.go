package match_test

import (
	"fmt"

	"github.com/franceconnect-go/franceconnect/match"
	"github.com/franceconnect-go/franceconnect/person"
)

// A portal with an old database meets a person whom it does not know by their
// Subject. Among the records with that birth date, one may be hers.
func Example() {
	matcher := match.Matcher{
		FamilyNameCutAt: 30,
		CurrentPlace: func(code string) (string, bool) { // from a list of communes
			return "2A004", code == "20004"
		},
	}
	who := person.Identity{ // session.Identity
		Pivot: person.Pivot{
			GivenNames: []string{"Lætitia", "Ange"}, FamilyName: "DE L’ORME-PIETRALBA", Gender: person.Female,
			BirthDate:  person.BirthDate{Year: 1958, Month: 5, Day: 3},
			BirthPlace: "20004", BirthCountry: person.France,
		},
		UsageName: "Corvin",
	}
	whole := match.Record{
		GivenNames: "LAETITIA ANGE", FamilyName: "de l'Orme Pietralba", Gender: person.Female,
		BirthDate:  person.BirthDate{Year: 1958, Month: 5, Day: 3},
		BirthPlace: "2A004", BirthCountry: person.France,
	}
	poor := match.Record{
		GivenNames: "Laetitia", FamilyName: "Corvin", Gender: person.Female,
		BirthDate: person.BirthDate{Year: 1958, Month: 5, Day: 3},
	}
	for _, record := range []match.Record{whole, poor} {
		answer := matcher.Compare(who, record)
		fmt.Println(answer.Grade, answer.SafeToLink(), answer.Fields())
		for _, reason := range answer.Reasons {
			french, _ := reason.Message()
			fmt.Println("-", french)
		}
	}
	// Output:
	// folded true []
	// - Prénoms : la même valeur, aux lettres particulières (œ, æ, ß, ø) et aux majuscules près.
	// - Nom de naissance : la même valeur, aux espaces, aux majuscules, aux traits d’union et aux apostrophes près.
	// - Sexe : la même valeur.
	// - Date de naissance : la même valeur.
	// - Commune de naissance : la même commune, sous un ancien code d’un côté.
	// - Pays de naissance : la même valeur.
	// partial false [given_names family_name birth_place birth_country]
	// - Prénoms : le premier prénom seulement, d’un côté.
	// - Nom de naissance : le nom de naissance d’un côté est le nom d’usage de l’autre.
	// - Sexe : la même valeur.
	// - Date de naissance : la même valeur.
	// - Commune de naissance : manque d’un côté ou des deux.
	// - Pays de naissance : manque d’un côté ou des deux.
}
