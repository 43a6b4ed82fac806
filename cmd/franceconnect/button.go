package main

import (
	"html"
	"regexp"
	"strings"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

var (
	password    = regexp.MustCompile(`(?i)type=["']?password`)
	otherWay    = regexp.MustCompile(`(?i)sans FranceConnect|autre (moyen|mode|compte)|avec (son|votre|un) compte|another way`)
	separator   = regexp.MustCompile(`(?i)>\s*ou\s*<|class="[^"]*fr-hr-or`)
	opensWindow = regexp.MustCompile(`(?i)<iframe[^>]*franceconnect|<dialog\b|role="dialog"|window\.open`)
	headings    = regexp.MustCompile(`(?i)<h[1-6]\b`)
	socialLink  = regexp.MustCompile(`(?i)accounts\.google\.com|facebook\.com/[^"' >]*(dialog|oauth|login)|appleid\.apple\.com`)
	social      = regexp.MustCompile(`(?i)(connecter|connexion|identifier) (avec|via) (Google|Facebook|Apple|LinkedIn|X)\b`)
	aboutPage   = regexp.MustCompile(`^https://franceconnect\.gouv\.fr(/france-connect-plus)?/?$`)
)

// sentence introduces the button.
var sentence = regexp.MustCompile(`FranceConnect\+? (est la solution proposée par l’État|is the solution offered by the French State)`)

// checkButton reads a sign-in page for what every kind of button has in common.
func checkButton(f *findings, page signInPage, plus bool, other string) {
	fine := true
	follow := text.Of("Suivez la notice du bouton de FranceConnect.", "Follow FranceConnect’s rules for the button.")
	wrong := func(what text.Text) {
		fine = false
		f.warn("button", sidePortal, what, follow)
	}
	if page.buttonOffset < 0 {
		f.fail("button", sidePortal, text.Of("la page n’a pas de bouton « S’identifier avec FranceConnect »", "the page has no button “S’identifier avec FranceConnect”"), follow)
		return
	}
	if attribute(page.button.attributes, "target") != "" || opensWindow.MatchString(page.html) {
		wrong(text.Of("FranceConnect s’ouvre dans le même onglet : ni fenêtre, ni cadre, ni modale", "FranceConnect opens in the same tab: no window, no frame, no dialog"))
	}
	checkAbout(wrong, page.aboutLink)
	if first := password.FindStringIndex(page.html); first != nil && first[0] < page.buttonOffset {
		wrong(text.Of("le bouton vient avant le formulaire du portail", "the button comes before the portal’s own form"))
	}
	checkOtherSignIn(f, wrong, page, other)
	if plus && !strings.Contains(page.button.label, "franceconnect+") && !strings.Contains(page.button.attributes, "fr-connect--plus") {
		wrong(text.Of("le bouton est celui de FranceConnect, pas de FranceConnect+", "the button is FranceConnect’s, not FranceConnect+’s"))
	}
	if !headings.MatchString(page.html[:page.buttonOffset]) {
		wrong(text.Of("aucun titre ne précède le bouton, que les lecteurs d’écran cherchent par les titres", "no heading comes before the button, which screen readers look for by headings"))
	}
	if !sentence.MatchString(page.text) {
		wrong(text.Of("la phrase « FranceConnect est la solution proposée par l’État… » manque près du bouton", "the sentence “FranceConnect est la solution proposée par l’État…” is missing near the button"))
	}
	if strings.Contains(page.text, "France Connect") {
		wrong(text.Of("FranceConnect s’écrit en un mot", "FranceConnect is one word"))
	}
	if socialLink.MatchString(page.html) || social.MatchString(page.text) {
		wrong(text.Of("le bouton ne va pas à côté de ceux des réseaux sociaux", "the button does not go beside those of social networks"))
	}
	if fine {
		f.ok("button", text.Of("le bouton, son lien et l’autre connexion sont à leur place", "the button, its link and the other way to sign in are in their place"))
	}
}

// checkAbout looks at the link under the button.
func checkAbout(wrong func(text.Text), about element) {
	title := strings.ToLower(attribute(about.attributes, "title"))
	switch {
	case !aboutPage.MatchString(attribute(about.attributes, "href")):
		wrong(text.Of("le lien « Qu’est-ce que FranceConnect ? » vers https://franceconnect.gouv.fr/ manque sous le bouton", "the link “Qu’est-ce que FranceConnect ?” to https://franceconnect.gouv.fr/ is missing under the button"))
	case attribute(about.attributes, "target") != "_blank" || !strings.Contains(title, "nouvelle fen") && !strings.Contains(title, "new window"):
		wrong(text.Of("le lien « Qu’est-ce que FranceConnect ? » s’ouvre dans une nouvelle fenêtre et son title le dit", "the link “Qu’est-ce que FranceConnect ?” opens in a new window, and its title says so"))
	}
}

// checkOtherSignIn looks for the other way to sign in: where the team said it
// is, or what looks like one.
func checkOtherSignIn(f *findings, wrong func(text.Text), page signInPage, other string) {
	switch {
	case !password.MatchString(page.html) && !otherWay.MatchString(page.text) && (other == "" || !strings.Contains(html.UnescapeString(page.html), other)):
		f.fail("other-way", sidePortal, text.Of("la page n’a pas d’autre moyen de connexion, alors que DataPass demande de l’attester", "the page has no other way to sign in, which DataPass asks you to attest"),
			text.Of("Offrez une autre connexion qui rend le même service.", "Offer another sign-in that gives the same service.")).form = dataPass
	case !separator.MatchString(page.html):
		wrong(text.Of("« ou » sépare le bouton des autres connexions", "“ou” stands between the button and the other ways"))
	default:
		f.ok("other-way", text.Of("la page a un autre moyen de connexion, à attester sur DataPass", "the page has another way to sign in, to be attested on DataPass"))
	}
}
