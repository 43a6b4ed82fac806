package browser

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSignOutOfBoth(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.signIn("camille")
	v.push("^Se déconnecter$")
	v.sees("^Vous êtes déconnecté$") // FranceConnect's form sends itself
	require.Contains(t, v.text(), "votre session FranceConnect sont terminées")
	v.signedOut()
}

func TestSignOutWithoutScripts(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.scripts(false)
	v.signIn("camille")
	v.push("^Se déconnecter$")
	v.sees("^Déconnexion en cours$")
	v.signOut()
	v.signedOut()
}

// Three sessions end, one after the other.
func TestSignOutAfterSteppingUp(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.stepUp("camille")
	v.signOutOfPlus()
	require.NotContains(t, v.text(), "Camille")
	v.push("^Terminer la déconnexion$")
	v.sees("^Vous êtes déconnecté$")
	v.signedOut()
	v.signIn("gaspard")
	v.toPlus() // FranceConnect+ asks who it is
}

// signedOut: the portal and FranceConnect both ask again who it is.
func (v *visitor) signedOut() {
	v.t.Helper()
	v.toFranceConnect(town.url + "/mon-compte")
	v.chooseProvider()
	require.Contains(v.t, v.host(), "127.0.0.1")
}
