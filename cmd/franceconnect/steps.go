package main

import (
	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// A step is one of the path.
type step struct {
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

// steps returns the path of a platform.
func steps(on franceconnect.Platform, certified bool) []step {
	test, production, form, request, qualify := franceconnect.Sandbox, franceconnect.Production, newClient, partners, qualification
	create := text.Of("Créer une instance de test", "Make a test instance")
	back := text.Of("identifiant et secret, tout de suite", "client id and secret, at once")
	if on != franceconnect.V2 {
		create = text.Of("Demander un client d’intégration", "Ask for an integration client")
		back = text.Of("identifiant et secret, par la messagerie du dossier", "client id and secret, in the messages of the file")
	}
	switch on {
	case franceconnect.Plus:
		test, production, form, request, qualify = franceconnect.IntegrationPlus, franceconnect.ProductionPlus, newClientPlus, newClientPlus, qualificationPlus
	case franceconnect.V1:
		//lint:ignore SA1019 v1 has a path of its own
		test, production, form, request = franceconnect.IntegrationV1, franceconnect.ProductionV1, newClientV1, newClientV1
	}
	if certified {
		create = text.Of(create.French+" (facultatif : le produit est certifié)", create.English+" (optional: the product is certified)")
	}

	path := []step{
		{title: text.Of("Compte ProConnect, rattaché à l’organisation", "ProConnect account, attached to the organisation"), site: dataPass, shownBy: anyClient,
			needed: text.Of("le SIRET de l’organisation", "the organisation’s SIRET"), result: text.Of("un courriel d’activation", "an activation e-mail")},
		{title: text.Of("Demande d’habilitation : « Une API sur api.gouv.fr », puis « FranceConnect et les API FranceConnectées », « Remplir une demande »",
			"Habilitation request: “Une API sur api.gouv.fr”, then “FranceConnect et les API FranceConnectées”, “Remplir une demande”"), site: dataPass, shownBy: liveClient,
			needed: text.Of("franceconnect sheet ; les contacts (responsable de traitement, délégué à la protection des données, contact technique) ; les conditions d’utilisation, à lire et à accepter : "+terms, "franceconnect sheet; the contacts (data controller, data protection officer, technical contact); the terms of use, to be read and accepted: "+terms),
			result: text.Of("un courriel d’acceptation, en 5 à 7 jours ouvrés ; en cas de refus, écrire à l’instructeur par la messagerie de la demande", "an e-mail of acceptance, in 5 to 7 working days; if it is refused, write to the examiner in the messages of the request")},
	}
	if on == franceconnect.Plus {
		path = append(path, step{title: text.Of("Faire les clés de déchiffrement et publier leur partie publique", "Make the decryption keys and publish their public part"), shownBy: ownKeys,
			needed: text.Of("franceconnect keys decryption cles.json", "franceconnect keys decryption cles.json"), result: text.Of("un fichier secret, et l’adresse jwks_uri que demandent les formulaires", "a secret file, and the jwks_uri address that the forms ask for")})
	}
	path = append(path,
		step{title: create, site: request, shownBy: anyClient, needed: text.Of("franceconnect sheet -env "+string(test), "franceconnect sheet -env "+string(test)), result: back},
		step{title: text.Of("Configurer le portail et vérifier", "Set the portal up and check"),
			needed: text.Of("franceconnect keys ; franceconnect check -reseau", "franceconnect keys; franceconnect check -reseau"), result: text.Of("aucun échec", "nothing failed")})
	if !certified {
		path = append(path, step{title: text.Of("Qualification par FranceConnect", "Qualification by FranceConnect"), site: qualify, shownBy: liveClient,
			needed: text.Of("les écrans du parcours, la déconnexion, l’autre moyen de connexion", "the screens of the journey, the sign-out, the other way to sign in"), result: text.Of("un accord pour la production", "an agreement for production")})
	}
	return append(path,
		step{title: text.Of("Demande de production", "Production request"), site: form, shownBy: liveClient,
			needed: text.Of("un compte demarches-simplifiees.fr (qui devient demarche.numerique.gouv.fr), le numéro DataPass validé, un téléphone portable, franceconnect sheet -env "+string(production), "a demarches-simplifiees.fr account (which becomes demarche.numerique.gouv.fr), the validated DataPass number, a mobile phone, franceconnect sheet -env "+string(production)),
			result: text.Of("l’identifiant : onglet « traités », dossier « Accepté », « Messagerie » ; le secret : par SMS, à recopier dans un fichier lisible du portail seul (FRANCECONNECT_CLIENT_SECRET_FILE), puis à effacer ; environ 7 jours ouvrés",
				"the client id: tab “traités”, the file “Accepté”, “Messagerie”; the secret: by SMS, to be copied to a file that the portal alone can read (FRANCECONNECT_CLIENT_SECRET_FILE), then deleted; about 7 working days")},
		step{title: text.Of("Mise en production", "Going live"),
			needed: text.Of("FRANCECONNECT_ENVIRONMENT="+string(production)+" ; franceconnect check -reseau ; se connecter et se déconnecter une fois", "FRANCECONNECT_ENVIRONMENT="+string(production)+"; franceconnect check -reseau; sign in and out once")})
}
