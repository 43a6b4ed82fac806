package browser

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
)

// A buttonPage is a page with a Button, of a portal that the tests serve.
type buttonPage struct {
	platform   franceconnect.Platform
	variant    franceconnect.ButtonVariant
	dsfr       bool
	theme      string // of DSFR: "light" or "dark"
	images     string // "", "alone", or "hover"
	english    bool
	background string // of a page without DSFR, "#rrggbb"
	text       int    // size of the letters, in percent
}

// name is for the test and its pictures.
func (b buttonPage) name() string {
	parts := []string{string(b.platform)}
	if b.dsfr {
		parts = append(parts, "dsfr", b.theme)
	} else {
		parts = append(parts, b.variant.String(), strings.TrimPrefix(b.background, "#"))
	}
	if b.images != "" {
		parts = append(parts, "image-"+b.images)
	}
	return strings.Join(append(parts, b.language()), "-")
}

func (b buttonPage) language() string { return map[bool]string{false: "fr", true: "en"}[b.english] }

// label is what the button must be called, to the letter.
func (b buttonPage) label() string {
	return map[bool]string{false: "S’identifier avec ", true: "Sign in with "}[b.english] +
		map[franceconnect.Platform]string{franceconnect.V2: "FranceConnect", franceconnect.Plus: "FranceConnect+"}[b.platform]
}

// own is what the official button is filled with, and the tests' own image.
func (b buttonPage) own() string {
	switch {
	case b.variant == franceconnect.Alternative:
		return "#ffffff"
	case b.platform == franceconnect.Plus:
		return "#000091"
	}
	return "#034ea2"
}

// loginPath is where every button leads.
const loginPath = "/login?next=%2Fmon-compte"

// serve serves the page and what it loads, and returns its address. Its
// Content-Security-Policy has no exception but the one that DSFR needs for
// its logo.
func (b buttonPage) serve(t *testing.T) string {
	t.Helper()
	mux := http.NewServeMux()
	site := httptest.NewServer(mux)
	t.Cleanup(site.Close)
	policy := "default-src 'none'; style-src 'self'; img-src 'self'"
	if b.dsfr {
		policy += " data:"
	}
	answer := func(pattern, kind, body string) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.Header().Set("Content-Security-Policy", policy)
			io.WriteString(w, body)
		})
	}
	width := map[franceconnect.Platform]int{franceconnect.V2: 230, franceconnect.Plus: 256}[b.platform]
	svg := func(fill string) string { // no logo: a box of the size of the official file
		return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="60" viewBox="0 0 %[1]d 60"><rect width="%[1]d" height="60" rx="4" fill="%s"/></svg>`, width, fill)
	}
	answer("/kit/button.svg", "image/svg+xml", svg(b.own()))
	answer("/kit/hover.svg", "image/svg+xml", svg("#1e82f0"))
	answer("/icon.svg", "image/svg+xml", svg("#808080"))
	answer("/button.css", "text/css", franceconnect.ButtonCSS)
	answer("/page.css", "text/css", b.css())
	answer("/login", "text/html; charset=utf-8", `<!DOCTYPE html><html lang="fr"><title>Suite</title><link rel="icon" href="/icon.svg"><h1>Suite</h1>`)
	answer("/{$}", "text/html; charset=utf-8", b.html(t))
	if b.dsfr {
		for _, file := range dsfrStyles {
			answer("/dsfr/"+file, "text/css", dsfrStyle(t, file))
		}
		answer("/dsfr/icons/", "image/svg+xml", svg("#000000")) // of a link to another window
	}
	return site.URL + "/"
}

// dsfrStyles are the style sheets that a page with the component needs; scheme
// is its dark.
var dsfrStyles = []string{"core/core.min.css", "scheme/scheme.min.css", "component/connect/connect.min.css"}

// dsfr is where setup.sh puts the design system.
const dsfr = "node_modules/@gouvfr/dsfr/dist"

var fontFace = regexp.MustCompile(`@font-face\s*\{[^}]*\}`)

// dsfrStyle is a style sheet of the real design system, without its letters:
// those have terms of their own.
func dsfrStyle(t *testing.T, file string) string {
	t.Helper()
	css, err := os.ReadFile(path.Join(dsfr, file))
	require.NoError(t, err)
	return fontFace.ReplaceAllString(string(css), "")
}

// css is a page's own style, which has an opinion on all links.
func (b buttonPage) css() string {
	size := fmt.Sprintf("html { font-size: %d%% }\n", b.text)
	if b.dsfr {
		return size + "main { padding: 1rem }\n"
	}
	ink := "#000000"
	if v, _, err := franceconnect.Plus.RecommendVariant(b.background); err == nil && v == franceconnect.Alternative {
		ink = "#ffffff"
	}
	return size + fmt.Sprintf("html { background: %s; color: %s; font-family: sans-serif; line-height: 1.5 }\n", b.background, ink) +
		"body { margin: 1rem }\na, a:visited { color: inherit; text-decoration: underline }\na:hover { color: inherit; background: none; text-decoration: none }\n"
}

func (b buttonPage) html(t *testing.T) string {
	t.Helper()
	config := franceconnect.Config{
		Environment: franceconnect.Sandbox, ClientID: "client", ClientSecret: "secret", RedirectURL: "https://portail.example.fr/callback",
		CookieKeys: []franceconnect.CookieKey{franceconnect.NewCookieKey()}, ButtonVariant: b.variant,
	}
	if b.platform == franceconnect.Plus {
		private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		require.NoError(t, err)
		key, err := franceconnect.NewDecryptionKey("k1", "ECDH-ES", private)
		require.NoError(t, err)
		config.Environment, config.DecryptionKeys = franceconnect.IntegrationPlus, []franceconnect.DecryptionKey{key}
	}
	fc, err := franceconnect.New(config)
	require.NoError(t, err)
	button := franceconnect.Button{Path: loginPath, DSFR: b.dsfr, English: b.english}
	if b.images != "" {
		button.PrincipalImage, button.AlternativeImage = "/kit/button.svg", "/kit/button.svg"
	}
	if b.images == "hover" {
		button.PrincipalHoverImage, button.AlternativeHoverImage = "/kit/hover.svg", "/kit/hover.svg"
	}
	styles := []string{"/button.css", "/page.css"} // the page's own comes last, and does not win
	if b.dsfr {
		styles = nil
		for _, file := range dsfrStyles {
			styles = append(styles, "/dsfr/"+file)
		}
		styles = append(styles, "/page.css")
	}
	var page strings.Builder
	require.NoError(t, buttonHTML.Execute(&page, map[string]any{
		"Lang": b.language(), "DSFR": b.dsfr, "Theme": b.theme, "Styles": styles, "Button": fc.Button(button),
		"Title": map[bool]string{false: "Connexion", true: "Sign in"}[b.english],
	}))
	return page.String()
}

var buttonHTML = template.Must(template.New("").Parse(`<!DOCTYPE html>
<html lang="{{.Lang}}"{{if .DSFR}} data-fr-scheme="{{.Theme}}" data-fr-theme="{{.Theme}}"{{end}}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}}</title>
{{range .Styles}}<link rel="stylesheet" href="{{.}}">
{{end}}<link rel="icon" href="/icon.svg">
</head>
<body>
<main>
<h1>{{.Title}}</h1>
{{.Button}}
</main>
</body>
</html>
`))

// about is where the link below the button leads.
func (b buttonPage) about() *url.URL {
	u := &url.URL{Scheme: "https", Host: "franceconnect.gouv.fr", Path: "/"}
	if b.platform == franceconnect.Plus {
		u.Path = "/france-connect-plus"
	}
	return u
}
