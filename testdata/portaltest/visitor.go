// Package portaltest is what the tests of a portal share: a person with a
// browser of their own, the clock of portal and mock, and the portal's log. It
// is for tests alone and is linked into no program.
//
//	visitor.go  a browser, its pages and their forms
//	origin.go   what a browser says of the page that a form is on
//	clock.go    a clock that is set forward, never waited for
//	log.go      what a portal has logged
//	page.go     what every page of a portal has, and how French is set
package portaltest

import (
	"context"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A Visitor is a person with a browser of their own.
type Visitor struct {
	T      *testing.T
	Client *http.Client // with the cookies, in its Jar
	Base   string       // the address of the portal, for paths
	Trail  []*url.URL   // every address that the browser was sent to
	Stop   string       // redirects to an address with this in it are not followed
	Stay   bool         // no redirect is followed
}

// NewVisitor returns a visitor of the portal at base. transport may be nil.
func NewVisitor(t *testing.T, base string, transport http.RoundTripper) *Visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	if transport == nil {
		transport = &http.Transport{}
	}
	v := &Visitor{T: t, Base: base}
	v.Client = &http.Client{Jar: jar, Transport: transport, CheckRedirect: func(r *http.Request, via []*http.Request) error {
		if v.Stay {
			return http.ErrUseLastResponse
		}
		require.Less(t, len(via), 20, "round in circles")
		v.Trail = append(v.Trail, r.URL)
		if v.Stop != "" && strings.Contains(r.URL.String(), v.Stop) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	t.Cleanup(v.Client.CloseIdleConnections)
	return v
}

// A Page is what a visitor sees.
type Page struct {
	Status int
	At     *url.URL
	Header http.Header
	Body   string
}

var anyTag = regexp.MustCompile(`(?s)<[^>]*>`)

// Text returns the body without tags and entities.
func (p Page) Text() string { return html.UnescapeString(anyTag.ReplaceAllString(p.Body, "")) }

// Send sends a request. Unlike Do, it may be called in any goroutine.
func (v *Visitor) Send(r *http.Request) (Page, error) {
	answer, err := v.Client.Do(r)
	if err != nil {
		return Page{}, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return Page{answer.StatusCode, answer.Request.URL, answer.Header, string(body)}, err
}

// Do sends a request, to which there must be an answer.
func (v *Visitor) Do(r *http.Request) Page {
	v.T.Helper()
	p, err := v.Send(r)
	require.NoError(v.T, err)
	return p
}

// Get opens a path of the portal, or an address.
func (v *Visitor) Get(path string) Page {
	v.T.Helper()
	return v.Do(v.request(v.T.Context(), http.MethodGet, v.absolute(path), nil))
}

// Peek opens a path or an address without following where it leads.
func (v *Visitor) Peek(path string) Page {
	v.T.Helper()
	v.Stay = true
	defer func() { v.Stay = false }()
	return v.Get(path)
}

// Submit sends the first form of a page, as a browser does that is on it, with
// what the visitor chose in it: names and values by turns.
func (v *Visitor) Submit(p Page, chosen ...string) Page {
	v.T.Helper()
	return v.SubmitTo(p, "", chosen...)
}

// SubmitTo sends the form of a page whose action is this one.
func (v *Visitor) SubmitTo(p Page, action string, chosen ...string) Page {
	v.T.Helper()
	to, values := v.Form(p, action)
	for i := 0; i < len(chosen); i += 2 {
		values.Set(chosen[i], chosen[i+1])
	}
	r := v.post(to, values)
	setOrigin(r, p)
	return v.Do(r)
}

var (
	formTag   = regexp.MustCompile(`(?s)<form[^>]* method="post"[^>]* action="([^"]*)".*?</form>|<form method="post" action="([^"]*)".*?</form>`)
	hiddenTag = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)
)

// Form returns where the form of a page goes, and its hidden values; action ""
// is the first form.
func (v *Visitor) Form(p Page, action string) (to string, values url.Values) {
	v.T.Helper()
	forms := formTag.FindAllStringSubmatch(p.Body, -1)
	i := slices.IndexFunc(forms, func(form []string) bool { return action == "" || form[1]+form[2] == action })
	require.GreaterOrEqual(v.T, i, 0, "no form to %q in %s", action, p.Body)
	values = url.Values{}
	for _, field := range hiddenTag.FindAllStringSubmatch(forms[i][0], -1) {
		values.Set(field[1], html.UnescapeString(field[2]))
	}
	address, err := p.At.Parse(html.UnescapeString(forms[i][1] + forms[i][2]))
	require.NoError(v.T, err)
	return address.String(), values
}

// Post sends values as a page of an origin has a browser do; an origin or a site
// (Sec-Fetch-Site) that is empty is not sent.
func (v *Visitor) Post(to string, values url.Values, origin, site string) Page {
	v.T.Helper()
	r := v.post(to, values)
	for name, value := range map[string]string{"Origin": origin, "Sec-Fetch-Site": site} {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	return v.Do(r)
}

func (v *Visitor) post(to string, values url.Values) *http.Request {
	v.T.Helper()
	r := v.request(v.T.Context(), http.MethodPost, to, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// Link returns where the link of a page leads that begins with label.
func (v *Visitor) Link(p Page, label string) string {
	v.T.Helper()
	words := strings.ReplaceAll(regexp.QuoteMeta(label), "avec ", "avec (?:<strong>)?")
	found := regexp.MustCompile(`href="([^"]*)"[^>]*>` + words).FindStringSubmatch(html.UnescapeString(p.Body))
	require.NotNil(v.T, found, "no link %q in %s", label, p.Body)
	return found[1]
}

// Cookies returns those that the browser would send to the portal.
func (v *Visitor) Cookies() []*http.Cookie {
	v.T.Helper()
	base, err := url.Parse(v.Base)
	require.NoError(v.T, err)
	return v.Client.Jar.Cookies(base)
}

func (v *Visitor) request(ctx context.Context, method, address string, body io.Reader) *http.Request {
	v.T.Helper()
	r, err := http.NewRequestWithContext(ctx, method, address, body)
	require.NoError(v.T, err)
	return r
}

func (v *Visitor) absolute(path string) string {
	if strings.HasPrefix(path, "/") {
		return v.Base + path
	}
	return path
}
