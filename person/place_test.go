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
