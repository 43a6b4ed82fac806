package browser

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// arrive comes from FranceConnect, and sees the page where that leads.
func (v *visitor) arrive(login, heading string) {
	v.t.Helper()
	v.toFranceConnect(town.url + "/mon-compte")
	v.agree(login)
	v.sees(heading)
}

// enter signs in by password, with one that the portal said when it started.
func (v *visitor) enter(email, heading string) {
	v.t.Helper()
	v.open(town.url + "/connexion")
	v.write("^Adresse électronique$", email)
	v.write("^Mot de passe$", "jardin de pluie")
	v.push("^Se connecter$")
	v.sees(heading)
}

// write writes into the field of a label, after what is there.
func (v *visitor) write(label, text string) {
	v.t.Helper()
	v.mouse(v.find("textbox", label))
	require.NoError(v.t, chromedp.Do(v.ctx, chromedp.KeyEvent(text)))
}

// choose presses a radio button.
func (v *visitor) choose(label string) {
	v.t.Helper()
	v.mouse(v.find("radio", label))
}

// everyWay looks at a page as tour does.
func (v *visitor) everyWay() {
	v.t.Helper()
	v.accessible()
	v.french()
	v.scheme("dark")
	v.accessible()
	v.fits()
	v.scheme("light")
	v.resize(1280, 900)
}

func TestAFirstVisitToItsEnd(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.arrive("noe", "^Bienvenue$")
	require.Contains(t, v.text(), "BISSEXTIN")
	v.everyWay()
	v.choose("^Une autre adresse")
	v.write("^Autre adresse", "noe.bissextin@example.org")
	v.push("^Continuer$")
	v.sees("^Mon compte$")
	require.Contains(t, v.text(), "Date de naissance\n29 février 2004")
	require.Contains(t, v.text(), "noe.bissextin@example.org")

	// His data, and their end.
	v.follow("^Mes données")
	v.sees("^Mes données$")
	require.Contains(t, v.text(), "FranceConnect nous a transmis ces données le")
	v.everyWay()
	v.follow("^Effacer mon compte")
	v.sees("^Effacer mon compte")
	v.everyWay()
	v.push("^Effacer définitivement$")
	v.sees("^Vous êtes déconnecté$") // FranceConnect's form sends itself
	require.Contains(t, v.text(), "Votre compte et vos données ont été effacés")
	v.everyWay()
	v.backToTheStart("(?i)bissextin|noe")
	v.signedOut()
	require.NotRegexp(t, "(?i)bissextin|noe", town.said(), "in the log")
}

func TestAnOldAccountIsLinkedWithAProof(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.arrive("josephine", "^Vous avez peut-être déjà un compte$")
	require.NotRegexp(t, "(?i)joséphine|grandcamp|1951|rouen|@", v.text())
	v.everyWay()
	v.write("^Mot de passe", "jardin d’hiver")
	v.push("^Associer")
	v.sees("^Vous avez peut-être déjà un compte$")
	require.Contains(t, v.text(), "n’est pas celui du compte")
	v.write("^Mot de passe", "jardin de pluie")
	v.push("^Associer")
	v.sees("^Bienvenue$")
	v.push("^Continuer$")
	v.sees("^Mon compte$")
	require.Contains(t, v.text(), "04 65 71 99 01", "of the old account")
	require.Contains(t, v.text(), "GRANDCAMP", "of FranceConnect")
	v.everyWay()

	// FranceConnect goes again.
	v.push("^Dissocier FranceConnect$")
	v.sees("^Mon compte$")
	require.Contains(t, v.text(), "FranceConnect n’est pas associé à votre compte")
	v.everyWay()
}

func TestWhatFranceConnectGaveCannotBeTypedOver(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.signIn("perrine")
	v.follow("^Modifier mes coordonnées$")
	v.sees("^Modifier mes coordonnées$")
	v.write("^Nom de naissance$", "X")
	v.write("^Téléphone", "04 65 71 33 33")
	require.Equal(t, "DELAMORUE", evaluate[string](v, `[...document.querySelectorAll("label")].find(l => l.innerText === "Nom de naissance").control.value`))
	v.push("^Enregistrer$")
	v.sees("^Mon compte$")
	require.Contains(t, v.text(), "DELAMORUE")
	require.Contains(t, v.text(), "04 65 71 33 33")
}

// A password is chosen, and opens the account.
func TestAPasswordIsASecondWayIn(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.signIn("assani")
	v.follow("^Choisir un mot de passe$")
	v.write("^Nouveau mot de passe", "douze lunes rousses")
	v.push("^Enregistrer$")
	v.sees("^Mon compte$")
	w := newVisitor(t)
	w.open(town.url + "/connexion?next=/mon-compte")
	w.write("^Adresse électronique$", "assani@example.org")
	w.write("^Mot de passe$", "douze lunes rousses")
	w.push("^Se connecter$")
	w.sees("^Mon compte$")
	require.Contains(t, w.text(), "connecté avec votre mot de passe")
	w.push("^Se déconnecter$")
	w.sees("^Déconnexion$")
}
