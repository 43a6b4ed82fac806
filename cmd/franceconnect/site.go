package main

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// checkSite asks the portal itself, as a browser and FranceConnect would.
func (prog *program) checkSite(ctx context.Context, f *findings, p *portal) {
	defer p.skipAskedScopes(f)
	if p.hasProblem("addresses") {
		f.skip("sign-in-page", text.Of("PORTAL_URL est à corriger d’abord", "PORTAL_URL is to be corrected first"))
		return
	}
	if p.disabled {
		f.skip("sign-in-page", text.Of("FranceConnect est désactivé : le portail n’a pas de bouton à montrer", "FranceConnect is switched off: the portal has no button to show"))
		return
	}
	if p.url == "" {
		f.skip("sign-in-page", text.Of("donnez l’adresse du portail (-portail)", "give the address of the portal (-portail)"))
		return
	}
	page, ok := prog.checkSignInPage(ctx, f, p)
	if !ok {
		return
	}
	if p.paths.login == "" || p.config.RedirectURL == "" {
		f.skip("login", text.Of("le départ et le retour de connexion sont ceux du produit : ", "the login and the callback are the product’s: ").Then(p.product.askEditor()).Then(text.Of(", et donnez -depart et -retour", ", and give -depart and -retour")))
		return
	}
	leaves := prog.checkAuthorizeRequest(ctx, f, p, page)
	if leaves {
		prog.checkRoundTrip(ctx, f, p)
	}
	prog.checkCallback(ctx, f, p)
	prog.checkLoggedOut(ctx, f, p)
	if p.hasSeveralHosts() {
		prog.checkSector(ctx, f, p)
	}
	if p.environment.Platform == franceconnect.Plus {
		prog.checkPublishedKeys(ctx, f, p)
	}
}

// checkSignInPage reads the page with the button; not ok is a portal that does
// not answer.
func (prog *program) checkSignInPage(ctx context.Context, f *findings, p *portal) (header http.Header, ok bool) {
	address := p.origins[0] + p.paths.signIn
	r, err := prog.send(ctx, http.MethodGet, address, nil, "Accept", "text/html")
	if err != nil {
		one := prog.connectionFinding("sign-in-page", hostOf(address), err)
		one.check, one.side = "sign-in-page", sidePortal
		one.action = text.Of("Démarrez le portail, ou corrigez PORTAL_URL.", "Start the portal, or correct PORTAL_URL.")
		*f = append(*f, one)
		return nil, false
	}
	if r.status != http.StatusOK {
		f.fail("sign-in-page", sidePortal, r.beside(text.Of("la page de connexion ne répond pas 200", "the sign-in page does not answer 200")), text.Of("Corrigez -connexion, ou la page.", "Correct -connexion, or the page."))
	} else {
		f.ok("sign-in-page", text.Of("la page de connexion répond", "the sign-in page answers"))
		page := readPage(r.body)
		p.checkPage(f, page, page.styles+prog.linkedStyles(ctx, address, page))
	}
	if !p.product.isHosted() {
		p.checkHeaders(f, r)
	}
	prog.checkOtherWay(ctx, f, p)
	return r.header, true
}

// checkPage reviews the sign-in page.
func (p *portal) checkPage(f *findings, page signInPage, css string) {
	checkButton(f, page, p.environment.Platform == franceconnect.Plus && !p.plus, p.registration.otherSignIn)
	checkButtonStyle(f, page, readStyles(css), p.environment.isProduction())
}

const maxSheets = 10

var linkTags = regexp.MustCompile(`(?is)<link\b([^>]*)>`)

// linkedStyles fetches the page’s own style sheets, and no other site’s.
func (prog *program) linkedStyles(ctx context.Context, address string, page signInPage) (css string) {
	base, err := url.Parse(address)
	if err != nil {
		return ""
	}
	links := linkTags.FindAllStringSubmatch(page.html, -1)
	for _, m := range links[:min(len(links), maxSheets)] {
		at, err := base.Parse(attribute(m[1], "href"))
		if err != nil || !strings.EqualFold(attribute(m[1], "rel"), "stylesheet") || at.Host != base.Host || attribute(m[1], "media") == "print" {
			continue
		}
		if r, err := prog.send(ctx, http.MethodGet, at.String(), nil, "Accept", "text/css"); err == nil && r.status == http.StatusOK {
			css += r.body + "\n"
		}
	}
	return css
}

// checkOtherWay opens the other way to sign in, if it was said where it is.
func (prog *program) checkOtherWay(ctx context.Context, f *findings, p *portal) {
	if p.registration.otherSignIn == "" {
		return
	}
	base, err := url.Parse(p.origins[0] + p.paths.signIn)
	if err != nil {
		return // PORTAL_URL was looked at before
	}
	at, err := base.Parse(p.registration.otherSignIn)
	offer := text.Of("Corrigez -autre, ou la page : une autre connexion doit rendre le même service.", "Correct -autre, or the page: another sign-in has to give the same service.")
	if err != nil || slices.Contains(p.providerOrigins(), at.Scheme+"://"+at.Host) || at.Path == p.paths.login {
		f.fail("other-way", sidePortal, text.Of("l’autre connexion est encore FranceConnect", "the other way to sign in is FranceConnect again"), offer).form = dataPass
		return
	}
	r, err := prog.send(ctx, http.MethodGet, at.String(), nil, "Accept", "text/html")
	switch {
	case err != nil:
		one := prog.connectionFinding("other-way", at.Host, err)
		one.check, one.side, one.action, one.form = "other-way", sidePortal, offer, dataPass
		*f = append(*f, one)
	case r.status >= 400:
		f.fail("other-way", sidePortal, r.beside(text.Of("l’autre connexion ne répond pas", "the other way to sign in does not answer")), offer).form = dataPass
	default:
		f.ok("other-way", text.Of("l’autre connexion répond, à attester sur DataPass", "the other way to sign in answers, and is to be attested on DataPass"))
	}
}

// checkCallback calls back with nothing: a portal says so calmly.
func (prog *program) checkCallback(ctx context.Context, f *findings, p *portal) {
	r, err := prog.send(ctx, http.MethodGet, p.config.RedirectURL, nil, "Accept", "text/html")
	switch {
	case err != nil:
		*f = append(*f, prog.connectionFinding("callback", hostOf(p.config.RedirectURL), err))
	case r.status == http.StatusNotFound:
		f.fail("callback", sidePortal, r.beside(text.Of("l’adresse de retour n’est pas servie (404)", "the redirect URL is not served (404)")), text.Of("Corrigez -retour, PORTAL_URL, ou les routes.", "Correct -retour, PORTAL_URL, or the routes."))
	case r.status >= 500:
		f.fail("callback", sidePortal, r.beside(text.Of("l’adresse de retour, appelée sans rien, répond par une panne", "the redirect URL, called with nothing, answers with a failure")),
			text.Of("Montrez une page d’erreur (franceconnect.UserMessage) avec un statut 4xx.", "Show an error page (franceconnect.UserMessage) with a 4xx status."))
	case r.header.Get("Cache-Control") == "" || !strings.Contains(r.header.Get("Cache-Control"), "no-store"):
		f.warn("callback", sidePortal, text.Of("l’adresse de retour n’est pas servie avec Cache-Control: no-store", "the redirect URL is not served with Cache-Control: no-store"),
			text.Of("Laissez l’en-tête que la bibliothèque pose.", "Leave the header that the library sets."))
	case leaksReferrer(r):
		f.warn("callback", sidePortal, text.Of("l’adresse de retour, et le code qu’elle porte, partent vers d’autres sites (Referrer-Policy)", "the redirect URL, and the code in it, go to other sites (Referrer-Policy)"),
			text.Of("Laissez l’en-tête que la bibliothèque pose : strict-origin.", "Leave the header that the library sets: strict-origin."))
	default:
		f.ok("callback", text.Of("l’adresse de retour est servie", "the redirect URL is served"))
	}
}

func (prog *program) checkLoggedOut(ctx context.Context, f *findings, p *portal) {
	if p.config.PostLogoutRedirectURL == "" {
		return // said before
	}
	r, err := prog.send(ctx, http.MethodGet, p.config.PostLogoutRedirectURL, nil, "Accept", "text/html")
	switch {
	case err != nil:
		*f = append(*f, prog.connectionFinding("logged-out", hostOf(p.config.PostLogoutRedirectURL), err))
	case r.status >= 400:
		f.fail("logged-out", sidePortal, r.beside(text.Of("l’adresse de retour de déconnexion ne répond pas", "the post-logout URL does not answer")), text.Of("Corrigez -deconnexion, ou la page.", "Correct -deconnexion, or the page."))
	default:
		f.ok("logged-out", text.Of("l’adresse de retour de déconnexion répond", "the post-logout URL answers"))
	}
}

// checkSector reads the document as FranceConnect will: a JSON array of the
// redirect URLs, and nothing else.
func (prog *program) checkSector(ctx context.Context, f *findings, p *portal) {
	address := p.origins[0] + p.paths.sector
	r, err := prog.send(ctx, http.MethodGet, address, nil)
	var listed []string
	want := p.urlsOf(p.paths.callback)
	slices.Sort(want)
	publish := text.Of("Publiez à "+address+" un tableau JSON des adresses de retour de connexion, et d’elles seules.", "Publish at "+address+" a JSON array of the redirect URLs, and of them alone.")
	switch {
	case err != nil:
		*f = append(*f, prog.connectionFinding("sector", hostOf(address), err))
	case r.status != http.StatusOK || json.Unmarshal([]byte(r.body), &listed) != nil:
		f.fail("sector", sidePortal, r.beside(text.Of("l’identifiant de secteur n’est pas un tableau JSON (Y04A8220)", "the sector identifier is not a JSON array (Y04A8220)")), publish)
	default:
		slices.Sort(listed)
		if slices.ContainsFunc(p.urlsOf(p.paths.loggedOut), func(out string) bool { return p.paths.loggedOut != "" && slices.Contains(listed, out) }) {
			f.fail("sector", sidePortal, text.Of("l’identifiant de secteur contient des adresses de déconnexion, que FranceConnect fait retirer", "the sector identifier has post-logout URLs, which FranceConnect wants taken out"), publish)
			return
		}
		if !slices.Equal(listed, want) {
			f.fail("sector", sidePortal, text.Of("l’identifiant de secteur n’a pas exactement les adresses de retour de connexion", "the sector identifier does not have exactly the redirect URLs"), publish)
			return
		}
		if !p.secure() {
			f.warn("sector", sidePortal, text.Of("en http, sur cette machine : le vrai FranceConnect ne lit l’identifiant de secteur qu’en https", "on http, on this machine: the true FranceConnect reads the sector identifier on https only"), text.Of("Publiez-le en https.", "Publish it on https."))
			return
		}
		f.ok("sector", text.Of("l’identifiant de secteur est publié", "the sector identifier is published"))
	}
}
