package recipient_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/person"
	"github.com/franceconnect-go/franceconnect/recipient"
)

// An invented person of FranceConnect's own documents.
func angela() person.Pivot {
	return person.Pivot{
		GivenName: "Angela Claire Louise", FamilyName: "DUBOIS", Gender: person.Female,
		BirthDate: person.BirthDate{Year: 1962, Month: time.August, Day: 24}, BirthPlace: "75107", BirthCountry: person.France,
	}
}

func TestTheFirstVersionIsThatOfThePublishedVectors(t *testing.T) {
	t.Parallel()
	for place, want := range map[person.Place]string{
		"75107": "4abd71ec1f581dce2ea2221cbeac7c973c6aea7bcb835acdfe7d6494f1528060",
		"":      "7e74df2cbebae761eccedbc24b7fe589bb83137f7808a2930031f52c73d75efe",
	} {
		p := angela()
		p.BirthPlace = place
		hash, err := recipient.Hash(p)
		require.NoError(t, err)
		require.Equal(t, want, hash, "birthplace %q", place)
	}
}

// Nobody has published one of these: sha256sum made it of the text that the
// documents describe.
func TestTheSecondVersionHasSemicolonsBetweenTheFields(t *testing.T) {
	t.Parallel()
	hash, err := recipient.HashV2(angela()) // Angela Claire Louise;DUBOIS;1962-08-24;female;75107;99100
	require.NoError(t, err)
	require.Equal(t, "01d6f14bd06de19c43c2984da5fb1a6941ac7d964f2a7c191d696e4a76aaf986", hash)
}

func TestAnIncompleteIdentityHasNoHash(t *testing.T) {
	t.Parallel()
	for name, empty := range map[string]func(*person.Pivot){
		"given_name":   func(p *person.Pivot) { p.GivenName = "" },
		"family_name":  func(p *person.Pivot) { p.FamilyName = "" },
		"birthdate":    func(p *person.Pivot) { p.BirthDate = person.BirthDate{} },
		"gender":       func(p *person.Pivot) { p.Gender = "" },
		"birthcountry": func(p *person.Pivot) { p.BirthCountry = "" },
	} {
		p := angela()
		empty(&p)
		for _, make := range []func(person.Pivot) (string, error){recipient.Hash, recipient.HashV2} {
			hash, err := make(p)
			require.ErrorIs(t, err, recipient.ErrIncomplete)
			require.EqualError(t, err, "recipient: the identité pivot is not whole: "+name+" is empty")
			require.Empty(t, hash)
		}
	}
}
