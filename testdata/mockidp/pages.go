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

// pages holds the templates by name. Each fills the main part of the layout.
var pages = func() map[string]*template.Template {
	all := map[string]*template.Template{}
	for _, name := range []string{"choose", "person", "inform", "error", "logout", "ended", "front", "app"} {
		all[name] = template.Must(template.ParseFS(pageFiles, "pages/layout.html", "pages/"+name+".html"))
	}
	return all
}()

// A view is the data of a page.
type view struct {
	Base    string
	Product string // FranceConnect or ProConnect

	Unmeasured bool // nobody has compared the mock with a running server
	Issuer     string
	English    bool   // the language, French otherwise
	Service    string // name of the client
	UID        string
	CSRF       string
	Query      string // the words searched for
	Refused    bool   // the person came back from the identity provider without signing in
	Leave      string
	Providers  []identityProvider
	People     []Person
	Days       []dayGroup
	Who        *Person
	Claims     []string
	Consent    bool
	DeadEnd    bool

	To, Destination string   // of the State's app: the page of the portal, and where the token leads
	AppDays         []AppDay // what is wrong with the token

	Y, ID    string // of an error
	Sentence string // in French, for the person
	Why      string // in English, for the developer
	Action   string // of the logout form
}

// T returns the text in the language of the page.
func (v view) T(french, english string) string {
	if v.English {
		return english
	}
	return french
}

// loginView returns the data of a login's pages. It keeps the login's CSRF
// token, so that a form stays valid until it is sent.
func (p *Provider) loginView(r *request, in *interaction) view {
	if in.csrf == "" {
		in.csrf = randomToken()
	}
	v := view{
		Base: p.baseURL, English: english(r), Query: in.request.hint(), Refused: r.query.get("back") != "",
		Service: in.request.client.Name, UID: in.uid, CSRF: in.csrf, Who: in.who,
		Providers: p.platform.providers, Days: dayGroups(p.platform.name), Consent: in.request.client.Consent,
		Leave: p.errorLink("access_denied", aborted),
	}
	if len(r.query.all("q")) > 0 {
		v.Query = r.query.get("q")
	}
	if in.who != nil {
		v.DeadEnd = in.request.hasUnmetClaims(in.who, in.acr)
		g := grant{terms: in.request.terms, who: in.who, idp: in.idp}
		v.Claims = claimLabels(g.identityClaims(), v.English)
	}
	v.People = slices.DeleteFunc(p.peopleFrom(in.idp), func(who Person) bool { return !who.matches(v.Query) })
	return v
}

const languageCookie = "mock_language"

// english reports whether the person chose English, here or on an earlier page.
func english(r *request) bool {
	if asked := r.query.get("lang"); asked != "" {
		return asked == "en"
	}
	cookie, err := r.Cookie(languageCookie)
	return err == nil && cookie.Value == "en"
}

// peopleFrom returns the people whom an identity provider can sign in.
func (p *Provider) peopleFrom(uid string) []Person {
	idp := p.platform.provider(uid)
	if idp == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(p.people), func(who Person) bool {
		return who.European != idp.european
	})
}

func (p *Provider) errorLink(code, description string) string {
	return p.baseURL + "/redirect-to-sp-with-error?" + url.Values{"error": {code}, "error_description": {description}}.Encode()
}

// renderPage renders a page, and sets a cookie with the language that its
// address asks for.
func (p *Provider) renderPage(r *request, status int, name string, v view) *response {
	var b bytes.Buffer
	v.Product, v.Unmeasured = p.platform.product, p.platform.name == ProConnect
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

// errorPage returns an error page. It has a link back to the service if back
// is not nil.
func (p *Provider) errorPage(status int, y string, back *client) *response {
	return p.errorPageWith(status, y, lookupErrorCode(y).why, back)
}

// breachPage returns the error page of a form that breaks a closed list.
func (p *Provider) breachPage(y string, notes []Note) *response {
	res := p.errorPageWith(http.StatusBadRequest, y, texts(notes), nil)
	res.notes = notes
	return res
}

// errorPageWith returns an error page with a reason for the developer, which
// FranceConnect's pages do not have.
func (p *Provider) errorPageWith(status int, y, why string, back *client) *response {
	if more := p.platform.cures[y]; more != "" {
		why += "; " + more
	}
	v := view{Base: p.baseURL, Y: p.platform.pageCode(y), Sentence: errorText(y), Why: why, ID: newUUID()}
	if back != nil {
		e := lookupErrorCode(y)
		v.Service, v.Leave = back.Name, p.errorLink(e.code, e.description)
	}
	return p.renderPage(nil, status, "error", v).withNotes(Note{Refused: true, Text: y + ": " + why})
}
