package codes

import (
	"regexp"
	"strings"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

var (
	ownCode   = regexp.MustCompile(`^[YE][0-9]{6}$`)
	protocol  = regexp.MustCompile(`^Y04[0-9A-F]{5}$`)
	oauthCode = regexp.MustCompile(`^[a-z][a-z_]{2,63}$`)
)

// A family is a part of FranceConnect: the first two digits of its codes.
type family struct {
	part    text.Text
	side    Side
	citizen string
}

var families = map[string]family{
	"00": {text.Of("général", "general"), FranceConnect, "unavailable"},
	"01": {text.Of("registre national (RNIPP)", "national register (RNIPP)"), FranceConnect, "denied"},
	"02": {text.Of("échange avec le fournisseur d’identité", "exchange with the identity provider"), FranceConnect, "unavailable"},
	"03": {text.Of("demande du portail", "request of the portal"), Portal, "misconfigured"},
	"04": {text.Of("protocole OpenID Connect", "OpenID Connect protocol"), Portal, "misconfigured"},
	"05": {text.Of("nœud européen eIDAS", "European eIDAS node"), FranceConnect, "unavailable"},
	"06": {text.Of("nœud européen eIDAS", "European eIDAS node"), FranceConnect, "unavailable"},
	"07": {text.Of("nœud européen eIDAS", "European eIDAS node"), FranceConnect, "unavailable"},
	"08": {text.Of("nœud européen eIDAS", "European eIDAS node"), FranceConnect, "unavailable"},
	"10": {text.Of("déroulement de la connexion", "course of the sign-in"), FranceConnect, "unavailable"},
	"18": {text.Of("compte FranceConnect", "FranceConnect account"), Person, "denied"},
	"19": {text.Of("session chez FranceConnect", "session at FranceConnect"), Person, "stale"},
	"27": {text.Of("courriels de FranceConnect", "FranceConnect’s e-mails"), FranceConnect, "unavailable"},
	"33": {text.Of("fournisseur de données", "data provider"), Portal, "misconfigured"},
	"42": {text.Of("ordre des pages", "order of the pages"), Person, "stale"},
	"43": {text.Of("vérification de jetons par un fournisseur de données", "token check by a data provider"), Portal, "misconfigured"},
	"44": {text.Of("jetons", "tokens"), FranceConnect, "unavailable"},
	"47": {text.Of("formulaire de FranceConnect", "FranceConnect’s form"), Person, "stale"},
	"51": {text.Of("appareil de la personne", "the person’s device"), FranceConnect, "denied"},
	"52": {text.Of("niveau eIDAS", "eIDAS level"), FranceConnect, "level"},
	"60": {text.Of("identité transmise", "identity passed on"), FranceConnect, "denied"},
}

// Guess says of a code that is not in the table what its shape says; not ok is
// one that has none of FranceConnect's shapes.
func Guess(name string) (c Code, ok bool) {
	name = strings.TrimSpace(name)
	upper := strings.ToUpper(name)
	c = Code{Action: text.Of(
		"Notez l’identifiant affiché avec l’erreur et écrivez à support.partenaires@franceconnect.gouv.fr s’il revient. La liste officielle : https://docs.partenaires.franceconnect.gouv.fr/fs/fs-technique/fs-technique-erreurs/",
		"Write down the identifier shown with the error, and write to support.partenaires@franceconnect.gouv.fr if it comes again. The official list: https://docs.partenaires.franceconnect.gouv.fr/fs/fs-technique/fs-technique-erreurs/",
	)}
	part := families["00"]
	switch {
	case protocol.MatchString(upper):
		part = families["04"]
		c.Name, c.Where = upper, Page
	case ownCode.MatchString(upper):
		c.Name, c.Where = upper, Page
		if known, ok := families[upper[1:3]]; ok {
			part = known
		} else {
			part.part = text.Of("partie inconnue", "unknown part")
		}
	case oauthCode.MatchString(strings.ToLower(name)):
		c.Name, c.Where = strings.ToLower(name), Callback
		part = family{text.Of("erreur OAuth que FranceConnect n’envoie pas par le navigateur. Venue d’un retour, elle a sans doute été écrite à la main", "OAuth error that FranceConnect does not send through the browser. In a callback, somebody probably wrote it by hand"), Portal, "misconfigured"}
	default:
		return Code{}, false
	}
	c.Side, c.Citizen = part.side, table().citizen[part.citizen]
	c.Cause = text.Of(
		"Ce code n’est pas dans la table. Sa forme dit : "+part.part.French+".",
		"This code is not in the table. Its shape says: "+part.part.English+".",
	)
	return c, true
}
