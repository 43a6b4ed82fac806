package conform

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// sessionIsRenewed plants sessions that an attacker knows, and has the victim
// sign in with them (session fixation).
func sessionIsRenewed(t *testing.T, town *town) {
	for name, prepare := range map[string]func(attacker *visitor){
		"of an attacker who is signed in": func(attacker *visitor) {
			town.idp.Next(mockidp.Scenario{Person: "ange"})
			p := attacker.Get("/franceconnect/login")
			if town.AtOnce {
				attacker.throughFranceConnect(p)
			}
			require.Equal(t, "Ange PIETRALBA", attacker.who())
		},
		"of an attacker who is not": func(attacker *visitor) { attacker.Get("/") },
		"that was made up": func(attacker *visitor) {
			prefix := ""
			if strings.HasPrefix(town.address, "https://") {
				prefix = "__Host-"
			}
			attacker.plant([]*http.Cookie{{Name: prefix + "session", Value: strings.Repeat("attacker", 5)}})
		},
	} {
		attacker, victim := newVisitor(t, town), newVisitor(t, town)
		prepare(attacker)
		planted := attacker.session()
		victim.plant(attacker.cookies())
		p := victim.Get("/franceconnect/login?next=/mon-compte")
		if town.AtOnce {
			victim.throughFranceConnect(p)
		}
		require.Equal(t, "Camille Rose Ariane VAUTRIN", victim.who(), name)
		require.NotEmpty(t, victim.session(), name)
		require.NotEqual(t, planted, victim.session(), name)
		require.NotContains(t, attacker.who(), "VAUTRIN", name)
	}
}

// sessionEndsForCopies signs out in one browser of two with the same cookies.
func sessionEndsForCopies(t *testing.T, town *town) {
	v, copy := newVisitor(t, town), newVisitor(t, town)
	account := v.signIn()
	copy.plant(v.cookies())
	require.Equal(t, "Camille Rose Ariane VAUTRIN", copy.who())
	v.Submit(account)
	require.Empty(t, copy.who())
}
