package page

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/person"
)

var deadline = time.Date(2031, 3, 31, 12, 0, 0, 1, time.UTC)

func TestASessionComesBackAsItWas(t *testing.T) {
	t.Parallel()
	signedIn := franceconnect.Session{Subject: "a", Level: franceconnect.Eidas2, AMR: []string{"fc"}, Scopes: []string{"email"}, SignedInAt: deadline,
		ReturnTo: "/", IDTokenHint: "a.b.c", Identity: person.Identity{
			Pivot: person.Pivot{GivenName: "Ève", GivenNames: []string{"Ève"}, FamilyName: "D’ARC", BirthDate: person.BirthDate{Year: 1992}, BirthPlace: "75107", BirthCountry: "99100"},
			Email: "eve@example.fr", Other: map[string]json.RawMessage{"more": json.RawMessage(`[1]`)}}}
	values := map[string]any{"person": signedIn}
	for range 3 { // as one that is read and written for each request
		text, err := SessionCodec{}.Encode(deadline, values)
		require.NoError(t, err)
		var until time.Time
		until, values, err = SessionCodec{}.Decode(text)
		require.NoError(t, err)
		require.True(t, until.Equal(deadline))
		require.Equal(t, signedIn, Person(values["person"]))
	}
}

func TestASessionOfNobodyIsOfNobody(t *testing.T) {
	t.Parallel()
	text, err := SessionCodec{}.Encode(deadline, nil)
	require.NoError(t, err)
	_, values, err := SessionCodec{}.Decode(text)
	require.NoError(t, err)
	require.Empty(t, values)
	require.Zero(t, Person(values["person"]))
}

func TestASessionLosesNothingSilently(t *testing.T) {
	t.Parallel()
	for _, values := range []map[string]any{{"basket": 1}, {"person": "Ève"}, {"someone": franceconnect.Session{}}} {
		_, err := SessionCodec{}.Encode(deadline, values)
		require.Error(t, err)
	}
	_, _, err := SessionCodec{}.Decode([]byte("short"))
	require.Error(t, err)
}

func TestASessionThatCannotBeReadIsOfNobody(t *testing.T) {
	t.Parallel()
	_, values, err := SessionCodec{}.Decode([]byte(`12345678{"Subject":"a","Level":7}`))
	require.NoError(t, err)
	require.Zero(t, Person(values["person"]))
}
