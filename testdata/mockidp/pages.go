package mockidp

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
)

//go:embed pages/*.html
var pageFiles embed.FS

// pages are the templates by name; each fills the main part of the layout.
var pages = func() map[string]*template.Template {
	all := map[string]*template.Template{}
	for _, name := range []string{"choose", "person", "inform", "error", "logout", "ended"} {
		all[name] = template.Must(template.ParseFS(pageFiles, "pages/layout.html", "pages/"+name+".html"))
	}
	return all
}()

// A view is what a page shows.
type view struct {
	Base      string
	English   bool   // the language, French otherwise
	Service   string // name of the client
	UID       string
	CSRF      string
	Query     string // what was searched
	Refused   bool   // the identity provider was left without signing in
	Leave     string
	Providers []identityProvider
	People    []Person
	Days      []dayGroup
	Who       *Person
	Claims    []string
	Consent   bool
	DeadEnd   bool

	Y, ID    string // of an error
	Sentence string // in French, for the person
	Why      string // in English, for the developer
	Action   string // of the logout form
}

// T is a text in the language of the page.
func (v view) T(french, english string) string {
	if v.English {
		return english
	}
	return french
}

// loginView is what the pages of a login show. Their form is good until it is sent
// or another takes its place.
func (p *Provider) loginView(r *request, in *interaction) view {
	if in.csrf == "" {
		in.csrf = randomToken()
	}
	v := view{
		Base: p.baseURL, English: english(r), Query: r.query.get("q"), Refused: r.query.get("back") != "",
		Service: in.request.client.Name, UID: in.uid, CSRF: in.csrf, Who: in.who,
		Providers: p.platform.providers, Days: dayGroups(p.platform.name), Consent: in.request.client.Consent,
		Leave: p.errorLink("access_denied", aborted),
	}
	if in.who != nil {
		v.DeadEnd = in.request.hasUnmetClaims(*in.who, in.acr)
		g := grant{request: in.request, who: *in.who, idp: in.idp}
		v.Claims = claimLabels(g.identityClaims(), v.English)
	}
	v.People = slices.DeleteFunc(p.peopleFrom(in.idp), func(who Person) bool { return !who.matches(v.Query) })
	return v
}

const languageCookie = "mock_language"

// english tells whether the person chose English, here or on an earlier page.
func english(r *request) bool {
	if asked := r.query.get("lang"); asked != "" {
		return asked == "en"
	}
	cookie, err := r.Cookie(languageCookie)
	return err == nil && cookie.Value == "en"
}

// peopleFrom are the people who can come through an identity provider.
func (p *Provider) peopleFrom(uid string) []Person {
	i := slices.IndexFunc(p.platform.providers, func(idp identityProvider) bool { return idp.UID == uid })
	if i < 0 {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(p.people), func(who Person) bool {
		return who.European != p.platform.providers[i].european
	})
}

func (p *Provider) errorLink(code, description string) string {
	return p.baseURL + "/redirect-to-sp-with-error?" + url.Values{"error": {code}, "error_description": {description}}.Encode()
}

// renderPage renders a page, and remembers the language that its address asks for.
func (p *Provider) renderPage(r *request, status int, name string, v view) *response {
	var b bytes.Buffer
	if err := pages[name].ExecuteTemplate(&b, "layout.html", v); err != nil {
		return textResponse(http.StatusInternalServerError, fmt.Sprintf("mockidp: page %s: %v", name, err))
	}
	a := newResponse(status, typeHTML, b.Bytes()).withHeader("Cache-Control", "no-store")
	if r != nil && r.query.get("lang") != "" {
		cookie := http.Cookie{Name: languageCookie, Value: v.T("fr", "en"), Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode}
		a.header.Add("Set-Cookie", cookie.String())
	}
	return a
}

// errorPage is an error page. The link back to the service is only there if the
// login is known.
func (p *Provider) errorPage(status int, y string, in *interaction) *response {
	return p.errorPageWith(status, y, lookupErrorCode(y).why, in)
}

// errorPageWith is an error page that says to the developer, as FranceConnect does
// not, what was wrong.
func (p *Provider) errorPageWith(status int, y, why string, in *interaction) *response {
	v := view{Base: p.baseURL, Y: y, Sentence: errorText(y), Why: why, ID: newUUID()}
	if in != nil {
		e := lookupErrorCode(y)
		v.Service, v.Leave = in.request.client.Name, p.errorLink(e.code, e.description)
	}
	return p.renderPage(nil, status, "error", v)
}
