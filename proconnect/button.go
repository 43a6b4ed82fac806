package proconnect

import (
	"html/template"
	"strings"
	"sync"
)

// A Button is ProConnect's on one page.
type Button struct {
	// Path is the page that calls Login, on the portal, with where to go on to:
	// "/proconnect/login?next=%2Fdossiers". Anything that LocalPath refuses becomes
	// Config.HomePath.
	Path string

	// Image is the official file of the button (bouton-proconnect), as a path or an
	// address where the portal serves it, and HoverImage that under the mouse, which
	// may be empty. Default: the words alone.
	Image, HoverImage string

	English bool // for an English page. Default: in French
}

// Button returns the markup of the way to ProConnect, or nothing if it is Disabled: a
// link that looks like a button, and below it the one that says what ProConnect is. It
// has no script and no style of its own: see ButtonCSS. htmx and Turbo leave it
// alone, whose requests ProConnect does not answer.
//
// Source: https://partenaires.proconnect.gouv.fr/docs/fournisseur-service/bouton_proconnect
// (2026-08-19).
func (c *Client) Button(b Button) template.HTML {
	if c.config.Disabled {
		return ""
	}
	b.Path = c.LocalPath(b.Path)
	var html strings.Builder
	if err := buttonTemplate().Execute(&html, b); err != nil {
		return "" // of a builder and a template that a test executes: none
	}
	return template.HTML(html.String())
}

// buttonTemplate is read with the first button, not by programs that have none. The
// first of two images has the text, under the mouse too.
var buttonTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("button").Parse(`
{{- $verb := "S’identifier avec"}}{{$what := "Qu’est-ce que ProConnect\u202f?"}}{{$window := "nouvelle fenêtre" -}}
{{if .English}}{{$verb = "Sign in with"}}{{$what = "What is ProConnect?"}}{{$window = "new window"}}{{end -}}
<div class="proconnect">
<a class="proconnect-{{if .Image}}image{{else}}button{{end}}" href="{{.Path}}" hx-boost="false" data-turbo="false">
{{- if .Image -}}
<img src="{{.Image}}" alt="{{$verb}} ProConnect">{{if .HoverImage}}<img src="{{.HoverImage}}" alt="">{{end -}}
{{- else -}}
{{$verb}} <strong>ProConnect</strong>
{{- end -}}
</a>
<p><a href="https://www.proconnect.gouv.fr/" target="_blank" rel="noopener"{{if .English}} hreflang="fr"{{end}} title="{{$what}} - {{$window}}">{{$what}}</a></p>
</div>`))
})

// ButtonCSS is the style of a Button, on pages with the State's design system too, which
// draws none of ProConnect's. It needs no exception in a Content-Security-Policy. The
// official logo is not here: see NOTICE.
const ButtonCSS = `.proconnect p{margin:0 0 12px}
.proconnect .proconnect-button,.proconnect .proconnect-image{display:inline-block;vertical-align:top;margin:0 0 12px}
.proconnect .proconnect-button{box-sizing:border-box;min-height:56px;padding:8px 24px;border:1px solid #000091;border-radius:4px;background:#000091;color:#fff;font-size:.9375rem;line-height:1.25;text-decoration:none}
.proconnect .proconnect-button:hover{background:#1212ff}
.proconnect-button strong{display:block;font-size:1.125rem}
.proconnect-image{position:relative}
.proconnect-image img{display:block;height:56px;max-width:100%;object-fit:contain}
.proconnect-image img+img{position:absolute;top:0;left:0}
.proconnect-image img+img,.proconnect-image:hover img:not(:last-child){opacity:0}
.proconnect-image:hover img+img{opacity:1}
.proconnect a:focus-visible{outline:3px solid #fff;outline-offset:0;box-shadow:0 0 0 6px #000}
@media (forced-colors:active){.proconnect .proconnect-button{border:2px solid ButtonText}}
`
