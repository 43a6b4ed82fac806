package link_test

import (
	"context"
	"fmt"
	"slices"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/link"
	"github.com/franceconnect-go/franceconnect/match"
	"github.com/franceconnect-go/franceconnect/person"
)

// An archive is the least that a portal's database can be: one account, and
// nobody else who writes. The module examples/linking has a real one.
type archive struct{ account link.Account }

func (a *archive) BySubject(_ context.Context, s link.Subject) (link.Account, bool, error) {
	if slices.Contains(a.account.Subjects, s) {
		return a.account, true, nil
	}
	return link.Account{}, false, nil
}

func (a *archive) ByID(_ context.Context, id string) (link.Account, bool, error) {
	return a.account, id == a.account.ID, nil
}

func (a *archive) Candidates(_ context.Context, who person.Identity) ([]link.Account, error) {
	if a.account.Record.BirthDate != who.BirthDate {
		return nil, nil
	}
	return []link.Account{a.account}, nil
}

func (a *archive) Link(_ context.Context, l link.LinkChange) error {
	a.account.Subjects = append(a.account.Subjects, l.Subject)
	return nil
}

func (a *archive) Unlink(context.Context, string, link.Subject) error { return link.ErrLastWay }

// A person signs in with FranceConnect for the first time, and has an old
// account, with one of her given names.
func Example() {
	born := person.BirthDate{Year: 1984, Month: 2, Day: 29}
	linker := link.Linker{Accounts: &archive{link.Account{ID: "4711", Record: match.Record{
		GivenNames: "Camille", FamilyName: "Vautrin", Gender: person.Female, BirthDate: born,
		BirthPlace: "69123", BirthCountry: person.France,
	}}}}
	ctx := context.Background()
	who := link.Person{Provider: "franceconnect", Session: &franceconnect.Session{ // of Client.Callback
		Subject: "b1c3…v1",
		Identity: person.Identity{Pivot: person.Pivot{
			GivenNames: []string{"Camille", "Rose", "Ariane"}, FamilyName: "VAUTRIN", Gender: person.Female, BirthDate: born,
			BirthPlace: "69123", BirthCountry: person.France,
		}},
	}}

	d, err := linker.SignIn(ctx, who)
	fmt.Println(d, err)
	fmt.Println(d.Candidates[0].Answer.Fields())

	// She gave the password of that account.
	d, err = linker.Prove(ctx, who, d.Candidates[0])
	fmt.Println(d, err)

	// The next day.
	d, err = linker.SignIn(ctx, who)
	fmt.Println(d, d.Account, err)

	// Somebody else, at the same computer, comes back from FranceConnect+.
	other := link.Person{Provider: "franceconnect+", Session: &franceconnect.Session{
		Subject: "77ad…v1", Level: franceconnect.Eidas2,
		Identity: person.Identity{Pivot: person.Pivot{
			GivenNames: []string{"Gaspard"}, FamilyName: "Nivolet", Gender: person.Male,
			BirthDate: person.BirthDate{Year: 1982, Month: 6, Day: 17},
		}},
	}}
	d, err = linker.StepUp(ctx, other, "4711")
	fmt.Println(d, err)

	// Output:
	// prove partial <nil>
	// [given_names]
	// known linked <nil>
	// known 4711 <nil>
	// another <nil>
}
