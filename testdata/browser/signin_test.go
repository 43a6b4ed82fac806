package browser

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSignInThroughThePages(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.signIn("camille")
	require.Equal(t, town.url+"/mon-compte", v.at())
	require.Contains(t, v.text(), "VAUTRIN")
	require.Contains(t, v.text(), "(démarches courantes)")
	require.Contains(t, town.said(), "stage=callback")
	require.NotRegexp(t, who, town.said(), "in the log")
}

func TestSignInReturnsToThePageAskedFor(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.toFranceConnect(town.url + "/aide-urgence")
	v.identify("camille")
	v.sees("^Confirmez votre identité$")
	require.Equal(t, town.url+"/aide-urgence", v.at())
}
