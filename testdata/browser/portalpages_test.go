package browser

import (
	"net/http"
	"net/http/httptest"
)

func portalPages() []stop {
	at := func(path, heading string) func(*visitor) {
		return func(v *visitor) {
			v.open(town.url + path)
			v.sees(heading)
		}
	}
	then := func(path, heading string) func(*visitor) {
		return func(v *visitor) {
			v.signIn("camille")
			at(path, heading)(v)
		}
	}
	return []stop{
		{"accueil", at("/", "^Les aides")},
		{"connexion", at("/connexion", "^Connexion$")},
		{"introuvable", at("/nulle-part", "^Page introuvable$")},
		{"erreur-perimee", at("/franceconnect/callback?state=x", "est à recommencer$")},
		{"erreur-annulation", func(v *visitor) { v.cancel() }},
		{"erreur-autre-site", fromElsewhere},
		{"deconnexion-sans-session", at("/franceconnect/logout", "^Déconnexion$")},
		{"deconnexion-encore-connecte", then("/franceconnect/logout", "^Déconnexion$")},
		{"accueil-connecte", then("/", "^Les aides")},
		{"mon-compte", func(v *visitor) { v.signIn("camille") }},
		{"mon-compte-noms-longs", func(v *visitor) { v.signIn("maximilienne") }},
		{"mon-compte-neuf-prenoms", func(v *visitor) { v.signIn("honorine") }},
		{"bienvenue", func(v *visitor) { v.arrive("loic", "^Bienvenue$") }},
		{"bienvenue-adresse-fausse", func(v *visitor) {
			v.arrive("loic", "^Bienvenue$")
			v.choose("^Une autre adresse$")
			v.write("^Autre adresse", "loic@example")
			v.push("^Continuer$")
			v.sees("^Bienvenue$")
		}},
		{"ancien-compte", func(v *visitor) {
			v.arrive("loic", "^Bienvenue$")
			v.follow("^Retrouver mon ancien compte$")
			v.sees("^Retrouver votre ancien compte$")
		}},
		{"retrouver", func(v *visitor) { v.arrive("yasmine", "^Vous avez peut-être déjà un compte$") }},
		{"retrouver-mot-de-passe-faux", func(v *visitor) {
			v.arrive("yasmine", "^Vous avez peut-être déjà un compte$")
			v.write("^Mot de passe", "essai")
			v.push("^Associer")
			v.sees("^Vous avez peut-être déjà un compte$")
		}},
		{"erreur-plusieurs-comptes", func(v *visitor) { v.arrive("lucie-nord", "^Votre compte est à retrouver avec nous$") }},
		{"erreur-compte-ferme", func(v *visitor) { v.enter("theodule@example.fr", "^Ce compte est fermé$") }},
		{"connexion-fausse", func(v *visitor) {
			v.open(town.url + "/connexion")
			v.write("^Adresse électronique$", "personne@example.org")
			v.write("^Mot de passe$", "essai")
			v.push("^Se connecter$")
			v.sees("^Connexion$")
		}},
		{"mon-compte-par-mot-de-passe", func(v *visitor) {
			v.enter("lucie.sud@example.org", "^Les aides")
			v.toAccount()
		}},
		{"modifier", then("/mon-compte/modifier", "^Modifier mes coordonnées$")},
		{"modifier-faux", func(v *visitor) {
			v.signIn("camille")
			v.open(town.url + "/mon-compte/modifier")
			v.write("^Téléphone", "appelez-moi")
			v.push("^Enregistrer$")
			v.sees("^Modifier mes coordonnées$")
		}},
		{"mot-de-passe", then("/mon-compte/mot-de-passe", "^Choisir un mot de passe$")},
		{"mes-donnees", then("/mes-donnees", "^Mes données$")},
		{"effacer", then("/mes-donnees/effacer", "^Effacer mon compte")},
		{"mentions-legales", at("/mentions-legales", "^Mentions légales$")},
		{"confirmer", then("/aide-urgence", "^Confirmez votre identité$")},
		{"pas-en-ligne", func(v *visitor) {
			v.open(private.url + "/aide-urgence")
			v.sees("n’est pas disponible en ligne$")
		}},
		{"aide-urgence", func(v *visitor) { v.stepUp("camille") }},
		{"erreur-autre-personne", func(v *visitor) {
			v.signIn("camille")
			v.toPlus()
			v.identify("gaspard")
			v.sees("n’a pas pu être confirmée$")
		}},
		{"deconnecte", func(v *visitor) {
			v.signIn("camille")
			v.signOut()
		}},
		{"deconnexion-inachevee", func(v *visitor) {
			v.stepUp("camille")
			v.signOutOfPlus()
		}},
	}
}

// stepUp ends on /aide-urgence, at the level substantiel.
func (v *visitor) stepUp(login string) {
	v.t.Helper()
	v.signIn(login)
	v.toPlus()
	v.identify(login)
	v.sees("^Mon dossier d’aide d’urgence$")
}

// cancel gives up at FranceConnect's first page.
func (v *visitor) cancel() {
	v.t.Helper()
	v.toFranceConnect(town.url + "/mon-compte")
	v.giveUp()
}

// fromElsewhere is what a form on another site does.
func fromElsewhere(v *visitor) {
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write([]byte(`<!DOCTYPE html><title>Ailleurs</title><link rel="icon" href="data:,"><form method="post" action="` + town.url + `/deconnexion"><button>Gagnez un voyage</button></form>`))
	}))
	defer other.Close()
	v.open(other.URL)
	v.push("Gagnez")
	v.sees("vient d’un autre site$")
}
