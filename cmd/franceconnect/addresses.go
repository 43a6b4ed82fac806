package main

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

const maxAddress = 1024 // what the forms take

// temporaryHost matches hosts that are gone tomorrow.
var temporaryHost = regexp.MustCompile(`(?i)(^|[.-])(pr|mr|review|preview|branch)-?\d+[.-]|\.(ngrok(-free)?\.(io|app|dev)|trycloudflare\.com|loca\.lt|vercel\.app|netlify\.app|herokuapp\.com)$`)

// checkAddresses looks at what is registered: FranceConnect compares byte by
// byte.
func checkAddresses(f *findings, p *portal) {
	if u, err := url.Parse(p.url); p.asksEditor() && err == nil && u.Scheme == "http" && (p.environment.isProduction() || !isLoopback(u.Hostname())) {
		f.fail("addresses", sidePortal, text.Of(p.setting("PORTAL_URL")+" n’est pas en https", p.setting("PORTAL_URL")+" is not https"), text.Of("Donnez l’adresse en https que montre le navigateur.", "Give the address on https that the browser shows."))
		return
	}
	if p.asksEditor() && (p.paths.callback == "" || p.paths.loggedOut == "" || p.url == "") {
		f.skip("addresses", text.Of("les adresses de retour sont celles du produit : ", "the addresses that people come back to are the product’s: ").Then(p.product.askEditor()).Then(text.Of(", et donnez -portail, -retour et -deconnexion", ", and give -portail, -retour and -deconnexion")))
		return
	}
	if p.paths.loggedOut == "" {
		f.fail("logout-url", sideRegistration, text.Of("il n’y a pas d’adresse de retour de déconnexion, et le formulaire en exige une", "there is no post-logout URL, and the form requires one"),
			text.Of("Donnez-en une avec -deconnexion.", "Give one with -deconnexion.")).form = p.environment.change()
	}
	if p.hasProblem("addresses") {
		return
	}
	before := len(*f)
	all := p.urlsOf(p.paths.callback)
	if p.paths.loggedOut != "" {
		all = append(all, p.urlsOf(p.paths.loggedOut)...)
	}
	for _, address := range all {
		u, err := url.Parse(address)
		if err != nil {
			continue // New has said so
		}
		switch {
		case strings.Contains(address, "*"):
			f.fail("addresses", sideRegistration, text.Of("une adresse contient *, que FranceConnect ne comprend pas", "an address has a *, which FranceConnect does not understand"),
				text.Of("Déclarez chaque adresse.", "Register each address.")).form = p.environment.change()
		case len(address) > maxAddress:
			f.fail("addresses", sideRegistration, text.Of("une adresse a plus de 1024 caractères", "an address has more than 1024 characters"), text.Of("Raccourcissez le chemin.", "Shorten the path.")).form = p.environment.change()
		case u.RawQuery != "" || u.ForceQuery:
			f.fail("addresses", sidePortal, text.Of("une adresse a des paramètres (?)", "an address has a query (?)"), text.Of("Retirez-les du chemin.", "Take it out of the path."))
		case len(u.Path) > 1 && strings.HasSuffix(u.Path, "/"):
			f.warn("addresses", sideRegistration, text.Of("une adresse finit par une barre oblique, qui compte", "an address ends with a slash, which counts"),
				text.Of("Déclarez-la ainsi, ou retirez la barre des deux côtés.", "Register it so, or take the slash out on both sides.")).form = p.environment.change()
		case temporaryHost.MatchString(u.Hostname()):
			f.warn("addresses", sideRegistration, text.Of("l’hôte semble provisoire : son adresse sera refusée dès qu’elle change", "the host looks temporary: its address is refused as soon as it changes"),
				text.Of("Prenez un nom stable.", "Take a stable name.")).form = p.environment.change()
		}
		if len(*f) > before {
			break // one is enough to go on with
		}
	}
	if p.paths.callback == p.paths.loggedOut {
		f.fail("addresses", sidePortal, text.Of("les retours de connexion et de déconnexion ont la même adresse", "the callback and the return from logout have the same address"),
			text.Of("Donnez-leur deux chemins.", "Give them two paths."))
	}
	if p.paths.outsideOrigin {
		f.warn("addresses", sidePortal, text.Of(p.setting("FRANCECONNECT_REDIRECT_URL")+" ou "+p.setting("FRANCECONNECT_POST_LOGOUT_REDIRECT_URL")+" n’est pas sous PORTAL_URL", p.setting("FRANCECONNECT_REDIRECT_URL")+" or "+p.setting("FRANCECONNECT_POST_LOGOUT_REDIRECT_URL")+" is not below PORTAL_URL"),
			text.Of("Mettez PORTAL_URL à la même adresse ; le cookie de connexion ne suit pas d’un hôte à l’autre.", "Make PORTAL_URL the same address; the login cookie does not follow from one host to another."))
	}
	if u, err := url.Parse(p.url); err == nil && len(*f) == before && strings.Trim(u.Path, "/") != "" {
		f.warn("addresses", sidePortal, text.Of("PORTAL_URL a un chemin ; les retours sont calculés à la racine du site", "PORTAL_URL has a path; the returns are computed at the root of the site"),
			text.Of("Si le portail est sous ce chemin, donnez -retour et -deconnexion.", "If the portal is below this path, give -retour and -deconnexion."))
	}
	if len(*f) == before {
		f.ok("addresses", text.Of("à déclarer : "+strings.Join(all, " "), "to be registered: "+strings.Join(all, " ")))
	}
	if p.hasSeveralHosts() {
		f.ok("sector", text.Of("plusieurs domaines : l’identifiant de secteur est "+p.origins[0]+p.paths.sector, "several hosts: the sector identifier is "+p.origins[0]+p.paths.sector))
	}
}
