package main

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/scopes"
)

// fiche prints the registration sheet.
func (d *doctor) fiche(_ context.Context, args []string) int {
	flags := d.flags("fiche")
	p := &portal{}
	env := p.portalFlags(flags)
	format := flags.String("format", "text", "text, md, json")
	words, status, done := d.parseAll(flags, args)
	if done {
		return status
	}
	if d.asJSON {
		*format = "json"
	}
	if len(words) > 0 || !slices.Contains([]string{"text", "md", "json"}, *format) {
		return d.misuse(flags, text{"la fiche ne prend que des options, et -format vaut text, md ou json", "the sheet takes options only, and -format is text, md or json"})
	}
	if !p.given.isBody() {
		return d.misuse(flags, badBody)
	}
	if *env == "" && p.file == "" && d.getenv(p.called("FRANCECONNECT_ENVIRONMENT")) == "" {
		if *env = string(franceconnect.Sandbox); p.plus {
			*env = string(franceconnect.IntegrationPlus)
		}
	}
	p.read(d.getenv, *env)
	if p.place.env == nil || p.site == "" {
		return d.misuse(flags, text{"l’environnement (-env) ou PORTAL_URL n’est pas compréhensible", "the environment (-env) or PORTAL_URL cannot be understood"})
	}
	var f findings
	p.checkGiven(&f)
	s := p.sheet(d, f)
	switch *format {
	case "json":
		d.writeJSON(s)
	case "md":
		s.markdown(d.out, d)
	default:
		s.print(d.out, d)
	}
	if f.any(bad) {
		return failed
	}
	return succeeded
}

// sheet is the sheet for the portal's environment, with what was found wrong in
// what the team gave.
func (p *portal) sheet(d *doctor, f findings) sheet {
	s := sheet{Environment: p.place.name, Facts: d.say(facts), Title: d.say(text{"Fiche d’inscription : ", "Registration sheet: "}) + d.say(p.place.title())}
	s.Sections = append(s.Sections, p.dataPassSection(d, f))
	switch {
	case p.place.env == franceconnect.Sandbox || p.place.name == "" && p.place.platform == franceconnect.V2:
		s.Sections = append(s.Sections, p.instanceSection(d, f))
	default:
		s.Sections = append(s.Sections, p.requestSection(d, f))
	}
	if p.place.platform == franceconnect.Plus {
		s.Sections = append(s.Sections, p.encryptionSection(d))
	}
	if p.aiden {
		s.Sections = append(s.Sections, p.aidenSection(d))
	} else {
		s.Sections = append(s.Sections, p.settingsSection(d), p.headersSection(d))
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

func (p *portal) dataPassSection(d *doctor, f findings) section {
	s := section{Title: d.say(text{"DataPass : « FranceConnect et les API FranceConnectées »", "DataPass: “FranceConnect et les API FranceConnectées”"}), Form: dataPass}
	s.given(d, f, "organisation", "Organisation", p.given.organisation, text{"celle du compte ProConnect", "that of the ProConnect account"})
	s.given(d, f, "siret", "SIRET", p.given.siret, text{})
	s.given(d, f, "", "Nom du projet", p.given.service, text{})
	product := p.given.product
	switch {
	case p.aiden:
		s.is("Description du projet", "Ce portail repose sur la solution Aiden de MGDIS, éditeur partenaire de FranceConnect, qui intègre FranceConnect. L’organisme n’aura que ses clés à renseigner.")
	case p.given.editor != "" && product != "":
		s.is("Description du projet", "Ce portail repose sur la solution "+product+" de "+p.given.editor+", qui intègre FranceConnect. L’organisme n’aura que ses clés à renseigner.").Note =
			d.say(text{"ajoutez les démarches que le portail offre", "add the procedures that the portal offers"})
	default:
		s.todo("Description du projet", d.say(text{"un cas d’usage par demande", "one use case for each request"}))
	}
	s.todo("Date de mise en production prévue", "")
	s.todo("Volumétrie approximative", d.say(text{"démarches par an", "procedures a year"}))
	level := "FranceConnect : eIDAS 1"
	if p.place.platform == franceconnect.Plus {
		level = "FranceConnect + : eIDAS 2"
	}
	s.is("Niveau de garantie eIDAS", level)
	s.given(d, f, "body", "Nature du cadre juridique", legalText, text{})
	s.is("Lien vers le texte relatif au cadre juridique", legalURL).Note =
		d.say(text{"ancienne adresse du même texte : ", "older address of the same text: "}) + legalURLOld
	wanted := p.config.Scopes
	note := ""
	if len(wanted) == 0 {
		wanted = strings.Fields(defaultScope)
		note = d.say(text{"FRANCECONNECT_SCOPES est absent : ce sont ceux du portail d’exemple ; ne cochez que le nécessaire", "FRANCECONNECT_SCOPES is missing: these are the example portal’s; tick what is needed and no more"})
	}
	ticked, others := boxes(wanted, p.place.platform)
	s.is("Les données", ticked...).Note = note
	s.is("Scopes OpenID Connect", strings.Join(scopes.Expand(wanted), " "))
	for _, other := range others {
		if whose := dataOf(other); whose != "" {
			s.is("API FranceConnectée", other).Note = whose + d.say(text{" : demande une habilitation à part", ": wants a habilitation of its own"})
		}
	}
	s.todo("Destinataire des données", "")
	s.todo("Durée de conservation des données en mois", "")
	s.todo("Responsable de traitement", d.say(text{"nom, prénom, courriel, téléphone, fonction", "family name, given name, e-mail, phone, position"}))
	s.todo("Délégué à la protection des données", d.say(text{"nom, prénom, courriel, téléphone, fonction", "family name, given name, e-mail, phone, position"}))
	technical := text{"nom, prénom, fonction", "family name, given name, position"}
	if p.given.editor != "" {
		technical = text{"une personne de l’organisme, pas de l’éditeur", "somebody of the organisation, not of the editor"}
	}
	s.given(d, f, "contact", "Contact technique : courriel", p.given.contact, technical)
	s.mobile(d, f, "Contact technique : téléphone", p.given.mobile, text{"un portable français : DataPass refuse les autres", "a French mobile number: DataPass refuses others"})
	attest := text{"à cocher si une autre connexion rend le même service", "to be ticked if another sign-in gives the same service"}
	s.given(d, f, "", "Attestation de connexion alternative à FranceConnect", p.given.other, attest)
	s.todo("Conditions générales d’utilisation", d.say(text{"à lire et à accepter : ", "to be read and accepted: "})+terms)
	return s
}

// instanceSection is « Créer une instance de test ».
func (p *portal) instanceSection(d *doctor, f findings) section {
	s := section{Title: d.say(text{"Espace partenaires : « Créer une instance de test »", "Partners' space: “Créer une instance de test”"}), Form: partners}
	instance := ""
	if p.given.service != "" {
		instance = p.given.service + " – bac à sable"
	}
	s.given(d, f, "", "Nom de l’instance", instance, text{})
	s.is("Choix de l’environnement", "FranceConnect")
	s.given(d, f, "datapass", "Numéro de la demande Datapass", p.given.datapass, text{"facultatif ; 7 chiffres au plus", "optional; 7 digits at most"})
	p.addresses(d, &s)
	s.todo("Adresse IP", d.say(text{"facultatif", "optional"}))
	p.algorithm(d, f, &s)
	s.todo("Client ID à réutiliser pour générer les subs", d.say(text{"l’identifiant client v1 si le portail en vient ; sinon vide", "the v1 client id if the portal comes from there; otherwise empty"}))
	return s
}

// requestSection is the request on demarches-simplifiees.fr.
func (p *portal) requestSection(d *doctor, f findings) section {
	s := section{Title: d.say(text{"demarches-simplifiees.fr : création du fournisseur de service", "demarches-simplifiees.fr: creation of the service provider"}), Form: p.place.creation()}
	kind, where := "FranceConnect", "Intégration"
	if p.place.platform == franceconnect.Plus {
		kind = "FranceConnect+"
	}
	if p.place.production() {
		where = "Production"
	}
	s.is("Choix de l’environnement", kind, where)
	s.given(d, f, "", "Éditeur", p.given.editor, text{"celui du produit s’il est certifié, sinon aucun", "the product’s if it is certified, otherwise none"})
	s.mobile(d, f, "Téléphone portable", p.given.mobile, text{"il reçoit le secret (Client Secret) par SMS", "it receives the secret (Client Secret) by SMS"})
	s.given(d, f, "datapass", "Numéro de demande d’habilitation Datapass", p.given.datapass, text{"celui de la demande validée", "the validated request’s"})
	s.given(d, f, "organisation", "Nom de l’organisation", p.given.organisation, text{"exactement celui de l’habilitation", "exactly the habilitation’s"})
	p.addresses(d, &s)
	p.algorithm(d, f, &s)
	return s
}

// algorithm is what FranceConnect is to sign with for this client.
func (p *portal) algorithm(d *doctor, f findings, s *section) {
	s.given(d, f, "algorithm", "Algorithme de signature", cmp.Or(p.given.algorithm, p.place.algorithms()[0]), text{})
}

// addresses are those of the portal, on every form.
func (p *portal) addresses(d *doctor, s *section) {
	site := s.is("URL du site", p.site)
	switch {
	case strings.HasPrefix(p.site, "http:"):
		site.Note = d.say(text{"le formulaire ne prend qu’une adresse publique en https : laissez vide en attendant", "the form takes a public address on https only: leave it empty for now"})
	case strings.HasSuffix(p.site, "/aides"):
		site.Note = d.say(text{"l’origine de l’Espace Usagers (/account-management ou /accout-management), suivie de /aides", "the origin of the Espace Usagers (/account-management or /accout-management), followed by /aides"})
	}
	if p.aiden && p.paths.assumed {
		own := d.say(text{"le chemin est celui d’Aiden : demandez-le à MGDIS", "the path is Aiden’s: ask MGDIS for it"})
		s.todo("URL(s) de redirection de connexion", p.sites[0]+"/… ; "+own)
		s.todo("URL(s) de redirection de déconnexion", p.sites[0]+"/… ; "+own)
		return
	}
	exact := d.say(text{"à l’octet près", "byte for byte"})
	if p.paths.assumed {
		exact += d.say(text{" ; chemins du portail d’exemple : donnez ceux du vôtre (-retour, -deconnexion)", "; paths of the example portal: give yours (-retour, -deconnexion)"})
	}
	s.is("URL(s) de redirection de connexion", p.each(p.paths.callback)...).Note = exact
	if p.many() {
		s.is("URL d’identifiant de secteur", p.sites[0]+p.paths.sector).Note =
			d.say(text{"tableau JSON des adresses de connexion, et d’elles seules", "a JSON array of the redirect URLs, and of them alone"})
	} else {
		s.is("URL d’identifiant de secteur", d.say(text{"aucune : un seul domaine", "none: one domain"}))
	}
	if p.paths.loggedOut == "" {
		s.todo("URL(s) de redirection de déconnexion", d.say(text{"obligatoire", "required"}))
		return
	}
	s.is("URL(s) de redirection de déconnexion", p.each(p.paths.loggedOut)...).Note = exact
}

// encryptionSection is what FranceConnect+ asks besides.
func (p *portal) encryptionSection(d *doctor) section {
	s := section{Title: d.say(text{"FranceConnect+ : chiffrement", "FranceConnect+: encryption"}), Form: p.place.creation()}
	s.is("URL des clés de chiffrement (jwks_uri)", p.sites[0]+p.paths.keys).Note =
		d.say(text{"lue par FranceConnect+ à chaque connexion : ouvrir ce flux réseau", "FranceConnect+ reads it at every sign-in: open this way in your network"})
	algorithm := strings.Join(p.algorithms(), ", ")
	f := s.is("Algorithme de chiffrement (alg)", algorithm)
	if algorithm == "" {
		f.Values = []string{"ECDH-ES"}
		f.Note = d.say(text{"celui des clés que fait doctor cles", "that of the keys that doctor cles makes"})
	}
	s.is("Méthode de chiffrement (enc)", "A256GCM")
	s.todo("sub commun à FranceConnect et FranceConnect+", d.say(text{"oui si le portail a les deux", "yes if the portal has both"}))
	return s
}

// settingsSection is what the portal is set to, once the keys are there.
func (p *portal) settingsSection(d *doctor) section {
	s := section{Title: d.say(text{"Configuration du portail", "Settings of the portal"})}
	s.is("URL", p.place.origin())
	if p.place.name != "" {
		s.is(p.called("FRANCECONNECT_ENVIRONMENT"), p.place.name)
	}
	if p.config.ClientID != "" {
		s.is("Client ID", p.config.ClientID)
	} else {
		s.todo("Client ID", d.say(p.whereID()))
	}
	s.Fields = append(s.Fields, field{Label: "Client Secret", Values: []string{d.say(text{"jamais sur une fiche", "never on a sheet"})}, Note: d.say(p.whereSecret())})
	return s
}

// aidenSection is the screen on which Aiden is set up.
func (p *portal) aidenSection(d *doctor) section {
	s := section{Title: d.say(text{"Aiden, Espace Administration : « Gestion des paramètres techniques des comptes usagers », onglet « Intégration FranceConnect »", "Aiden, Espace Administration: “Gestion des paramètres techniques des comptes usagers”, tab “Intégration FranceConnect”"})}
	s.is("Activation", d.say(text{"oui", "yes"})).Note = d.say(text{"en premier", "first"})
	s.is("Logo", "FCboutons-10").Note = d.say(text{"le second bouton, seulement si le contraste ne suffit pas", "the second button only if the contrast is not enough"})
	s.todo("Texte de connexion", "")
	if p.config.ClientID != "" {
		s.is("Identifiant", p.config.ClientID)
	} else {
		s.todo("Identifiant", d.say(p.whereID()))
	}
	s.is("Secret", d.say(text{"jamais sur une fiche", "never on a sheet"})).Note = d.say(p.whereSecret())
	s.is("URL du service", p.place.origin())
	return s
}

// headersSection are the headers of the portal’s pages.
func (p *portal) headersSection(d *doctor) section {
	s := section{Title: d.say(text{"En-têtes des pages du portail, à coller", "Headers of the portal’s pages, to be pasted"}), Paste: true}
	for _, h := range p.headers(d) {
		s.is(h.Name, h.Value).Note = h.Why
	}
	return s
}
