package attack

import (
	"net/url"
	"strings"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// callbackErrors returns callbacks with an error, with or without a right
// state.
func callbackErrors() []attack {
	const words = "Votre compte est suspendu, appelez le 08 99 00 00 00"
	const place = "RFC 6749 §4.1.2.1, §10.12; OWASP ASVS 5.3.3 (v4); CWE-79, CWE-451"
	// forged is an error that comes without a login.
	forged := func(name, does string, q url.Values) attack {
		return attack{name: name, does: does, noTokenCall: true, steps: func(s *attempt) {
			a := s.victim.openCallback(s.callbackURL(q))
			s.checkErrorIsNotShown(a, q)
		}}
	}
	// told is an error that FranceConnect sends.
	told := func(name, does, code, description string) attack {
		return attack{name: name, does: does, noTokenCall: true, steps: func(s *attempt) {
			l := s.victim.startLogin("")
			a := s.victim.openCallback(s.victim.authorize(l, mockidp.Scenario{Error: code, ErrorDescription: description}))
			s.checkErrorIsNotShown(a, url.Values{"error": {code}, "error_description": {description}})
		}}
	}
	return append(family("an error whose state is not known is nobody's: its words are on no page", place,
		"look the state up before the error is read, and answer an unknown one with a page of the portal's own words",
		forged("error-without-state", "a link to the callback has an error with words of the attacker's",
			url.Values{"error": {"access_denied"}, "error_description": {words}}),
		forged("error-with-forged-state", "the same, with a made-up state",
			url.Values{"error": {"access_denied"}, "error_description": {words}, "state": {strings.Repeat("a", 64)}}),
		forged("error-with-undefined-state", "the same, with the state that FranceConnect sends when it lost it",
			url.Values{"error": {"invalid_idp_hint"}, "error_description": {words}, "state": {"undefined"}}),
		forged("error-code-of-words", "the words are in the error itself", url.Values{"error": {words}}),
		forged("error-uri", "a link to the callback has an error, and an address to read more about it",
			url.Values{"error": {"server_error"}, "error_uri": {"https://" + attackerHost + "/"}}),
	), family("the words of an error are for operators: a page says its own, and never what came with the browser", place,
		"choose the page's words by the error from a list, and write error and error_description to the log alone",
		told("error-words", "FranceConnect's callback brings words", "access_denied", words),
		told("error-script", "FranceConnect's callback brings a script", "access_denied", `<script>alert("attack")</script>`),
		told("error-attribute", "FranceConnect's callback brings what ends an attribute", "server_error", `" onmouseover="alert('attack')`),
		told("error-code-script", "the error itself is a script", `<img src=x onerror=alert('attack')>`, ""),
		told("error-line-breaks", "the words have line breaks and a header in them",
			"access_denied", "a\r\nSet-Cookie: attacked=1\r\n\r\n<script>alert('attack')</script>"),
		told("error-template", "the words are a template", "access_denied", "{{.}}${7*7}#{7*7}<%= 7*7 %>attack"),
	)...)
}

// callbackURL returns the callback's address with parameters.
func (s *attempt) callbackURL(q url.Values) *url.URL {
	u := *s.urls.callback
	u.RawQuery = q.Encode()
	return &u
}

// checkErrorIsNotShown checks that a page shows nothing that came as an error.
func (s *attempt) checkErrorIsNotShown(a response, q url.Values) {
	for _, name := range []string{"error", "error_description"} {
		said := q.Get(name)
		switch {
		case len(said) < 20: // such as access_denied: a page may have a word like it
		case strings.Contains(a.body, said) && strings.ContainsAny(said, "<\""):
			s.errorf("a page runs what came as the %s of the callback", name)
		case strings.Contains(pageText(a.body)+a.body, said):
			s.errorf("a page shows what came as the %s of the callback", name)
		}
	}
	for _, k := range s.victim.client.Jar.Cookies(s.urls.callback) {
		if k.Name == "attacked" {
			s.errorf("the attacker set a cookie of the portal")
		}
	}
}
