package browser

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCancelAndStartAgain(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.cancel()
	require.Contains(t, v.text(), "Choisir un autre mode de connexion")
	v.follow("^Recommencer$")
	v.sees("^Avec quel compte")
	v.identify("camille")
	v.sees("^Mon compte$") // which was asked for before
	require.Equal(t, town.url+"/mon-compte", v.at())
}

func TestAnotherWayInAfterCancelling(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.cancel()
	v.follow("^Choisir un autre mode de connexion$")
	v.sees("^Connexion$")
	require.Equal(t, "autre-moyen", evaluate[string](v, `document.querySelector(":target").id`))
}

func atTheIdentityProvider(t *testing.T) *visitor {
	t.Helper()
	v := newVisitor(t)
	v.toV2()
	v.chooseProvider()
	return v
}

// At the identity provider, cancelling leads to the choice again.
func TestCancelAtTheIdentityProvider(t *testing.T) {
	t.Parallel()
	v := atTheIdentityProvider(t)
	v.follow("^Annuler")
	v.sees("^Avec quel compte")
	v.identify("camille")
	v.sees("^Mon compte$")
}

// A person whom FranceConnect refuses reads so there, and comes back.
func TestRefusedByFranceConnect(t *testing.T) {
	t.Parallel()
	v := atTheIdentityProvider(t)
	v.choosePerson("Y010015|décé|deceased")
	v.sees("s’arrête ici$")
	v.giveUp()
	require.NotRegexp(t, "(?i)décé|Y010015", v.text(), "the portal says nothing of the reason")
}
