package main

import (
	"strings"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// A role is who tries the portal in an acceptance test.
type role struct {
	name     text.Text
	operates bool // the portal, which the editor of a hosted product does
	trials   []trial
}

// A trial is one line of the booklet: what to do, and what is to be seen.
type trial struct {
	do, see   text.Text
	people    []string  // who signs in on the mock; nobody if there are none
	badDays   []string  // that are chosen there
	elsewhere text.Text // who signs in on a FranceConnect; empty if only the mock can play it
}

// roles returns the acceptance tests of a portal, role by role. People and bad
// days are the mock's; what FranceConnect itself asks for is in docs/fr/recette.md,
// « Recette », with its sources.
func roles() []role {
	anybody := text.Of("un compte de test", "a test account")
	same := text.Of("le même compte", "the same account")
	return []role{
		{text.Of("Un usager", "A citizen"), false, []trial{
			{text.Of("Se connecter par le bouton FranceConnect", "Sign in by the FranceConnect button"), text.Of("la page demandée, avec son prénom et son nom dans l’en-tête", "the page that was asked for, with one’s name in the header"), []string{"camille"}, nil, anybody},
			{text.Of("Se déconnecter, puis se connecter de nouveau", "Sign out, then sign in again"), text.Of("le portail puis FranceConnect sont fermés : FranceConnect redemande qui l’on est", "the portal and FranceConnect are closed: FranceConnect asks anew who one is"), []string{"camille"}, nil, same},
			{text.Of("Venir pour la première fois", "Come for the first time"), text.Of("ni mot de passe à créer, ni courriel à confirmer s’il est gardé", "no password to make, no e-mail to confirm if it is kept"), []string{"gaspard"}, nil, anybody},
			{text.Of("Ouvrir son profil", "Open one’s profile"), text.Of("l’identité ne se modifie pas, le courriel si ; pas de « changer mon mot de passe »", "the identity cannot be changed, the e-mail can; no “change my password”"), []string{"camille"}, nil, same},
			{text.Of("Renoncer, sur la page de FranceConnect", "Give up, on FranceConnect’s page"), text.Of("une page du portail dit que la connexion n’a pas abouti, et propose un autre moyen", "a page of the portal says that the sign-in did not succeed, and offers another way"), []string{"camille"}, []string{"cancelled"}, anybody},
			{text.Of("Se connecter sans FranceConnect", "Sign in without FranceConnect"), text.Of("le même service, par l’autre moyen", "the same service, by the other way"), nil, nil, text.Text{}},
			{text.Of("Tout faire au clavier, puis sur un téléphone", "Do it all by keyboard, then on a telephone"), text.Of("rien n’est perdu ni caché ; on voit où l’on est", "nothing is lost or hidden; one sees where one is"), []string{"camille"}, nil, anybody},
			{text.Of("Se connecter avec une identité rare : jour ou mois de naissance inconnu, naissance à l’étranger, en Corse, outre-mer, accents, nom très long, mineure", "Sign in with a rare identity: unknown day or month of birth, born abroad, in Corsica, overseas, accents, a very long name, a minor"), text.Of("connecté, et l’état civil tel que FranceConnect le donne", "signed in, with the civil status as FranceConnect gives it"),
				[]string{"moussa", "linh", "yasmine", "ange", "teva", "anais", "maximilienne", "lou"}, nil, text.Text{}},
			{text.Of("Revenir d’une page d’erreur de FranceConnect", "Come back from an error page of FranceConnect’s"), text.Of("la connexion n’a pas abouti : la même phrase, jamais le motif", "the sign-in did not succeed: the same sentence, never the reason"), []string{"ursule", "blandine"}, nil, text.Text{}},
		}},
		{text.Of("Un agent qui reçoit les dossiers", "An agent who receives the files"), false, []trial{
			{text.Of("Recevoir un dossier de deux personnes du même courriel", "Receive a file of two people with one e-mail"), text.Of("deux comptes, deux dossiers", "two accounts, two files"), []string{"aude", "remi"}, nil, text.Text{}},
			{text.Of("Recevoir un dossier de deux homonymes", "Receive a file of two people of one name"), text.Of("deux comptes, deux dossiers", "two accounts, two files"), []string{"lucie-nord", "lucie-sud"}, nil, text.Text{}},
			{text.Of("Suivre une personne dont l’état civil est corrigé", "Follow somebody whose civil status is corrected"), text.Of("son dossier n’est ni perdu ni ouvert à un autre", "their file is neither lost nor open to another"), []string{"alix-avant", "alix-apres"}, nil, text.Text{}},
		}},
		{text.Of("Un exploitant", "An operator"), true, []trial{
			{text.Of("Lancer franceconnect check -reseau", "Run franceconnect check -reseau"), text.Of("aucun échec", "nothing failed"), nil, nil, text.Text{}},
			{text.Of("Couper FranceConnect (FRANCECONNECT_ENABLED=false)", "Switch FranceConnect off (FRANCECONNECT_ENABLED=false)"), text.Of("pas de bouton, l’autre moyen reste", "no button, the other way stays"), nil, nil, text.Text{}},
			{text.Of("Laisser FranceConnect ne pas répondre", "Let FranceConnect not answer"), text.Of("l’usager lit que FranceConnect est momentanément indisponible ; le journal en dit la cause", "the person reads that FranceConnect is unavailable for the moment; the log says why"), []string{"camille"}, []string{"token-hangs", "userinfo-500"}, text.Text{}},
			{text.Of("Recevoir une réponse forgée", "Receive a forged answer"), text.Of("l’usager lit que la réponse n’a pas pu être vérifiée ; l’alerte de sécurité part", "the person reads that the answer could not be verified; the security alert goes off"), []string{"camille"}, []string{"id-token-forged"}, text.Text{}},
			{text.Of("Chercher dans les journaux le secret, un jeton, un nom", "Look for the secret, a token, a name in the logs"), text.Of("rien", "nothing"), nil, nil, text.Text{}},
		}},
	}
}

// bookletSheet returns the acceptance tests of a portal, in its environment or on
// the mock, which no town has with a product.
func (p *portal) bookletSheet(prog *program, onMock bool) sheet {
	onMock = onMock && p.product.profile == nil
	where := text.Of("le simulateur", "the mock")
	if !onMock {
		where = p.environment.title()
	}
	head := section{Title: prog.say(text.Of("Cette recette", "These tests"))}
	if p.siteURL == "" {
		head.addTodo(prog.say(text.Of("Portail", "Portal")), "")
	} else {
		head.add(prog.say(text.Of("Portail", "Portal")), p.siteURL)
	}
	head.add("FranceConnect", prog.say(where))
	for _, blank := range []text.Text{text.Of("Version du portail", "Version of the portal"), text.Of("Date", "Date"), text.Of("Par", "By"), text.Of("Décision", "Decision")} {
		head.addTodo(prog.say(blank), "")
	}
	if !onMock && p.environment.is(franceconnect.Sandbox) {
		head.add(prog.say(text.Of("Comptes d’essai", "Test accounts")), testPeople).Note = prog.say(testPeopleNote)
	}
	s := sheet{Environment: p.environment.name, Title: prog.say(text.Of("Cahier de recette", "Acceptance tests")), Sections: []section{head}}
	for _, r := range roles() {
		if p.product.isHosted() && r.operates {
			continue
		}
		one := section{Title: prog.say(r.name)}
		for _, t := range r.trials {
			if onMock || len(t.people) == 0 || t.elsewhere.French != "" {
				one.add(prog.say(t.do), prog.say(t.see)).Note = prog.say(t.who(onMock, p.environment.isProduction()))
			}
		}
		if len(one.Fields) > 0 {
			s.Sections = append(s.Sections, one)
		}
	}
	return s
}

// who says who signs in for a trial, and what the mock is made to do. Production
// has no test account.
func (t trial) who(onMock, production bool) text.Text {
	as := text.Of("connecté comme : ", "signed in as: ")
	switch {
	case len(t.people) == 0:
		return text.Text{}
	case !onMock && production:
		return as.Then(text.Of("soi-même, avec son propre compte", "oneself, with one’s own account"))
	case !onMock:
		return as.Then(t.elsewhere)
	}
	as = as.Then(verbatim(strings.Join(t.people, ", ")))
	if len(t.badDays) > 0 {
		as = as.Then(text.Of(" ; mauvais jour : ", "; bad day: ")).Then(verbatim(strings.Join(t.badDays, ", ")))
	}
	return as
}
