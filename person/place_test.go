package person_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/person"
)

// FuzzPlace: a code is a commune's, a country's, or none, and never two.
func FuzzPlace(f *testing.F) {
	for _, s := range []string{"75107", "2A004", "98729", "99100", "99352", "", "Alger", "2C004", "7510", "75107 "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p := person.Place(text)
		require.False(t, p.IsCommune() && p.IsCountry())
		if p.IsCommune() || p.IsCountry() {
			require.Len(t, text, 5)
		}
	})
}

func TestPlacesAreToldFromFreeText(t *testing.T) {
	t.Parallel()
	for _, p := range []person.Place{"75107", "2A004", "2B050", "98729"} {
		require.True(t, p.IsCommune(), p)
	}
	for _, p := range []person.Place{"99100", "99352"} {
		require.True(t, p.IsCountry(), p)
		require.False(t, p.IsCommune(), p)
	}
	for _, p := range []person.Place{"", "Alger", "2C004", "751070", "2a004"} {
		require.False(t, p.IsCommune() || p.IsCountry(), p)
	}
}

func TestWhoWasBornInFranceAsItWasThen(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		country person.Place
		born    string
		want    bool
		source  string
	}{
		{"99100", "", true, "INSEE, table of countries of 2025: France"},
		{"99352", "1950-05-01", true, "Service-public F33078 (2022): the codes of the départements 91 to 94 until independence"},
		{"99352", "1962-07-02", true, "declaration of 3 July 1962, JO of 4 July: the last day"},
		{"99352", "1962-07-03", false, "the same: the first day of another State"},
		{"99352", "1962-07-00", true, "it may have been the first or the second"},
		{"99352", "1962-00-00", true, "it may have been before July"},
		{"99352", "1962-08-00", false, "it was after"},
		{"99352", "1970-05-01", false, "it was after"},
		{"99352", "", false, "nobody knows when"},
		{"99397", "1960-05-01", false, "Comoros: an overseas territory, law 75-1337 of 31 December 1975; Code civil, art. 17-4"},
		{"99399", "1960-05-01", false, "Djibouti: an overseas territory, law 77-625 of 20 June 1977; Code civil, art. 17-4"},
		{"99243", "1940-05-01", false, "Viet Nam: a colony and two protectorates under one code; Code civil, art. 17-4"},
		{"99350", "1950-05-01", false, "Morocco: a protectorate, treaty of Fez, 30 March 1912"},
		{"99351", "1950-05-01", false, "Tunisia: a protectorate, treaty of Bardo, 12 May 1881"},
		{"99345", "1950-05-01", false, "Togo: a trust territory, agreement of 13 December 1946"},
		{"", "1950-05-01", false, "no country"},
	} {
		var p person.Pivot
		p.BirthCountry = test.country
		require.NoError(t, p.BirthDate.UnmarshalText([]byte(test.born)))
		require.Equal(t, test.want, p.BornInFrance(), "%+v", test)
	}
	p := person.Pivot{BirthCountry: "99352", BirthDate: person.BirthDate{Year: 1950, Month: 13}}
	require.False(t, p.BornInFrance(), "no date that exists")
}
