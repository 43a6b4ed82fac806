package main

import "github.com/franceconnect-go/franceconnect"

// whereID is where the client id of this place comes from.
func (p *portal) whereID() text {
	if p.place.env == nil {
		return text{"au bac à sable, sur l’espace partenaires ; en production, dans la messagerie du dossier demarches-simplifiees.fr",
			"for the sandbox, on the partners’ space; for production, in the messages of the demarches-simplifiees.fr file"}
	}
	if p.place.env == franceconnect.Sandbox {
		return text{"affiché dès la sauvegarde de l’instance", "shown as soon as the instance is saved"}
	}
	return text{"demarches-simplifiees.fr, onglet « traités », dossier « Accepté », onglet « Messagerie »",
		"demarches-simplifiees.fr, tab “traités”, the file “Accepté”, tab “Messagerie”"}
}

// whereSecret is the way by which its secret comes.
func (p *portal) whereSecret() text {
	switch {
	case p.place.env == nil:
		return text{"au bac à sable, sur l’espace partenaires ; en production, par SMS",
			"for the sandbox, on the partners’ space; for production, by SMS"}
	case p.place.env == franceconnect.Sandbox:
		return text{"affiché avec le Client ID", "shown with the Client ID"}
	case p.place.env == franceconnect.Integration:
		return text{"dans la messagerie du dossier", "in the messages of the file"}
	}
	return text{"par SMS, au numéro donné dans la demande", "by SMS, to the number given in the request"}
}
