package show_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/person"
	"github.com/franceconnect-go/franceconnect/show"
)

func TestLinesAreInTheOrderOfCivilStatus(t *testing.T) {
	t.Parallel()
	who := identity{
		Pivot: pivot{
			GivenNames: []string{"Jean Philippe", "Pierre"}, FamilyName: "LE CŒUR", Gender: person.Male,
			BirthDate:  person.BirthDate{Year: 1962, Month: time.August, Day: 1},
			BirthPlace: "76351", BirthCountry: person.France,
		},
		UsageName:   "Lestang",
		Email:       "jp@example.fr",
		Address:     &person.Address{Formatted: "3 rue des Tilleuls\r\n69400 VILLEFRANCHE\n"},
		PhoneNumber: "+33 4 65 71 12 34",
	}
	require.Equal(t, []show.Line{
		{Label: "Civilité", Value: "Monsieur"},
		{Label: "Prénoms", Value: "Jean Philippe, Pierre"},
		{Label: "Nom de naissance", Value: "LE CŒUR"},
		{Label: "Nom d’usage", Value: "Lestang"},
		{Label: "Date de naissance", Value: "1er août 1962"},
		{Label: "Lieu de naissance", Value: "Le Havre (Seine-Maritime, 76351)"},
		{Label: "Adresse électronique", Value: "jp@example.fr", Note: "déclarée, non vérifiée"},
		{Label: "Adresse postale", Value: "3 rue des Tilleuls, 69400 VILLEFRANCHE"},
		{Label: "Téléphone", Value: "+33 4 65 71 12 34"},
	}, show.French(places(t)).Lines(who))
	require.Equal(t, []show.Line{
		{Label: "Title", Value: "Mr"},
		{Label: "Given names", Value: "Jean Philippe, Pierre"},
		{Label: "Birth name", Value: "LE CŒUR"},
		{Label: "Usage name", Value: "Lestang"},
		{Label: "Date of birth", Value: "1 August 1962"},
		{Label: "Place of birth", Value: "Le Havre (Seine-Maritime, 76351)"},
		{Label: "E-mail address", Value: "jp@example.fr", Note: "as declared, not verified"},
		{Label: "Postal address", Value: "3 rue des Tilleuls, 69400 VILLEFRANCHE"},
		{Label: "Telephone", Value: "+33 4 65 71 12 34"},
	}, show.English(places(t)).Lines(who))
}

func TestWhatWasNotSaidHasNoLine(t *testing.T) {
	t.Parallel()
	require.Empty(t, show.French(nil).Lines(identity{}))
	require.Empty(t, show.French(nil).Lines(identity{
		Pivot: pivot{GivenNames: []string{" "}, FamilyName: " ", Gender: "X", BirthPlace: " "}, UsageName: "\n", Email: " ", PhoneNumber: "\t",
		Address: &person.Address{Formatted: " \n"},
	}))
	require.Equal(t, []show.Line{{Label: "Prénom", Value: "Rose"}}, show.French(nil).Lines(identity{Pivot: pivot{GivenName: "Rose"}}))
	require.Equal(t, []show.Line{{Label: "Given name", Value: "Rose"}}, show.English(nil).Lines(identity{Pivot: pivot{GivenName: "Rose"}}))
	unspecified := identity{Pivot: pivot{Gender: person.Unspecified}}
	require.Equal(t, []show.Line{{Label: "Civilité", Value: "Non précisée"}}, show.French(nil).Lines(unspecified))
	require.Equal(t, []show.Line{{Label: "Title", Value: "Not specified"}}, show.English(nil).Lines(unspecified))
}

// A European citizen has one family name, which FranceConnect writes twice.
// Anything of French civil status, or an e-mail, and it is a birth name.
func TestTheNameOfAEuropeanIsNotCalledTheirBirthName(t *testing.T) {
	t.Parallel()
	european := func(change func(*identity)) []show.Line {
		who := identity{Pivot: pivot{FamilyName: "Van der Zwaluw", BirthPlace: "Zwaluwdorp"}, UsageName: "Van der Zwaluw"}
		change(&who)
		return show.French(nil).Lines(who)[:2]
	}
	require.Equal(t, []show.Line{{Label: "Nom de famille", Value: "Van der Zwaluw"}, {Label: "Lieu de naissance", Value: "Zwaluwdorp"}},
		european(func(*identity) {}))
	require.Equal(t, "Nom de famille", european(func(who *identity) { who.UsageName = "" })[0].Label)
	require.Equal(t, "Family name", show.English(nil).Lines(identity{Pivot: pivot{FamilyName: "Montelupi"}})[0].Label)
	for name, change := range map[string]func(*identity){
		"e-mail":             func(who *identity) { who.Email = "i@example.org" },
		"a country":          func(who *identity) { who.BirthCountry = "99135" },
		"a commune":          func(who *identity) { who.BirthPlace = "75107" },
		"the register":       func(who *identity) { who.RNIPP = &pivot{} },
		"another usage name": func(who *identity) { who.UsageName = "Lestang" },
	} {
		require.Equal(t, "Nom de naissance", european(change)[0].Label, name)
		require.Equal(t, "Nom d’usage", european(change)[1].Label, name)
	}
}

func TestAnAddressIsOneLine(t *testing.T) {
	t.Parallel()
	for want, address := range map[string]*person.Address{
		"3 rue des Tilleuls, 69400 Villefranche, France": {StreetAddress: "3 rue des Tilleuls", PostalCode: "69400", Locality: "Villefranche", Country: "France"},
		"Villefranche":                    {Locality: "Villefranche"},
		"1 rue A, 69400 B, Rhône":         {StreetAddress: "1 rue A", PostalCode: "69400", Locality: "B", Region: "Rhône"},
		"as it is, formatted, on 3 lines": {Formatted: "as it is\r\n\n formatted\non  3 lines ", Locality: "B"},
	} {
		require.Equal(t, []show.Line{{Label: "Adresse postale", Value: want}}, show.French(nil).Lines(identity{Address: address}))
	}
}
