package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"

	"github.com/franceconnect-go/franceconnect"
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
	words, status, done := d.parseAll(flags, args)
	if done {
		return status
	}
	if len(words) > 0 {
		return d.misuse(flags, text{"la vérification ne prend que des options", "the check takes options only"})
	}
	p.read(d.getenv, *env)
	p.build(d.getenv)

	var f findings
	d.checkSettings(&f, p)
	if online {
		d.checkProvider(ctx, &f, p)
		d.checkSite(ctx, &f, p)
	}
	if d.asJSON {
		d.writeJSON(map[string]any{
			"environment": p.place.name, "issuer": p.place.issuer, "ok": !f.any(bad), "checks": f.told(d),
			"guaranteed": d.sayAll(guaranteed), "unchecked": d.sayAll(unchecked(online)),
		})
	} else {
		if p.place.env != nil {
			fmt.Fprintf(d.out, "%s, %s\n\n", d.paint(bold, d.say(p.place.title())), p.place.origin())
		}
		f.print(d)
		d.list(text{"Assuré par la bibliothèque :", "Seen to by the library:"}, guaranteed)
		d.list(text{"Ce que personne d’ici ne peut vérifier :", "What nobody can check from here:"}, unchecked(online))
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
func unchecked(online bool) []text {
	all := []text{
		{"les scopes accordés en production : le bac à sable les accorde tous", "the scopes granted in production: the sandbox grants them all"},
		{"l’inscription de l’adresse de retour de déconnexion : FranceConnect veut d’abord un jeton d’identité ; connectez-vous et déconnectez-vous une fois (Y04CFAEF si elle manque)",
			"the registration of the post-logout URL: FranceConnect wants an ID token first; sign in and out once (Y04CFAEF if it is missing)"},
		{"la qualification, l’habilitation et l’arrivée du SMS", "the qualification, the habilitation and the arrival of the SMS"},
		{"les données d’identité de vraies personnes : un bac à sable vert ne dit rien de la production", "the identity data of real people: a green sandbox says nothing of production"},
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

// checkSettings makes the checks that need no network.
func (d *doctor) checkSettings(f *findings, p *portal) {
	d.checkVariables(f, p)
	checkCredentials(f, p)
	d.checkLeaks(f, p)
	checkAddresses(f, p)
	checkScopes(f, p)
	checkLevel(f, p)
	d.checkPurpose(f, p)
	if p.page != "" {
		html, err := os.ReadFile(p.page)
		if err != nil {
			f.fail("button", ofPortal, text{"le fichier de -page ne peut pas être lu", "the file of -page cannot be read"}, text{"Corrigez -page.", "Correct -page."})
		} else {
			checkButton(f, string(html), p.place.platform == franceconnect.Plus)
		}
	}
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
