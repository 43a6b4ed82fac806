package page

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/person"
)

func TestASessionComesBackAsItWas(t *testing.T) {
	t.Parallel()
	deadline := time.Date(2031, 3, 31, 12, 0, 0, 1, time.UTC)
	signedIn := franceconnect.Session{Subject: "a", Level: franceconnect.Eidas2, AMR: []string{"fc"}, Scopes: []string{"email"}, SignedInAt: deadline,
		ReturnTo: "/", IDTokenHint: "a.b.c", Identity: person.Identity{
			Pivot: person.Pivot{GivenName: "Ève", GivenNames: []string{"Ève"}, FamilyName: "D’ARC", BirthDate: person.BirthDate{Year: 1992}, BirthPlace: "75107", BirthCountry: "99100"},
			Email: "eve@example.fr", Other: map[string]json.RawMessage{"more": json.RawMessage(`[1]`)}}}
	for _, values := range []map[string]any{{}, {"person": signedIn}} {
		text, err := SessionCodec{}.Encode(deadline, values)
		require.NoError(t, err)
		gotDeadline, got, err := SessionCodec{}.Decode(text)
		require.NoError(t, err)
		require.Equal(t, deadline, gotDeadline)
		require.Equal(t, values, got)
	}
}

func TestASessionLosesNothingSilently(t *testing.T) {
	t.Parallel()
	for _, values := range []map[string]any{{"basket": 1}, {"person": "Ève"}, {"someone": franceconnect.Session{}}} {
		_, err := SessionCodec{}.Encode(time.Time{}, values)
		require.Error(t, err)
	}
	_, _, err := SessionCodec{}.Decode([]byte("\x00"))
	require.Error(t, err)
}
