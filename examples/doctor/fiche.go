package main

import (
	"context"
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect"
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
	if *env == "" && d.getenv("FRANCECONNECT_ENVIRONMENT") == "" {
		*env = string(franceconnect.Sandbox)
	}
	p.read(d.getenv, *env)
	if p.place.env == nil || len(p.site) == 0 {
		return d.misuse(flags, text{"l’environnement (-env) ou PORTAL_URL n’est pas compréhensible", "the environment (-env) or PORTAL_URL cannot be understood"})
	}
	s := p.sheet(d)
	switch *format {
	case "json":
		d.writeJSON(s)
	case "md":
		s.markdown(d.out, d)
	default:
		s.print(d.out, d)
	}
	return succeeded
}

// sheet is the sheet for the portal's environment.
func (p *portal) sheet(d *doctor) sheet {
	s := sheet{Environment: p.place.name, Title: d.say(text{"Fiche d’inscription : ", "Registration sheet: "}) + d.say(p.place.title())}
	s.Sections = append(s.Sections, p.dataPassSection(d))
	switch {
	case p.place.env == franceconnect.Sandbox || p.place.name == "" && p.place.platform == franceconnect.V2:
		s.Sections = append(s.Sections, p.instanceSection(d))
	default:
		s.Sections = append(s.Sections, p.requestSection(d))
	}
	if p.place.platform == franceconnect.Plus {
		s.Sections = append(s.Sections, p.encryptionSection(d))
	}
	s.Sections = append(s.Sections, p.settingsSection(d))
	return s
}

// The text that allows a public service to use FranceConnect.
const (
	legalText    = "Arrêté du 8 novembre 2018 relatif au téléservice dénommé « FranceConnect » créé par la direction interministérielle du numérique et du système d’information et de communication de l’État"
	legalURL     = "https://www.legifrance.gouv.fr/loda/id/JORFTEXT000037611479"
	legalURLOld  = "https://www.legifrance.gouv.fr/affichTexte.do?cidTexte=JORFTEXT000037611479&categorieLien=id"
	defaultScope = "identite_pivot preferred_username email"
)

func (p *portal) dataPassSection(d *doctor) section {
	s := section{Title: d.say(text{"DataPass : « FranceConnect et les API FranceConnectées »", "DataPass: “FranceConnect et les API FranceConnectées”"}), Form: dataPass}
	s.todo("Nom du projet", "")
	if strings.EqualFold(p.editor, "MGDIS") {
		s.is("Description du projet", "Ce portail repose sur la solution Aiden de MGDIS, éditeur partenaire de FranceConnect, qui intègre FranceConnect. L’organisme n’aura que ses clés à renseigner.")
	} else {
		s.todo("Description du projet", d.say(text{"un cas d’usage par demande", "one use case for each request"}))
	}
	s.todo("Date de mise en production prévue", "")
	s.todo("Volumétrie approximative", d.say(text{"démarches par an", "procedures a year"}))
	level := "FranceConnect : eIDAS 1"
	if p.place.platform == franceconnect.Plus {
		level = "FranceConnect + : eIDAS 2"
	}
	s.is("Niveau de garantie eIDAS", level)
	s.is("Nature du cadre juridique", legalText)
	s.is("Lien vers le texte relatif au cadre juridique", legalURL).Note =
		d.say(text{"ancienne adresse du même texte : ", "older address of the same text: "}) + legalURLOld
	scopes := p.config.Scopes
	note := ""
	if len(scopes) == 0 {
		scopes = strings.Fields(defaultScope)
		note = d.say(text{"FRANCECONNECT_SCOPES est absent : ce sont ceux du portail d’exemple ; ne cochez que le nécessaire", "FRANCECONNECT_SCOPES is missing: these are the example portal’s; tick what is needed and no more"})
	}
	ticked, others := boxes(scopes)
	s.is("Les données", ticked...).Note = note
	s.is("Scopes OpenID Connect", strings.Join(expand(scopes), " "))
	for _, other := range others {
		if dataOf(other) {
			s.is("API FranceConnectée", other).Note = d.say(text{"demande une habilitation à part", "wants a habilitation of its own"})
		}
	}
	s.todo("Destinataire des données", "")
	s.todo("Durée de conservation des données en mois", "")
	s.todo("Responsable de traitement", d.say(text{"nom, prénom, courriel, téléphone, fonction", "family name, given name, e-mail, phone, position"}))
	s.todo("Délégué à la protection des données", d.say(text{"nom, prénom, courriel, téléphone, fonction", "family name, given name, e-mail, phone, position"}))
	technical := text{"téléphone portable français", "a French mobile number"}
	if p.editor != "" {
		technical = text{"une personne de l’organisme, pas de l’éditeur ; téléphone portable français", "somebody of the organisation, not of the editor; a French mobile number"}
	}
	s.todo("Contact technique", d.say(technical))
	s.todo("Attestation de connexion alternative à FranceConnect", d.say(text{"à cocher si une autre connexion rend le même service", "to be ticked if another sign-in gives the same service"}))
	return s
}

// instanceSection is « Créer une instance de test ».
func (p *portal) instanceSection(d *doctor) section {
	s := section{Title: d.say(text{"Espace partenaires : « Créer une instance de test »", "Partners' space: “Créer une instance de test”"}), Form: partners}
	s.todo("Nom de l’instance", "")
	s.is("Choix de l’environnement", "FranceConnect")
	s.todo("Numéro de la demande Datapass", d.say(text{"facultatif ; 7 chiffres au plus", "optional; 7 digits at most"}))
	p.addresses(d, &s)
	s.todo("Adresse IP", d.say(text{"facultatif", "optional"}))
	s.is("Algorithme de signature", "ES256")
	s.todo("Client ID à réutiliser pour générer les subs", d.say(text{"l’identifiant client v1 si le portail en vient ; sinon vide", "the v1 client id if the portal comes from there; otherwise empty"}))
	return s
}

// requestSection is the request on demarches-simplifiees.fr.
func (p *portal) requestSection(d *doctor) section {
	s := section{Title: d.say(text{"demarches-simplifiees.fr : création du fournisseur de service", "demarches-simplifiees.fr: creation of the service provider"}), Form: p.place.creation()}
	kind, where := "FranceConnect", "Intégration"
	if p.place.platform == franceconnect.Plus {
		kind = "FranceConnect+"
	}
	if p.place.production() {
		where = "Production"
	}
	s.is("Choix de l’environnement", kind, where)
	if p.editor != "" {
		s.is("Éditeur", p.editor)
	} else {
		s.todo("Éditeur", d.say(text{"celui du produit s’il est certifié, sinon aucun", "the product’s if it is certified, otherwise none"}))
	}
	s.todo("Téléphone portable", d.say(text{"il reçoit le secret (Client Secret) par SMS", "it receives the secret (Client Secret) by SMS"}))
	s.todo("Numéro de demande d’habilitation Datapass", d.say(text{"celui de la demande validée", "the validated request’s"}))
	s.todo("Nom de l’organisation", d.say(text{"exactement celui de l’habilitation", "exactly the habilitation’s"}))
	p.addresses(d, &s)
	algorithm := "ES256"
	if p.place.platform == franceconnect.V1 {
		algorithm = "HS256"
	}
	s.is("Algorithme de signature", algorithm)
	return s
}

// addresses are those of the portal, on every form.
func (p *portal) addresses(d *doctor, s *section) {
	site := s.is("URL du site", p.site...)
	if len(p.site) > 1 {
		site.Note = d.say(text{"les deux écritures, sans et avec barre oblique finale", "both spellings, without and with a trailing slash"})
	}
	exact := d.say(text{"à l’octet près", "byte for byte"})
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
		s.is("FRANCECONNECT_ENVIRONMENT", p.place.name)
	}
	if p.config.ClientID != "" {
		s.is("Client ID", p.config.ClientID)
	} else {
		s.todo("Client ID", d.say(p.whereID()))
	}
	s.Fields = append(s.Fields, field{Label: "Client Secret", Values: []string{d.say(text{"jamais sur une fiche", "never on a sheet"})}, Note: d.say(p.whereSecret())})
	return s
}

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
