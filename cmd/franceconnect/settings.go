package main

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/cmd/franceconnect/internal/profile"
	"github.com/franceconnect-go/franceconnect/internal/text"
	"github.com/franceconnect-go/franceconnect/proconnect"
)

// checkNames has the check that a variable is about.
var checkNames = map[string]string{
	"FRANCECONNECT_ENVIRONMENT": "environment", "FRANCECONNECT_PLATFORM": "environment",
	"FRANCECONNECT_CLIENT_ID": "client-id", "FRANCECONNECT_CLIENT_SECRET": "client-secret", "FRANCECONNECT_CLIENT_SECRET_FILE": "client-secret",
	"FRANCECONNECT_NEXT_CLIENT_SECRET": "client-secret", "FRANCECONNECT_NEXT_CLIENT_SECRET_FILE": "client-secret",
	"FRANCECONNECT_CLIENT_SECRET_VARIABLE": "client-secret", "JSON": "settings", "franceconnect": "settings", "host": "addresses", "portal_url": "addresses", "version": "product-version", "name": "organisation",
	"FRANCECONNECT_SCOPES": "scopes", "FRANCECONNECT_LEVEL": "level", "FRANCECONNECT_COOKIE_KEYS": "cookie-keys",
	"FRANCECONNECT_DECRYPTION_KEYS": "decryption-keys", "PORTAL_URL": "addresses",
	"FRANCECONNECT_REDIRECT_URL": "addresses", "FRANCECONNECT_POST_LOGOUT_REDIRECT_URL": "addresses", "FRANCECONNECT_HOME_PATH": "addresses",
	"FRANCECONNECT_ENABLED": "enabled", "FRANCECONNECT_AMR": "level", "FRANCECONNECT_BUTTON": "button", "FRANCECONNECT_TEXT": "button",
	"FRANCECONNECT_DIRECT_KEYS": "direct", "FRANCECONNECT_DIRECT_CLAIM": "direct", "FRANCECONNECT_DIRECT_ALGORITHM": "direct", "FRANCECONNECT_DIRECT_ISSUER": "direct",
}

// hasProblem reports whether a check has failed before it began.
func (p *portal) hasProblem(check string) bool {
	return slices.ContainsFunc(p.problems, func(e *franceconnect.ConfigError) bool { return checkNames[p.variableOf(e)] == check })
}

// checkVariables says what the library says of the settings.
func (prog *program) checkVariables(f *findings, p *portal) {
	for _, e := range p.problems {
		name := p.setting(p.variableOf(e))
		if p.variableOf(e) == "FRANCECONNECT_ENVIRONMENT" && p.environmentName != "" {
			name = "-env " + named(p.environmentName)
		}
		at := f.fail(cmp.Or(checkNames[p.variableOf(e)], "settings"), sidePortal,
			text.Of(name+" "+e.French, name+" "+e.English), text.Of("Corrigez "+name+".", "Correct "+name+"."))
		switch checkNames[p.variableOf(e)] {
		case "settings":
			at.action = text.Of("Corrigez le fichier des réglages.", "Correct the file with the settings.")
		case "environment":
			if p.variableOf(e) == "FRANCECONNECT_ENVIRONMENT" && p.getenv(p.variableOf(e)) == "" {
				at.what = text.Of(name+" est absent", name+" is missing")
				at.action = text.Of("Pour commencer : "+p.setting("FRANCECONNECT_ENVIRONMENT")+"=sandbox, avec le client du bac à sable.", "To begin with: "+p.setting("FRANCECONNECT_ENVIRONMENT")+"=sandbox, with the client of the sandbox.")
				at.form = partners
			} else if _, err := proconnect.ParseEnvironment(p.getenv(p.variableOf(e))); err == nil && strings.Contains(e.English, "ProConnect") {
				at.action = text.Of("Pour des agents : PROCONNECT_ENVIRONMENT, et le paquet proconnect. Pour des usagers : une adresse de FranceConnect.", "For agents: PROCONNECT_ENVIRONMENT, and the package proconnect. For citizens: an address of FranceConnect.")
				at.form = proConnectPartners
			}
		case "client-id", "client-secret":
			at.action = text.Of("Corrigez "+name+". Où le trouver : ", "Correct "+name+". Where to find it: ")
			where := p.environment.clientIDSource()
			if at.check == "client-secret" {
				where = p.environment.secretSource()
			}
			at.action.French += where.French + "."
			at.action.English += where.English + "."
			at.form = p.environment.creation()
		case "level":
			if p.variableOf(e) == "FRANCECONNECT_AMR" {
				break
			}
			at.action = text.Of("FranceConnect donne eidas1 ; pour eidas2 ou eidas3, il faut un client FranceConnect+.", "FranceConnect gives eidas1; for eidas2 or eidas3, a client of FranceConnect+ is needed.")
			at.form = newClientPlus
		}
	}
	if p.unreadable {
		return
	}
	if p.disabled {
		f.warn("enabled", sidePortal, text.Of("FranceConnect est désactivé dans ce portail", "FranceConnect is switched off in this portal"),
			text.Of("Quand tout est prêt, retirez "+p.setting("FRANCECONNECT_ENABLED")+" ou mettez-y true.", "When all is ready, take "+p.setting("FRANCECONNECT_ENABLED")+" out or make it true."))
	}
	if p.environment.isKnown() && !p.hasProblem("environment") {
		understood := text.Of("compris : "+p.environment.title().French+", "+p.environment.Issuer, "understood: "+p.environment.title().English+", "+p.environment.Issuer)
		if p.environment.Platform == franceconnect.V1 {
			f.warn("environment", sideRegistration, understood, text.Of(
				"La v1 ferme : le 23/09/2026 des portails l’ont vue fermée ou renvoyée ailleurs. La bibliothèque la parle toujours. Demandez un client v2, avec l’identifiant v1 comme « Client ID à réutiliser pour générer les subs », et gardez ainsi vos comptes.",
				"v1 is closing: on 23/09/2026 portals saw it closed or sent elsewhere. The library speaks it still. Ask for a v2 client, with the v1 client id as “Client ID à réutiliser pour générer les subs”, and so keep your accounts.")).form = newClient
		} else if at, _ := url.Parse(p.environment.Issuer); p.environment.name == "" && at != nil && franceConnectHost.MatchString(at.Hostname()) {
			f.warn("environment", sideRegistration, understood, text.Of(
				"La bibliothèque ne connaît pas cette adresse de FranceConnect : vérifiez-la auprès de FranceConnect, ou mettez la bibliothèque à jour.",
				"The library does not know this address of FranceConnect: check it with FranceConnect, or update the library.")).form = partners
		} else {
			f.ok("environment", understood)
		}
	}
	switch {
	case p.hasProblem("cookie-keys"), p.elsewhere["cookie-keys"], p.product.isHosted():
	case p.getenv("FRANCECONNECT_COOKIE_KEYS") == "":
		f.warn("cookie-keys", sidePortal,
			text.Of(p.setting("FRANCECONNECT_COOKIE_KEYS")+" est absent : une clé neuve à chaque démarrage, et une par machine", p.setting("FRANCECONNECT_COOKIE_KEYS")+" is missing: a fresh key at each start, and one for each machine"),
			text.Of("franceconnect keys en fait une ; donnez la même à toutes les machines.", "franceconnect keys makes one; give all machines the same."))
	default:
		f.ok("cookie-keys", text.Of("les cookies ont leur clé", "the cookies have their key"))
	}
	if p.environment.Platform == franceconnect.Plus && !p.hasProblem("decryption-keys") && !p.elsewhere["decryption-keys"] {
		f.ok("decryption-keys", text.Of("les clés de déchiffrement sont lisibles : "+strings.Join(p.keyAlgorithms(), ", "), "the decryption keys can be read: "+strings.Join(p.keyAlgorithms(), ", ")))
	}
}

// franceConnectHost matches hosts that are FranceConnect’s own.
var franceConnectHost = regexp.MustCompile(`(^|\.)(franceconnect\.gouv|dev-franceconnect)\.fr$`)

var hex64 = regexp.MustCompile(`^[0-9a-f]{64}$`)

// publicIDs are client ids that everybody knows: the demonstration client of the
// v1 examples, and the one of the mock.
var publicIDs = []string{
	"211286433e39cce01db448d80181bdfd005554b19cd51b3fe7943f6b3b86ab6e",
	strings.Repeat("0c11e47", 9) + "0",
}

// checkCredentials looks at the form of the client id and the secret. It never
// says any of the secret.
func checkCredentials(f *findings, p *portal) {
	id, secret := p.config.ClientID, string(p.config.ClientSecret)
	if !p.hasProblem("client-id") {
		switch {
		case p.environment.name != "" && slices.Contains(publicIDs, id):
			f.fail("client-id", sideRegistration, text.Of("c’est l’identifiant public d’une démonstration", "it is the public client id of a demonstration"),
				text.Of("Demandez votre propre client.", "Ask for a client of your own.")).form = p.environment.creation()
		case p.environment.Platform != franceconnect.V1 && !hex64.MatchString(id):
			f.warn("client-id", sidePortal, formSeen(id),
				text.Of("Comparez-le avec celui qui vous a été donné.", "Compare it with the one that you were given."))
		default:
			f.ok("client-id", text.Of("l’identifiant client a la bonne forme", "the client id has the right form"))
		}
	}
	switch {
	case p.hasProblem("client-secret"):
		return
	case p.elsewhere["client-secret"]:
		f.skip("client-secret", text.Of("le secret n’est pas ici", "the secret is not here"))
		return
	}
	checkSecret(f, text.Of("le secret", "the secret"), secret, id)
	switch next := string(p.config.NextClientSecret); next {
	case "":
	case secret:
		name := p.setting("FRANCECONNECT_NEXT_CLIENT_SECRET")
		f.warn("client-secret", sidePortal, text.Of("le prochain secret est le secret présent", "the next secret is the present one"),
			text.Of("Retirez "+name+" si le changement est fait.", "Take "+name+" out if the change is made."))
	default:
		checkSecret(f, text.Of("le prochain secret", "the next secret"), next, id)
	}
}

// formSeen says how a client id differs from the usual form.
func formSeen(id string) text.Text {
	n := utf8.RuneCountInString(id)
	if n == 64 {
		return text.Of("l’identifiant a 64 caractères, mais pas tous de 0 à 9 ou de a à f", "the client id has 64 characters, but not all from 0 to 9 or from a to f")
	}
	return text.Of(fmt.Sprintf("l’identifiant n’a pas la forme habituelle, 64 chiffres hexadécimaux : longueur vue, %d", n), fmt.Sprintf("the client id does not have the usual form, 64 hexadecimal digits: length seen, %d", n))
}

// checkSecret looks at the form of a secret.
func checkSecret(f *findings, which text.Text, secret, id string) {
	switch {
	case secret == id:
		f.fail("client-secret", sidePortal, which.Then(text.Of(" est l’identifiant", " is the client id")),
			text.Of("Recopiez la valeur seule, sans guillemets.", "Copy the value alone, without quotation marks."))
	case !hex64.MatchString(secret):
		f.warn("client-secret", sidePortal, which.Then(text.Of(" n’a pas la forme habituelle, 64 chiffres hexadécimaux", " does not have the usual form, 64 hexadecimal digits")),
			text.Of("Comparez-le avec le SMS ou l’espace partenaires : il est peut-être coupé.", "Compare it with the SMS or the partners' space: it may be cut."))
	default:
		f.ok("client-secret", which.Then(text.Of(" a la bonne forme : 64 caractères, empreinte SHA-256 "+fingerprint(secret)+"…", " has the right form: 64 characters, SHA-256 fingerprint "+fingerprint(secret)+"…")))
	}
}

// fingerprint returns the beginning of a secret’s SHA-256, by which two machines
// are seen to have the same. It tells nothing of 32 random bytes, which is what
// a secret of the usual form is made of; of another, nothing is said.
//
//	printf %s "$FRANCECONNECT_CLIENT_SECRET" | sha256sum | cut -c1-8
func fingerprint(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:4])
}

// checkAttested reminds of the other way to sign in, which only the page shows.
func checkAttested(f *findings, p *portal, online bool) {
	if p.registration.otherSignIn == "" && p.pageFile == "" && !online {
		f.skip("other-way", text.Of("DataPass demande d’attester une autre connexion : dites où (-autre), ou montrez la page (-page, -reseau)", "DataPass asks you to attest another way to sign in: say where (-autre), or show the page (-page, -reseau)"))
	}
}

// checkPurpose finds a sandbox in production, and production elsewhere.
func (prog *program) checkPurpose(f *findings, p *portal) {
	said := ""
	for _, name := range []string{"APP_ENV", "ENV", "GO_ENV", "ENVIRONMENT"} {
		said = cmp.Or(said, strings.ToLower(prog.getenv(name)))
	}
	live := strings.HasPrefix(said, "prod") || said == "prd" || said == "live"
	switch {
	case said == "" || !p.environment.isKnown():
		f.skip("purpose", text.Of("aucune variable (APP_ENV, ENV, GO_ENV) ne dit si ceci est la production", "no variable (APP_ENV, ENV, GO_ENV) says whether this is production"))
	case live && !p.environment.isProduction():
		f.fail("purpose", sidePortal, text.Of("ce portail est en production, mais son FranceConnect est un environnement de test", "this portal is in production, but its FranceConnect is a test environment"),
			text.Of("Mettez "+p.setting("FRANCECONNECT_ENVIRONMENT")+"=production, avec le client de production.", "Set "+p.setting("FRANCECONNECT_ENVIRONMENT")+"=production, with the production client.")).form = newClient
	case !live && p.environment.isProduction():
		f.warn("purpose", sidePortal, text.Of("ce portail n’est pas en production, mais son FranceConnect l’est", "this portal is not in production, but its FranceConnect is"),
			text.Of("Servez-vous du bac à sable pour les essais.", "Use the sandbox for tests.")).form = partners
	default:
		f.ok("purpose", text.Of("le portail et son FranceConnect sont du même côté de la production", "the portal and its FranceConnect are on the same side of production"))
	}
}

// misplacedSecret says which setting that would be shown has the form of a secret,
// if one has.
func (p *portal) misplacedSecret() text.Text {
	if p.unreadable {
		return text.Text{}
	}
	shown := map[string]string{"PORTAL_URL": p.url}
	for _, name := range []string{"FRANCECONNECT_ENVIRONMENT", "FRANCECONNECT_SCOPES", "FRANCECONNECT_REDIRECT_URL", "FRANCECONNECT_POST_LOGOUT_REDIRECT_URL"} {
		shown[name] = p.getenv(name)
	}
	for _, name := range slices.Sorted(maps.Keys(shown)) {
		if profile.HasSecret(shown[name]) {
			name = p.setting(name)
			return text.Of(name+" : la valeur a la forme d’un secret, qui n’a pas sa place ici", name+": the value has the form of a secret, which has no place here")
		}
	}
	return text.Text{}
}
