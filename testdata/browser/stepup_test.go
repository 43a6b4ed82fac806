package browser

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestStepUpAsTheSamePerson(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.stepUp("camille")
	require.Equal(t, town.url+"/aide-urgence", v.at())
	v.open(town.url + "/mon-compte")
	require.Contains(t, v.text(), "(démarches sensibles)")
	require.Contains(t, v.text(), "VAUTRIN")
}

func TestStepUpAsAnotherPersonIsRefused(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.signIn("camille")
	v.toPlus()
	v.identify("gaspard")
	v.sees("n’a pas pu être confirmée$")
	require.NotContains(t, v.text(), "Gaspard")
	require.NotContains(t, v.text(), "NIVOLET")
	v.toAccount()
	require.Contains(t, v.text(), "VAUTRIN")
	require.Contains(t, v.text(), "(démarches courantes)")
	v.open(town.url + "/aide-urgence")
	v.sees("^Confirmez votre identité$")
}

func TestStepUpGivenUp(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.signIn("camille")
	v.toPlus()
	v.giveUp()
	v.follow("^Revenir à mon compte$")
	v.sees("^Mon compte$")
	require.Contains(t, v.text(), "(démarches courantes)")
}
