package attack

import (
	"html"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// An answer is one of the portal, or of the mock.
type answer struct {
	status int
	header http.Header
	body   string
	at     *url.URL
}

// elsewhere is the site that an attacker owns.
const elsewhere = "evil.example"

// to is where a browser goes from here; nil if it stays.
func (a answer) to() *url.URL {
	location := a.header.Get("Location")
	if a.status/100 != 3 || location == "" {
		return nil
	}
	return asBrowser(a.at, location)
}

// asBrowser reads an address as a browser does (WHATWG URL, section 4.4):
// without spaces around it, without tabs and line breaks, a backslash being a
// slash.
func asBrowser(base *url.URL, text string) *url.URL {
	text = strings.Trim(text, "\x00\x01\x02\x03\x04\x05\x06\x07\x08\t\n\v\f\r ")
	text = strings.NewReplacer("\t", "", "\r", "", "\n", "").Replace(text)
	before, query, asked := strings.Cut(text, "?")
	before = strings.ReplaceAll(before, `\`, "/")
	for strings.HasPrefix(before, "///") || strings.Contains(before, ":///") {
		before = strings.Replace(before, "///", "//", 1)
	}
	if asked {
		before += "?" + query
	}
	u, err := base.Parse(before)
	if err != nil {
		return &url.URL{Scheme: "unreadable", Host: text}
	}
	return u
}

var (
	linked    = regexp.MustCompile(`(?i)(?:href|src|action)\s*=\s*["']([^"']*)["']|http-equiv=["']?refresh["']?[^>]*url=([^"'>]*)`)
	aFormThat = regexp.MustCompile(`(?is)<form\b[^>]*>.*?</form>`)
	anAction  = regexp.MustCompile(`(?i)\baction\s*=\s*["']([^"']*)["']`)
	aField    = regexp.MustCompile(`(?i)<input\b[^>]*>`)
	anAttr    = regexp.MustCompile(`(?i)\b(name|value)\s*=\s*["']([^"']*)["']`)
)

// examine checks what holds of every answer of a portal.
func (s *scene) examine(a answer) {
	if to := a.to(); to != nil {
		if to.Host != s.at.callback.Host && to.Host != s.at.issuer.Host {
			s.wrongf("the portal sends the browser to another site: %q", a.header.Get("Location"))
		}
		if to.Scheme != s.at.callback.Scheme && to.Scheme != s.at.issuer.Scheme {
			s.wrongf("the portal sends the browser to %q", a.header.Get("Location"))
		}
	}
	for _, link := range linked.FindAllStringSubmatch(a.body, -1) {
		u := asBrowser(a.at, html.UnescapeString(link[1]+link[2]))
		if strings.HasSuffix(u.Host, elsewhere) || u.Scheme == "javascript" || u.Scheme == "data" && strings.Contains(u.Opaque, "html") {
			s.wrongf("a page of the portal leads to another site: %q", u)
		}
	}
	s.mu.Lock()
	secrets := maps.Clone(s.secrets)
	s.mu.Unlock()
	toIDP := a.to() != nil && a.to().Host == s.at.issuer.Host
	for text, what := range secrets {
		if !toIDP && strings.Contains(html.UnescapeString(a.body), text) {
			s.wrongf("a page of the portal has %s in it", what)
		}
		location := a.header.Get("Location")
		if unescaped, err := url.QueryUnescape(location); err == nil {
			location += " " + unescaped
		}
		if strings.Contains(location, text) && (!toIDP || text == s.Client.Secret) {
			s.wrongf("the portal sends the browser on with %s in the address", what)
		}
	}
}

// hidden finds the form that posts to an address, and its fields.
func hidden(a answer, to *url.URL) (url.Values, bool) {
	for _, form := range aFormThat.FindAllString(a.body, -1) {
		action := anAction.FindStringSubmatch(form)
		if action == nil || asBrowser(a.at, html.UnescapeString(action[1])).Path != to.Path {
			continue
		}
		fields := url.Values{}
		for _, input := range aField.FindAllString(form, -1) {
			var name, value string
			for _, attr := range anAttr.FindAllStringSubmatch(input, -1) {
				if strings.EqualFold(attr[1], "name") {
					name = attr[2]
				} else {
					value = html.UnescapeString(attr[2])
				}
			}
			if name != "" {
				fields.Set(name, value)
			}
		}
		return fields, true
	}
	return url.Values{}, false
}
