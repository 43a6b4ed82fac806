package main

import (
	"strings"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// verbatim is what is said the same in both languages: a command, an address.
func verbatim(s string) text.Text { return text.Of(s, s) }

// said is a list of what is needed, or of what comes of a step.
func said(all ...text.Text) []text.Text { return all }

func accountStep() step {
	return step{
		title: text.Of("Compte ProConnect, rattaché à l’organisation", "ProConnect account, attached to the organisation"), site: dataPass, shownBy: anyClient,
		needed: said(text.Of("le SIRET de l’organisation", "the organisation’s SIRET")),
		result: said(
			text.Of("aucun compte sur ce SIRET : le vôtre est créé, personne n’est à prévenir", "no account on this SIRET: yours is made, and none is to be notified"),
			text.Of("un compte du même domaine de courriel : le vôtre est créé, les membres sont prévenus", "an account of the same e-mail domain: yours is made, and the members are notified"),
			text.Of("des comptes d’autres domaines : la création est suspendue, et un message dit d’écrire à l’assistance", "accounts of other domains: the creation is suspended, and a message says to write to the support"),
			text.Of("un courriel d’activation", "an activation e-mail"),
		),
	}
}

func (d *product) habilitationStep() step {
	technical := text.Of("contact technique", "technical contact")
	if name := d.editorName(); name != "" {
		technical = text.Of("contact technique, de l’organisme et non de "+name, "technical contact, the organisation’s and not "+name+"’s")
	}
	return step{
		title: text.Of("Demande d’habilitation : « Une api sur api.gouv.fr », puis « FranceConnect et les API FranceConnectées », « Remplir une demande »",
			"Habilitation request: “Une api sur api.gouv.fr”, then “FranceConnect et les API FranceConnectées”, “Remplir une demande”"), site: dataPass, shownBy: liveClient,
		needed: said(
			verbatim(d.command("sheet")),
			text.Of("les contacts : responsable de traitement, délégué à la protection des données, ", "the contacts: data controller, data protection officer, ").Then(technical),
			text.Of("les conditions d’utilisation, à lire et à accepter : "+terms, "the terms of use, to be read and accepted: "+terms),
			text.Of("une entreprise ou une association n’y a droit que dans trois cas, que dit "+d.command("sheet -organisme prive"), "a company or an association may in three cases only, which are said by "+d.command("sheet -organisme prive")),
		),
		result: said(
			text.Of("un courriel d’acceptation, aux contacts aussi, en 5 à 7 jours ouvrés ; l’avancement se suit dans vos demandes", "an e-mail of acceptance, to the contacts too, in 5 to 7 working days; your requests show how far it is"),
			text.Of("en cas de refus, écrire à l’instructeur par la messagerie de la demande", "if it is refused, write to the examiner in the messages of the request"),
		),
	}
}

func decryptionKeysStep() step {
	return step{
		title: text.Of("Faire les clés de déchiffrement et publier leur partie publique", "Make the decryption keys and publish their public part"), shownBy: ownKeys,
		needed: said(verbatim("franceconnect keys decryption cles.json")),
		result: said(text.Of("un fichier secret, et l’adresse jwks_uri que demandent les formulaires", "a secret file, and the jwks_uri address that the forms ask for")),
	}
}

// testStep is the first try.
func (d *product) testStep(on franceconnect.Platform) step {
	env := testOf(on)
	s := step{
		title: text.Of("Demander un client d’intégration", "Ask for an integration client"), site: env.creation(), shownBy: anyClient,
		needed: said(verbatim(d.command("sheet -env " + env.name))),
		result: d.credentials(env),
	}
	if env.is(franceconnect.Sandbox) {
		s.title = text.Of("Créer une instance de test, puis « Sauvegarder »", "Make a test instance, then “Sauvegarder”")
		s.needed = append(s.needed, text.Of("l’accès : ", "access: ").Then(sandboxAccess))
		s.result = said(text.Of("identifiant et secret, tout de suite, à l’écran", "client id and secret, at once, on the screen"), text.Of("comptes d’essai : "+testPeople, "test accounts: "+testPeople))
	}
	if d.profile != nil {
		s.result = append(s.result, text.Of("adresse à saisir dans le produit : ", "address to type into the product: ").Then(d.address(env)))
	}
	if older := environmentOf(franceconnect.Integration); d.profile != nil && env.is(franceconnect.Sandbox) {
		s.result = append(s.result, text.Of("des clés de l’ancienne procédure restent valables, avec "+older.origin(), "keys of the older procedure are good still, with "+older.origin()))
	}
	switch {
	case d.profile != nil && d.profile.TestOptional:
		s.title = s.title.Then(text.Of(" (facultatif)", " (optional)"))
		s.needed = append(s.needed, text.Of("l’essai ne valide ni les identités ni les adresses de production : "+d.profile.Editor+" ne le demande pas", "the try validates neither the identities nor the addresses of production: "+d.profile.Editor+" does not ask for it"))
	case d.isCertified():
		s.title = s.title.Then(text.Of(" (facultatif : le produit est certifié)", " (optional: the product is certified)"))
	}
	return s
}

// credentials says how the client id and the secret of an environment come.
func (d *product) credentials(env environment) []text.Text {
	return said(text.Of("l’identifiant (Client ID) : ", "the client id: ").Then(env.clientIDSource()), text.Of("le secret (Client Secret) : ", "the secret: ").Then(env.secretSource()))
}

func (d *product) setUpStep() step {
	return step{
		title:  text.Of("Configurer le portail et vérifier", "Set the portal up and check"),
		needed: said(verbatim("franceconnect keys"), verbatim(d.command("check -reseau"))),
		result: said(text.Of("aucun échec", "nothing failed")),
	}
}

func qualificationStep(on franceconnect.Platform) step {
	s := step{
		title: text.Of("Qualification par FranceConnect", "Qualification by FranceConnect"), site: qualification, shownBy: liveClient,
		needed: said(text.Of("les écrans du parcours, la déconnexion, l’autre moyen de connexion", "the screens of the journey, the sign-out, the other way to sign in")),
		result: said(text.Of("un accord pour la production", "an agreement for production")),
	}
	if on == franceconnect.Plus {
		s.site = qualificationPlus
	}
	return s
}

// productionStep is the form for the client of production.
func (d *product) productionStep(on franceconnect.Platform) step {
	env := productionOf(on)
	s := step{
		title: text.Of("Demande de production", "Production request"), site: env.creation(), shownBy: liveClient,
		needed: said(
			verbatim(d.command("sheet -env "+env.name)),
			text.Of("un compte demarches-simplifiees.fr (qui devient demarche.numerique.gouv.fr)", "a demarches-simplifiees.fr account (which becomes demarche.numerique.gouv.fr)"),
			text.Of("le numéro DataPass validé, un téléphone portable", "the validated DataPass number, a mobile phone"),
		),
	}
	if name := d.editorName(); name != "" && d.isCertified() {
		s.title = s.title.Then(text.Of(", directement : le produit de "+name+" est certifié", ", directly: the product of "+name+" is certified"))
	}
	if on == franceconnect.V1 {
		s.title = s.title.Then(text.Of(" (FranceConnect v1)", " (FranceConnect v1)"))
		s.needed = append(s.needed, text.Of("le formulaire est presque celui de la v2, avec des différences dont la liste nous manque (à vérifier)", "the form is nearly that of v2, with differences of which we lack the list (to be verified)"))
	} else {
		s.needed = append(s.needed, text.Of("si le portail vient de la v1, son ancien identifiant client (-ancien-client) : sans lui, chaque sub change et plus aucun compte n’est retrouvé", "if the portal comes from v1, its former client id (-ancien-client): without it, each sub changes and no account is found any more"))
	}
	s.needed = append(s.needed, text.Of("puis déposer le dossier", "then submit the file"))
	if d.profile == nil {
		s.result = d.keysStep(on).result
	}
	s.result = append(s.result, text.Of("environ 7 jours ouvrés", "about 7 working days"))
	return s
}

// keysStep is where the client id and the secret come.
func (d *product) keysStep(on franceconnect.Platform) step {
	careful := text.Of("recopiez le secret dans un fichier lisible du portail seul (FRANCECONNECT_CLIENT_SECRET_FILE), puis effacez le SMS", "copy the secret to a file that the portal alone can read (FRANCECONNECT_CLIENT_SECRET_FILE), then delete the SMS")
	if d.profile != nil && (d.profile.Hosted || d.profile.LabelOf("client_secret") != "") {
		careful = text.Of("recopiez le secret sur l’écran du produit, puis effacez le SMS", "copy the secret to the screen of the product, then delete the SMS")
	}
	return step{title: text.Of("Recevoir les clés", "Receive the keys"), shownBy: liveClient, result: append(d.credentials(productionOf(on)), careful)}
}

// screenStep is where the product is given what was received.
func (d *product) screenStep(on franceconnect.Platform) step {
	screen := d.profile.Screen
	if len(screen.Path) == 0 {
		return step{title: text.Of("Configurer "+d.profile.Product, "Set "+d.profile.Product+" up"), needed: said(d.askEditor().Then(text.Of(" comment", " how")))}
	}
	s := step{title: d.screenTitle()}
	if screen.Role != "" {
		s.needed = said(verbatim(screen.Role))
	}
	fields := make([]string, len(screen.Fields))
	for i, f := range screen.Fields {
		fields[i] = f.Label
	}
	if len(fields) > 0 {
		s.needed = append(s.needed, text.Of("à remplir, d’après la fiche : ", "to be filled in, from the sheet: ").Then(verbatim(strings.Join(fields, ", "))))
	}
	if address := d.profile.LabelOf("environment"); address != "" {
		s.result = said(verbatim(address).Then(text.Of(" : ", ": ")).Then(d.address(productionOf(on))))
	}
	return s
}

// address returns the one that is typed into the product, and of v1, which no guide
// has, a warning.
func (d *product) address(env environment) text.Text {
	said := verbatim(env.origin())
	if env.Platform != franceconnect.V1 {
		return said
	}
	return said.Then(text.Of(" ("+d.notFromTheSource().French+")", " ("+d.notFromTheSource().English+")"))
}

// notFromTheSource says that an address is not in what the profile was read from.
func (d *product) notFromTheSource() text.Text {
	return text.Of("cette adresse de la v1 n’est pas dans la source du profil : à vérifier auprès de "+d.profile.Editor, "this address of v1 is not in the source of the profile: to be verified with "+d.profile.Editor)
}

// screenTitle says where the screen is.
func (d *product) screenTitle() text.Text {
	path := d.profile.Screen.Path
	return text.Of(d.profile.Product+" : « "+strings.Join(path, " » › « ")+" »", d.profile.Product+": “"+strings.Join(path, "” › “")+"”")
}

// openStep is the last of a product.
func (d *product) openStep() step {
	return step{
		title: text.Of("Ouvrir et vérifier", "Open and check"),
		needed: said(
			text.Of(d.command("check -portail ADRESSE -reseau"), d.command("check -portail ADDRESS -reseau")),
			text.Of("sur le portail, se connecter et se déconnecter une fois, avec son propre compte", "on the portal, sign in and out once, with one’s own account"),
		),
		result: said(text.Of("la personne revient sur le portail, connectée puis déconnectée", "the person comes back to the portal, signed in and then out")),
	}
}

// goLiveStep is the last of a portal of one's own.
func (d *product) goLiveStep(on franceconnect.Platform) step {
	return step{
		title: text.Of("Mise en production", "Going live"),
		needed: said(
			verbatim("FRANCECONNECT_ENVIRONMENT="+productionOf(on).name),
			verbatim(d.command("check -reseau")),
			text.Of("se connecter et se déconnecter une fois", "sign in and out once"),
		),
	}
}
