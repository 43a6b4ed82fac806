package browser

import (
	"net/url"
	"strings"

	"github.com/chromedp/cdproto/emulation"
)

func (v *visitor) toV2() {
	v.t.Helper()
	v.toFranceConnect(town.url + "/mon-compte")
}

// mockPages are the pages of the mock, on either platform; to goes to the
// first of them.
func mockPages(to func(*visitor)) []stop {
	person := func(v *visitor) {
		to(v)
		v.chooseProvider()
	}
	search := func(what string) func(*visitor) {
		return func(v *visitor) {
			person(v)
			v.open(v.at() + "?q=" + url.QueryEscape(what))
			v.sees("^Qui se connecte")
		}
	}
	inform := func(v *visitor) {
		person(v)
		v.choosePerson("camille")
		v.sees("recevra")
	}
	english := func(reach func(*visitor), heading string) func(*visitor) {
		return func(v *visitor) {
			reach(v)
			v.follow("English")
			v.sees(heading)
		}
	}
	return []stop{
		{"choix", to},
		{"choix-en", english(to, "^Which account")},
		{"choix-apres-annulation", func(v *visitor) {
			person(v)
			v.follow("^Annuler")
			v.sees("^Avec quel compte")
		}},
		{"personne", person},
		{"personne-en", english(person, "^Who signs in")},
		{"personne-recherche", search("corse")},
		{"personne-recherche-vaine", search("zzz")},
		{"information", inform},
		{"information-en", english(inform, "will receive")},
		{"erreur", func(v *visitor) {
			search("Y010015")(v)
			v.push("Y010015|décé|deceased")
			v.sees("s’arrête ici")
		}},
		{"erreur-sans-retour", func(v *visitor) {
			to(v)
			u, _ := url.Parse(v.at())
			v.open(u.Scheme + "://" + u.Host + "/api/v2/nulle-part")
			v.sees("s’arrête ici")
		}},
		{"deconnexion", func(v *visitor) {
			inform(v)
			v.push("^Continuer")
			v.sees("^Mon (compte|dossier)")
			v.scripts(false)
			v.push("^Se déconnecter$")
			v.scripts(true)
			v.sees("^Déconnexion en cours$")
		}},
		{"deconnexion-terminee", func(v *visitor) {
			to(v)
			u, _ := url.Parse(v.at())
			v.open(u.Scheme + "://" + u.Host + "/api/v2/session/end/success")
			v.sees("terminée")
		}},
	}
}

var privatePages = []stop{
	{"information-consentement", (*visitor).toConsent},
	{"application", (*visitor).toApp},
	{"application-en", func(v *visitor) {
		v.toApp()
		v.follow("English")
		v.sees("^The State’s app")
	}},
}

var europeanPages = []stop{
	{"personne-europeenne", func(v *visitor) {
		v.signIn("camille")
		v.toPlus()
		v.push("Union européenne")
		v.sees("^Qui se connecte")
	}},
}

// scripts switches the browser's scripts on or off.
func (v *visitor) scripts(on bool) {
	v.t.Helper()
	call(v, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
}

// host is where the visitor is.
func (v *visitor) host() string {
	_, rest, _ := strings.Cut(v.at(), "://")
	host, _, _ := strings.Cut(rest, "/")
	return host
}
