package main

import (
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

// A header is one that the portal’s pages need, to be pasted.
type header struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	Why   string `json:"why"`
}

// headers returns those that every page of the portal should carry.
func (p *portal) headers(prog *program) []header {
	all := []header{
		{"Content-Security-Policy", "form-action 'self' " + strings.Join(p.providerOrigins(), " ") + "; base-uri 'none'; frame-ancestors 'none'",
			prog.say(text.Of("si la page en a déjà une, ajoutez ces adresses à son form-action : Chrome l’applique à la redirection qui répond à un formulaire, donc à la déconnexion, et au bouton si c’est un formulaire",
				"if the page has one, add these addresses to its form-action: Chrome applies it to the redirect that answers a form, and so to the logout, and to the button if it is a form"))},
		{"Referrer-Policy", "same-origin", prog.say(text.Of("aucune adresse du portail ne part ailleurs", "no address of the portal goes elsewhere"))},
		{"X-Content-Type-Options", "nosniff", prog.say(text.Of("un fichier est ce que son type dit", "a file is what its type says"))},
		{"Cache-Control", "no-store", prog.say(text.Of("sur les pages de qui est connecté, et au retour de connexion", "on the pages of those who are signed in, and at the callback"))},
	}
	if p.secure() {
		all = append(all, header{"Strict-Transport-Security", "max-age=31536000", prog.say(text.Of("une seule fois en https, toujours en https", "https once, https always"))})
	}
	return all
}

// checkHeaders looks at what the sign-in page carries.
func (p *portal) checkHeaders(f *findings, r response) {
	before := len(*f)
	add := text.Of("Ajoutez-le, dans le portail ou devant lui ; franceconnect sheet le donne à coller.", "Add it, in the portal or in front of it; franceconnect sheet has it, to be pasted.")
	missing := func(name string) {
		f.warn("headers", sidePortal, text.Of(name+" est absent", name+" is missing"), add)
	}
	if p.secure() && r.header.Get("Strict-Transport-Security") == "" {
		missing("Strict-Transport-Security (HSTS)")
	}
	page := readPage(r.body)
	policies := append(r.header.Values("Content-Security-Policy"), page.policy)
	for _, to := range p.providerOrigins() {
		if !allowsForm(policies, to) {
			f.fail("headers", sidePortal, text.Of("Content-Security-Policy : form-action ne permet pas "+to+", et Chrome bloque la déconnexion", "Content-Security-Policy: form-action does not allow "+to+", and Chrome blocks the logout"),
				text.Of("Ajoutez "+to+" à form-action (Client.ProviderOrigin le donne).", "Add "+to+" to form-action (Client.ProviderOrigin has it)."))
		}
	}
	if strings.Contains(page.button.attributes, "fr-connect") && !allowsData(policies) {
		f.warn("headers", sidePortal, text.Of("Content-Security-Policy : img-src ne permet pas « data: », où le système de design a son logo", "Content-Security-Policy: img-src does not allow data:, where the design system has its logo"),
			text.Of("Ajoutez « data: » à img-src.", "Add data: to img-src."))
	}
	if r.header.Get("X-Content-Type-Options") != "nosniff" {
		missing("X-Content-Type-Options: nosniff")
	}
	if r.header.Get("Referrer-Policy") == "" {
		missing("Referrer-Policy")
	} else if leaksReferrer(r) {
		f.warn("headers", sidePortal, text.Of("Referrer-Policy donne l’adresse entière des pages à d’autres sites", "Referrer-Policy gives other sites the whole address of the pages"), text.Of("Mettez same-origin.", "Make it same-origin."))
	}
	if directive(policies, "frame-ancestors") == nil && r.header.Get("X-Frame-Options") == "" {
		f.warn("headers", sidePortal, text.Of("un autre site peut montrer la page de connexion dans un cadre (frame-ancestors est absent)", "another site can show the sign-in page in a frame (frame-ancestors is missing)"), add)
	}
	if len(*f) == before {
		f.ok("headers", text.Of("les en-têtes de sécurité sont là", "the security headers are there"))
	}
}

// leaksReferrer reports whether other sites learn whole addresses, with what is
// in them; a browser without a policy tells them the origin alone.
func leaksReferrer(r response) bool {
	policies := strings.Split(strings.Join(r.header.Values("Referrer-Policy"), ","), ",")
	return slices.Contains([]string{"unsafe-url", "no-referrer-when-downgrade"}, strings.ToLower(strings.TrimSpace(policies[len(policies)-1])))
}

// directive returns what each policy that has a directive says of it: CSP 3. In
// one policy the first counts.
func directive(policies []string, name string) (each [][]string) {
	for policy := range strings.SplitSeq(strings.Join(policies, ","), ",") {
		for one := range strings.SplitSeq(policy, ";") {
			words := strings.Fields(one)
			if len(words) > 0 && strings.EqualFold(words[0], name) {
				each = append(each, words[1:])
				break
			}
		}
	}
	return each
}

// allowsForm reports whether policies let a form lead to an origin: form-action,
// which has no default.
func allowsForm(policies []string, origin string) bool {
	scheme, host, _ := strings.Cut(origin, "://")
	for _, sources := range directive(policies, "form-action") {
		if !slices.ContainsFunc(sources, func(w string) bool {
			w = strings.ToLower(strings.TrimSuffix(w, "/"))
			at := strings.TrimPrefix(w, scheme+"://")
			wild, any := strings.CutPrefix(at, "*.")
			return w == "*" || w == scheme+":" || at == host || any && strings.HasSuffix(host, "."+wild)
		}) {
			return false
		}
	}
	return true
}

// allowsData reports whether policies let a page show pictures that are in its
// styles: img-src, or what stands for it.
func allowsData(policies []string) bool {
	for policy := range strings.SplitSeq(strings.Join(policies, ","), ",") {
		one := []string{policy}
		sources := directive(one, "img-src")
		if sources == nil {
			sources = directive(one, "default-src")
		}
		if sources != nil && !slices.Contains(sources[0], "data:") {
			return false
		}
	}
	return true
}
