package browser

// The ways through the pages, which the tests begin with.

// toFranceConnect goes from a page for people who are signed in to
// FranceConnect's first page.
func (v *visitor) toFranceConnect(wanted string) {
	v.t.Helper()
	v.open(wanted)
	v.sees("^Connexion$")
	v.follow("^S’identifier avec FranceConnect")
	v.sees("^Avec quel compte")
}

// identify is FranceConnect's part, and what the portal says at a first visit.
func (v *visitor) identify(login string) {
	v.t.Helper()
	v.agree(login)
	v.read()
}

// read goes on from the page of a first visit, if it is one.
func (v *visitor) read() {
	v.t.Helper()
	if evaluate[string](v, `document.querySelector("h1")?.innerText || ""`) == "Bienvenue" {
		v.push("^Continuer$")
	}
}

// agree is FranceConnect's part: who signs in, and that they agree.
func (v *visitor) agree(login string) {
	v.t.Helper()
	v.chooseProvider()
	v.choosePerson(login)
	v.sees("recevra")
	v.push("^Continuer")
}

func (v *visitor) chooseProvider() {
	v.t.Helper()
	v.push("^Identité ")
	v.sees("^Qui se connecte")
}

func (v *visitor) choosePerson(login string) {
	v.t.Helper()
	v.push(`\b` + login + `\b`)
}

// signIn ends on /mon-compte.
func (v *visitor) signIn(login string) {
	v.t.Helper()
	v.toFranceConnect(town.url + "/mon-compte")
	v.identify(login)
	v.sees("^Mon compte$")
}

// toPlus goes from the portal to FranceConnect+'s first page.
func (v *visitor) toPlus() {
	v.t.Helper()
	v.open(town.url + "/aide-urgence")
	v.sees("^Confirmez votre identité$")
	v.follow(`^S’identifier avec FranceConnect\+$`)
	v.sees("^Avec quel compte")
}

func (v *visitor) toAccount() {
	v.t.Helper()
	v.open(town.url + "/mon-compte")
	v.sees("^Mon compte$")
}

// giveUp goes back to the portal from a page of FranceConnect's.
func (v *visitor) giveUp() {
	v.t.Helper()
	v.follow("^Revenir sur Portail des aides$")
	v.sees("^La connexion n’a pas abouti$")
}

func (v *visitor) signOut() {
	v.t.Helper()
	v.push("^Se déconnecter$")
	v.sees("^Vous êtes déconnecté$")
}

// signOutOfPlus ends the first of two sessions, of who has stepped up.
func (v *visitor) signOutOfPlus() {
	v.t.Helper()
	v.push("^Se déconnecter$")
	v.sees("^Terminez la déconnexion$")
}
