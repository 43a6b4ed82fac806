package main

import (
	"cmp"
	"net/url"
	"strings"

	"github.com/franceconnect-go/franceconnect/internal/scopes"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// An email is one that is ready to be sent, in one language. What only the team
// knows is marked in it.
type email struct {
	To      string   `json:"to"`
	Subject string   `json:"subject"`
	Lines   []string `json:"lines"`
}

// address returns the mail as a link that opens it in the reader's mail program
// (RFC 6068 section 2).
func (m email) address() string {
	escape := func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
	return "mailto:?subject=" + escape(m.Subject) + "&body=" + escape(strings.Join(m.Lines, "\r\n\r\n"))
}

// mails returns those of a registration, in the order in which they are sent.
func (p *portal) mails(prog *program) []email {
	all := []email{p.mailToTown(prog), p.mailToController(prog), p.mailToExaminer(prog)}
	for i := range all {
		all[i].Lines = append(all[i].Lines, prog.say(text.Of("Cordialement,", "Kind regards,")), prog.say(todo.Then(text.Of(" (nom et fonction)", " (name and position)"))))
	}
	return all
}

// mailToTown says what to have at hand before the first form.
func (p *portal) mailToTown(prog *program) email {
	m := email{To: prog.say(text.Of("l’organisme", "the organisation"))}
	m.Subject = prog.say(text.Of("FranceConnect, "+p.serviceName(prog)+" : ce qu’il faut avoir sous la main", "FranceConnect, "+p.serviceName(prog)+": what to have at hand"))
	m.Lines = prog.sayAll([]text.Text{
		text.Of("Bonjour,", "Hello,"),
		text.Of("Pour demander FranceConnect, vous aurez besoin :", "To ask for FranceConnect you will need:"),
		text.Of("– du SIRET de l’organisme, et d’un compte ProConnect qui lui est rattaché ("+dataPass+") ;", "– the SIRET of the organisation, and a ProConnect account attached to it ("+dataPass+");"),
		text.Of("– d’un compte sur demarches-simplifiees.fr, pour la demande de production ;", "– an account on demarches-simplifiees.fr, for the production request;"),
		text.Of("– des nom, prénom, courriel, téléphone et fonction du responsable de traitement et du délégué à la protection des données, qui recevront un courriel d’acceptation ;", "– the name, e-mail, phone and position of the data controller and of the data protection officer, who will receive an e-mail of acceptance;"),
		text.Of("– de ceux d’un contact technique qui soit de l’organisme"+p.notOfEditor(false)+", joignable sur un portable français ;", "– those of a technical contact who is of the organisation"+p.notOfEditor(true)+", with a French mobile phone;"),
		text.Of("– d’un téléphone portable, auquel le secret (Client Secret) sera envoyé par SMS ;", "– a mobile phone, to which the secret (Client Secret) will be sent by SMS;"),
		text.Of("– de la durée de conservation des données, et de la liste de ceux qui les reçoivent ;", "– how long the data are kept, and who receives them;"),
		text.Of("– de l’adresse de l’autre connexion, qui doit rendre le même service.", "– the address of the other sign-in, which has to give the same service."),
		text.Of("Si le portail a déjà FranceConnect v1, retrouvez son identifiant (Client ID) : il est à donner dans la demande, sans quoi chaque compte serait perdu.", "If the portal has FranceConnect v1 already, find its client id: it is to be given in the request, or each account would be lost."),
		text.Of("N’envoyez jamais le secret par courriel, ni à nous, ni à personne.", "Never send the secret by e-mail, neither to us nor to anybody."),
	})
	return m
}

// mailToController tells the data controller and the data protection officer what
// is asked for in their name.
func (p *portal) mailToController(prog *program) email {
	m := email{To: prog.say(text.Of("le responsable de traitement et le délégué à la protection des données", "the data controller and the data protection officer"))}
	m.Subject = prog.say(text.Of("FranceConnect, "+p.serviceName(prog)+" : votre nom sur la demande d’habilitation", "FranceConnect, "+p.serviceName(prog)+": your name on the habilitation request"))
	m.Lines = prog.sayAll([]text.Text{
		text.Of("Bonjour,", "Hello,"),
		text.Of("Service : "+p.serviceName(prog)+". Nous demandons à l’État que les usagers de ce service puissent se connecter par FranceConnect. La demande vous nomme, et vous recevrez un courriel si elle est acceptée.", "Service: "+p.serviceName(prog)+". We are asking the State that people can sign in to this service with FranceConnect. The request names you, and you will receive an e-mail if it is accepted."),
		text.Of("Le texte qui le permet : "+legalText+" ("+legalURL+").", "The text that allows it: "+legalText+" ("+legalURL+")."),
		text.Of("Les données demandées : "+p.dataNames(prog)+".", "The data asked for: "+p.dataNames(prog)+"."),
		text.Of("Il nous manque, de votre part : la durée de conservation, les destinataires, et votre accord pour être nommé (nom, prénom, courriel, téléphone, fonction).", "We need from you: how long they are kept, who receives them, and your consent to be named (name, e-mail, phone, position)."),
		text.Of("FranceConnect reste facultatif : la même démarche est possible sans lui.", "FranceConnect stays optional: the same procedure can be done without it."),
		text.Of("Les conditions d’utilisation, à lire : "+terms, "The terms of use, to be read: "+terms),
	})
	return m
}

// mailToExaminer answers a refusal, in the messages of the request.
func (p *portal) mailToExaminer(prog *program) email {
	missing := prog.say(todo)
	number := cmp.Or(p.registration.datapass, missing)
	m := email{To: prog.say(text.Of("l’instructeur, par la messagerie de la demande DataPass", "the examiner, in the messages of the DataPass request"))}
	m.Subject = prog.say(text.Of("Demande d’habilitation FranceConnect n° "+number+" : notre réponse", "FranceConnect habilitation request no. "+number+": our answer"))
	m.Lines = prog.sayAll([]text.Text{
		text.Of("Bonjour,", "Hello,"),
		text.Of("Vous avez refusé la demande n° "+number+" de "+cmp.Or(p.registration.organisation, missing)+", pour ce motif : "+missing+".", "You have refused request no. "+number+" by "+cmp.Or(p.registration.organisation, missing)+", for this reason: "+missing+"."),
		text.Of("Nous avons corrigé : "+missing+".", "We have corrected: "+missing+"."),
		text.Of("Le service : "+p.serviceName(prog)+", "+cmp.Or(p.publicSite(), missing)+". Ce qu’il permet de faire : "+missing+".", "The service: "+p.serviceName(prog)+", "+cmp.Or(p.publicSite(), missing)+". What it is for: "+missing+"."),
		text.Of("Les données demandées : "+p.dataNames(prog)+". Pourquoi chacune est nécessaire : "+missing+".", "The data asked for: "+p.dataNames(prog)+". Why each is needed: "+missing+"."),
		text.Of("Pourriez-vous nous dire si cela suffit, ou ce qui manque encore ?", "Could you tell us whether this is enough, or what is still missing?"),
	})
	return m
}

// serviceName returns what the mails call the service.
func (p *portal) serviceName(prog *program) string {
	return cmp.Or(p.registration.service, p.registration.organisation, prog.say(todo))
}

// publicSite returns the address of the site, or "" if it is nobody else's to see.
func (p *portal) publicSite() string {
	if !strings.HasPrefix(p.siteURL, "https:") {
		return ""
	}
	return p.siteURL
}

// notOfEditor says that somebody is not of the editor, if there is one.
func (p *portal) notOfEditor(english bool) string {
	name := p.product.editorName()
	if name == "" {
		return ""
	}
	return text.Of(", et non de "+name, ", not of "+name).In(english)
}

// dataNames lists what is asked for, as DataPass calls it.
func (p *portal) dataNames(prog *program) string {
	if len(p.config.Scopes) == 0 {
		return prog.say(todo)
	}
	ticked, others := dataPassBoxes(p.config.Scopes, p.environment.Platform)
	for _, name := range others {
		if s, _ := scopes.Find(name); s.Provider != "" {
			ticked = append(ticked, dataProviderOf(name))
		}
	}
	return strings.Join(ticked, ", ")
}
