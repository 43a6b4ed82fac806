package show_test

import (
	"fmt"
	"os"
	"text/template"
	"time"

	"github.com/franceconnect-go/franceconnect/person"
	"github.com/franceconnect-go/franceconnect/show"
)

// In a program it would be cog.Names{}.
var cogNames = names{"75107": {"Paris 7e", "à Paris 7e"}}

var rose = person.Identity{ // session.Identity
	Pivot: person.Pivot{
		GivenNames: []string{"Rose", "Ariane"}, FamilyName: "VAUTRIN", Gender: person.Female,
		BirthDate:  person.BirthDate{Year: 1962, Month: time.August, Day: 24},
		BirthPlace: "75107", BirthCountry: person.France,
	},
	UsageName: "Lestang",
	Email:     "rose.lestang@example.fr",
}

// A page takes html/template.
func Example() {
	page := template.Must(template.New("account").Parse(`{{.In.Name .Who}}
{{.In.FullName .Who}}, {{.In.Birth .Who}}
{{range .In.Lines .Who}}{{.Label}} : {{.Value}}{{with .Note}} ({{.}}){{end}}
{{end}}`))
	err := page.Execute(os.Stdout, map[string]any{"In": show.French(cogNames), "Who": rose})
	fmt.Println(show.English(cogNames).Birth(rose), err)
	// Output:
	// Rose Lestang
	// Madame Rose, Ariane VAUTRIN, nom d’usage Lestang, née le 24 août 1962 à Paris 7e (75107)
	// Civilité : Madame
	// Prénoms : Rose, Ariane
	// Nom de naissance : VAUTRIN
	// Nom d’usage : Lestang
	// Date de naissance : 24 août 1962
	// Lieu de naissance : Paris 7e (75107)
	// Adresse électronique : rose.lestang@example.fr (déclarée, non vérifiée)
	// born on 24 August 1962 in Paris 7e (75107) <nil>
}

// Somebody of whose birth the year alone is known is 16 for certain when
// everybody of that year is.
func ExampleAgeRange() {
	who := person.Identity{Pivot: person.Pivot{BirthDate: person.BirthDate{Year: 2010}}}
	for _, at := range []time.Time{
		time.Date(2026, time.November, 22, 0, 0, 0, 0, time.UTC),
		time.Date(2026, time.December, 31, 0, 0, 0, 0, time.UTC),
	} {
		youngest, _, ok := show.AgeRange(who, at)
		fmt.Println(show.French(nil).Age(who, at), ok && youngest >= 16)
	}
	// Output:
	// entre 15 et 16 ans false
	// 16 ans true
}
