package main

import (
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// A step is one of the path.
type step struct {
	when    text.Text // it is for a version of the product only
	title   text.Text
	site    string
	needed  text.Text // what to have at hand
	result  text.Text // what comes of it
	shownBy evidence
	done    bool // the variables say so
}

// An evidence shows that a step is done: whoever has a client has done all that
// comes before it.
type evidence string

const (
	anyClient  evidence = "client"
	liveClient evidence = "production client"
	ownKeys    evidence = "keys"
)

// ownSteps returns the path of a portal of one's own on a platform, or of a
// product that its town runs: a first try, then production.
func (d *product) ownSteps(on franceconnect.Platform) []step {
	path := []step{accountStep(), d.habilitationStep()}
	if on == franceconnect.Plus {
		path = append(path, step{title: text.Of("Faire les clés de déchiffrement et publier leur partie publique", "Make the decryption keys and publish their public part"), shownBy: ownKeys,
			needed: verbatim("franceconnect keys decryption cles.json"), result: text.Of("un fichier secret, et l’adresse jwks_uri que demandent les formulaires", "a secret file, and the jwks_uri address that the forms ask for")})
	}
	path = append(path, d.testStep(on), step{title: text.Of("Configurer le portail et vérifier", "Set the portal up and check"),
		needed: inTurn("franceconnect keys", d.command("check -reseau")), result: text.Of("aucun échec", "nothing failed")})
	if !d.isCertified() {
		path = append(path, qualificationStep(on))
	}
	live := productionOf(on)
	return append(path, d.productionStep(on), step{title: text.Of("Mise en production", "Going live"),
		needed: inTurn("FRANCECONNECT_ENVIRONMENT="+string(live), d.command("check -reseau")).Then(text.Of(" ; se connecter et se déconnecter une fois", "; sign in and out once"))})
}

// productSteps returns the path of a town whose product has a profile, in the
// editor's order: the habilitation, the form, the keys, its screen. Of branches,
// each has its own form and screen.
func (d *product) productSteps(branches []branch) []step {
	path := []step{accountStep(), d.habilitationStep()}
	if !d.profile.TestOptional {
		path = append(path, d.eachBranch(branches, d.testStep)...)
	}
	if !d.isCertified() {
		path = append(path, qualificationStep(branches[0].platform))
	}
	path = append(path, d.eachBranch(branches, d.productionStep)...)
	path = append(path, d.eachBranch(branches, d.keysStep)[:1]...)
	path[len(path)-1].when = text.Text{} // the same for all
	path = append(path, d.eachBranch(branches, d.screenStep)...)
	path = append(path, step{title: text.Of("Ouvrir et vérifier", "Open and check"),
		needed: text.Of(d.command("check -portail ADRESSE -reseau"), d.command("check -portail ADDRESS -reseau")).Then(text.Of(" ; sur le portail, se connecter et se déconnecter une fois avec son propre compte", "; on the portal, sign in and out once with one’s own account")),
		result: text.Of("la personne revient sur le portail, connectée puis déconnectée", "the person comes back to the portal, signed in and then out")})
	if d.profile.TestOptional {
		path = append(path, d.eachBranch(branches, d.testStep)...)
	}
	return path
}

// eachBranch returns a step for each branch.
func (d *product) eachBranch(branches []branch, of func(franceconnect.Platform) step) (all []step) {
	for _, b := range branches {
		one := of(b.platform)
		one.when = b.when
		all = append(all, one)
	}
	return all
}

func accountStep() step {
	return step{title: text.Of("Compte ProConnect, rattaché à l’organisation", "ProConnect account, attached to the organisation"), site: dataPass, shownBy: anyClient,
		needed: text.Of("le SIRET de l’organisation. Le rattachement dépend des comptes de ce SIRET : aucun, et personne n’est à prévenir ; un compte du même domaine de courriel, et le vôtre est créé, les membres sont prévenus ; d’autres domaines, et la création attend : un message dit d’écrire à l’assistance",
			"the organisation’s SIRET. Attachment depends on the accounts of this SIRET: none, and nobody is to be told; an account of the same e-mail domain, and yours is made, the members are told; other domains, and it is suspended: a message says to write to the support"),
		result: text.Of("un courriel d’activation", "an activation e-mail")}
}

func (d *product) habilitationStep() step {
	contacts := text.Of("les contacts (responsable de traitement, délégué à la protection des données, contact technique)", "the contacts (data controller, data protection officer, technical contact)")
	if name := d.editorName(); name != "" {
		contacts = contacts.Then(text.Of(" : le contact technique est de l’organisme, pas de "+name, ": the technical contact is the organisation’s, not "+name+"’s"))
	}
	return step{title: text.Of("Demande d’habilitation : « Une api sur api.gouv.fr », puis « FranceConnect et les API FranceConnectées », « Remplir une demande »",
		"Habilitation request: “Une api sur api.gouv.fr”, then “FranceConnect et les API FranceConnectées”, “Remplir une demande”"), site: dataPass, shownBy: liveClient,
		needed: verbatim(d.command("sheet")).Then(text.Of(" ; ", "; ")).Then(contacts).Then(text.Of(" ; les conditions d’utilisation, à lire et à accepter : "+terms, "; the terms of use, to be read and accepted: "+terms)),
		result: text.Of("un courriel d’acceptation, aux contacts aussi, en 5 à 7 jours ouvrés ; l’avancement se suit dans vos demandes ; en cas de refus, écrire à l’instructeur par la messagerie de la demande",
			"an e-mail of acceptance, to the contacts too, in 5 to 7 working days; your requests show how far it is; if it is refused, write to the examiner in the messages of the request")}
}

// testStep is the first try.
func (d *product) testStep(on franceconnect.Platform) step {
	env := environmentOf(testOf(on))
	s := step{title: text.Of("Demander un client d’intégration", "Ask for an integration client"), site: env.creation(), shownBy: anyClient, needed: verbatim(d.command("sheet -env " + env.name))}
	s.result = text.Of("l’identifiant : ", "the client id: ").Then(env.clientIDSource()).Then(text.Of(" ; le secret : ", "; the secret: ")).Then(env.secretSource())
	if env.is(franceconnect.Sandbox) {
		s.title = text.Of("Créer une instance de test, « Sauvegarder »", "Make a test instance, “Sauvegarder”")
		s.needed = s.needed.Then(text.Of(" ; l’accès : ", "; access: ")).Then(sandboxAccess)
		s.result = text.Of("identifiant et secret, tout de suite, à l’écran ; comptes d’essai : ", "client id and secret, at once, on the screen; test accounts: ").Then(verbatim(testPeople))
	}
	switch {
	case d.profile != nil && d.profile.TestOptional:
		s.title = s.title.Then(text.Of(" (facultatif : "+d.profile.Editor+" ne le demande pas, et l’essai ne valide ni les identités ni les adresses de production)", " (optional: "+d.profile.Editor+" does not ask for it, and it validates neither the identities nor the addresses of production)"))
	case d.isCertified():
		s.title = s.title.Then(text.Of(" (facultatif : le produit est certifié)", " (optional: the product is certified)"))
	}
	if d.profile != nil && len(d.profile.Screen.Fields) > 0 {
		s.result = s.result.Then(text.Of(" ; sur l’écran du produit, l’URL est ", "; on the screen of the product, the URL is ")).Then(verbatim(env.origin()))
	}
	if env.is(franceconnect.Sandbox) && d.profile != nil {
		older := environmentOf(franceconnect.Integration)
		s.result = s.result.Then(text.Of(" ; des clés de l’ancienne procédure restent valables, avec ", "; keys of the older procedure are good still, with ")).Then(verbatim(older.origin()))
	}
	return s
}

func qualificationStep(on franceconnect.Platform) step {
	s := step{title: text.Of("Qualification par FranceConnect", "Qualification by FranceConnect"), site: qualification, shownBy: liveClient,
		needed: text.Of("les écrans du parcours, la déconnexion, l’autre moyen de connexion", "the screens of the journey, the sign-out, the other way to sign in"), result: text.Of("un accord pour la production", "an agreement for production")}
	if on == franceconnect.Plus {
		s.site = qualificationPlus
	}
	return s
}

// productionStep is the form for the client of production.
func (d *product) productionStep(on franceconnect.Platform) step {
	env := environmentOf(productionOf(on))
	s := step{title: text.Of("Demande de production", "Production request"), site: env.creation(), shownBy: liveClient,
		needed: text.Of("un compte demarches-simplifiees.fr (qui devient demarche.numerique.gouv.fr), le numéro DataPass validé, un téléphone portable, ", "a demarches-simplifiees.fr account (which becomes demarche.numerique.gouv.fr), the validated DataPass number, a mobile phone, ").Then(verbatim(d.command("sheet -env " + env.name)))}
	switch on {
	case franceconnect.V1:
		s.title = s.title.Then(text.Of(" de FranceConnect v1", " for FranceConnect v1"))
		s.needed = s.needed.Then(text.Of(" ; le formulaire est presque celui de la v2, avec des différences que nous n’avons pas (à vérifier)", "; the form is nearly that of v2, with differences that we do not have (to be verified)"))
	default:
		s.needed = s.needed.Then(text.Of(" ; si le portail vient de la v1, son ancien identifiant client (-ancien-client), sans quoi chaque sub change et plus aucun compte n’est retrouvé", "; if the portal comes from v1, its former client id (-ancien-client), without which each sub changes and no account is found any more"))
	}
	if name := d.editorName(); name != "" && d.isCertified() {
		s.needed = text.Of("directement, le produit de "+name+" étant certifié ; ", "directly, as the product of "+name+" is certified; ").Then(s.needed)
	}
	s.needed = s.needed.Then(text.Of(" ; puis déposer le dossier", "; then submit the file"))
	s.result = text.Of("environ 7 jours ouvrés", "about 7 working days")
	if d.profile == nil {
		s.result = d.keysStep(on).result.Then(text.Of(" ; ", "; ")).Then(s.result)
	}
	return s
}

// keysStep is where the client id and the secret come.
func (d *product) keysStep(on franceconnect.Platform) step {
	env := environmentOf(productionOf(on))
	careful := text.Of(", à recopier dans un fichier lisible du portail seul (FRANCECONNECT_CLIENT_SECRET_FILE), puis à effacer", ", to be copied to a file that the portal alone can read (FRANCECONNECT_CLIENT_SECRET_FILE), then deleted")
	if d.isHosted() {
		careful = text.Of(", à recopier sur l’écran du produit, puis à effacer", ", to be copied to the screen of the product, then deleted")
	}
	return step{title: text.Of("Recevoir les clés", "Receive the keys"), shownBy: liveClient,
		result: text.Of("l’identifiant (Client ID) : ", "the client id: ").Then(env.clientIDSource()).Then(text.Of(" ; le secret (Client Secret) : ", "; the secret: ")).Then(env.secretSource()).Then(careful)}
}

// screenStep is where the product is given what was received.
func (d *product) screenStep(on franceconnect.Platform) step {
	env, screen := environmentOf(productionOf(on)), d.profile.Screen
	if len(screen.Path) == 0 {
		return step{title: text.Of("Configurer "+d.profile.Product, "Set "+d.profile.Product+" up"), needed: d.askEditor()}
	}
	s := step{title: text.Of(d.profile.Product+" : « "+strings.Join(screen.Path, " » › « ")+" »", d.profile.Product+": “"+strings.Join(screen.Path, "” › “")+"”")}
	if screen.Role != "" {
		s.needed = text.Of(screen.Role+" ; ", screen.Role+"; ")
	}
	fields := []string{}
	for _, f := range screen.Fields {
		fields = append(fields, f.Label)
	}
	s.needed = s.needed.Then(text.Of("à remplir, d’après la fiche : ", "to be filled in, from the sheet: ")).Then(verbatim(strings.Join(fields, ", ")))
	if slices.ContainsFunc(fields, func(label string) bool { return label == d.profile.LabelOf("environment") }) {
		s.result = verbatim(d.profile.LabelOf("environment")).Then(text.Of(" : ", ": ")).Then(verbatim(env.origin()))
	}
	return s
}

// verbatim is what is said the same in both languages.
func verbatim(s string) text.Text { return text.Of(s, s) }

// inTurn lists commands to be run one after the other.
func inTurn(all ...string) text.Text {
	return text.Of(strings.Join(all, " ; "), strings.Join(all, "; "))
}
