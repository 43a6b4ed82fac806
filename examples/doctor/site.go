package main

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect"
)

// checkSite asks the portal itself, as a browser and FranceConnect would.
func (d *doctor) checkSite(ctx context.Context, f *findings, p *portal) {
	if p.wrong("addresses") {
		f.skip("sign-in-page", text{"PORTAL_URL est à corriger d’abord", "PORTAL_URL is to be corrected first"})
		return
	}
	if !d.checkSignInPage(ctx, f, p) {
		return
	}
	d.checkLogin(ctx, f, p)
	d.checkCallback(ctx, f, p)
	d.checkLoggedOut(ctx, f, p)
	if p.many() {
		d.checkSector(ctx, f, p)
	}
	if p.place.platform == franceconnect.Plus {
		d.checkPublished(ctx, f, p)
	}
}

// checkSignInPage reads the page with the button; not ok is a portal that does
// not answer.
func (d *doctor) checkSignInPage(ctx context.Context, f *findings, p *portal) (ok bool) {
	address := p.sites[0] + p.paths.signIn
	r, err := d.ask(ctx, http.MethodGet, address, nil, "Accept", "text/html")
	if err != nil {
		one := unreachable("sign-in-page", hostOf(address), err)
		one.check, one.side = "sign-in-page", ofPortal
		one.action = text{"Démarrez le portail, ou corrigez PORTAL_URL.", "Start the portal, or correct PORTAL_URL."}
		*f = append(*f, one)
		return false
	}
	if r.status != http.StatusOK {
		f.fail("sign-in-page", ofPortal, text{"la page de connexion ne répond pas 200", "the sign-in page does not answer 200"}, text{"Corrigez -connexion, ou la page.", "Correct -connexion, or the page."})
	} else {
		f.ok("sign-in-page", text{"la page de connexion répond", "the sign-in page answers"})
		checkButton(f, r.body, p.place.platform == franceconnect.Plus)
	}
	p.checkHeaders(f, r)
	return true
}

// checkHeaders looks at what every page of a portal should carry.
func (p *portal) checkHeaders(f *findings, r reply) {
	before := len(*f)
	if strings.HasPrefix(p.sites[0], "https:") && r.header.Get("Strict-Transport-Security") == "" {
		f.warn("headers", ofPortal, text{"Strict-Transport-Security (HSTS) est absent", "Strict-Transport-Security (HSTS) is missing"},
			text{"Ajoutez-le, dans le portail ou devant lui.", "Add it, in the portal or in front of it."})
	}
	if to := p.place.origin(); !allowsForm(r.header.Values("Content-Security-Policy"), to) {
		f.fail("headers", ofPortal, text{"Content-Security-Policy : form-action ne permet pas " + to + ", et Chrome bloque la déconnexion", "Content-Security-Policy: form-action does not allow " + to + ", and Chrome blocks the logout"},
			text{"Ajoutez " + to + " à form-action (Client.Origin le donne).", "Add " + to + " to form-action (Client.Origin has it)."})
	}
	if r.header.Get("X-Content-Type-Options") != "nosniff" {
		f.warn("headers", ofPortal, text{"X-Content-Type-Options: nosniff est absent", "X-Content-Type-Options: nosniff is missing"}, text{"Ajoutez-le.", "Add it."})
	}
	if len(*f) == before {
		f.ok("headers", text{"les en-têtes de sécurité sont là", "the security headers are there"})
	}
}

// allowsForm tells whether policies let a form lead to an origin: CSP 3,
// form-action, which has no default.
func allowsForm(policies []string, origin string) bool {
	for policy := range strings.SplitSeq(strings.Join(policies, ","), ",") {
		for directive := range strings.SplitSeq(policy, ";") {
			words := strings.Fields(directive)
			if len(words) == 0 || !strings.EqualFold(words[0], "form-action") {
				continue
			}
			scheme, _, _ := strings.Cut(origin, "://")
			if !slices.ContainsFunc(words[1:], func(w string) bool {
				return w == "*" || w == scheme+":" || strings.TrimSuffix(w, "/") == origin || "https://"+w == origin
			}) {
				return false
			}
		}
	}
	return true
}

// checkLogin looks at what the portal itself sends off: its client, its
// address, its cookie.
func (d *doctor) checkLogin(ctx context.Context, f *findings, p *portal) {
	r, err := d.ask(ctx, http.MethodGet, p.sites[0]+p.paths.login, nil)
	if err != nil {
		*f = append(*f, unreachable("login", hostOf(p.sites[0]), err))
		return
	}
	to, err := url.Parse(r.header.Get("Location"))
	if err != nil || r.status < 300 || r.status > 399 || to.Query().Get("client_id") == "" {
		f.warn("login", ofPortal, text{"le chemin de départ n’envoie pas vers FranceConnect d’un simple GET", "the login path does not send people to FranceConnect by a plain GET"},
			text{"C’est permis si votre bouton est un formulaire (POST) ; sinon corrigez -depart.", "That is allowed if your button is a form (POST); otherwise correct -depart."})
		return
	}
	asked, before := to.Query(), len(*f)
	if at := to.Scheme + "://" + to.Host; at != p.place.origin() {
		f.fail("login", ofPortal, text{"le portail en marche envoie vers un autre FranceConnect : " + at, "the running portal sends people to another FranceConnect: " + at}, text{"Redémarrez-le avec ces variables.", "Start it again with these variables."})
	} else if asked.Get("client_id") != p.config.ClientID {
		f.fail("login", ofPortal, text{"le portail en marche a un autre identifiant client", "the running portal has another client id"}, text{"Redémarrez-le avec ces variables.", "Start it again with these variables."})
	}
	if asked.Get("redirect_uri") != p.config.RedirectURL {
		f.fail("login", ofPortal, text{"le portail en marche donne une autre adresse de retour", "the running portal gives another redirect URL"},
			text{"Corrigez PORTAL_URL ou -retour : rien ne se déduit de l’en-tête Host.", "Correct PORTAL_URL or -retour: nothing is taken from the Host header."})
	}
	cookies := (&http.Response{Header: r.header}).Cookies()
	safe := func(c *http.Cookie) bool {
		return c.MaxAge < 0 || c.HttpOnly && c.SameSite == http.SameSiteLaxMode && (c.Secure || strings.HasPrefix(p.sites[0], "http:"))
	}
	if len(cookies) == 0 || !slices.ContainsFunc(cookies, safe) {
		f.fail("login", ofPortal, text{"le cookie de connexion n’arrive pas, ou sans Secure, HttpOnly, SameSite=Lax", "the login cookie does not arrive, or without Secure, HttpOnly, SameSite=Lax"},
			text{"Cherchez un mandataire (proxy) qui réécrit Set-Cookie : sans cookie, tout retour est refusé.", "Look for a proxy that rewrites Set-Cookie: without the cookie, every callback is refused."})
	}
	if len(*f) == before {
		f.ok("login", text{"le portail en marche envoie la bonne demande, et son cookie", "the running portal sends the right request, and its cookie"})
	}
}

// checkCallback calls back with nothing: a portal says so calmly.
func (d *doctor) checkCallback(ctx context.Context, f *findings, p *portal) {
	r, err := d.ask(ctx, http.MethodGet, p.config.RedirectURL, nil, "Accept", "text/html")
	switch {
	case err != nil:
		*f = append(*f, unreachable("callback", hostOf(p.config.RedirectURL), err))
	case r.status == http.StatusNotFound:
		f.fail("callback", ofPortal, text{"l’adresse de retour n’est pas servie (404)", "the redirect URL is not served (404)"}, text{"Corrigez -retour, PORTAL_URL, ou les routes.", "Correct -retour, PORTAL_URL, or the routes."})
	case r.status >= 500:
		f.fail("callback", ofPortal, text{"l’adresse de retour, appelée sans rien, répond par une panne", "the redirect URL, called with nothing, answers with a failure"},
			text{"Montrez une page d’erreur (franceconnect.Message) avec un statut 4xx.", "Show an error page (franceconnect.Message) with a 4xx status."})
	case r.header.Get("Cache-Control") == "" || !strings.Contains(r.header.Get("Cache-Control"), "no-store"):
		f.warn("callback", ofPortal, text{"l’adresse de retour n’est pas servie avec Cache-Control: no-store", "the redirect URL is not served with Cache-Control: no-store"},
			text{"Laissez l’en-tête que la bibliothèque pose.", "Leave the header that the library sets."})
	default:
		f.ok("callback", text{"l’adresse de retour est servie", "the redirect URL is served"})
	}
}

func (d *doctor) checkLoggedOut(ctx context.Context, f *findings, p *portal) {
	if p.config.PostLogoutRedirectURL == "" {
		return // said before
	}
	r, err := d.ask(ctx, http.MethodGet, p.config.PostLogoutRedirectURL, nil, "Accept", "text/html")
	switch {
	case err != nil:
		*f = append(*f, unreachable("logged-out", hostOf(p.config.PostLogoutRedirectURL), err))
	case r.status >= 400:
		f.fail("logged-out", ofPortal, text{"l’adresse de retour de déconnexion ne répond pas", "the post-logout URL does not answer"}, text{"Corrigez -deconnexion, ou la page.", "Correct -deconnexion, or the page."})
	default:
		f.ok("logged-out", text{"l’adresse de retour de déconnexion répond", "the post-logout URL answers"})
	}
}

// checkSector reads the document as FranceConnect will: a JSON array of the
// redirect URLs, and nothing else.
func (d *doctor) checkSector(ctx context.Context, f *findings, p *portal) {
	address := p.sites[0] + p.paths.sector
	r, err := d.ask(ctx, http.MethodGet, address, nil)
	var listed []string
	want := p.each(p.paths.callback)
	slices.Sort(want)
	publish := text{"Publiez à " + address + " un tableau JSON des adresses de retour de connexion, et d’elles seules.", "Publish at " + address + " a JSON array of the redirect URLs, and of them alone."}
	switch {
	case err != nil:
		*f = append(*f, unreachable("sector", hostOf(address), err))
	case r.status != http.StatusOK || json.Unmarshal([]byte(r.body), &listed) != nil:
		f.fail("sector", ofPortal, text{"l’identifiant de secteur n’est pas un tableau JSON (Y04A8220)", "the sector identifier is not a JSON array (Y04A8220)"}, publish)
	default:
		slices.Sort(listed)
		if !slices.Equal(listed, want) {
			f.fail("sector", ofPortal, text{"l’identifiant de secteur n’a pas exactement les adresses de retour de connexion", "the sector identifier does not have exactly the redirect URLs"}, publish)
			return
		}
		f.ok("sector", text{"l’identifiant de secteur est publié", "the sector identifier is published"})
	}
}
