package attack

import (
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// forgedSessions returns sessions of the attacker's whose cookies are changed
// until they are the victim's: mixed with the victim's, rewritten, counted on.
func forgedSessions() []attack {
	// forged begins a session of each, and has change make cookies of the
	// attacker's out of them. Whoever has such cookies is the attacker, or nobody.
	forged := func(name, does string, change func(s *attempt)) attack {
		return attack{name: name, does: does, steps: func(s *attempt) {
			s.attacker.signIn(attacker)
			s.victim.signIn(victim)
			s.victim.expected = s.userNames[victim]
			s.attacker.expected, s.attacker.orNobody = s.userNames[attacker], true
			change(s)
		}}
	}
	return append(family("who is signed in is one thing that cannot be put together: the id of a session, or a cookie sealed as a whole", "OWASP ASVS 3.2.2, 3.5.3 (v4); RFC 6265 §8.6; CWE-565, CWE-345",
		"keep the person on the server beside a drawn session id, or seal the whole cookie; believe no second cookie, and no part of one, without a seal over all of it",
		forged("session-with-a-cookie-of-the-victims", "each cookie of the victim's session is put among those of the attacker's", func(s *attempt) {
			for _, name := range s.victim.cookieNames() {
				theirs := s.victim.portalCookies[name]
				s.tryForged(nil, theirs)
				if mine := s.attacker.portalCookies[name]; mine != nil { // all of theirs but this one
					s.tryForged(s.victim, mine)
				}
			}
		}),
		forged("session-with-a-part-of-the-victims", "each part of a cookie of the attacker's session is replaced by the same part of the victim's", func(s *attempt) {
			s.eachPart(func(k http.Cookie, mine, theirs []string, i int) {
				if len(mine) != len(theirs) || mine[i] == theirs[i] {
					return
				}
				alone := slices.Clone(mine)
				for j := range alone {
					alone[j] = flipEnd(alone[j])
				}
				alone[i], mine[i] = theirs[i], theirs[i]
				k.Value = strings.Join(alone, "")
				if b := s.attackerWith(k); b.whoIs() == s.userNames[victim] { // the secret is in this part: not forged, but stolen
					b.expected = s.userNames[victim]
					return
				}
				k.Value = strings.Join(mine, "")
				s.attackerWith(k)
			})
		}),
		forged("session-rewritten", "what is JSON in a cookie of the attacker's session, in base64 or not, gets the victim's name, sub, e-mail address and numbers", func(s *attempt) {
			known := s.knownOfTheVictim()
			s.eachPart(func(k http.Cookie, mine, theirs []string, i int) {
				for _, encoding := range jsonEncodings {
					own, ok := encoding.decode(mine[i])
					if !ok {
						continue
					}
					var other any
					if len(theirs) == len(mine) {
						other, _ = encoding.decode(theirs[i])
					}
					parts := slices.Clone(mine)
					if parts[i] = encoding.encode(rewritten(own, other, known)); parts[i] == mine[i] {
						continue
					}
					k.Value = strings.Join(parts, "")
					s.attackerWith(k)
					if i == 2 && len(parts) == 5 && parts[1] == "." && parts[3] == "." { // header.payload.signature
						for _, header := range []string{`{"alg":"none"}`, `{"alg":"none","typ":"JWT"}`} {
							k.Value = encodeBase64([]byte(header)) + "." + parts[2] + "."
							s.attackerWith(k)
						}
						k.Value = parts[0] + "." + parts[2] + "."
						s.attackerWith(k)
					}
				}
			})
		}),
	), family("the id of a session is drawn: who has one knows nothing of the next", "OWASP ASVS 3.2.2, 3.2.4 (v4); CWE-330, CWE-340",
		"draw the id of a session by a cryptographic generator, 128 bits or more",
		forged("session-counted-on", "the last number in a cookie of the attacker's session is counted up and down", func(s *attempt) {
			for _, name := range s.attacker.cookieNames() {
				k := *s.attacker.portalCookies[name]
				old := k.Value
				at := decimal.FindAllStringIndex(old, -1)
				if at == nil {
					continue
				}
				start, end := at[len(at)-1][0], at[len(at)-1][1]
				for step := int64(-8); step <= 8; step++ {
					n, _ := new(big.Int).SetString(old[start:end], 10)
					if n.Add(n, big.NewInt(step)); step == 0 || n.Sign() < 0 {
						continue
					}
					text := n.String()
					text = strings.Repeat("0", max(0, end-start-len(text))) + text
					k.Value = old[:start] + text + old[end:]
					s.attackerWith(k)
				}
			}
		}),
	)...)
}

var (
	decimal   = regexp.MustCompile(`[0-9]+`)
	separator = regexp.MustCompile(`[.|:~&!]|%7C|%3A|%26|%2E`)
)

// attackerWith returns a browser with the attacker's cookies and one more.
func (s *attempt) attackerWith(k http.Cookie) *browser {
	b := s.attacker.clone()
	b.setCookie(&k)
	b.expected, b.orNobody = s.userNames[attacker], true
	return b
}

// tryForged puts a cookie among those of the attacker's, or of another's, unless
// it, or they, are the victim's session without the other.
func (s *attempt) tryForged(among *browser, k *http.Cookie) {
	own := *k
	alone := s.newBrowser()
	alone.orNobody = true
	if among == nil {
		alone.setCookie(&own)
	} else {
		for _, other := range among.portalCookies {
			if other := *other; other.Name != k.Name {
				alone.setCookie(&other)
			}
		}
	}
	if alone.expected = alone.whoIs(); alone.expected == s.userNames[victim] {
		return
	}
	if among == nil {
		s.attackerWith(own)
		return
	}
	b := among.clone()
	b.setCookie(&own)
	b.expected, b.orNobody = s.userNames[attacker], true
}

// eachPart calls f for each part of each cookie of the attacker's session. The
// parts of the attacker's and of the victim's are in turn those and what
// separates them.
func (s *attempt) eachPart(f func(k http.Cookie, mine, theirs []string, i int)) {
	for _, name := range s.attacker.cookieNames() {
		k := *s.attacker.portalCookies[name]
		var theirs []string
		if other := s.victim.portalCookies[name]; other != nil {
			theirs = splitCookie(other.Value)
		}
		mine := splitCookie(k.Value)
		for i := 0; i < len(mine); i += 2 {
			f(k, slices.Clone(mine), theirs, i)
		}
		if len(mine) > 1 { // JSON in plain words has such signs in it
			whole := []string{k.Value}
			if other := s.victim.portalCookies[name]; other != nil {
				theirs = []string{other.Value}
			}
			f(k, whole, theirs, 0)
		}
	}
}

func splitCookie(value string) (parts []string) {
	last := 0
	for _, at := range separator.FindAllStringIndex(value, -1) {
		parts = append(parts, value[last:at[0]], value[at[0]:at[1]])
		last = at[1]
	}
	return append(parts, value[last:])
}

// A jsonEncoding is a way in which JSON is put into a cookie.
type jsonEncoding struct {
	bytes func(string) ([]byte, error)
	text  func([]byte) string
}

var jsonEncodings = []jsonEncoding{
	{func(t string) ([]byte, error) { u, err := url.QueryUnescape(t); return []byte(u), err }, func(b []byte) string { return url.QueryEscape(string(b)) }},
	{base64.RawURLEncoding.DecodeString, base64.RawURLEncoding.EncodeToString},
	{base64.URLEncoding.DecodeString, base64.URLEncoding.EncodeToString},
	{base64.RawStdEncoding.DecodeString, base64.RawStdEncoding.EncodeToString},
	{base64.StdEncoding.DecodeString, base64.StdEncoding.EncodeToString},
}

// decode reports whether a text is an object or a list.
func (e jsonEncoding) decode(text string) (v any, ok bool) {
	raw, err := e.bytes(text)
	if err != nil || json.Unmarshal(raw, &v) != nil {
		return nil, false
	}
	switch v.(type) {
	case map[string]any, []any:
		return v, true
	}
	return nil, false
}

func (e jsonEncoding) encode(v any) string { return e.text([]byte(jsonText(v))) }

// knownOfTheVictim returns what an attacker may know of the victim, in place of
// what it is of the attacker's own.
func (s *attempt) knownOfTheVictim() *strings.Replacer {
	of := func(i int) []string {
		who := s.people[i]
		return []string{s.userNames[i], who.Email, who.FamilyName, strings.ToUpper(who.FamilyName), who.UsageName, strings.Join(who.GivenNames, " "), who.Birthdate}
	}
	mine, theirs := of(attacker), of(victim)
	if !s.isPlus() {
		mine, theirs = append(mine, s.subjectOf(s.people[attacker])), append(theirs, s.subjectOf(s.people[victim]))
	}
	var pairs []string
	for i, own := range mine {
		if own != "" {
			pairs = append(pairs, own, theirs[i])
		}
	}
	return strings.NewReplacer(pairs...)
}

// rewritten returns a value in which the texts are the victim's, as far as they
// are known, and the numbers and short texts too, which can be guessed.
func rewritten(v, theirs any, known *strings.Replacer) any {
	switch v := v.(type) {
	case map[string]any:
		other, _ := theirs.(map[string]any)
		out := map[string]any{}
		for name, member := range v {
			out[name] = rewritten(member, other[name], known)
		}
		return out
	case []any:
		other, _ := theirs.([]any)
		out := make([]any, len(v))
		for i := range v {
			var at any
			if i < len(other) {
				at = other[i]
			}
			out[i] = rewritten(v[i], at, known)
		}
		return out
	case string:
		if changed := known.Replace(v); changed != v {
			return changed
		}
		if other, ok := theirs.(string); ok && len(other) < 12 {
			return other
		}
	case float64:
		if other, ok := theirs.(float64); ok {
			return other
		}
	}
	return v
}
