package main

import (
	"strings"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/scopes"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// The text that allows a public service to use FranceConnect.
const (
	legalText    = "Arrêté du 8 novembre 2018 relatif au téléservice dénommé « FranceConnect » créé par la direction interministérielle du numérique et du système d’information et de communication de l’État"
	legalURL     = "https://www.legifrance.gouv.fr/loda/id/JORFTEXT000037611479"
	legalURLOld  = "https://www.legifrance.gouv.fr/affichTexte.do?cidTexte=JORFTEXT000037611479&categorieLien=id"
	defaultScope = "identite_pivot preferred_username email"
)

func (p *portal) dataPassSection(prog *program, f findings) section {
	s := section{Title: prog.say(text.Of("DataPass : « FranceConnect et les API FranceConnectées »", "DataPass: “FranceConnect et les API FranceConnectées”")), Form: dataPass}
	s.addAnswer(prog, f, "organisation", "Organisation", p.registration.organisation, text.Of("celle du compte ProConnect", "that of the ProConnect account"))
	s.addAnswer(prog, f, "siret", "SIRET", p.registration.siret, text.Text{})
	s.addAnswer(prog, f, "", "Nom du projet", p.registration.service, text.Text{})
	p.description(prog, &s)
	s.addTodo("Date de mise en production prévue", "")
	s.addTodo("Volumétrie approximative", prog.say(text.Of("démarches par an", "procedures a year")))
	level := "FranceConnect : eIDAS 1"
	if p.environment.Platform == franceconnect.Plus {
		level = "FranceConnect + : eIDAS 2"
	}
	s.add("Niveau de garantie eIDAS", level)
	s.addAnswer(prog, f, "body", "Nature du cadre juridique", legalText, text.Text{})
	s.add("Lien vers le texte relatif au cadre juridique", legalURL).Note =
		prog.say(text.Of("ancienne adresse du même texte : ", "older address of the same text: ")) + legalURLOld
	p.data(prog, &s)
	s.addTodo("Destinataire des données", "")
	s.addTodo("Durée de conservation des données en mois", "")
	s.addTodo("Responsable de traitement", prog.say(text.Of("nom, prénom, courriel, téléphone, fonction ; un courriel lui annonce l’acceptation", "family name, given name, e-mail, phone, position; an e-mail tells them of the acceptance")))
	s.addTodo("Délégué à la protection des données", prog.say(text.Of("nom, prénom, courriel, téléphone, fonction ; un courriel lui annonce l’acceptation", "family name, given name, e-mail, phone, position; an e-mail tells them of the acceptance")))
	technical := text.Of("nom, prénom, fonction", "family name, given name, position")
	if p.asksEditor() {
		technical = text.Of("une personne de l’organisme, pas de l’éditeur", "somebody of the organisation, not of the editor")
	}
	s.addAnswer(prog, f, "contact", "Contact technique : courriel", p.registration.contact, technical)
	s.addMobile(prog, f, "Contact technique : téléphone", p.registration.mobile, text.Of("un portable français : DataPass refuse les autres", "a French mobile number: DataPass refuses others"))
	attest := text.Of("à cocher si une autre connexion rend le même service", "to be ticked if another sign-in gives the same service")
	s.addAnswer(prog, f, "", "Attestation de connexion alternative à FranceConnect", p.registration.otherSignIn, attest)
	s.addTodo("Conditions générales d’utilisation", prog.say(text.Of("à lire et à accepter : ", "to be read and accepted: "))+terms)
	return s
}

// description adds that of the project, into which the text of the editor goes.
func (p *portal) description(prog *program, s *section) {
	note := text.Of("nom et but du service, démarches offertes, à qui ; un cas d’usage par demande", "name and purpose of the service, the procedures that it offers, and to whom; one use case for each request")
	d := p.product.profile
	if d == nil || d.Description == "" {
		s.addTodo("Description du projet", prog.say(note))
		return
	}
	own := s.add("Description du projet", d.Description)
	own.Todo = true
	own.Note = prog.say(note.Then(text.Of(" ; à la suite, le texte que propose "+d.Editor, "; then the text that "+d.Editor+" proposes")))
}

// data adds what is asked for, as boxes to tick and as scopes.
func (p *portal) data(prog *program, s *section) {
	wanted, note := p.config.Scopes, text.Text{}
	switch {
	case len(wanted) > 0:
	case p.asksEditor():
		s.addTodo("Les données", prog.say(p.product.askEditor().Then(text.Of(" celles que son produit demande ; ne cochez que le nécessaire", " for those that its product asks for; tick what is needed and no more"))))
		return
	default:
		wanted = strings.Fields(defaultScope)
		missing := p.setting("FRANCECONNECT_SCOPES")
		note = text.Of(missing+" est absent : ce sont ceux du portail d’exemple ; ne cochez que le nécessaire", missing+" is missing: these are the example portal’s; tick what is needed and no more")
	}
	ticked, others := dataPassBoxes(wanted, p.environment.Platform)
	s.add("Les données", ticked...).Note = prog.say(note)
	s.add("Scopes OpenID Connect", strings.Join(scopes.Expand(wanted), " "))
	for _, other := range others {
		if whose := dataProviderOf(other); whose != "" {
			s.add("API FranceConnectée", other).Note = whose + prog.say(text.Of(" : demande une habilitation à part", ": wants a habilitation of its own"))
		}
	}
}
