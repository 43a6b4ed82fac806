package main

import (
	"context"
	"fmt"
	"os"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

// prepareCheck returns the options of check, and what makes the checks: of the
// settings, and with -reseau of FranceConnect and the portal.
func (prog *program) prepareCheck() ([]option, runner) {
	p, online, file := &portal{}, false, text.Of("fichier", "file")
	options := append(p.options(prog.stdin),
		switchOption("reseau", &online, text.Of("interroge aussi FranceConnect et le portail, et y fait dix allers et retours comme qui renonce : personne n’est connecté, aucun secret ne part vers le portail, et ses journaux reçoivent dix connexions refusées (Info)",
			"asks FranceConnect and the portal too, and makes ten round trips there as somebody who gives up: nobody is signed in, no secret is sent to the portal, and its logs get ten denied logins (Info)")),
		pathOption("page", &p.pageFile, file, text.Of("HTML de la page de connexion", "HTML file of the sign-in page")),
		pathOption("css", &p.cssFile, file, text.Of("style de la page", "style sheet of the page")),
		pathOption("module", &p.module, text.Of("programme", "program"), text.Of("celui du portail qui essaie ses clés gardées ailleurs (HSM, TPM, service de clés), arguments compris, entre \" s’il y a une espace dans l’un d’eux, 30 secondes au plus ; il rend 0, ou dit ce que le module a répondu : DecryptionKey.Try",
			"the portal’s own that tries its keys held elsewhere (HSM, TPM, key service), with its arguments, each that has a space between \", for 30 seconds at most; it ends with 0, or says what the module answered: DecryptionKey.Try")),
		pathOption("jeton", &p.hintFile, file, text.Of("celui qui a le jeton d’identité d’une connexion d’essai", "the one that has the ID token of a test sign-in")),
	)
	return options, func(ctx context.Context, _ []string) int { return prog.check(ctx, p, online) }
}

// check makes the checks and prints them.
func (prog *program) check(ctx context.Context, p *portal, online bool) int {
	if why := p.product.check(); why.French != "" {
		return prog.usageError("check", why)
	}
	if p.product.profile != nil {
		p.chooseEnvironment(prog.getenv)
	}
	p.readSettings(prog.getenv)
	if p.module != "" {
		p.keptElsewhere("decryption-keys")
	}
	if wrong := p.misplacedSecret(); wrong.French != "" {
		return prog.usageError("check", wrong)
	}
	p.buildClient()

	var f findings
	prog.checkSettings(&f, p, online)
	prog.checkModule(ctx, &f, p)
	groups := []group{{text.Of("Réglages", "Settings"), len(f)}}
	if online && !p.unreadable {
		prog.checkProvider(ctx, &f, p)
		groups = append(groups, group{text.Of("FranceConnect", "FranceConnect"), len(f)})
		prog.checkSite(ctx, &f, p)
		groups = append(groups, group{text.Of("Portail", "Portal"), len(f)})
	}
	if prog.asJSON {
		report := map[string]any{
			"environment": p.environment.name, "issuer": p.environment.Issuer, "ok": !f.any(bad), "checks": f.forJSON(prog),
			"unchecked": prog.sayAll(p.unchecked(online)), "facts": prog.say(sourcesNote),
		}
		if !p.product.isHosted() {
			report["guaranteed"], report["headers"] = prog.sayAll(guaranteed), p.headers(prog)
		}
		prog.writeJSON(report)
	} else {
		if p.environment.isKnown() {
			fmt.Fprintf(prog.stdout, "%s, %s\n\n", prog.paint(bold, prog.say(p.environment.title())), p.environment.origin())
		}
		f.print(prog, groups)
		if !p.product.isHosted() {
			prog.list(text.Of("Assuré par la bibliothèque :", "Seen to by the library:"), guaranteed)
		}
		prog.list(text.Of("Ce que personne d’ici ne peut vérifier :", "What nobody can check from here:"), p.unchecked(online))
		if !p.product.isHosted() {
			prog.listHeaders(p)
		}
		fmt.Fprintln(prog.stdout, "\n"+prog.say(sourcesNote))
	}
	if f.any(bad) {
		return failed
	}
	return succeeded
}

// guaranteed lists checks of the guide that cannot fail here.
var guaranteed = []text.Text{
	text.Of("l’état (state) et le nonce ont 40 caractères", "state and nonce have 40 characters"),
	text.Of("la signature est ES256 ou RS256 (HS256 sur v1 seulement) ; le jeton ne choisit pas", "the signature is ES256 or RS256 (HS256 on v1 alone); the token has no choice"),
	text.Of("le cookie de connexion est Secure, HttpOnly, SameSite=Lax, et petit : aucun jeton n’y est", "the login cookie is Secure, HttpOnly, SameSite=Lax, and small: it holds no token"),
	text.Of("openid est toujours demandé ; PKCE et max_age jamais, prompt pour FranceConnexion Direct seulement", "openid is always asked for; PKCE and max_age never, prompt for FranceConnexion Direct alone"),
}

// unchecked returns what stays to be known by other means.
func (p *portal) unchecked(online bool) []text.Text {
	all := []text.Text{
		text.Of("les scopes accordés en production : le bac à sable les accorde tous", "the scopes granted in production: the sandbox grants them all"),
		text.Of("la qualification, l’habilitation et l’arrivée du SMS", "the qualification, the habilitation and the arrival of the SMS"),
		text.Of("les données d’identité de vraies personnes : un bac à sable vert ne dit rien de la production, ni de ses adresses", "the identity data of real people: a green sandbox says nothing of production, nor of its addresses"),
	}
	if !p.product.isHosted() {
		all = append(all, text.Of("un Redis qui garde les connexions en cours (Config.Store) : il lui faut maxmemory-policy noeviction, sinon il en efface quand sa mémoire est pleine ; Check, du module redisstore, le lui demande et mesure combien de connexions par seconde il porte",
			"a Redis that keeps the open logins (Config.Store): it needs maxmemory-policy noeviction, or removes some when its memory is full; Check, of the module redisstore, asks it, and measures how many logins a second it carries"))
	}
	if p.hintFile == "" || !online {
		all = append(all, text.Of("l’inscription de l’adresse de retour de déconnexion : FranceConnect veut d’abord un jeton d’identité ; déconnectez-vous une fois (Y04CFAEF si elle manque), ou donnez le jeton d’une connexion (-jeton)",
			"the registration of the post-logout URL: FranceConnect wants an ID token first; sign out once (Y04CFAEF if it is missing), or give the token of a sign-in (-jeton)"))
	}
	if p.otherEnvironment.isKnown() && !p.plus {
		all = append(all, text.Of("FranceConnect+, que les variables FRANCECONNECT_PLUS_… nomment aussi : ajoutez -plus", "FranceConnect+, which the variables FRANCECONNECT_PLUS_… name too: add -plus"))
	}
	if !online {
		all = append(all, text.Of("FranceConnect et le portail eux-mêmes : ajoutez -reseau", "FranceConnect and the portal themselves: add -reseau"))
	}
	return all
}

func (prog *program) list(title text.Text, items []text.Text) {
	fmt.Fprintln(prog.stdout, "\n"+prog.paint(bold, prog.say(title)))
	for _, item := range items {
		fmt.Fprintln(prog.stdout, "  · "+prog.say(item))
	}
}

// listHeaders shows the headers of the portal’s pages, ready to be pasted.
func (prog *program) listHeaders(p *portal) {
	if !p.environment.isKnown() {
		return
	}
	fmt.Fprintln(prog.stdout, "\n"+prog.paint(bold, prog.say(text.Of("En-têtes des pages du portail, à coller :", "Headers of the portal’s pages, to be pasted:"))))
	for _, h := range p.headers(prog) {
		fmt.Fprintln(prog.stdout, "  "+h.Name+": "+h.Value)
		fmt.Fprintln(prog.stdout, "      "+prog.paint(dim, "("+h.Why+")"))
	}
}

// sourcesNote says how old what is built in is.
var sourcesNote = text.Of("D’après les procédures publiées jusqu’en novembre 2026 ; elles changent : en cas d’écart, les sites officiels ont raison.",
	"From the procedures published until November 2026; they change: where they differ, the official sites are right.")

// checkSettings makes the checks that need no network.
func (prog *program) checkSettings(f *findings, p *portal, online bool) {
	prog.checkVariables(f, p)
	p.checkBackground(f)
	if p.unreadable {
		return
	}
	if p.config.ClientID == "" && p.config.ClientSecret == "" && p.product.isHosted() {
		f.skip("client-id", text.Of("l’identifiant et le secret sont sur l’écran du produit, que ce programme ne voit pas", "the client id and the secret are on the screen of the product, which this program does not see"))
	} else {
		checkCredentials(f, p)
		prog.checkMixedClients(f, p)
		prog.checkLeaks(f, p)
	}
	checkAddresses(f, p)
	checkScopes(f, p, online)
	if !p.product.isHosted() {
		checkLevel(f, p)
		prog.checkPurpose(f, p)
	}
	p.checkRegistration(f)
	prog.checkProConnect(f, p)
	prog.checkLastDays(f, p)
	checkAttested(f, p, online)
	if p.pageFile == "" {
		return
	}
	html, err := os.ReadFile(p.pageFile)
	css := []byte{}
	if p.cssFile != "" && err == nil {
		css, err = os.ReadFile(p.cssFile)
	}
	if err != nil {
		f.fail("button", sidePortal, text.Of("le fichier de -page ou de -css ne peut pas être lu", "the file of -page or -css cannot be read"), text.Of("Corrigez -page ou -css.", "Correct -page or -css."))
		return
	}
	page := readPage(string(html))
	p.checkPage(f, page, page.styles+string(css))
}
