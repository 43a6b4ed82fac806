package browser

import (
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/stretchr/testify/require"
)

// who is what no page may show once the person has left.
const who = "(?i)camille|vautrin|lestang"

// backToTheStart presses back as often as it goes, and looks at each page.
func (v *visitor) backToTheStart(hidden string) {
	v.t.Helper()
	for call(v, page.GetNavigationHistory, cdp.Empty{}).CurrentIndex > 0 {
		before := call(v, page.GetNavigationHistory, cdp.Empty{}).CurrentIndex
		v.goBack()
		require.NotRegexp(v.t, hidden, v.text(), v.at())
		if call(v, page.GetNavigationHistory, cdp.Empty{}).CurrentIndex >= before {
			return
		}
	}
}

func TestBackAfterSignInStaysSignedInAndAsksNothingTwice(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.signIn("camille")
	v.goBack() // FranceConnect's information page, which is over
	require.NotContains(t, v.text(), "recevra")
	v.toAccount()
}

func TestBackAfterSignOutShowsNobody(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.signIn("camille")
	v.open(town.url + "/")
	v.open(town.url + "/mon-compte")
	v.signOut()
	v.backToTheStart(who)
}

func TestBackAfterSignOutLeftHalfwayShowsNobody(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.stepUp("camille")
	v.open(town.url + "/mon-compte")
	v.signOutOfPlus()
	v.backToTheStart(who)
}

// Another tab, in which the page was left open, says nobody is there as soon as
// it is used.
func TestAnotherTabAfterSignOut(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.signIn("camille")
	other := v.newTab()
	other.open(town.url + "/mon-compte")
	v.signOut()
	other.follow("^Consulter mon dossier")
	other.sees("^Connexion$")
	other.backToTheStart(who)
}

// A tab that the browser restores, at the address of a callback that is over.
func TestACallbackThatIsOpenedAgainLeadsBackToTheAccount(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.signIn("camille")
	v.open(town.url + "/franceconnect/callback?code=used&state=used")
	v.sees("^Vous êtes déjà connecté$")
	v.accessible()
	v.follow("^Continuer$")
	v.sees("^Mon compte$")
}
