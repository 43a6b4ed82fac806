package person_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/person"
)

func TestTwoPivotsAreTheSameInAllSixRespectsOrNotAtAll(t *testing.T) {
	t.Parallel()
	whole := person.Pivot{GivenName: "Zéphyrine Anne", GivenNames: []string{"Zéphyrine", "Anne"}, FamilyName: "QUENTRAC", Gender: person.Female,
		BirthDate: person.BirthDate{Year: 1971, Month: 3, Day: 14}, BirthPlace: "38185", BirthCountry: person.France}
	require.True(t, whole.Same(whole))
	abroad := whole
	abroad.BirthPlace, abroad.BirthCountry = "", "99352"
	require.True(t, abroad.Same(abroad), "born abroad, without a place")
	require.False(t, abroad.Same(whole))
	require.False(t, person.Pivot{}.Same(person.Pivot{}), "nobody is nobody else")
	for name, change := range map[string]func(*person.Pivot){
		"given name":    func(p *person.Pivot) { p.GivenName = "Zéphyrine" },
		"family name":   func(p *person.Pivot) { p.FamilyName = "Quentrac" },
		"gender":        func(p *person.Pivot) { p.Gender = person.Unspecified },
		"birth date":    func(p *person.Pivot) { p.BirthDate.Day = 0 },
		"birth place":   func(p *person.Pivot) { p.BirthPlace = "38186" },
		"birth country": func(p *person.Pivot) { p.BirthCountry = "99101" },
	} {
		other := whole
		change(&other)
		require.False(t, whole.Same(other), name)
		require.False(t, other.Same(whole), name)
	}
	for name, empty := range map[string]func(*person.Pivot){
		"given name":    func(p *person.Pivot) { p.GivenName = "" },
		"family name":   func(p *person.Pivot) { p.FamilyName = "" },
		"gender":        func(p *person.Pivot) { p.Gender = "" },
		"birth date":    func(p *person.Pivot) { p.BirthDate = person.BirthDate{} },
		"birth place":   func(p *person.Pivot) { p.BirthPlace = "" },
		"birth country": func(p *person.Pivot) { p.BirthCountry = "" },
	} {
		other := whole
		empty(&other)
		require.False(t, other.Same(other), "without %s it is no identité pivot", name)
	}
}

// As for package match: two unknown days are not the same day, and 1 January, on
// both sides, is one.
func TestPivotsWithoutADayOrAMonthAreNotTheSame(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		p, q string
		same bool
	}{
		{"1980-00-00", "1980-00-00", false},
		{"1980-05-00", "1980-05-00", false},
		{"1980-00-00", "1980-01-01", false},
		{"1980-05-00", "1980-05-01", false},
		{"1980-01-01", "1980-01-01", true},
		{"1980-05-01", "1980-05-01", true},
	} {
		born := func(date string) person.Pivot {
			b, err := person.ParseBirthDate(date)
			require.NoError(t, err)
			return person.Pivot{GivenName: "Mohamed", FamilyName: "BENALI", Gender: person.Male, BirthDate: b, BirthCountry: "99352"}
		}
		require.Equal(t, test.same, born(test.p).Same(born(test.q)), "%s and %s", test.p, test.q)
		require.Equal(t, test.same, born(test.q).Same(born(test.p)), "%s and %s", test.q, test.p)
	}
}
