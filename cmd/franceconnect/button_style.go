package main

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// The proportions of the official pictures, 230×60 to 245×56, with some room;
// and their height.
const (
	minRatio, maxRatio = 3.6, 4.6
	minHeight          = 56
)

// What WCAG 2 asks for: 1.4.11 of a button on its page, 1.4.3 of its words.
const (
	minContrast     = 3.0
	minTextContrast = 4.5
)

// checkButtonStyle looks at the button as far as a page and its styles tell:
// nothing is drawn, and where the styles do not say a colour, nothing is said of
// it.
func checkButtonStyle(f *findings, page signInPage, styles styleSheet, live bool) {
	if page.buttonOffset < 0 {
		return // said before
	}
	before := len(*f)
	wrong := func(what, action text.Text) { f.warn("look", sidePortal, what, action) }
	kit := text.Of("Prenez le bouton officiel, tel quel, dans l’espace partenaires.", "Take the official button as it is, from the partners’ space.")
	images := page.button.images()
	if page.button.tag == "input" {
		images = append(images, page.button.attributes)
	}
	checkImages(wrong, images, kit)
	if live && len(images) == 0 && !strings.Contains(page.button.attributes+page.button.inner, "fr-connect") && styles.property(page.button, "background-image") == "" {
		wrong(text.Of("le bouton n’est ni l’image officielle, ni le composant fr-connect du système de design de l’État", "the button is neither the official picture nor the component fr-connect of the State’s design system"), kit)
	}
	if len(styles) == 0 {
		if len(*f) == before {
			f.skip("look", text.Of("aucune feuille de style n’a été lue : contraste et survol à regarder (-css)", "no style sheet was read: contrast and hover are to be looked at (-css)"))
		}
		return
	}
	checkContrast(wrong, page, styles)
	if !styles.changesOnHover(page.button) {
		wrong(text.Of("le bouton ne change pas au survol", "the button does not change when it is hovered"), text.Of("Ajoutez l’état survolé de la notice (hover), et gardez celui du focus.", "Add the :hover state of the rules, and keep that of the focus."))
	}
	if len(*f) == before {
		f.ok("look", text.Of("les proportions, le contraste et le survol du bouton conviennent, autant que le disent ses feuilles de style", "the button’s proportions, contrast and hover are right, as far as its style sheets tell"))
	}
}

// setBackground takes a colour, with or without the #, which begins a comment in a
// shell.
func (p *portal) setBackground(colour string) text.Text {
	p.background = "#" + strings.TrimPrefix(colour, "#")
	if _, _, err := franceconnect.V2.RecommendVariant(p.background); err != nil {
		return text.Of(fmt.Sprintf("-fond %q n’est pas une couleur de la forme 1e1e1e", colour), fmt.Sprintf("-fond %q is not a colour of the form 1e1e1e", colour))
	}
	return text.Text{}
}

// betterButton returns the button that is seen better on the background that was
// given, its contrast, and what is to be said of it.
func (p *portal) betterButton() (v franceconnect.ButtonVariant, c float64, said text.Text) {
	v, c, err := cmp.Or(p.environment.Platform, franceconnect.V2).RecommendVariant(p.background)
	name := text.Of("le bouton principal", "the principal button")
	if v == franceconnect.Alternative {
		name = text.Of("le second bouton (alternative)", "the second button (alternative)")
	}
	switch {
	case err != nil: // none was given
	case c < minContrast:
		said = text.Of("sur le fond "+p.background+", aucun des deux boutons n’a un contraste de 3 : le meilleur a "+frenchDecimal(c), fmt.Sprintf("on the background %s, neither button has a contrast of 3: the better one has %.1f", p.background, c))
	default:
		said = text.Of("sur le fond "+p.background+", ", "on the background "+p.background+", ").Then(name).
			Then(text.Of(fmt.Sprintf(" a un contraste de %s (3 au moins)", frenchDecimal(c)), fmt.Sprintf(" has a contrast of %.1f (3 at least)", c)))
	}
	return v, c, said
}

// checkBackground says which of the two buttons has enough contrast with the
// background that was given, and compares it with the one that is set.
func (p *portal) checkBackground(f *findings) {
	if p.background == "" {
		return
	}
	v, c, said := p.betterButton()
	setting := p.setting("FRANCECONNECT_BUTTON") + "=" + v.String()
	switch {
	case c < minContrast:
		f.warn("background", sidePortal, said, text.Of("Changez le fond : plus clair pour le bouton principal, plus sombre pour le second.", "Change the background: lighter for the principal button, darker for the second."))
	case v != p.config.ButtonVariant:
		f.warn("background", sidePortal, said.Then(text.Of(", et l’autre est choisi", ", and the other is chosen")), text.Of("Mettez "+setting+".", "Set "+setting+"."))
	default:
		f.ok("background", said)
	}
}

// checkImages looks at the pictures in the button.
func checkImages(wrong func(what, action text.Text), images []string, kit text.Text) {
	named := 0
	for _, image := range images {
		if attribute(image, "alt") != "" {
			named++
		}
		width, wide := strconv.ParseFloat(strings.TrimSuffix(attribute(image, "width"), "px"), 64)
		height, high := strconv.ParseFloat(strings.TrimSuffix(attribute(image, "height"), "px"), 64)
		switch {
		case wide == nil && high == nil && (width/height < minRatio || width/height > maxRatio):
			wrong(text.Of(fmt.Sprintf("le bouton est déformé : %gx%g", width, height), fmt.Sprintf("the button is out of proportion: %gx%g", width, height)), kit)
		case high == nil && height < minHeight:
			wrong(text.Of(fmt.Sprintf("le bouton est trop petit : %g de haut, au lieu de 60", height), fmt.Sprintf("the button is too small: %g high instead of 60", height)), kit)
		}
	}
	if named > 1 {
		wrong(text.Of("deux images disent deux fois la même chose aux lecteurs d’écran", "two pictures say the same thing twice to screen readers"), text.Of("Gardez une image, et changez-la par CSS au survol.", "Keep one picture, and change it by CSS when it is hovered."))
	}
}

// checkContrast compares the button with the page, and its words with it.
func checkContrast(wrong func(what, action text.Text), page signInPage, styles styleSheet) {
	around, ok := styles.colour(element{tag: "body"}, "background-color")
	if !ok {
		around = white
	}
	own, ok := styles.colour(page.button, "background-color")
	if !ok {
		return
	}
	if c := contrast(own, around); c < minContrast {
		wrong(text.Of(fmt.Sprintf("le bouton se distingue mal de la page : contraste de %s, au lieu de 3", frenchDecimal(c)), fmt.Sprintf("the button hardly stands out from the page: a contrast of %.1f instead of 3", c)),
			text.Of("Prenez l’autre bouton : le second est pour les pages où le premier ne se voit pas.", "Take the other button: the second is for pages on which the first is not seen."))
	}
	if words, ok := styles.colour(page.button, "color"); ok {
		if c := contrast(words, own); c < minTextContrast {
			wrong(text.Of(fmt.Sprintf("le texte du bouton se lit mal : contraste de %s, au lieu de 4,5", frenchDecimal(c)), fmt.Sprintf("the button’s words are hard to read: a contrast of %.1f instead of 4.5", c)),
				text.Of("Rétablissez les couleurs de la notice.", "Bring the colours of the rules back."))
		}
	}
}

// frenchDecimal writes a number as the French do.
func frenchDecimal(n float64) string { return strings.Replace(fmt.Sprintf("%.1f", n), ".", ",", 1) }
