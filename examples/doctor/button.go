package main

import (
	"html"
	"regexp"
	"strings"
)

var (
	comments  = regexp.MustCompile(`(?s)<!--.*?-->|<script\b.*?</script>|<style\b.*?</style>`)
	tags      = regexp.MustCompile(`<[^>]*>`)
	spaces    = regexp.MustCompile(`[\s\x{a0}\x{202f}]+`)
	buttons   = regexp.MustCompile(`(?is)<(a|button)\b([^>]*)>(.*?)</(?:a|button)>`)
	images    = regexp.MustCompile(`(?is)\balt="([^"]*)"`)
	password  = regexp.MustCompile(`(?i)type=["']?password`)
	otherWay  = regexp.MustCompile(`(?i)type=["']?password|sans FranceConnect|autre (moyen|mode|compte)|avec (son|votre|un) compte|another way`)
	separator = regexp.MustCompile(`(?i)>\s*ou\s*<|class="[^"]*fr-hr-or`)
	windowed  = regexp.MustCompile(`(?i)<iframe[^>]*franceconnect|<dialog\b|role="dialog"`)
)

// aboutPage is where the link under the button leads.
var aboutPage = regexp.MustCompile(`(?i)href="https://franceconnect\.gouv\.fr(/france-connect-plus)?/?"`)

// checkButton reads a sign-in page as a reviewer of FranceConnect would. It
// looks for what every kind of button has in common.
func checkButton(f *findings, page string, plus bool) {
	page = comments.ReplaceAllString(page, "")
	at := -1
	var attributes, about string
	for _, m := range buttons.FindAllStringSubmatchIndex(page, -1) {
		words := page[m[6]:m[7]]
		for _, alt := range images.FindAllStringSubmatch(words, -1) {
			words += " " + alt[1]
		}
		said := strings.ToLower(spaces.ReplaceAllString(html.UnescapeString(tags.ReplaceAllString(words, " ")), " "))
		said = strings.ReplaceAll(said, "'", "’")
		switch {
		case at < 0 && (strings.Contains(said, "s’identifier avec franceconnect") || strings.Contains(said, "sign in with franceconnect")):
			at, attributes = m[0], page[m[4]:m[5]]
		case strings.Contains(said, "qu’est-ce que franceconnect") || strings.Contains(said, "what is franceconnect"):
			about = page[m[4]:m[5]]
		}
	}
	before := len(*f)
	follow := text{"Suivez la notice du bouton de FranceConnect.", "Follow FranceConnect’s rules for the button."}
	wrong := func(what text) { f.warn("button", ofPortal, what, follow) }
	if at < 0 {
		f.fail("button", ofPortal, text{"la page n’a pas de bouton « S’identifier avec FranceConnect »", "the page has no button “S’identifier avec FranceConnect”"}, follow)
		return
	}
	if strings.Contains(attributes, `target=`) || windowed.MatchString(page) {
		wrong(text{"FranceConnect s’ouvre dans le même onglet : ni fenêtre, ni cadre, ni modale", "FranceConnect opens in the same tab: no window, no frame, no dialog"})
	}
	if !aboutPage.MatchString(about) {
		wrong(text{"le lien « Qu’est-ce que FranceConnect ? » vers https://franceconnect.gouv.fr/ manque sous le bouton", "the link “Qu’est-ce que FranceConnect ?” to https://franceconnect.gouv.fr/ is missing under the button"})
	} else if !strings.Contains(about, `target="_blank"`) || !strings.Contains(strings.ToLower(about), "nouvelle fen") && !strings.Contains(strings.ToLower(about), "new window") {
		wrong(text{"le lien « Qu’est-ce que FranceConnect ? » s’ouvre dans une nouvelle fenêtre et son title le dit", "the link “Qu’est-ce que FranceConnect ?” opens in a new window, and its title says so"})
	}
	if first := password.FindStringIndex(page); first != nil && first[0] < at {
		wrong(text{"le bouton vient avant le formulaire du portail", "the button comes before the portal’s own form"})
	}
	if !otherWay.MatchString(page) {
		f.fail("other-way", ofPortal, text{"la page n’a pas d’autre moyen de connexion, alors que DataPass demande de l’attester", "the page has no other way to sign in, which DataPass asks you to attest"},
			text{"Offrez une autre connexion qui rend le même service.", "Offer another sign-in that gives the same service."}).form = dataPass
	} else if !separator.MatchString(page) {
		wrong(text{"« ou » sépare le bouton des autres connexions", "“ou” stands between the button and the other ways"})
	}
	if plus && !strings.Contains(page, "FranceConnect+") && !strings.Contains(page, "fr-connect--plus") {
		wrong(text{"le bouton est celui de FranceConnect, pas de FranceConnect+", "the button is FranceConnect’s, not FranceConnect+'s"})
	}
	if len(*f) == before {
		f.ok("button", text{"le bouton, son lien et l’autre connexion sont à leur place", "the button, its link and the other way to sign in are in their place"})
	}
}
