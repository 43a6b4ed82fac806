package main

import (
	"cmp"
	"strings"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// instanceSection fills in « Créer une instance de test ».
func (p *portal) instanceSection(prog *program, f findings) section {
	s := section{Title: prog.say(text.Of("Espace partenaires : « Créer une instance de test »", "Partners' space: “Créer une instance de test”")), Form: partners}
	instance := ""
	if p.registration.service != "" {
		instance = p.registration.service + " – bac à sable"
	}
	s.addAnswer(prog, f, "", "Nom de l’instance", instance, text.Text{})
	s.addAnswer(prog, f, "product-version", "Choix de l’environnement", "FranceConnect", text.Text{})
	s.addAnswer(prog, f, "datapass", "Numéro de la demande Datapass", p.registration.datapass, text.Of("facultatif ; 7 chiffres au plus", "optional; 7 digits at most"))
	p.addresses(prog, &s)
	s.addTodo("Adresse IP", prog.say(text.Of("facultatif", "optional")))
	p.algorithm(prog, f, &s)
	p.formerClient(prog, f, &s)
	s.addTodo(prog.say(text.Of("Sauvegarde", "Saving")), prog.say(text.Of("cliquez sur « Sauvegarder » : l’identifiant et le secret s’affichent aussitôt", "click “Sauvegarder”: the client id and the secret are shown at once")))
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
	older := text.Text{}
	if p.environment.is(franceconnect.Integration) {
		older = text.Of("ancienne procédure : les clés déjà reçues restent valables ; pour une instance neuve, -env sandbox", "older procedure: keys that were received are good still; for a new instance, -env sandbox")
	}
	s.addAnswer(prog, f, "product-version", "Choix de l’environnement", kind, older).Values = []string{kind, where}
	p.editor(prog, f, &s)
	s.addMobile(prog, f, "Téléphone portable", p.registration.mobile, text.Of("il reçoit le secret (Client Secret) par SMS", "it receives the secret (Client Secret) by SMS"))
	s.addAnswer(prog, f, "datapass", "Numéro de demande d’habilitation Datapass", p.registration.datapass, text.Of("celui de la demande validée", "the validated request’s"))
	s.addAnswer(prog, f, "organisation", "Nom de l’organisation", p.registration.organisation, text.Of("exactement celui de l’habilitation", "exactly the habilitation’s"))
	p.addresses(prog, &s)
	p.algorithm(prog, f, &s)
	if p.environment.Platform != franceconnect.V1 {
		p.formerClient(prog, f, &s)
	}
	s.addTodo(prog.say(text.Of("Dépôt", "Submission")), prog.say(text.Of("relisez, puis déposez le dossier", "read it once more, then submit the file")))
	return s
}

// editor adds the one that is chosen on the form: of a certified product.
func (p *portal) editor(prog *program, f findings, s *section) {
	name, note := p.product.editorName(), text.Of("celui du produit s’il est certifié, sinon aucun", "the product’s if it is certified, otherwise none")
	switch d := p.product.profile; {
	case d != nil && d.Certified:
		note = text.Of("à choisir dans la liste : son produit est certifié", "to be chosen from the list: its product is certified")
	case d != nil:
		name, note = prog.say(text.Of("aucun", "none")), text.Of("le produit de "+name+" n’est pas certifié", "the product of "+name+" is not certified")
	}
	s.addAnswer(prog, f, "", "Éditeur", name, note)
}

// algorithm adds what FranceConnect is to sign with for this client.
func (p *portal) algorithm(prog *program, f findings, s *section) {
	s.addAnswer(prog, f, "algorithm", "Algorithme de signature", cmp.Or(p.registration.algorithm, p.environment.Algorithms[0]), text.Text{})
}

// formerClient adds the client id of a v1 that the portal leaves: every sub is made
// of it, so that with another every account is lost.
func (p *portal) formerClient(prog *program, f findings, s *section) {
	note := text.Of("si le portail était en v1 : son ancien identifiant client (-ancien-client), et chaque sub reste le même ; sans lui, chaque personne a un nouveau sub, et plus aucun compte n’est retrouvé. Sinon, vide",
		"if the portal was on v1: its former client id (-ancien-client), and each sub stays the same; without it each person has another sub, and no account is found any more. Otherwise, empty")
	if !p.environment.is(franceconnect.Sandbox) {
		note = note.Then(text.Of(". Le champ est celui de l’espace partenaires (à vérifier : nous n’avons pas lu ce formulaire-ci) ; s’il n’y est pas, donnez l’identifiant par la messagerie du dossier",
			". The field is the partners’ space’s (to be verified: we have not read this form); if it is not here, give the client id in the messages of the file"))
	}
	s.addAnswer(prog, f, "old-client", "Client ID à réutiliser pour générer les subs", p.registration.oldClientID, note)
}

// addresses adds those of the portal, which are on every form.
func (p *portal) addresses(prog *program, s *section) {
	p.siteAddress(prog, s)
	if p.asksEditor() {
		p.productAddresses(prog, s)
		return
	}
	exact := prog.say(text.Of("à l’octet près", "byte for byte"))
	if p.paths.assumed {
		exact += prog.say(text.Of(" ; chemins du portail d’exemple : donnez ceux du vôtre (-retour, -deconnexion)", "; paths of the example portal: give yours (-retour, -deconnexion)"))
	}
	s.add(redirectLabel, p.urlsOf(p.paths.callback)...).Note = exact
	p.sector(prog, s)
	if p.paths.loggedOut == "" {
		s.addTodo(postLogoutLabel, prog.say(text.Of("obligatoire", "required")))
		return
	}
	s.add(postLogoutLabel, p.urlsOf(p.paths.loggedOut)...).Note = exact
}

// What the forms call the addresses where people come back.
const (
	redirectLabel   = "URL(s) de redirection de connexion"
	postLogoutLabel = "URL(s) de redirection de déconnexion"
)

// productAddresses adds where people come back to in an editor's product: what
// nobody said, its editor knows.
func (p *portal) productAddresses(prog *program, s *section) {
	for _, a := range []struct{ label, path string }{{redirectLabel, p.paths.callback}, {postLogoutLabel, p.paths.loggedOut}} {
		switch ask := p.product.askEditor(); {
		case a.path != "" && p.origins[0] != "":
			s.add(a.label, p.urlsOf(a.path)...).Note = prog.say(text.Of("à l’octet près", "byte for byte"))
		case a.path != "":
			s.addTodo(a.label, prog.say(text.Of("l’origine du portail, suivie de "+a.path+" (-portail ADRESSE la calcule)", "the origin of the portal, and "+a.path+" (-portail ADDRESS computes it)")))
		default:
			s.addTodo(a.label, prog.say(ask.Then(text.Of(" : l’adresse est à l’octet près celle du produit", ": the address is the product’s, byte for byte"))))
		}
		if a.label == redirectLabel && p.hasSeveralHosts() {
			p.sector(prog, s)
		}
	}
}

// sector adds the sector identifier.
func (p *portal) sector(prog *program, s *section) {
	switch {
	case !p.hasSeveralHosts():
		s.add("URL d’identifiant de secteur", prog.say(text.Of("aucune : un seul domaine", "none: one domain")))
	case p.asksEditor():
		s.addTodo("URL d’identifiant de secteur", prog.say(p.product.askEditor()))
	default:
		s.add("URL d’identifiant de secteur", p.origins[0]+p.paths.sector).Note =
			prog.say(text.Of("tableau JSON des adresses de connexion, et d’elles seules", "a JSON array of the redirect URLs, and of them alone"))
	}
}

// siteAddress adds that of the site, and how it is made.
func (p *portal) siteAddress(prog *program, s *section) {
	const label = "URL du site"
	note := text.Text{}
	d := p.product.profile
	if d != nil && d.Site.Path != "" {
		cut := strings.Join(d.Site.Cut, ", ")
		purpose := text.Of("de recette", "for tests")
		if p.environment.isProduction() {
			purpose = text.Of("de production", "of production")
		}
		note = text.Of("« "+d.Site.Space+" » "+purpose.French+" : l’adresse jusqu’à la fin du nom de domaine (avant "+cut+"), suivie de "+d.Site.Path,
			"“"+d.Site.Space+"” "+purpose.English+": the address up to the end of the domain name (before "+cut+"), and "+d.Site.Path)
	}
	switch {
	case p.siteURL == "":
		if note.French == "" {
			note = text.Of("l’adresse du portail", "the address of the portal")
		}
		s.addTodo(label, prog.say(note.Then(text.Of(" ; -portail ADRESSE la calcule", "; -portail ADDRESS computes it"))))
		return
	case strings.HasPrefix(p.siteURL, "http:"):
		note = text.Of("le formulaire ne prend qu’une adresse publique en https : laissez vide en attendant", "the form takes a public address on https only: leave it empty for now")
	case d == nil:
		for _, name := range profileNames() {
			if known, _ := readProfile(name, nil); known != nil && known.IsSpace(p.url) {
				note = text.Of("une adresse du produit "+known.Product+" ("+known.Editor+") : ajoutez -profil "+name, "an address of the product "+known.Product+" ("+known.Editor+"): add -profil "+name)
			}
		}
	}
	s.add(label, p.siteURL).Note = prog.say(note)
}

// encryptionSection fills in what FranceConnect+ asks besides.
func (p *portal) encryptionSection(prog *program) section {
	s := section{Title: prog.say(text.Of("FranceConnect+ : chiffrement", "FranceConnect+: encryption")), Form: p.environment.creation()}
	address := s.add("URL des clés de chiffrement (jwks_uri)", p.origins[0]+p.paths.keys)
	if p.asksEditor() {
		address.Values, address.Todo = nil, true
	}
	address.Note = prog.say(text.Of("lue par FranceConnect+ pendant les connexions : ouvrir ce flux réseau", "FranceConnect+ reads it during sign-ins: open this way in your network"))
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
