package browser

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// twoTabs are at FranceConnect's first page, each with a login of its own.
func twoTabs(t *testing.T) (older, newer *visitor) {
	t.Helper()
	older = newVisitor(t)
	older.toV2()
	newer = older.newTab()
	newer.toV2()
	return older, newer
}

// FranceConnect holds one login in a browser: the older tab fails there.
func TestTwoTabsTheNewerWins(t *testing.T) {
	t.Parallel()
	older, newer := twoTabs(t)

	older.push("^Identité ")
	older.sees("s’arrête ici$")
	require.Contains(t, older.text(), "Y470001")
	newer.identify("camille")
	newer.sees("^Mon compte$")

	// The portal knows the person in both tabs, and the way back does no harm.
	older.follow("^Revenir sur Portail des aides$")
	older.sees("^Vous êtes déjà connecté$")
	require.Contains(t, older.text(), "Revenir à mon compte")
	newer.toAccount()
	older.follow("^Revenir à mon compte$")
	older.sees("^Mon compte$")
}

// Whoever goes back from the older tab before the newer one is done ends the
// login of both, as FranceConnect has but one; the portal lets them start again.
func TestTwoTabsTheOlderGoesBack(t *testing.T) {
	t.Parallel()
	older, newer := twoTabs(t)

	older.giveUp()
	newer.push("^Identité ")
	newer.sees("s’arrête ici$")
	older.follow("^Recommencer$")
	older.sees("^Avec quel compte")
	older.identify("camille")
	older.sees("^Mon compte$")
}

// A login that is finished is not finished twice: the page of a callback is
// not in the history, and its address is worth nothing any more.
func TestSignInTwiceInTwoTabs(t *testing.T) {
	t.Parallel()
	first := newVisitor(t)
	first.signIn("camille")
	second := first.newTab()
	second.open(town.url + "/connexion?next=/mon-compte")
	second.sees("^(Mon compte|Les aides)")
}
