package main

import (
	"cmp"
	"context"
	"strings"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/scopes"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// prepareSheet returns the options of sheet, and what prints the registration
// sheet.
func (prog *program) prepareSheet() ([]option, runner) {
	p, format := &portal{}, "text"
	options := append(p.options(), choiceOption("format", &format, text.Of("format", "format"), text.Of("text, html, md ou json", "text, html, md or json"), "text", "html", "md", "json"))
	return options, func(context.Context, []string) int { return prog.sheet(p, format) }
}

// sheet prints the registration sheet.
func (prog *program) sheet(p *portal, format string) int {
	if prog.asJSON {
		format = "json"
	}
	if p.environmentName == "" && p.file == "" && prog.getenv(p.setting("FRANCECONNECT_ENVIRONMENT")) == "" {
		if p.environmentName = string(franceconnect.Sandbox); p.plus {
			p.environmentName = string(franceconnect.IntegrationPlus)
		}
	}
	p.readSettings(prog.getenv)
	if p.unreadable {
		return prog.usageError("sheet", text.Of("-reglages "+p.problems[0].French, "-reglages "+p.problems[0].English))
	}
	if !p.environment.isKnown() || p.siteURL == "" {
		return prog.usageError("sheet", text.Of("l’environnement (-env) ou PORTAL_URL n’est pas compréhensible", "the environment (-env) or PORTAL_URL cannot be understood"))
	}
	var f findings
	p.checkRegistration(&f)
	s := p.sheet(prog, f)
	switch format {
	case "json":
		prog.writeJSON(s)
	case "html":
		paper{sheet: s, tick: fields}.html(prog.stdout, prog)
	case "md":
		s.markdown(prog.stdout, prog)
	default:
		s.print(prog.stdout, prog)
	}
	if f.any(bad) {
		return failed
	}
	return succeeded
}

// sheet makes the sheet for the portal's environment, with what was found wrong
// in what the team gave.
func (p *portal) sheet(prog *program, f findings) sheet {
	s := sheet{Environment: p.environment.name, Facts: prog.say(sourcesNote), Title: prog.say(text.Of("Fiche d’inscription : ", "Registration sheet: ")) + prog.say(p.environment.title())}
	s.Sections = append(s.Sections, p.dataPassSection(prog, f))
	switch {
	case p.environment.is(franceconnect.Sandbox) || p.environment.name == "" && p.environment.Platform == franceconnect.V2:
		s.Sections = append(s.Sections, p.instanceSection(prog, f))
	default:
		s.Sections = append(s.Sections, p.requestSection(prog, f))
	}
	if p.environment.Platform == franceconnect.Plus {
		s.Sections = append(s.Sections, p.encryptionSection(prog))
	}
	if p.aiden {
		s.Sections = append(s.Sections, p.aidenSection(prog))
	} else {
		s.Sections = append(s.Sections, p.settingsSection(prog), p.headersSection(prog))
	}
	return s
}

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
	product := p.registration.product
	switch {
	case p.aiden:
		s.add("Description du projet", "Ce portail repose sur la solution Aiden de MGDIS, éditeur partenaire de FranceConnect, qui intègre FranceConnect. L’organisme n’aura que ses clés à renseigner.")
	case p.registration.editor != "" && product != "":
		s.add("Description du projet", "Ce portail repose sur la solution "+product+" de "+p.registration.editor+", qui intègre FranceConnect. L’organisme n’aura que ses clés à renseigner.").Note =
			prog.say(text.Of("ajoutez les démarches que le portail offre", "add the procedures that the portal offers"))
	default:
		s.addTodo("Description du projet", prog.say(text.Of("un cas d’usage par demande", "one use case for each request")))
	}
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
	wanted := p.config.Scopes
	note := ""
	if len(wanted) == 0 {
		wanted = strings.Fields(defaultScope)
		note = prog.say(text.Of(p.setting("FRANCECONNECT_SCOPES")+" est absent : ce sont ceux du portail d’exemple ; ne cochez que le nécessaire", p.setting("FRANCECONNECT_SCOPES")+" is missing: these are the example portal’s; tick what is needed and no more"))
	}
	ticked, others := dataPassBoxes(wanted, p.environment.Platform)
	s.add("Les données", ticked...).Note = note
	s.add("Scopes OpenID Connect", strings.Join(scopes.Expand(wanted), " "))
	for _, other := range others {
		if whose := dataProviderOf(other); whose != "" {
			s.add("API FranceConnectée", other).Note = whose + prog.say(text.Of(" : demande une habilitation à part", ": wants a habilitation of its own"))
		}
	}
	s.addTodo("Destinataire des données", "")
	s.addTodo("Durée de conservation des données en mois", "")
	s.addTodo("Responsable de traitement", prog.say(text.Of("nom, prénom, courriel, téléphone, fonction", "family name, given name, e-mail, phone, position")))
	s.addTodo("Délégué à la protection des données", prog.say(text.Of("nom, prénom, courriel, téléphone, fonction", "family name, given name, e-mail, phone, position")))
	technical := text.Of("nom, prénom, fonction", "family name, given name, position")
	if p.registration.editor != "" {
		technical = text.Of("une personne de l’organisme, pas de l’éditeur", "somebody of the organisation, not of the editor")
	}
	s.addAnswer(prog, f, "contact", "Contact technique : courriel", p.registration.contact, technical)
	s.addMobile(prog, f, "Contact technique : téléphone", p.registration.mobile, text.Of("un portable français : DataPass refuse les autres", "a French mobile number: DataPass refuses others"))
	attest := text.Of("à cocher si une autre connexion rend le même service", "to be ticked if another sign-in gives the same service")
	s.addAnswer(prog, f, "", "Attestation de connexion alternative à FranceConnect", p.registration.otherSignIn, attest)
	s.addTodo("Conditions générales d’utilisation", prog.say(text.Of("à lire et à accepter : ", "to be read and accepted: "))+terms)
	return s
}

// instanceSection fills in « Créer une instance de test ».
func (p *portal) instanceSection(prog *program, f findings) section {
	s := section{Title: prog.say(text.Of("Espace partenaires : « Créer une instance de test »", "Partners' space: “Créer une instance de test”")), Form: partners}
	instance := ""
	if p.registration.service != "" {
		instance = p.registration.service + " – bac à sable"
	}
	s.addAnswer(prog, f, "", "Nom de l’instance", instance, text.Text{})
	s.add("Choix de l’environnement", "FranceConnect")
	s.addAnswer(prog, f, "datapass", "Numéro de la demande Datapass", p.registration.datapass, text.Of("facultatif ; 7 chiffres au plus", "optional; 7 digits at most"))
	p.addresses(prog, &s)
	s.addTodo("Adresse IP", prog.say(text.Of("facultatif", "optional")))
	p.algorithm(prog, f, &s)
	s.addTodo("Client ID à réutiliser pour générer les subs", prog.say(text.Of("l’identifiant client v1 si le portail en vient ; sinon vide", "the v1 client id if the portal comes from there; otherwise empty")))
	return s
}

// requestSection fills in the request on demarches-simplifiees.fr.
func (p *portal) requestSection(prog *program, f findings) section {
	s := section{Title: prog.say(text.Of("demarches-simplifiees.fr : création du fournisseur de service", "demarches-simplifiees.fr: creation of the service provider")), Form: p.environment.creation()}
	kind, where := "FranceConnect", "Intégration"
	if p.environment.Platform == franceconnect.Plus {
		kind = "FranceConnect+"
	}
	if p.environment.isProduction() {
		where = "Production"
	}
	s.add("Choix de l’environnement", kind, where)
	s.addAnswer(prog, f, "", "Éditeur", p.registration.editor, text.Of("celui du produit s’il est certifié, sinon aucun", "the product’s if it is certified, otherwise none"))
	s.addMobile(prog, f, "Téléphone portable", p.registration.mobile, text.Of("il reçoit le secret (Client Secret) par SMS", "it receives the secret (Client Secret) by SMS"))
	s.addAnswer(prog, f, "datapass", "Numéro de demande d’habilitation Datapass", p.registration.datapass, text.Of("celui de la demande validée", "the validated request’s"))
	s.addAnswer(prog, f, "organisation", "Nom de l’organisation", p.registration.organisation, text.Of("exactement celui de l’habilitation", "exactly the habilitation’s"))
	p.addresses(prog, &s)
	p.algorithm(prog, f, &s)
	return s
}

// algorithm adds what FranceConnect is to sign with for this client.
func (p *portal) algorithm(prog *program, f findings, s *section) {
	s.addAnswer(prog, f, "algorithm", "Algorithme de signature", cmp.Or(p.registration.algorithm, p.environment.Algorithms[0]), text.Text{})
}

// addresses adds those of the portal, which are on every form.
func (p *portal) addresses(prog *program, s *section) {
	site := s.add("URL du site", p.siteURL)
	switch {
	case strings.HasPrefix(p.siteURL, "http:"):
		site.Note = prog.say(text.Of("le formulaire ne prend qu’une adresse publique en https : laissez vide en attendant", "the form takes a public address on https only: leave it empty for now"))
	case strings.HasSuffix(p.siteURL, "/aides"):
		site.Note = prog.say(text.Of("l’origine de l’Espace Usagers (/account-management ou /accout-management), suivie de /aides", "the origin of the Espace Usagers (/account-management or /accout-management), followed by /aides"))
	}
	if p.aiden && p.paths.assumed {
		own := prog.say(text.Of("le chemin est celui d’Aiden : demandez-le à MGDIS", "the path is Aiden’s: ask MGDIS for it"))
		s.addTodo("URL(s) de redirection de connexion", p.origins[0]+"/… ; "+own)
		s.addTodo("URL(s) de redirection de déconnexion", p.origins[0]+"/… ; "+own)
		return
	}
	exact := prog.say(text.Of("à l’octet près", "byte for byte"))
	if p.paths.assumed {
		exact += prog.say(text.Of(" ; chemins du portail d’exemple : donnez ceux du vôtre (-retour, -deconnexion)", "; paths of the example portal: give yours (-retour, -deconnexion)"))
	}
	s.add("URL(s) de redirection de connexion", p.urlsOf(p.paths.callback)...).Note = exact
	if p.hasSeveralHosts() {
		s.add("URL d’identifiant de secteur", p.origins[0]+p.paths.sector).Note =
			prog.say(text.Of("tableau JSON des adresses de connexion, et d’elles seules", "a JSON array of the redirect URLs, and of them alone"))
	} else {
		s.add("URL d’identifiant de secteur", prog.say(text.Of("aucune : un seul domaine", "none: one domain")))
	}
	if p.paths.loggedOut == "" {
		s.addTodo("URL(s) de redirection de déconnexion", prog.say(text.Of("obligatoire", "required")))
		return
	}
	s.add("URL(s) de redirection de déconnexion", p.urlsOf(p.paths.loggedOut)...).Note = exact
}

// encryptionSection fills in what FranceConnect+ asks besides.
func (p *portal) encryptionSection(prog *program) section {
	s := section{Title: prog.say(text.Of("FranceConnect+ : chiffrement", "FranceConnect+: encryption")), Form: p.environment.creation()}
	s.add("URL des clés de chiffrement (jwks_uri)", p.origins[0]+p.paths.keys).Note =
		prog.say(text.Of("lue par FranceConnect+ à chaque connexion : ouvrir ce flux réseau", "FranceConnect+ reads it at every sign-in: open this way in your network"))
	algorithm := strings.Join(p.keyAlgorithms(), ", ")
	f := s.add("Algorithme de chiffrement (alg)", algorithm)
	if algorithm == "" {
		f.Values = []string{"ECDH-ES"}
		f.Note = prog.say(text.Of("celui des clés que fait franceconnect keys", "that of the keys that franceconnect keys makes"))
	}
	s.add("Méthode de chiffrement (enc)", "A256GCM")
	s.addTodo("sub commun à FranceConnect et FranceConnect+", prog.say(text.Of("oui si le portail a les deux", "yes if the portal has both")))
	return s
}

// settingsSection says what the portal is set to, once the keys are there.
func (p *portal) settingsSection(prog *program) section {
	s := section{Title: prog.say(text.Of("Configuration du portail", "Settings of the portal"))}
	s.add("URL", p.environment.origin())
	if p.environment.name != "" {
		s.add(p.setting("FRANCECONNECT_ENVIRONMENT"), p.environment.name)
	}
	if p.config.ClientID != "" {
		s.add("Client ID", p.config.ClientID)
	} else {
		s.addTodo("Client ID", prog.say(p.clientIDSource()))
	}
	s.Fields = append(s.Fields, field{Label: "Client Secret", Values: []string{prog.say(text.Of("jamais sur une fiche", "never on a sheet"))}, Note: prog.say(p.secretSource())})
	return s
}

// aidenSection fills in the screen on which Aiden is set up.
func (p *portal) aidenSection(prog *program) section {
	s := section{Title: prog.say(text.Of("Aiden, Espace Administration : « Gestion des paramètres techniques des comptes usagers », onglet « Intégration FranceConnect »", "Aiden, Espace Administration: “Gestion des paramètres techniques des comptes usagers”, tab “Intégration FranceConnect”"))}
	s.add("Activation", prog.say(text.Of("oui", "yes"))).Note = prog.say(text.Of("en premier", "first"))
	s.add("Logo", "FCboutons-10").Note = prog.say(text.Of("le second bouton, seulement si le contraste ne suffit pas", "the second button only if the contrast is not enough"))
	s.addTodo("Texte de connexion", "")
	if p.config.ClientID != "" {
		s.add("Identifiant", p.config.ClientID)
	} else {
		s.addTodo("Identifiant", prog.say(p.clientIDSource()))
	}
	s.add("Secret", prog.say(text.Of("jamais sur une fiche", "never on a sheet"))).Note = prog.say(p.secretSource())
	s.add("URL du service", p.environment.origin())
	return s
}

// headersSection lists the headers of the portal’s pages.
func (p *portal) headersSection(prog *program) section {
	s := section{Title: prog.say(text.Of("En-têtes des pages du portail, à coller", "Headers of the portal’s pages, to be pasted")), Paste: true}
	for _, h := range p.headers(prog) {
		s.add(h.Name, h.Value).Note = h.Why
	}
	return s
}
