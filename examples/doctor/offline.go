package main

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect"
)

// checkNames are the checks that a variable is about.
var checkNames = map[string]string{
	"FRANCECONNECT_ENVIRONMENT": "environment", "FRANCECONNECT_PLATFORM": "environment",
	"FRANCECONNECT_CLIENT_ID": "client-id", "FRANCECONNECT_CLIENT_SECRET": "client-secret", "FRANCECONNECT_CLIENT_SECRET_FILE": "client-secret",
	"FRANCECONNECT_SCOPES": "scopes", "FRANCECONNECT_LEVEL": "level", "FRANCECONNECT_KEYS": "cookie-keys",
	"FRANCECONNECT_DECRYPTION_KEYS": "decryption-keys", "PORTAL_URL": "addresses",
}

// wrong tells whether a check has failed before it began.
func (p *portal) wrong(check string) bool {
	return slices.ContainsFunc(p.problems, func(e *franceconnect.ConfigError) bool { return checkNames[variable(e)] == check })
}

// checkVariables says what the library says of the settings.
func (d *doctor) checkVariables(f *findings, p *portal) {
	for _, e := range p.problems {
		at := f.fail(cmp.Or(checkNames[variable(e)], "environment"), ofPortal,
			text{variable(e) + " " + e.French, variable(e) + " " + e.English},
			text{"Corrigez " + variable(e) + ".", "Correct " + variable(e) + "."})
		switch checkNames[variable(e)] {
		case "client-id", "client-secret":
			at.action = text{"Corrigez " + variable(e) + ". Où le trouver : ", "Correct " + variable(e) + ". Where to find it: "}
			where := p.whereID()
			if at.check == "client-secret" {
				where = p.whereSecret()
			}
			at.action.French += where.French + "."
			at.action.English += where.English + "."
			at.form = p.place.creation()
		case "level":
			at.action = text{"FranceConnect donne eidas1 ; pour eidas2 ou eidas3, il faut un client FranceConnect+.", "FranceConnect gives eidas1; for eidas2 or eidas3, a client of FranceConnect+ is needed."}
			at.form = newClientPlus
		}
	}
	if p.place.env != nil && !p.wrong("environment") {
		understood := text{"compris : " + p.place.title().French + ", " + p.place.issuer, "understood: " + p.place.title().English + ", " + p.place.issuer}
		if p.place.platform == franceconnect.V1 {
			f.warn("environment", ofRegistration, understood, text{
				"La v1 est fermée ou va l’être : demandez un client v2, avec l’identifiant v1 comme « Client ID à réutiliser pour générer les subs », et gardez ainsi vos comptes.",
				"v1 is closed or about to be: ask for a v2 client, with the v1 client id as “Client ID à réutiliser pour générer les subs”, and so keep your accounts."}).form = newClient
		} else {
			f.ok("environment", understood)
		}
	}
	switch {
	case p.wrong("cookie-keys"):
	case d.getenv("FRANCECONNECT_KEYS") == "":
		f.warn("cookie-keys", ofPortal,
			text{"FRANCECONNECT_KEYS est absent : une clé neuve à chaque démarrage, et une par machine", "FRANCECONNECT_KEYS is missing: a fresh key at each start, and one for each machine"},
			text{"doctor cles en fait une ; donnez la même à toutes les machines.", "doctor cles makes one; give all machines the same."})
	default:
		f.ok("cookie-keys", text{"les cookies ont leur clé", "the cookies have their key"})
	}
	if p.place.platform == franceconnect.Plus && !p.wrong("decryption-keys") {
		f.ok("decryption-keys", text{"les clés de déchiffrement sont lisibles : " + strings.Join(p.algorithms(), ", "), "the decryption keys can be read: " + strings.Join(p.algorithms(), ", ")})
	}
}

var hex64 = regexp.MustCompile(`^[0-9a-f]{64}$`)

// Client ids that everybody knows: the demonstration client of the v1
// examples, and the one of the mock.
var publicIDs = []string{
	"211286433e39cce01db448d80181bdfd005554b19cd51b3fe7943f6b3b86ab6e",
	strings.Repeat("0c11e47", 9) + "0",
}

// checkCredentials looks at the form of the client id and the secret. It never
// says any of the secret.
func checkCredentials(f *findings, p *portal) {
	id, secret := p.config.ClientID, string(p.config.ClientSecret)
	again := text{"Recopiez la valeur seule, sans guillemets.", "Copy the value alone, without quotation marks."}
	if !p.wrong("client-id") {
		switch {
		case p.place.name != "" && slices.Contains(publicIDs, id):
			f.fail("client-id", ofRegistration, text{"c’est l’identifiant public d’une démonstration", "it is the public client id of a demonstration"},
				text{"Demandez votre propre client.", "Ask for a client of your own."}).form = p.place.creation()
		case strings.ContainsAny(id, `"'`):
			f.fail("client-id", ofPortal, text{"l’identifiant contient des guillemets", "the client id has quotation marks"}, again)
		case p.place.platform != franceconnect.V1 && !hex64.MatchString(id):
			f.warn("client-id", ofPortal, text{"l’identifiant n’a pas la forme habituelle, 64 chiffres hexadécimaux", "the client id does not have the usual form, 64 hexadecimal digits"},
				text{"Comparez-le avec celui qui vous a été donné.", "Compare it with the one that you were given."})
		default:
			f.ok("client-id", text{"l’identifiant client a la bonne forme", "the client id has the right form"})
		}
	}
	if p.wrong("client-secret") {
		return
	}
	switch {
	case secret == id:
		f.fail("client-secret", ofPortal, text{"le secret est l’identifiant", "the secret is the client id"}, again)
	case strings.ContainsAny(secret, `"'`):
		f.fail("client-secret", ofPortal, text{"le secret contient des guillemets", "the secret has quotation marks"}, again)
	case !hex64.MatchString(secret):
		f.warn("client-secret", ofPortal, text{"le secret n’a pas la forme habituelle, 64 chiffres hexadécimaux", "the secret does not have the usual form, 64 hexadecimal digits"},
			text{"Comparez-le avec le SMS ou l’espace partenaires : il est peut-être coupé.", "Compare it with the SMS or the partners' space: it may be cut."})
	default:
		f.ok("client-secret", text{"le secret a la bonne forme", "the secret has the right form"})
	}
}

// checkPurpose finds a sandbox in production, and production elsewhere.
func (d *doctor) checkPurpose(f *findings, p *portal) {
	said := ""
	for _, name := range []string{"APP_ENV", "ENV", "GO_ENV", "ENVIRONMENT"} {
		said = cmp.Or(said, strings.ToLower(d.getenv(name)))
	}
	live := strings.HasPrefix(said, "prod")
	switch {
	case said == "" || p.place.env == nil:
		f.skip("purpose", text{"aucune variable (APP_ENV, ENV, GO_ENV) ne dit si ceci est la production", "no variable (APP_ENV, ENV, GO_ENV) says whether this is production"})
	case live && !p.place.production():
		f.fail("purpose", ofPortal, text{"ce portail est en production, mais son FranceConnect est un environnement de test", "this portal is in production, but its FranceConnect is a test environment"},
			text{"Mettez FRANCECONNECT_ENVIRONMENT=production, avec le client de production.", "Set FRANCECONNECT_ENVIRONMENT=production, with the production client."}).form = newClient
	case !live && p.place.production():
		f.warn("purpose", ofPortal, text{"ce portail n’est pas en production, mais son FranceConnect l’est", "this portal is not in production, but its FranceConnect is"},
			text{"Servez-vous du bac à sable pour les essais.", "Use the sandbox for tests."}).form = partners
	default:
		f.ok("purpose", text{"le portail et son FranceConnect sont du même côté de la production", "the portal and its FranceConnect are on the same side of production"})
	}
}
