package cog_test

import (
	"fmt"

	"github.com/franceconnect-go/franceconnect/cog"
)

func Example() {
	// As FranceConnect gives them: birthplace, birthcountry.
	for _, birth := range [][2]string{
		{"75107", "99100"},
		{"76351", "99100"},
		{"20004", "99100"},
		{"", "99352"},
	} {
		code := birth[0]
		if code == "" {
			code = birth[1]
		}
		born := cog.Find(code, "1962-08-24")
		fmt.Printf("Lieu de naissance : %s. Vous êtes né %s.\n", born, born.In())
	}
	// Output:
	// Lieu de naissance : Paris 7e. Vous êtes né à Paris 7e.
	// Lieu de naissance : Le Havre (Seine-Maritime). Vous êtes né au Havre.
	// Lieu de naissance : Ajaccio (Corse, aujourd’hui Corse-du-Sud). Vous êtes né à Ajaccio.
	// Lieu de naissance : Algérie. Vous êtes né en Algérie.
}

// Two registers may have two codes of one commune: compare those of today.
func ExampleFind_successor() {
	today := func(code string) string {
		if p := cog.Find(code, ""); p.Successor != "" {
			return p.Successor
		}
		return code
	}
	fmt.Println(today("20004") == today("2A004"))
	// Output: true
}

func ExamplePlace_Known() {
	p := cog.Find("33000", "") // a postal code
	fmt.Println(p, p.Known())
	// Output: 33000 false
}

// The certificate says Vire; the code is that of Vire Normandie.
func ExampleFind_born() {
	born := cog.Find("14762", "1975-03-02")
	fmt.Println(born, "-", born.Today)
	fmt.Println(cog.Find("14762", ""))
	// Output:
	// Vire (Calvados) - Vire Normandie
	// Vire, aujourd’hui Vire Normandie (Calvados)
}
