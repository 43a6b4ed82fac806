package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
)

// verifier makes the checks: of the settings, and with -reseau of FranceConnect
// and the portal.
func (d *doctor) verifier(ctx context.Context, args []string) int {
	flags := d.flags("verifier")
	p := &portal{}
	env := p.portalFlags(flags)
	online := false
	flags.BoolVar(&online, "reseau", false, "interroge aussi FranceConnect et le portail / asks FranceConnect and the portal too")
	flags.BoolVar(&online, "online", false, "-reseau")
	flags.StringVar(&p.page, "page", "", "`fichier` HTML de la page de connexion / HTML file of the sign-in page")
	flags.StringVar(&p.css, "css", "", "`fichier` de style de la page / style sheet of the page")
	flags.StringVar(&p.hint, "jeton", "", "`fichier` avec le jeton d’identité d’une connexion d’essai / file with the ID token of a test sign-in")
	words, status, done := d.parseAll(flags, args)
	if done {
		return status
	}
	if len(words) > 0 {
		return d.misuse(flags, text{"la vérification ne prend que des options", "the check takes options only"})
	}
	if !p.given.isBody() {
		return d.misuse(flags, badBody)
	}
	p.read(d.getenv, *env)
	p.build()

	var f findings
	d.checkSettings(&f, p)
	checkAttested(&f, p, online)
	groups := []group{{text{"Réglages", "Settings"}, len(f)}}
	if online {
		d.checkProvider(ctx, &f, p)
		groups = append(groups, group{text{"FranceConnect", "FranceConnect"}, len(f)})
		d.checkSite(ctx, &f, p)
		groups = append(groups, group{text{"Portail", "Portal"}, len(f)})
	}
	p.rename(f)
	if d.asJSON {
		d.writeJSON(map[string]any{
			"environment": p.place.name, "issuer": p.place.issuer, "ok": !f.any(bad), "checks": f.told(d),
			"guaranteed": d.sayAll(guaranteed), "unchecked": d.sayAll(p.unchecked(online)),
			"headers": p.headers(d), "facts": d.say(facts),
		})
	} else {
		if p.place.env != nil {
			fmt.Fprintf(d.out, "%s, %s\n\n", d.paint(bold, d.say(p.place.title())), p.place.origin())
		}
		f.print(d, groups)
		d.list(text{"Assuré par la bibliothèque :", "Seen to by the library:"}, guaranteed)
		d.list(text{"Ce que personne d’ici ne peut vérifier :", "What nobody can check from here:"}, p.unchecked(online))
		d.listHeaders(p)
		fmt.Fprintln(d.out, "\n"+d.say(facts))
	}
	if f.any(bad) {
		return failed
	}
	return succeeded
}

// guaranteed are checks of the guide that cannot fail here.
var guaranteed = []text{
	{"l’état (state) et le nonce ont 64 caractères", "state and nonce have 64 characters"},
	{"la signature est ES256 ou RS256 (HS256 sur v1 seulement) ; le jeton ne choisit pas", "the signature is ES256 or RS256 (HS256 on v1 alone); the token has no choice"},
	{"le cookie de connexion est Secure, HttpOnly, SameSite=Lax, et petit : aucun jeton n’y est", "the login cookie is Secure, HttpOnly, SameSite=Lax, and small: it holds no token"},
	{"openid est toujours demandé ; PKCE, max_age, prompt jamais", "openid is always asked for; PKCE, max_age, prompt never"},
}

// unchecked is what stays to be known by other means.
func (p *portal) unchecked(online bool) []text {
	all := []text{
		{"les scopes accordés en production : le bac à sable les accorde tous", "the scopes granted in production: the sandbox grants them all"},
		{"la qualification, l’habilitation et l’arrivée du SMS", "the qualification, the habilitation and the arrival of the SMS"},
		{"les données d’identité de vraies personnes : un bac à sable vert ne dit rien de la production, ni de ses adresses", "the identity data of real people: a green sandbox says nothing of production, nor of its addresses"},
	}
	if p.hint == "" || !online {
		all = append(all, text{"l’inscription de l’adresse de retour de déconnexion : FranceConnect veut d’abord un jeton d’identité ; déconnectez-vous une fois (Y04CFAEF si elle manque), ou donnez le jeton d’une connexion (-jeton)",
			"the registration of the post-logout URL: FranceConnect wants an ID token first; sign out once (Y04CFAEF if it is missing), or give the token of a sign-in (-jeton)"})
	}
	if p.beside != nil && !p.plus {
		all = append(all, text{"FranceConnect+, que les variables FRANCECONNECT_PLUS_… nomment aussi : ajoutez -plus", "FranceConnect+, which the variables FRANCECONNECT_PLUS_… name too: add -plus"})
	}
	if !online {
		all = append(all, text{"FranceConnect et le portail eux-mêmes : ajoutez -reseau", "FranceConnect and the portal themselves: add -reseau"})
	}
	return all
}

func (d *doctor) sayAll(texts []text) []string {
	all := make([]string, len(texts))
	for i, t := range texts {
		all[i] = d.say(t)
	}
	return all
}

func (d *doctor) list(title text, items []text) {
	fmt.Fprintln(d.out, "\n"+d.paint(bold, d.say(title)))
	for _, item := range items {
		fmt.Fprintln(d.out, "  · "+d.say(item))
	}
}

// listHeaders shows the headers of the portal’s pages, ready to be pasted.
func (d *doctor) listHeaders(p *portal) {
	if p.place.env == nil {
		return
	}
	fmt.Fprintln(d.out, "\n"+d.paint(bold, d.say(text{"En-têtes des pages du portail, à coller :", "Headers of the portal’s pages, to be pasted:"})))
	for _, h := range p.headers(d) {
		fmt.Fprintln(d.out, "  "+h.Name+": "+h.Value)
		fmt.Fprintln(d.out, "      "+d.paint(dim, "("+h.Why+")"))
	}
}

// facts says how old what is built in is.
var facts = text{"D’après les procédures publiées jusqu’en novembre 2026 ; elles changent : en cas d’écart, les sites officiels ont raison.",
	"From the procedures published until November 2026; they change: where they differ, the official sites are right."}

// checkSettings makes the checks that need no network.
func (d *doctor) checkSettings(f *findings, p *portal) {
	d.checkVariables(f, p)
	checkCredentials(f, p)
	d.checkSwapped(f, p)
	d.checkLeaks(f, p)
	checkAddresses(f, p)
	checkScopes(f, p)
	checkLevel(f, p)
	d.checkPurpose(f, p)
	p.checkGiven(f)
	if p.page == "" {
		return
	}
	html, err := os.ReadFile(p.page)
	css := []byte{}
	if p.css != "" && err == nil {
		css, err = os.ReadFile(p.css)
	}
	if err != nil {
		f.fail("button", ofPortal, text{"le fichier de -page ou de -css ne peut pas être lu", "the file of -page or -css cannot be read"}, text{"Corrigez -page ou -css.", "Correct -page or -css."})
		return
	}
	page := readPage(string(html))
	p.checkPage(f, page, page.styles+string(css))
}

// stays is a client that follows no redirect: what one says is looked at.
func (d *doctor) stays() *http.Client {
	return &http.Client{Transport: d.transport, Timeout: callTime, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// isTimeout tells whether a call took too long.
func isTimeout(err error) bool {
	t := interface{ Timeout() bool }(nil)
	return errors.As(err, &t) && t.Timeout() || errors.Is(err, context.DeadlineExceeded)
}
