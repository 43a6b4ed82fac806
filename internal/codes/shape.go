package codes

import (
	"regexp"
	"strings"
)

var (
	ownCode   = regexp.MustCompile(`^[YE][0-9]{6}$`)
	protocol  = regexp.MustCompile(`^Y04[0-9A-F]{5}$`)
	oauthCode = regexp.MustCompile(`^[a-z][a-z_]{2,63}$`)
)

// A family is a part of FranceConnect: the first two digits of its codes.
type family struct {
	part    Text
	side    Side
	citizen string
}

var families = map[string]family{
	"00": {Text{"général", "general"}, FranceConnect, "unavailable"},
	"01": {Text{"registre national (RNIPP)", "national register (RNIPP)"}, FranceConnect, "denied"},
	"02": {Text{"échange avec le fournisseur d’identité", "exchange with the identity provider"}, FranceConnect, "unavailable"},
	"03": {Text{"demande du portail", "request of the portal"}, Portal, "misconfigured"},
	"04": {Text{"protocole OpenID Connect", "OpenID Connect protocol"}, Portal, "misconfigured"},
	"05": {Text{"nœud européen eIDAS", "European eIDAS node"}, FranceConnect, "unavailable"},
	"06": {Text{"nœud européen eIDAS", "European eIDAS node"}, FranceConnect, "unavailable"},
	"07": {Text{"nœud européen eIDAS", "European eIDAS node"}, FranceConnect, "unavailable"},
	"08": {Text{"nœud européen eIDAS", "European eIDAS node"}, FranceConnect, "unavailable"},
	"10": {Text{"déroulement de la connexion", "course of the sign-in"}, FranceConnect, "unavailable"},
	"18": {Text{"compte FranceConnect", "FranceConnect account"}, Person, "denied"},
	"19": {Text{"session chez FranceConnect", "session at FranceConnect"}, Person, "stale"},
	"27": {Text{"courriels de FranceConnect", "FranceConnect’s e-mails"}, FranceConnect, "unavailable"},
	"33": {Text{"fournisseur de données", "data provider"}, Portal, "misconfigured"},
	"42": {Text{"ordre des pages", "order of the pages"}, Person, "stale"},
	"43": {Text{"vérification de jetons par un fournisseur de données", "token check by a data provider"}, Portal, "misconfigured"},
	"44": {Text{"jetons", "tokens"}, FranceConnect, "unavailable"},
	"47": {Text{"formulaire de FranceConnect", "FranceConnect’s form"}, Person, "stale"},
	"51": {Text{"appareil de la personne", "the person’s device"}, FranceConnect, "denied"},
	"52": {Text{"niveau eIDAS", "eIDAS level"}, FranceConnect, "level"},
	"60": {Text{"identité transmise", "identity passed on"}, FranceConnect, "denied"},
}

// Guess says of a code that is not in the table what its shape says; not ok is
// one that has none of FranceConnect's shapes.
func Guess(name string) (c Code, ok bool) {
	name = strings.TrimSpace(name)
	upper := strings.ToUpper(name)
	c = Code{Action: Text{
		"Notez l’identifiant affiché avec l’erreur et écrivez à support.partenaires@franceconnect.gouv.fr s’il revient. La liste officielle : https://docs.partenaires.franceconnect.gouv.fr/fs/fs-technique/fs-technique-erreurs/",
		"Write down the identifier shown with the error, and write to support.partenaires@franceconnect.gouv.fr if it comes again. The official list: https://docs.partenaires.franceconnect.gouv.fr/fs/fs-technique/fs-technique-erreurs/",
	}}
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
			part.part = Text{"partie inconnue", "unknown part"}
		}
	case oauthCode.MatchString(strings.ToLower(name)):
		c.Name, c.Where = strings.ToLower(name), Callback
		part = family{Text{"erreur OAuth que FranceConnect n’envoie pas par le navigateur. Venue d’un retour, elle a sans doute été écrite à la main", "OAuth error that FranceConnect does not send through the browser. In a callback, somebody probably wrote it by hand"}, Portal, "misconfigured"}
	default:
		return Code{}, false
	}
	c.Side, c.Citizen = part.side, table().citizen[part.citizen]
	c.Cause = Text{
		"Ce code n’est pas dans la table. Sa forme dit : " + part.part.French + ".",
		"This code is not in the table. Its shape says: " + part.part.English + ".",
	}
	return c, true
}
