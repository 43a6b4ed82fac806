package attack

import (
	"html"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// A response is a response of the portal or of the mock, read to its end.
type response struct {
	status int
	header http.Header
	body   string
	url    *url.URL
}

// attackerHost is the host of the attacker's site.
const attackerHost = "evil.example"

// redirectURL returns where a browser goes from here, or nil if it stays.
func (a response) redirectURL() *url.URL {
	location := a.header.Get("Location")
	if a.status/100 != 3 || location == "" {
		return nil
	}
	return asBrowser(a.url, location)
}

// asBrowser parses an address as a browser does (WHATWG URL, section 4.4): it
// removes spaces around it, and tabs and line breaks in it, and takes a
// backslash for a slash.
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
	linkAttribute   = regexp.MustCompile(`(?i)(?:href|src|action)\s*=\s*["']([^"']*)["']|http-equiv=["']?refresh["']?[^>]*url=([^"'>]*)`)
	formElement     = regexp.MustCompile(`(?is)<form\b[^>]*>.*?</form>`)
	actionAttribute = regexp.MustCompile(`(?i)\baction\s*=\s*["']([^"']*)["']`)
	inputElement    = regexp.MustCompile(`(?i)<input\b[^>]*>`)
	nameOrValue     = regexp.MustCompile(`(?i)\b(name|value)\s*=\s*["']([^"']*)["']`)
)

// examine checks what must hold for every response of a portal: it leads to no
// other site and shows no secret.
func (s *attempt) examine(a response) {
	if to := a.redirectURL(); to != nil {
		if to.Host != s.urls.callback.Host && to.Host != s.urls.issuer.Host {
			s.errorf("the portal sends the browser to another site: %q", a.header.Get("Location"))
		}
		if to.Scheme != s.urls.callback.Scheme && to.Scheme != s.urls.issuer.Scheme {
			s.errorf("the portal sends the browser to %q", a.header.Get("Location"))
		}
	}
	for _, link := range linkAttribute.FindAllStringSubmatch(a.body, -1) {
		u := asBrowser(a.url, html.UnescapeString(link[1]+link[2]))
		if strings.HasSuffix(u.Host, attackerHost) || u.Scheme == "javascript" || u.Scheme == "data" && strings.Contains(u.Opaque, "html") {
			s.errorf("a page of the portal leads to another site: %q", u)
		}
	}
	s.mu.Lock()
	secrets := maps.Clone(s.secrets)
	s.mu.Unlock()
	toIDP := a.redirectURL() != nil && a.redirectURL().Host == s.urls.issuer.Host
	for text, what := range secrets {
		if !toIDP && strings.Contains(html.UnescapeString(a.body), text) {
			s.errorf("a page of the portal has %s in it", what)
		}
		location := a.header.Get("Location")
		if unescaped, err := url.QueryUnescape(location); err == nil {
			location += " " + unescaped
		}
		if strings.Contains(location, text) && (!toIDP || text == s.Client.Secret) {
			s.errorf("the portal sends the browser on with %s in the address", what)
		}
	}
}

// formFields returns the fields of the form that posts to an address.
func formFields(a response, to *url.URL) (url.Values, bool) {
	for _, form := range formElement.FindAllString(a.body, -1) {
		action := actionAttribute.FindStringSubmatch(form)
		if action == nil || asBrowser(a.url, html.UnescapeString(action[1])).Path != to.Path {
			continue
		}
		fields := url.Values{}
		for _, input := range inputElement.FindAllString(form, -1) {
			var name, value string
			for _, attr := range nameOrValue.FindAllStringSubmatch(input, -1) {
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
