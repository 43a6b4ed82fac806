package browser

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// toApp opens the page of the mock that plays the State's app.
func (v *visitor) toApp() {
	v.t.Helper()
	v.open(strings.TrimSuffix(town.v2, "/api/v2") + "/app")
	v.sees("^L’application de l’État")
}

// fromApp goes from the State's app, where somebody is signed in, to their account
// at the portal, on a bad day of the token's if it has a name.
func (v *visitor) fromApp(login, day string) {
	v.t.Helper()
	v.toApp()
	for id, value := range map[string]string{"login": login, "day": day, "destination": town.url + "/mon-compte"} {
		require.Equal(v.t, value, evaluate[string](v, fmt.Sprintf(`document.getElementById(%q).value = %q`, id, value)))
	}
	v.push("^Aller sur le portail$")
}

func TestWhoComesFromTheStatesAppIsSignedInWithoutAPageOfFranceConnects(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.fromApp("camille", "")
	v.read()
	v.sees("^Mon compte$")
	require.Equal(t, town.url+"/mon-compte", v.at())
	require.Contains(t, v.text(), "VAUTRIN")
	require.Contains(t, town.said(), "stage=direct")
	require.NotContains(t, town.said(), "ami_token=")
	v.signOut()
}

func TestWhoComesFromTheStatesAppOnABadDayHasTheButton(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.fromApp("camille", "expired")
	v.sees("^Connexion$")
	require.Equal(t, town.url+"/connexion?next=%2Fmon-compte", v.at(), "no token is left in the address")
	v.follow("^S’identifier avec FranceConnect")
	v.sees("recevra") // FranceConnect remembers them, and shows its page
	v.push("^Continuer")
	v.read()
	v.sees("^Mon compte$")
}
