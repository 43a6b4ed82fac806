package main

import (
	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// clientIDSource says where the client id of an environment comes from.
func (e environment) clientIDSource() text.Text {
	if !e.isKnown() {
		return text.Of("au bac à sable, sur l’espace partenaires ; en production, dans la messagerie du dossier demarches-simplifiees.fr",
			"for the sandbox, on the partners’ space; for production, in the messages of the demarches-simplifiees.fr file")
	}
	if e.is(franceconnect.Sandbox) {
		return text.Of("affiché dès la sauvegarde de l’instance", "shown as soon as the instance is saved")
	}
	return text.Of("demarches-simplifiees.fr, onglet « traités », dossier « Accepté », onglet « Messagerie »",
		"demarches-simplifiees.fr, tab “traités”, the file “Accepté”, tab “Messagerie”")
}

// secretSource says by which way its secret comes.
func (e environment) secretSource() text.Text {
	switch {
	case !e.isKnown():
		return text.Of("au bac à sable, sur l’espace partenaires ; en production, par SMS",
			"for the sandbox, on the partners’ space; for production, by SMS")
	case e.is(franceconnect.Sandbox):
		return text.Of("affiché avec le Client ID", "shown with the Client ID")
	case !e.isProduction():
		// The guide has one procedure, and says of integration that the rest of it
		// is the same.
		return text.Of("par SMS, au numéro donné dans la demande, comme en production (à vérifier)", "by SMS, to the number given in the request, as for production (to be verified)")
	}
	return text.Of("par SMS, au numéro donné dans la demande", "by SMS, to the number given in the request")
}
