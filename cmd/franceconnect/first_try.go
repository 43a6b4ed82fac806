package main

import (
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// What is needed to try FranceConnect on its sandbox, and to have seen it before.
const (
	// testPeople is the public list of the mock identity provider: column login,
	// and one password for all.
	testPeople = "https://github.com/france-connect/sources/blob/main/docker/volumes/fcp-low/mocks/idp/databases/citizen/base.csv"

	demoPublic  = "https://fsp1-low.integ01.fcp.fournisseur-de-service.fr"
	demoPrivate = "https://fsp2-low.integ01.fcp.fournisseur-de-service.fr"
)

// firstTrySection says what a first try needs, once the instance is there.
func (p *portal) firstTrySection(prog *program) section {
	s := section{Title: prog.say(text.Of("Premier essai au bac à sable", "First try on the sandbox"))}
	s.add(prog.say(text.Of("Accès", "Access")), partners).Note = prog.say(sandboxAccess)
	s.add(prog.say(text.Of("Comptes d’essai", "Test accounts")), testPeople).Note = prog.say(testPeopleNote)
	s.add(prog.say(text.Of("Portails de démonstration", "Demonstration portals")), demoPublic, demoPrivate).Note =
		prog.say(text.Of("le parcours d’un service public, puis d’un service privé, qui demande le consentement ; à l’intégration, sans clé ni inscription (à vérifier)",
			"the journey of a public service, then of a private one, which asks for consent; on integration, without keys or registration (to be verified)"))
	if !p.product.isHosted() {
		s.add("localhost", prog.say(text.Of("permis au bac à sable et à l’intégration, en http aussi", "allowed on the sandbox and on integration, on http too"))).Note =
			prog.say(text.Of("refusé par la production et par FranceConnect+", "refused by production and by FranceConnect+"))
	}
	scopes := s.add(prog.say(text.Of("Scopes à demander", "Scopes to ask for")), prog.say(text.Of("ceux de l’habilitation, pas plus", "those of the habilitation and no more")))
	scopes.Note = prog.say(text.Of("le bac à sable les accorde tous ; en production, un scope qui n’est pas accordé fait refuser la connexion (invalid_scope)",
		"the sandbox grants all; in production, a scope that is not granted has the login refused (invalid_scope)"))
	return s
}

var (
	sandboxAccess = text.Of("par ProConnect, le même compte que pour DataPass ; d’après la documentation des partenaires, une fois l’habilitation validée (à vérifier)",
		"by ProConnect, the same account as for DataPass; says the partners’ documentation, once the habilitation is validated (to be verified)")
	testPeopleNote = text.Of("la liste publique du fournisseur d’identité de démonstration : colonne login, le mot de passe est 123 pour tous ; pour commencer, test",
		"the public list of the mock identity provider: column login, the password is 123 for all; to begin with, test")
)
