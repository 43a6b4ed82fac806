package attack

import (
	"slices"
	"strings"
	"unicode"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// markup returns logins of people whose names and addresses mean something in a
// page. A portal may refuse them; it may not be changed by them.
func markup() []attack {
	names := []string{"given_name", "family_name", "preferred_username", "usual_name", "organization_label", "organizational_unit"}
	of := func(name, does, text string, claims ...string) attack {
		return attack{name: name, does: does, steps: func(s *attempt) { s.signInCalled(text, claims...) }}
	}
	return append(family("what FranceConnect says of a person is text: a page shows it, and runs none of it", "OWASP ASVS 5.3.3 (v4); OpenID Connect Core §5.1; CWE-79, CWE-116",
		"escape every value for the place where it stands, with the templates' own escaping (html/template, and the like), and put none into a script",
		of("name-with-a-tag", "the person's names have a tag in them", "Zq<attack-tag>", names...),
		of("name-with-a-quote", "the person's names end an attribute in double quotes, and begin another", `Zq" attack-attribute="zq`, names...),
		of("name-with-an-apostrophe", "the person's names end an attribute in single quotes, and begin another", `Zq' attack-attribute='zq`, names...),
		of("name-with-an-ampersand", "the person's names have an ampersand in them, and look like an escaped tag", "Zq&lt;attack-entity&gt;", names...),
		of("email-with-a-tag", "the person's addresses have a tag and quotes in them", `"zq<attack-tag>' attack-attribute='"@example.org`, "email", "birthplace"),
	), family("a name that turns the direction of writing turns nothing beside it", "Unicode UAX #9 §3.1, §6.5; WHATWG HTML §4.5.26 (OWASP ASVS 5.3.3, v4); CWE-451",
		"put each name and address into <bdi>, or an element of its own with dir=auto, or take the characters U+061C, U+200E, U+200F, U+202A to U+202E and U+2066 to U+2069 out of it",
		of("name-with-bidirectional-marks", "the person's names turn the direction of writing, and do not turn it back", "Zq\u202eqz\u2067", names...),
		of("email-with-bidirectional-marks", "the same of the person's addresses", "zq\u202eqz\u2067@example.org", "email", "birthplace"),
	)...)
}

// signInCalled signs somebody in who was not there before and whose claims, of
// those that the portal asks for, are a text. It looks at every page.
func (s *attempt) signInCalled(text string, claims ...string) {
	sub := strings.Repeat("a77ac", 12) + "a77av1"
	if s.isProConnect() {
		sub = "a77aca77-aca7-4aca-8aca-a77aca77aca7"
	}
	changed := map[string]any{"sub": sub}
	var own, registers []string
	for scope := range strings.FieldsSeq(s.parameters.Get("scope")) {
		if part, ok := strings.CutPrefix(scope, registerPrefix); ok {
			registers = append(registers, part)
		} else {
			own = append(own, scope)
		}
	}
	for prefix, scopes := range map[string][]string{"": own, registerPrefix: registers} {
		for _, claim := range claims {
			if !scopesGive(scopes, claim) {
				continue
			}
			changed[prefix+claim] = text
			if claim == "given_name" && (prefix != "" || !s.isPlus() && !s.isProConnect()) { // the register has them one by one, too
				changed[prefix+"given_name_array"] = []string{text}
			}
		}
	}
	b := s.newBrowser()
	answer := b.authorize(b.startLogin(""), mockidp.Scenario{Person: s.people[victim].Login,
		IDToken: mockidp.TokenChange{Claims: map[string]any{"sub": sub}}, UserInfo: mockidp.TokenChange{Claims: changed}})
	b.seen = func(a response) { s.checkMarkup(a, text) }
	b.openCallback(answer)
	b.visitPages()
	b.expected = b.whoIs()
}

// checkMarkup checks that a page shows a text as text.
func (s *attempt) checkMarkup(a response, text string) {
	if kind := a.header.Get("Content-Type"); kind != "" && !strings.Contains(kind, "html") && !strings.Contains(kind, "xml") {
		return // nothing of it is run or laid out
	}
	p := readPage(a.body)
	if slices.Contains(p.elements, "attack-tag") {
		s.errorf("a page has a tag that came as a name or an address: it would have a script, too")
	}
	if slices.Contains(p.attributes, "attack-attribute") && !slices.Contains(p.elements, "attack-tag") {
		s.errorf("a page has an attribute that came as a name or an address: it would have a script, too")
	}
	if strings.Contains(a.body, "Zq&lt;attack-entity") {
		s.errorf("a page shows another name than was given: its ampersand is not escaped")
	}
	for _, script := range p.scripts {
		if strings.ContainsAny(text, `<"'`) && strings.Contains(script, text) {
			s.errorf("a script has a name or an address in it, as it came")
		}
	}
	if !strings.ContainsFunc(text, isBidirectional) {
		return
	}
	for _, shown := range p.texts {
		if beside := strings.ReplaceAll(shown, text, ""); beside != shown && strings.ContainsFunc(beside, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			s.errorf("a page shows a name or an address that turns what is written beside it: %q", shown)
		}
	}
}

// isBidirectional reports whether a character changes the direction of writing
// and is no letter.
func isBidirectional(r rune) bool {
	return r == '\u061c' || r == '\u200e' || r == '\u200f' || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}
