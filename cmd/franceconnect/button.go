package main

import (
	"regexp"
	"strings"
)

var (
	password  = regexp.MustCompile(`(?i)type=["']?password`)
	otherWay  = regexp.MustCompile(`(?i)type=["']?password|sans FranceConnect|autre (moyen|mode|compte)|avec (son|votre|un) compte|another way`)
	separator = regexp.MustCompile(`(?i)>\s*ou\s*<|class="[^"]*fr-hr-or`)
	windowed  = regexp.MustCompile(`(?i)<iframe[^>]*franceconnect|<dialog\b|role="dialog"|window\.open`)
	headings  = regexp.MustCompile(`(?i)<h[1-6]\b`)
	social    = regexp.MustCompile(`(?i)(accounts\.google\.com|facebook\.com/[^"' >]*(dialog|oauth|login)|appleid\.apple\.com|(connecter|connexion|identifier) (avec|via) (Google|Facebook|Apple|LinkedIn|X)\b)`)
	aboutPage = regexp.MustCompile(`^https://franceconnect\.gouv\.fr(/france-connect-plus)?/?$`)
)

// sentence introduces the button.
var sentence = regexp.MustCompile(`FranceConnect\+? (est la solution proposée par l’État|is the solution offered by the French State)`)

// checkButton reads a sign-in page for what every kind of button has in common.
func checkButton(f *findings, page signInPage, plus bool, other string) {
	fine := true
	follow := text{"Suivez la notice du bouton de FranceConnect.", "Follow FranceConnect’s rules for the button."}
	wrong := func(what text) {
		fine = false
		f.warn("button", ofPortal, what, follow)
	}
	if page.at < 0 {
		f.fail("button", ofPortal, text{"la page n’a pas de bouton « S’identifier avec FranceConnect »", "the page has no button “S’identifier avec FranceConnect”"}, follow)
		return
	}
	if attribute(page.button.attributes, "target") != "" || windowed.MatchString(page.html) {
		wrong(text{"FranceConnect s’ouvre dans le même onglet : ni fenêtre, ni cadre, ni modale", "FranceConnect opens in the same tab: no window, no frame, no dialog"})
	}
	checkAbout(wrong, page.about)
	if first := password.FindStringIndex(page.html); first != nil && first[0] < page.at {
		wrong(text{"le bouton vient avant le formulaire du portail", "the button comes before the portal’s own form"})
	}
	checkOther(f, wrong, page, other)
	if plus && !strings.Contains(page.html, "FranceConnect+") && !strings.Contains(page.html, "fr-connect--plus") {
		wrong(text{"le bouton est celui de FranceConnect, pas de FranceConnect+", "the button is FranceConnect’s, not FranceConnect+’s"})
	}
	if !headings.MatchString(page.html[:page.at]) {
		wrong(text{"aucun titre ne précède le bouton, que les lecteurs d’écran cherchent par les titres", "no heading comes before the button, which screen readers look for by headings"})
	}
	if !sentence.MatchString(page.text) {
		wrong(text{"la phrase « FranceConnect est la solution proposée par l’État… » manque près du bouton", "the sentence “FranceConnect est la solution proposée par l’État…” is missing near the button"})
	}
	if strings.Contains(page.text, "France Connect") {
		wrong(text{"FranceConnect s’écrit en un mot", "FranceConnect is one word"})
	}
	if social.MatchString(page.html) {
		wrong(text{"le bouton ne va pas à côté de ceux des réseaux sociaux", "the button does not go beside those of social networks"})
	}
	if fine {
		f.ok("button", text{"le bouton, son lien et l’autre connexion sont à leur place", "the button, its link and the other way to sign in are in their place"})
	}
}

// checkAbout looks at the link under the button.
func checkAbout(wrong func(text), about element) {
	title := strings.ToLower(attribute(about.attributes, "title"))
	switch {
	case !aboutPage.MatchString(attribute(about.attributes, "href")):
		wrong(text{"le lien « Qu’est-ce que FranceConnect ? » vers https://franceconnect.gouv.fr/ manque sous le bouton", "the link “Qu’est-ce que FranceConnect ?” to https://franceconnect.gouv.fr/ is missing under the button"})
	case attribute(about.attributes, "target") != "_blank" || !strings.Contains(title, "nouvelle fen") && !strings.Contains(title, "new window"):
		wrong(text{"le lien « Qu’est-ce que FranceConnect ? » s’ouvre dans une nouvelle fenêtre et son title le dit", "the link “Qu’est-ce que FranceConnect ?” opens in a new window, and its title says so"})
	}
}

// checkOther looks for the other way to sign in: where the team said it is, or
// what looks like one.
func checkOther(f *findings, wrong func(text), page signInPage, other string) {
	switch {
	case !otherWay.MatchString(page.html) && (other == "" || !strings.Contains(page.html, other)):
		f.fail("other-way", ofPortal, text{"la page n’a pas d’autre moyen de connexion, alors que DataPass demande de l’attester", "the page has no other way to sign in, which DataPass asks you to attest"},
			text{"Offrez une autre connexion qui rend le même service.", "Offer another sign-in that gives the same service."}).form = dataPass
	case !separator.MatchString(page.html):
		wrong(text{"« ou » sépare le bouton des autres connexions", "“ou” stands between the button and the other ways"})
	default:
		f.ok("other-way", text{"la page a un autre moyen de connexion, à attester sur DataPass", "the page has another way to sign in, to be attested on DataPass"})
	}
}
