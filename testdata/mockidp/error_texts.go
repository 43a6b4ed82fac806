package mockidp

import "cmp"

// errorText returns the sentence of an error page, in French.
func errorText(y string) string {
	return cmp.Or(errorTexts[y], "Une erreur technique empêche de continuer.")
}

var errorTexts = map[string]string{
	"Y010004": "Le registre ne connaît pas cette personne.",
	"Y010006": "Le registre connaît plusieurs personnes de cette identité.",
	"Y010007": "Le registre ne connaît cette personne que par son nom de mariage.",
	"Y010008": "Le registre ne connaît personne d’approchant.",
	"Y010009": "Le registre a refusé la demande.",
	"Y010011": "Le registre n’a pas répondu à temps. Réessayez plus tard.",
	"Y010012": "Le registre est en panne. Réessayez plus tard.",
	"Y010013": "La réponse du registre n’a pas de sens.",
	"Y010015": "Cette personne est décédée d’après le registre.",
	"Y020026": "Le fournisseur d’identité est en panne.",
	"Y020027": "Le fournisseur d’identité est en panne.",
	"Y100011": "Cette personne a bloqué ce fournisseur d’identité.",
	"Y180001": "Cette personne a bloqué son compte.",
	"Y420001": "Les pages ont été parcourues dans le désordre.",

	yForeignACR:    "Le niveau du fournisseur d’identité n’est pas permis ici.",
	yLowACR:        "Le niveau du fournisseur d’identité est plus faible que celui demandé.",
	yIdentity:      "Il manque au fournisseur d’identité une donnée obligatoire.",
	yNoSession:     "La session est terminée, ou c’est celle d’un autre onglet.",
	yDeadEnd:       "La demande ne peut pas aboutir.",
	yCSRF:          "Cette page est celle d’une autre connexion, dans un autre onglet.",
	yCSRFConsumed:  "Cette page a déjà été envoyée.",
	yNoAMR:         "Le service demande une donnée à laquelle il n’a pas droit.",
	yParameters:    "La demande du service n’est pas valable.",
	yBadRequest:    "La demande du service n’est pas valable.",
	yClient:        "Le service n’est pas connu.",
	yRedirect:      "L’adresse de retour du service n’est pas connue.",
	yLogoutAddress: "L’adresse de retour du service n’est pas connue.",
	yNoInteraction: "Cette connexion est terminée.",
	yNoRedirect:    "Aucune connexion n’est en cours.",
	yNotFound:      "Cette adresse n’existe pas.",
}
