package franceconnect

import (
	"errors"
	"fmt"
	"html/template"
	"math"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// A Button is FranceConnect's on one page. Which of the two buttons it is, and
// the sentence above it, are the Config's.
type Button struct {
	// Path is the page that calls Login, on the portal, with where to go on to:
	// "/franceconnect/login?next=%2Fmon-compte". Anything that LocalPath
	// refuses becomes Config.HomePath.
	Path string

	// DSFR is for a page that has the State's design system, which draws the
	// button (component « connect », version 1.15), in the colour of the page's
	// theme: ButtonVariant and the images change nothing there. Its logo is a data:
	// image, which img-src of a Content-Security-Policy must allow. Default: a
	// page that has ButtonCSS.
	DSFR bool

	// The official files of the kit that FranceConnect gives its partners, for a
	// page without DSFR, as paths or addresses where the portal serves them:
	// FCboutons-10.svg and FCboutons-10-hover.svg for the principal button. The
	// hover ones may be empty. Default: the words alone.
	PrincipalImage, PrincipalHoverImage     string
	AlternativeImage, AlternativeHoverImage string

	// English writes it in English, for an English page. Default: in French.
	English bool
}

// A ButtonVariant is one of the two official buttons.
type ButtonVariant uint8

// The variants. FranceConnect wants the principal one; the other is for a
// background that it does not stand out from: see Platform.RecommendVariant.
const (
	Principal   ButtonVariant = iota // blue, white letters
	Alternative                      // white, dark letters
)

// UnmarshalText reads "principal" or "alternative", as a form or a file has it,
// in either language, or "FCboutons-10", which is what FranceConnect's kit calls
// the first; nothing is Principal.
func (v *ButtonVariant) UnmarshalText(text []byte) error {
	switch strings.ToLower(string(text)) {
	case "", "principal", "fcboutons-10":
		*v = Principal
	case "alternative", "alternatif":
		*v = Alternative
	default:
		return errors.New("franceconnect: button is neither principal nor alternative")
	}
	return nil
}

// String returns "principal" or "alternative".
func (v ButtonVariant) String() string {
	if v == Alternative {
		return "alternative"
	}
	return "principal"
}

// Button returns the markup of the way to FranceConnect, or nothing if it is
// Disabled: the sentence, a link that looks like a button and leaves in the
// same tab, and the link that FranceConnect wants below it. It has no script
// and no style of its own. The link is exempt from htmx's hx-boost and from Turbo
// Drive, whose requests FranceConnect does not answer: it leaves by itself.
// FranceConnect asks that it comes first of all ways to sign in, on the pages to
// sign in and to sign up, with « ou » behind it.
//
// Source: https://docs.partenaires.franceconnect.gouv.fr, boutons; DSFR,
// component « connect ».
func (c *Client) Button(b Button) template.HTML {
	if c.config.Disabled {
		return ""
	}
	said := wording[b.English]
	page := buttonPage{
		Path: c.LocalPath(b.Path), DSFR: b.DSFR, English: b.English, Plus: c.environment.Platform == Plus,
		Alternative: c.config.ButtonVariant == Alternative,
		Brand:       "FranceConnect", About: "https://franceconnect.gouv.fr/",
		Verb: said.verb, Sentence: said.sentence, What: said.what, Window: said.window,
	}
	if page.Plus {
		page.Brand, page.About, page.Sentence = "FranceConnect+", "https://franceconnect.gouv.fr/france-connect-plus", said.plus
		page.What = strings.Replace(page.What, "FranceConnect", "FranceConnect+", 1)
	}
	if c.config.ButtonText != "" {
		page.Sentence = c.config.ButtonText
	}
	page.Image, page.Hover = b.PrincipalImage, b.PrincipalHoverImage
	if page.Alternative {
		page.Image, page.Hover = b.AlternativeImage, b.AlternativeHoverImage
	}
	var html strings.Builder
	if err := buttonTemplate().Execute(&html, page); err != nil {
		return "" // of a builder and a template that a test executes: none
	}
	return template.HTML(html.String())
}

// wording by whether it is English. The verb may be translated, not reworded.
var wording = map[bool]struct{ verb, sentence, plus, what, window string }{
	false: {
		"S’identifier avec",
		"FranceConnect est la solution proposée par l’État pour sécuriser et simplifier la connexion à vos services en ligne.",
		"FranceConnect+ est la solution proposée par l’État, pour renforcer la sécurité de vos services en ligne les plus sensibles.",
		"Qu’est-ce que FranceConnect\u202f?", "nouvelle fenêtre",
	},
	true: {
		"Sign in with",
		"FranceConnect is the solution offered by the French State to secure and simplify the connection to your online services.",
		"FranceConnect+ is the solution offered by the French State to strengthen the security of your most sensitive online services.",
		"What is FranceConnect?", "new window",
	},
}

type buttonPage struct {
	Path, Verb, Brand, Sentence, About, What, Window, Image, Hover string
	DSFR, English, Plus, Alternative                               bool
}

// buttonTemplate: with DSFR the + is drawn by its style sheet, which not every
// screen reader reads: the label says it. The first of two images has the text,
// under the mouse too: ButtonCSS makes it transparent, as what is not displayed
// has no name.
//
// It is read with the first button, not by programs that have none.
var buttonTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("button").Parse(`
{{- define "about" -}}
<p><a href="{{.About}}" target="_blank" rel="noopener"{{if .English}} hreflang="fr"{{end}} title="{{.What}} - {{.Window}}">{{.What}}</a></p>
{{- end -}}
{{- if .DSFR -}}
<div class="fr-connect-group">
<p>{{.Sentence}}</p>
<a class="fr-connect{{if .Plus}} fr-connect--plus{{end}}" href="{{.Path}}"{{if .Plus}} aria-label="{{.Verb}} {{.Brand}}"{{end}} hx-boost="false" data-turbo="false">
<span class="fr-connect__login">{{.Verb}}</span> <span class="fr-connect__brand">FranceConnect</span>
</a>
{{template "about" .}}
</div>
{{- else -}}
<div class="franceconnect">
<p>{{.Sentence}}</p>
<a class="franceconnect-{{if .Image}}image{{else}}button{{if .Plus}} franceconnect-plus{{end}}{{end}}{{if .Alternative}} franceconnect-alternative{{end}}" href="{{.Path}}" hx-boost="false" data-turbo="false">
{{- if .Image -}}
<img src="{{.Image}}" alt="{{.Verb}} {{.Brand}}">{{if .Hover}}<img src="{{.Hover}}" alt="">{{end -}}
{{- else -}}
{{.Verb}} <strong>{{.Brand}}</strong>
{{- end -}}
</a>
{{template "about" .}}
</div>
{{- end}}`))
})

// ButtonCSS is the style of a Button on a page without DSFR. Serve it as a
// style sheet, or within the portal's own: it needs no exception in a
// Content-Security-Policy. The colours are those that the official button has;
// its logo and letters are not here, see NOTICE. The focus is a ring of black
// and white, which is seen on a page of any colour.
const ButtonCSS = `.franceconnect{--fc-near:#fff;--fc-far:#000}
.franceconnect p{margin:0 0 12px}
.franceconnect-button{--fc-own:#034ea2;--fc-edge:#034ea2;--fc-over:#1a5fb4;--fc-ink:#fff}
.franceconnect-plus{--fc-own:#000091;--fc-edge:#000091;--fc-over:#0000df}
.franceconnect-alternative{--fc-own:#fff;--fc-edge:#000091;--fc-over:#a9a9ff;--fc-ink:#000091;--fc-near:#000;--fc-far:#fff}
.franceconnect .franceconnect-button,.franceconnect .franceconnect-image{display:inline-block;vertical-align:top;margin:0 0 12px}
.franceconnect .franceconnect-button{box-sizing:border-box;min-height:56px;padding:8px 24px;border:1px solid var(--fc-edge);border-radius:4px;background:var(--fc-own);color:var(--fc-ink);font-size:.9375rem;line-height:1.25;text-decoration:none}
.franceconnect .franceconnect-button:hover{background:var(--fc-over)}
.franceconnect-button strong{display:block;font-size:1.125rem}
.franceconnect-image{position:relative}
.franceconnect-image img{display:block;height:60px;max-width:100%;object-fit:contain}
.franceconnect-image img+img{position:absolute;top:0;left:0}
.franceconnect-image img+img,.franceconnect-image:hover img:not(:last-child){opacity:0}
.franceconnect-image:hover img+img{opacity:1}
.franceconnect a:focus-visible{outline:3px solid var(--fc-near);outline-offset:0;box-shadow:0 0 0 6px var(--fc-far)}
@media (forced-colors:active){.franceconnect .franceconnect-button{border:2px solid ButtonText}}
`

// buttonColour returns what ButtonCSS fills the button of a platform with.
func buttonColour(p Platform, v ButtonVariant) string {
	switch {
	case v == Alternative:
		return "#ffffff"
	case p == Plus:
		return "#000091"
	}
	return "#034ea2"
}

// RecommendVariant returns the button for a page of a background colour, "#rrggbb"
// or "#rgb", and its contrast with it, from 1 to 21 (WCAG 2.2, contrast ratio).
// It is the principal one, unless that one has less than the 3 that WCAG wants
// of a button (1.4.11) and the alternative has more. Between #959595 and #9e9e9e
// neither of FranceConnect v2's has 3: change the background.
func (p Platform) RecommendVariant(background string) (v ButtonVariant, contrast float64, err error) {
	at, err := luminance(background)
	if err != nil {
		return 0, 0, fmt.Errorf("franceconnect: background %w", err)
	}
	ratio := func(v ButtonVariant) float64 {
		own, _ := luminance(buttonColour(p, v)) // ours
		return (max(own, at) + 0.05) / (min(own, at) + 0.05)
	}
	principal, alternative := ratio(Principal), ratio(Alternative)
	if principal < 3 && alternative > principal {
		return Alternative, alternative, nil
	}
	return Principal, principal, nil
}

// luminance of a colour of sRGB (WCAG 2.2, relative luminance).
func luminance(colour string) (float64, error) {
	hex, ok := strings.CutPrefix(colour, "#")
	if ok && len(hex) == 3 {
		hex = strings.Join([]string{hex[:1], hex[:1], hex[1:2], hex[1:2], hex[2:], hex[2:]}, "")
	}
	n, err := strconv.ParseUint(hex, 16, 32)
	if !ok || len(hex) != 6 || err != nil {
		return 0, fmt.Errorf("is not a colour of the form #rrggbb")
	}
	linear := func(channel uint64) float64 {
		c := float64(channel&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(n>>16) + 0.7152*linear(n>>8) + 0.0722*linear(n), nil
}

// checkButton checks what an administrator may choose.
func (c *Config) checkButton(p *problems) {
	if c.ButtonVariant > Alternative {
		p.add("ButtonVariant", "n’est ni principal, ni alternatif", "is neither principal nor alternative")
	}
	if utf8.RuneCountInString(c.ButtonText) > 300 || strings.ContainsFunc(c.ButtonText, unicode.IsControl) {
		p.add("ButtonText", "a plus de 300 caractères ou un retour à la ligne", "has more than 300 characters or a line break")
	}
}
