package show_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/person"
	"github.com/franceconnect-go/franceconnect/show"
)

func TestBirthDates(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		date       person.BirthDate
		fr, frSaid string
		en, enSaid string
		why        string
	}{
		{person.BirthDate{Year: 1962, Month: 8, Day: 24}, "24 août 1962", "né le 24 août 1962", "24 August 1962", "born on 24 August 1962", ""},
		{person.BirthDate{Year: 1962, Month: 8, Day: 1}, "1er août 1962", "né le 1er août 1962", "1 August 1962", "born on 1 August 1962", ""},
		{person.BirthDate{Year: 1962, Month: 2, Day: 11}, "11 février 1962", "né le 11 février 1962", "11 February 1962", "born on 11 February 1962", ""},
		{person.BirthDate{Year: 1962, Month: 8}, "août 1962 (jour inconnu)", "né en août 1962 (jour inconnu)", "August 1962 (day unknown)", "born in August 1962 (day unknown)", ""},
		{person.BirthDate{Year: 1962}, "1962 (jour et mois inconnus)", "né en 1962 (jour et mois inconnus)", "1962 (day and month unknown)", "born in 1962 (day and month unknown)", ""},
		{why: "none"},
		{date: person.BirthDate{Year: 1977, Day: 3}, why: "a day of no month"},
		{date: person.BirthDate{Year: 1977, Month: 13}, why: "no such month"},
		{date: person.BirthDate{Year: 1977, Month: -1, Day: 1}, why: "no such month"},
		{date: person.BirthDate{Year: 1977, Month: 2, Day: 29}, why: "no such day"},
		{date: person.BirthDate{Month: 2, Day: 2}, why: "no year"},
	} {
		who := identity{Pivot: pivot{BirthDate: test.date, Gender: person.Male}}
		require.Equal(t, test.fr, show.French(nil).BirthDate(who), test.why)
		require.Equal(t, test.en, show.English(nil).BirthDate(who), test.why)
		require.Equal(t, test.frSaid, show.French(nil).Birth(who), test.why)
		require.Equal(t, test.enSaid, show.English(nil).Birth(who), test.why)
	}
}

func TestMonthsHaveTheirNames(t *testing.T) {
	t.Parallel()
	var fr, en []string
	for m := time.January; m <= time.December; m++ {
		who := identity{Pivot: pivot{BirthDate: person.BirthDate{Year: 2000, Month: m, Day: 2}}}
		fr, en = append(fr, show.French(nil).BirthDate(who)), append(en, show.English(nil).BirthDate(who))
		require.Equal(t, "2 "+m.String()+" 2000", en[m-1])
	}
	require.Equal(t, []string{"2 janvier 2000", "2 février 2000", "2 mars 2000", "2 avril 2000", "2 mai 2000", "2 juin 2000",
		"2 juillet 2000", "2 août 2000", "2 septembre 2000", "2 octobre 2000", "2 novembre 2000", "2 décembre 2000"}, fr)
}

// What the register completes, the identity provider's date tells, and nothing
// else.
func TestAPresumedDateIsKnownByTheIdentityProvider(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ register, provider, want string }{
		{"1962-11-01", "1962-11-00", "novembre 1962 (jour inconnu)"},
		{"1962-01-01", "1962-00-00", "1962 (jour et mois inconnus)"},
		{"1962-01-01", "1962-01-00", "janvier 1962 (jour inconnu)"},
		{"1962-01-01", "", "1er janvier 1962"},
		{"1962-01-01", "1962-01-01", "1er janvier 1962"},
		{"1962-01-01", "1963-00-00", "1er janvier 1962"},
		{"1962-11-01", "1962-00-00", "1er novembre 1962"},
		{"1962-11-05", "1962-11-00", "5 novembre 1962"},
		{"1962-11-05", "1962-11-06", "5 novembre 1962"},
		{"1962-11-00", "1962-11-00", "novembre 1962 (jour inconnu)"},
		{"", "1962-11-00", "novembre 1962 (jour inconnu)"},
		{"", "", ""},
	} {
		var who identity
		require.NoError(t, who.BirthDate.UnmarshalText([]byte(test.register)))
		require.NoError(t, who.IdentityProviderBirthDate.UnmarshalText([]byte(test.provider)))
		require.Equal(t, test.want, show.French(nil).BirthDate(who), "%+v", test)
	}
}

func TestBornAgreesWithWhoIsBorn(t *testing.T) {
	t.Parallel()
	for gender, want := range map[person.Gender]string{
		person.Female: "née en France", person.Male: "né en France",
		person.Unspecified: "né ou née en France", "": "né ou née en France", "X": "né ou née en France",
	} {
		who := identity{Pivot: pivot{Gender: gender, BirthCountry: person.France}}
		require.Equal(t, want, show.French(nil).Birth(who))
		require.Equal(t, "born in France", show.English(nil).Birth(who))
	}
}

func TestBirthPlaces(t *testing.T) {
	t.Parallel()
	const s = "\u00a0"
	for _, test := range []struct {
		why            string
		place, country person.Place
		fr, line       string // with names
		en, enLine     string
		coded          string // without, in French; fr if empty
	}{
		{"", "75107", "99100", "à Paris 7e (75107)", "Paris 7e (75107)", "in Paris 7e (75107)", "Paris 7e (75107)", "dans la commune de code INSEE" + s + "75107"},
		{"no country", "75107", "", "à Paris 7e (75107)", "Paris 7e (75107)", "in Paris 7e (75107)", "Paris 7e (75107)", "dans la commune de code INSEE" + s + "75107"},
		{"", "76351", "99100", "au Havre (76351)", "Le Havre (Seine-Maritime, 76351)", "in Le Havre (Seine-Maritime, 76351)", "Le Havre (Seine-Maritime, 76351)", "dans la commune de code INSEE" + s + "76351"},
		{"", "97101", "99100", "aux Abymes (97101)", "Les Abymes (Guadeloupe, 97101)", "in Les Abymes (Guadeloupe, 97101)", "Les Abymes (Guadeloupe, 97101)", "dans la commune de code INSEE" + s + "97101"},
		{"", "94038", "99100", "à L’Haÿ-les-Roses (94038)", "L’Haÿ-les-Roses (Val-de-Marne, 94038)", "in L’Haÿ-les-Roses (Val-de-Marne, 94038)", "L’Haÿ-les-Roses (Val-de-Marne, 94038)", "dans la commune de code INSEE" + s + "94038"},
		{"one parenthesis", "58062", "99100", "à Château-Chinon (Ville, 58062)", "Château-Chinon (Ville, Nièvre, 58062)", "in Château-Chinon (Ville, Nièvre, 58062)", "Château-Chinon (Ville, Nièvre, 58062)", "dans la commune de code INSEE" + s + "58062"},
		{"a small letter of Corsica", "2a004", "99100", "à Ajaccio (2A004)", "Ajaccio (Corse-du-Sud, 2A004)", "in Ajaccio (Corse-du-Sud, 2A004)", "Ajaccio (Corse-du-Sud, 2A004)", "dans la commune de code INSEE" + s + "2A004"},
		{"a name that may be the one or the other", "14762", "99100", "à Vire (aujourd’hui Vire Normandie, 14762)", "Vire, aujourd’hui Vire Normandie (Calvados, 14762)", "in Vire, aujourd’hui Vire Normandie (Calvados, 14762)", "Vire, aujourd’hui Vire Normandie (Calvados, 14762)", "dans la commune de code INSEE" + s + "14762"},
		{"unknown code", "75999", "99100", "dans la commune de code INSEE" + s + "75999", "Commune de code INSEE" + s + "75999", "in the commune of INSEE code" + s + "75999", "Commune of INSEE code" + s + "75999", ""},
		{"postal code", "33000", "99100", "dans la commune de code INSEE" + s + "33000", "Commune de code INSEE" + s + "33000", "in the commune of INSEE code" + s + "33000", "Commune of INSEE code" + s + "33000", ""},
		{"France, no more", "", "99100", "en France", "France", "in France", "France", ""},
		{"abroad", "", "99352", "en Algérie (99352)", "Algérie (99352)", "in Algérie (99352)", "Algérie (99352)", "dans le pays de code INSEE" + s + "99352"},
		{"unknown country", "", "99999", "dans le pays de code INSEE" + s + "99999", "Pays de code INSEE" + s + "99999", "in the country of INSEE code" + s + "99999", "Country of INSEE code" + s + "99999", ""},
		{"abroad, in words", "Alger", "99352", "à Alger (Algérie, 99352)", "Alger (Algérie, 99352)", "in Alger (Algérie, 99352)", "Alger (Algérie, 99352)", "à Alger (pays de code INSEE" + s + "99352)"},
		{"an article", "Le Pirée", "99999", "au Pirée (pays de code INSEE" + s + "99999)", "Le Pirée (pays de code INSEE" + s + "99999)", "in Le Pirée (country of INSEE code" + s + "99999)", "Le Pirée (country of INSEE code" + s + "99999)", ""},
		{"in capitals", "LES CAYES", "", "aux CAYES", "LES CAYES", "in LES CAYES", "LES CAYES", ""},
		{"an article, and no country", "Les Cayes", "", "aux Cayes", "Les Cayes", "in Les Cayes", "Les Cayes", ""},
		{"in capitals", "LE CAIRE", "", "au CAIRE", "LE CAIRE", "in LE CAIRE", "LE CAIRE", ""},
		{"no article", "Leuven", "", "à Leuven", "Leuven", "in Leuven", "Leuven", ""},
		{"La stays", "La Havane", "", "à La Havane", "La Havane", "in La Havane", "La Havane", ""},
		{"article alone", "Le", "", "à Le", "Le", "in Le", "Le", ""},
		{"European", "Porto", "", "à Porto", "Porto", "in Porto", "Porto", ""},
		{"a country in words", "Porto", "Portugal", "à Porto (Portugal)", "Porto (Portugal)", "in Porto (Portugal)", "Porto (Portugal)", ""},
		{"a parenthesis of its own", "Frankfurt (Oder)", "99109", "à Frankfurt (Oder, Allemagne, 99109)", "Frankfurt (Oder, Allemagne, 99109)", "in Frankfurt (Oder, Allemagne, 99109)", "Frankfurt (Oder, Allemagne, 99109)", "à Frankfurt (Oder, pays de code INSEE" + s + "99109)"},
		{"half a parenthesis", "Oder)", "Portugal", "à Oder) (Portugal)", "Oder) (Portugal)", "in Oder) (Portugal)", "Oder) (Portugal)", ""},
		{"only a country in words", "", "Portugal", "dans le pays suivant" + s + ": Portugal", "Portugal", "in Portugal", "Portugal", ""},
		{"a town of France in words", "Toulouse", "99100", "à Toulouse", "Toulouse", "in Toulouse", "Toulouse", ""},
		{"a code that is none abroad", "90900", "99352", "en Algérie (99352)", "Algérie (99352)", "in Algérie (99352)", "Algérie (99352)", "dans le pays de code INSEE" + s + "99352"},
		{"a commune and a country in words", "75107", "Portugal", "à Paris 7e (75107)", "Paris 7e (75107)", "in Paris 7e (75107)", "Paris 7e (75107)", "dans la commune de code INSEE" + s + "75107"},
		{"a country for a place", "99352", "", "en Algérie (99352)", "Algérie (99352)", "in Algérie (99352)", "Algérie (99352)", "dans le pays de code INSEE" + s + "99352"},
		{"taken for France", "99352", "99100", "en Algérie (99352)", "Algérie (99352)", "in Algérie (99352)", "Algérie (99352)", "dans le pays de code INSEE" + s + "99352"},
		{"twice", "99352", "99352", "en Algérie (99352)", "Algérie (99352)", "in Algérie (99352)", "Algérie (99352)", "dans le pays de code INSEE" + s + "99352"},
		{"two countries", "99350", "99352", "en Algérie (99352)", "Algérie (99352)", "in Algérie (99352)", "Algérie (99352)", "dans le pays de code INSEE" + s + "99352"},
		{"spaces", " 75107\n", "\t99100", "à Paris 7e (75107)", "Paris 7e (75107)", "in Paris 7e (75107)", "Paris 7e (75107)", "dans la commune de code INSEE" + s + "75107"},
		{"only spaces", " ", "\u00a0", "", "", "", "", ""},
		{"nothing", "", "", "", "", "", "", ""},
	} {
		who := identity{Pivot: pivot{BirthPlace: test.place, BirthCountry: test.country}}
		born := func(word, where string) string {
			if where == "" {
				return ""
			}
			return word + " " + where
		}
		fr, en := show.French(places(t)), show.English(places(t))
		require.Equal(t, born("né ou née", test.fr), fr.Birth(who), test.why)
		require.Equal(t, test.line, fr.BirthPlace(who), test.why)
		require.Equal(t, born("born", test.en), en.Birth(who), test.why)
		require.Equal(t, test.enLine, en.BirthPlace(who), test.why)
		if test.coded == "" {
			test.coded = test.fr
		}
		require.Equal(t, born("né ou née", test.coded), show.French(nil).Birth(who), test.why)
	}
}

// Algeria was of France until 2 July 1962: civil status does not call a birth there
// one abroad, and no page does. The code, which is that of a foreign country, is
// left out.
func TestWhoWasBornInAFrenchDepartementWasNotBornAbroad(t *testing.T) {
	t.Parallel()
	const s = "\u00a0"
	for _, test := range []struct {
		born           string
		place, country person.Place
		fr, line, en   string // with names or without, but for
		coded          string // the sentence without names
	}{
		{"1950-05-01", "", "99352", "née le 1er mai 1950 en Algérie", "Algérie", "born on 1 May 1950 in Algérie", ""},
		{"1950-05-01", "Oran", "99352", "née le 1er mai 1950 à Oran (Algérie)", "Oran (Algérie)", "born on 1 May 1950 in Oran (Algérie)", ""},
		{"1950-05-01", "LES OASIS", "99352", "née le 1er mai 1950 aux OASIS (Algérie)", "LES OASIS (Algérie)", "born on 1 May 1950 in LES OASIS (Algérie)", ""},
		{"1950-05-01", "92352", "99352", "née le 1er mai 1950 en Algérie", "Algérie", "born on 1 May 1950 in Algérie", ""},
		{"1950-05-01", "92352", "99100", "née le 1er mai 1950 en Algérie", "Algérie", "born on 1 May 1950 in Algérie", ""},
		{"1950-05-01", "94352", "", "née le 1er mai 1950 en Algérie", "Algérie", "born on 1 May 1950 in Algérie", ""},
		{"1950-05-01", "99352", "99100", "née le 1er mai 1950 en Algérie", "Algérie", "born on 1 May 1950 in Algérie", ""},
		{"1962-07-02", "", "99352", "née le 2 juillet 1962 en Algérie", "Algérie", "born on 2 July 1962 in Algérie", ""},
		{"1962-00-00", "", "99352", "née en 1962 (jour et mois inconnus) en Algérie", "Algérie", "born in 1962 (day and month unknown) in Algérie", ""},
		{"1962-07-03", "", "99352", "née le 3 juillet 1962 en Algérie (99352)", "Algérie (99352)", "born on 3 July 1962 in Algérie (99352)", "née le 3 juillet 1962 dans le pays de code INSEE" + s + "99352"},
		{"1970-05-01", "92352", "99100", "née le 1er mai 1970 dans la commune de code INSEE" + s + "92352", "Commune de code INSEE" + s + "92352", "born on 1 May 1970 in the commune of INSEE code" + s + "92352", ""},
		{"1960-05-01", "", "99397", "née le 1er mai 1960 aux Comores (99397)", "Comores (99397)", "born on 1 May 1960 in Comores (99397)", "née le 1er mai 1960 dans le pays de code INSEE" + s + "99397"},
		{"1950-05-01", "", "99350", "née le 1er mai 1950 au Maroc (99350)", "Maroc (99350)", "born on 1 May 1950 in Maroc (99350)", "née le 1er mai 1950 dans le pays de code INSEE" + s + "99350"},
	} {
		who := identity{Pivot: pivot{Gender: person.Female, BirthPlace: test.place, BirthCountry: test.country}}
		require.NoError(t, who.BirthDate.UnmarshalText([]byte(test.born)))
		fr, en := show.French(places(t)), show.English(places(t))
		require.Equal(t, test.fr, fr.Birth(who))
		require.Equal(t, test.line, fr.BirthPlace(who))
		require.Equal(t, test.en, en.Birth(who))
		coded := test.coded
		if coded == "" {
			coded = test.fr
			require.Equal(t, test.line, show.French(nil).BirthPlace(who))
			require.Equal(t, test.en, show.English(nil).Birth(who))
		}
		require.Equal(t, coded, show.French(nil).Birth(who))
	}
}

// dated remembers what it was asked.
type dated map[string]string

func (d dated) Place(code, born string) (string, bool) { d[code] = born; return code, true }
func (d dated) In(code, born string) (string, bool)    { d[code] = born; return code, true }

func TestPlacesAreAskedForTheDayOfBirth(t *testing.T) {
	t.Parallel()
	who := identity{Pivot: pivot{BirthPlace: "14762", BirthDate: person.BirthDate{Year: 1975, Month: 3, Day: 1}}}
	who.IdentityProviderBirthDate = person.BirthDate{Year: 1975, Month: 3}
	for _, call := range []func(dated){
		func(d dated) { show.French(d).Birth(who) }, func(d dated) { show.French(d).BirthPlace(who) },
		func(d dated) { show.English(d).Birth(who) },
	} {
		d := dated{}
		call(d)
		require.Equal(t, dated{"14762": "1975-03-00"}, d)
	}
	who.BirthDate, who.IdentityProviderBirthDate = person.BirthDate{}, person.BirthDate{}
	d := dated{}
	show.French(d).Birth(who)
	require.Equal(t, dated{"14762": ""}, d)
}

// A resolver that knows a code and has no name for it has nothing to show.
func TestAnEmptyNameIsNone(t *testing.T) {
	t.Parallel()
	empty := names{"75107": {}, "99352": {}}
	for _, who := range []identity{{Pivot: pivot{BirthPlace: "75107"}}, {Pivot: pivot{BirthCountry: "99352"}}, {Pivot: pivot{BirthPlace: "Alger", BirthCountry: "99352"}}} {
		require.Equal(t, show.French(nil).Birth(who), show.French(empty).Birth(who))
		require.Equal(t, show.English(nil).Birth(who), show.English(empty).Birth(who))
		require.Equal(t, show.French(nil).BirthPlace(who), show.French(empty).BirthPlace(who))
	}
}
