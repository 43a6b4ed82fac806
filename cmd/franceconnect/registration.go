package main

import (
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

// A registration is what only the team knows: the forms ask for it, and no
// variable says it.
type registration struct {
	service, organisation, siret, organisationType string
	datapass, mobile, contact                      string
	oldClientID                                    string   // of the v1 client that the portal leaves
	domains                                        []string // of the editor's e-mail addresses
	algorithm                                      string   // of signatures, as registered
	otherSignIn                                    string   // where people sign in without FranceConnect
}

// options returns the options that set it.
func (r *registration) options() []option {
	name, number := text.Of("nom", "name"), text.Of("numéro", "number")
	return []option{
		textOption("service", &r.service, name, text.Of("celui du service", "that of the service")),
		textOption("organisation", &r.organisation, name, text.Of("celui de l’organisme, comme sur l’habilitation", "that of the organisation, as on the habilitation")),
		textOption("siret", &r.siret, number, text.Of("le SIRET de l’organisme", "the organisation’s SIRET")),
		choiceOption("organisme", &r.organisationType, text.Of("sorte", "kind"), text.Of("public, ou prive", "public, or prive for a private one"), "public", "prive", "privé"),
		textOption("datapass", &r.datapass, number, text.Of("celui de la demande DataPass", "that of the DataPass request")),
		textOption("mobile", &r.mobile, text.Of("téléphone", "phone"), text.Of("portable qui recevra le secret", "mobile that will receive the secret")),
		textOption("contact", &r.contact, text.Of("courriel", "e-mail"), text.Of("celui du contact technique", "that of the technical contact")),
		textOption("ancien-client", &r.oldClientID, text.Of("identifiant", "client id"), text.Of("celui du client v1 que le portail quitte, pour que chaque sub reste le même", "that of the v1 client that the portal leaves, so that each sub stays the same")),
		textOption("algorithme", &r.algorithm, name, text.Of("celui des signatures, comme inscrit : ES256, RS256", "that of the signatures, as registered: ES256, RS256")),
		textOption("autre", &r.otherSignIn, text.Of("adresse", "address"), text.Of("adresse ou chemin de l’autre connexion", "address or path of the other way to sign in")),
		{
			name: "domaine", value: text.Of("domaine", "domain"), usage: text.Of("celui des courriels de l’éditeur, répétable", "that of the editor’s e-mail addresses, repeatable"),
			set: func(domain string) text.Text {
				r.domains = append(r.domains, strings.ToLower(strings.TrimPrefix(domain, "@")))
				return text.Text{}
			},
		},
	}
}

// checkRegistration looks at what was given, as the forms will; what was not
// given is for the team to fill in.
func (p *portal) checkRegistration(f *findings) {
	if r := p.registration; r.siret != "" {
		if isSIRET(r.siret) {
			f.ok("siret", text.Of("le SIRET est bien formé", "the SIRET is well formed"))
		} else {
			f.fail("siret", sideRegistration, text.Of("ce n’est pas un SIRET : 14 chiffres, dont le dernier contrôle les autres", "this is not a SIRET: 14 digits, the last of which checks the others"),
				text.Of("Recopiez celui de l’organisme, sur annuaire-entreprises.data.gouv.fr.", "Copy the organisation’s, from annuaire-entreprises.data.gouv.fr.")).form = dataPass
		}
	}
	if name := p.registration.organisation; name != "" && strings.Join(strings.Fields(name), " ") != name {
		f.warn("organisation", sideRegistration, text.Of("le nom de l’organisme a des espaces de trop", "the organisation’s name has spaces too many"),
			text.Of("Écrivez-le exactement comme sur l’habilitation.", "Write it exactly as on the habilitation.")).form = p.environment.creation()
	}
	if strings.HasPrefix(p.registration.organisationType, "priv") {
		f.warn("body", sideRegistration, text.Of("une entreprise ou une association n’a droit à FranceConnect que dans des cas précis", "a company or an association may use FranceConnect in few cases"),
			text.Of("Trois cas : un service en ligne lié à un changement d’adresse, un service qu’un règlement oblige à vérifier l’identité, un prestataire d’une administration ou un service public délégué. Joignez le texte qui le dit (arrêté du 8 novembre 2018, article 4).",
				"Three cases: an online service tied to a change of address, a service that a regulation obliges to verify identity, a contractor of an administration or a delegated public service. Add the text that says so (arrêté of 8 November 2018, article 4).")).form = dataPass
	}
	if n := p.registration.datapass; n != "" && !requestNumber.MatchString(n) {
		f.fail("datapass", sideRegistration, text.Of("ce n’est pas un numéro de demande DataPass : 7 chiffres au plus", "this is not the number of a DataPass request: 7 digits at most"),
			text.Of("Il est en tête de la demande, sur DataPass.", "It is at the top of the request, on DataPass.")).form = dataPass
	}
	if id := p.registration.oldClientID; id != "" && !oldClientForm.MatchString(id) {
		f.fail("old-client", sideRegistration, text.Of(fmt.Sprintf("l’ancien identifiant client a %d caractères, ou un que le formulaire ne prend pas : de 32 à 64 lettres, chiffres et tirets", len(id)),
			fmt.Sprintf("the former client id has %d characters, or one that the form does not take: 32 to 64 letters, digits and dashes", len(id))),
			text.Of("Recopiez celui du client v1 (-ancien-client).", "Copy that of the v1 client (-ancien-client).")).form = p.environment.creation()
	}
	p.checkProductVersion(f)
	p.checkPeople(f)
	p.checkAlgorithm(f)
}

// oldClientForm is what the form takes for the client id that subs were made of.
var oldClientForm = regexp.MustCompile(`^[a-zA-Z0-9-]{32,64}$`)

// checkPeople looks at who is reached, and how.
func (p *portal) checkPeople(f *findings) {
	if number := p.registration.mobile; number != "" {
		if _, ok := mobileNumber(number); ok {
			f.ok("mobile", text.Of("c’est un téléphone portable français", "it is a French mobile number"))
		} else {
			f.fail("mobile", sideRegistration, text.Of("ce n’est pas un téléphone portable français, et le secret arrive par SMS", "this is not a French mobile number, and the secret comes by SMS"),
				text.Of("Donnez un numéro en 06 ou 07, outre-mer compris.", "Give a number in 06 or 07, overseas too.")).form = p.environment.creation()
		}
	}
	if p.registration.contact == "" {
		return
	}
	address, err := mail.ParseAddress(p.registration.contact)
	if err != nil {
		f.fail("contact", sideRegistration, text.Of("le courriel du contact technique n’en est pas un", "the technical contact’s e-mail address is none"), text.Of("Donnez l’adresse d’une personne de l’organisme.", "Give the address of somebody of the organisation.")).form = dataPass
		return
	}
	domains := p.registration.domains
	if p.product.profile != nil {
		domains = append(domains, p.product.profile.MailDomains...)
	}
	_, domain, _ := strings.Cut(strings.ToLower(address.Address), "@")
	if slices.ContainsFunc(domains, func(d string) bool { return domain == d || strings.HasSuffix(domain, "."+d) }) {
		f.warn("contact", sideRegistration, text.Of("le contact technique est chez l’éditeur, alors que FranceConnect veut quelqu’un de l’organisme", "the technical contact is at the editor’s, but FranceConnect wants somebody of the organisation"),
			text.Of("Donnez une personne de l’organisme. Pour API Particulier par un éditeur, c’est l’inverse : son contact technique est celui de l’éditeur.",
				"Give somebody of the organisation. For API Particulier through an editor it is the reverse: its technical contact is the editor’s.")).form = dataPass
		return
	}
	f.ok("contact", text.Of("le contact technique a une adresse", "the technical contact has an address"))
}

// checkAlgorithm looks at what the client is registered to be signed with.
func (p *portal) checkAlgorithm(f *findings) {
	said := p.registration.algorithm
	if said == "" || !p.environment.isKnown() || slices.Contains(p.environment.Algorithms, said) {
		return
	}
	has := strings.Join(p.environment.Algorithms, ", ")
	f.fail("algorithm", sideRegistration, text.Of("le client est inscrit avec "+said+", et tout jeton serait refusé ; ici, c’est "+has, "the client is registered with "+said+", and every token would be refused; here it is "+has),
		text.Of("Demandez "+p.environment.Algorithms[0]+" : un jeton signé d’un secret partagé se forge avec ce secret.", "Ask for "+p.environment.Algorithms[0]+": a token that is signed with a shared secret is forged with that secret.")).form = p.environment.change()
}

var requestNumber = regexp.MustCompile(`^[0-9]{1,7}$`)

// laPoste is the SIREN whose establishments do not follow Luhn: their digits
// add up to a multiple of five.
const laPoste = "356000000"

// isSIRET reports whether a number can be a SIRET: 14 digits that follow Luhn.
func isSIRET(number string) bool {
	number = strings.Join(strings.Fields(number), "")
	if len(number) != 14 {
		return false
	}
	luhn, sum := 0, 0
	for i, r := range number {
		if r < '0' || r > '9' {
			return false
		}
		digit := int(r - '0')
		sum += digit
		if i%2 == 0 { // every second from the right, of an even number of them
			if digit *= 2; digit > 9 {
				digit -= 9
			}
		}
		luhn += digit
	}
	return luhn%10 == 0 || strings.HasPrefix(number, laPoste) && sum%5 == 0
}

var (
	phonePunctuation = regexp.MustCompile(`\(0\)|[\s.\x{a0}\x{202f}-]`)
	// Overseas departments have numbers in 06 too; DataPass does not take all
	// of them in their international form.
	mobileForm = regexp.MustCompile(`^(?:0|(?:\+|00)(?:33|590|594|596|262))([67][0-9]{8})$`)
	// Saint-Pierre-et-Miquelon, Wallis-et-Futuna, Nouvelle-Calédonie, Polynésie.
	pacificForm = regexp.MustCompile(`^(?:\+|00)(508[457][0-9]{5}|681[0-9]{6}|687[7-9][0-9]{5}|6898[79][0-9]{6})$`)
)

// mobileNumber returns a French mobile number as the forms take it.
func mobileNumber(number string) (string, bool) {
	bare := phonePunctuation.ReplaceAllString(number, "")
	if m := mobileForm.FindStringSubmatch(bare); m != nil {
		n := "0" + m[1]
		return strings.Join([]string{n[:2], n[2:4], n[4:6], n[6:8], n[8:]}, " "), true
	}
	if m := pacificForm.FindStringSubmatch(bare); m != nil {
		return "+" + m[1][:3] + " " + m[1][3:], true
	}
	return "", false
}
