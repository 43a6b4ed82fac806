package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
)

func TestBirthDate(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"1962-08-24": "24 août 1962",
		"1950-03-01": "1er mars 1950",
		"1962-08-00": "août 1962 (jour inconnu)",
		"1962-00-00": "1962 (jour et mois inconnus)",
		"2000-02-29": "29 février 2000",
		"1999-12-31": "31 décembre 1999",
		"1930-01-11": "11 janvier 1930",
	} {
		b, err := franceconnect.ParseBirthDate(text)
		require.NoError(t, err)
		require.Equal(t, want, birthDate(b))
	}
	require.Empty(t, birthDate(franceconnect.BirthDate{}))
}

func TestBirthPlace(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ place, country, want string }{
		{"69123", "99100", "Commune de code INSEE\u00a069123"},
		{"2A004", "99100", "Commune de code INSEE\u00a02A004"},
		{"98729", "99100", "Commune de code INSEE\u00a098729"},
		{"75107", "", "Commune de code INSEE\u00a075107"},
		{"", "99100", "En France"},
		{"", "99352", "À l’étranger (pays de code INSEE\u00a099352)"},
		{"Alger", "99352", "Alger (pays de code INSEE\u00a099352)"},
		{"Toulouse", "99100", "Toulouse"},
		{"Porto", "", "Porto"},
		{"", "", ""},
	} {
		require.Equal(t, test.want, birthPlace(franceconnect.Place(test.place), franceconnect.Place(test.country)))
	}
}

func TestReadAloud(t *testing.T) {
	t.Parallel()
	require.Equal(t, []fact{
		{Label: "Civilité", Value: "Monsieur"},
		{Label: "Prénoms", Value: "Jean Philippe, Pierre"},
		{Label: "Nom de naissance", Value: "LE CŒUR"},
		{Label: "Date de naissance", Value: "1er août 1962"},
		{Label: "Adresse électronique", Value: "jp@example.fr", Note: "déclarée, non vérifiée"},
		{Label: "Adresse postale", Value: "3 rue des Tilleuls, 69400 VILLEFRANCHE"},
		{Label: "Téléphone", Value: "+33 4 65 71 12 34"},
	}, readAloud(franceconnect.Identity{
		Pivot: franceconnect.Pivot{
			GivenName: "Jean Philippe Pierre", GivenNames: []string{"Jean Philippe", "Pierre"}, FamilyName: "LE CŒUR",
			Gender: franceconnect.Male, BirthDate: franceconnect.BirthDate{Year: 1962, Month: time.August, Day: 1},
		},
		Email:       "jp@example.fr",
		Address:     &franceconnect.Address{Formatted: "3 rue des Tilleuls\r\n69400 VILLEFRANCHE\n"},
		PhoneNumber: "+33 4 65 71 12 34",
	}))
	require.Empty(t, readAloud(franceconnect.Identity{}))
	require.Equal(t, "Madame", civility(franceconnect.Female))
	require.Equal(t, "Non précisée", civility(franceconnect.Unspecified))
}

func TestFullName(t *testing.T) {
	t.Parallel()
	require.Equal(t, "Jean Philippe MARTIN", fullName(franceconnect.Identity{Pivot: franceconnect.Pivot{GivenNames: []string{"Jean Philippe", "Pierre"}, FamilyName: "MARTIN"}}))
	require.Equal(t, "Rose Lestang", fullName(franceconnect.Identity{Pivot: franceconnect.Pivot{GivenNames: []string{"Rose"}, FamilyName: "MARTIN"}, UsageName: "Lestang"}))
	require.Equal(t, "MARTIN", fullName(franceconnect.Identity{Pivot: franceconnect.Pivot{FamilyName: "MARTIN"}}))
	require.Equal(t, "Mon compte", fullName(franceconnect.Identity{}))
}

func TestAddress(t *testing.T) {
	t.Parallel()
	require.Empty(t, address(nil))
	require.Empty(t, address(&franceconnect.Address{}))
	require.Equal(t, "3 rue des Tilleuls, 69400 Villefranche, France",
		address(&franceconnect.Address{StreetAddress: "3 rue des Tilleuls", PostalCode: "69400", Locality: "Villefranche", Country: "France"}))
}

func TestLevelName(t *testing.T) {
	t.Parallel()
	require.Equal(t, "niveau faible", levelName(franceconnect.Eidas1))
	require.Equal(t, "niveau substantiel", levelName(franceconnect.Eidas2))
	require.Equal(t, "niveau élevé", levelName(franceconnect.Eidas3))
	require.Empty(t, levelName(0))
}
