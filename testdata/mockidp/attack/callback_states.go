package attack

import (
	"net/url"
	"strings"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// callbackStates returns callbacks with another state than the one that was
// sent.
func callbackStates() []attack {
	to := changing("state")
	return family("the state that comes back is, all of it and exactly, the one that was sent", "RFC 6749 §4.1.2, §10.12; CWE-352",
		"compare the whole state, as a text, with the one kept in this browser, before the code is sent, and delete it with its first use",
		to("state-missing", "the callback has no state", always("")),
		attack{name: "state-empty", does: "the callback has an empty state", noTokenCall: true, params: func(_ *attempt, q url.Values) { q.Set("state", "") }},
		to("state-of-one-letter", "the state is cut to its first character", func(old string) string { return old[:1] }),
		to("state-of-its-beginning", "the state is cut to its first half", func(old string) string { return old[:len(old)/2] }),
		to("state-without-its-end", "the last character of the state is cut", func(old string) string { return old[:len(old)-1] }),
		to("state-with-another-end", "the last character of the state is another", flipLast),
		to("state-and-more", "a character follows the state", func(old string) string { return old + "0" }),
		to("state-in-other-case", "the letters of the state come in the other case", otherCase),
		to("state-undefined", "the state is the word that FranceConnect sends when it lost it", always("undefined")),
		to("state-null", "the state is the word null", always("null")),
		to("state-of-zeros", "the state is as long as a right one, of zeros", func(old string) string { return strings.Repeat("0", len(old)) }),
		to("state-star", "the state is a pattern that matches everything", always("*")),
		to("state-path", "the state is a path, for who finds a file or a cookie by it", always("../../../../../../etc/passwd")),
		to("state-giant", "the state has 60,000 characters", always(strings.Repeat("a", 60_000))),
		attack{name: "state-used", does: "the state of a login that is over comes back with a new code", noTokenCall: true, steps: func(s *attempt) {
			back := s.victim.authorize(s.victim.startLogin(""), mockidp.Scenario{Cancel: true})
			s.victim.openCallback(back)
			s.victim.openCallback(s.withStolenCode(back))
		}},
		attack{name: "state-used-by-a-success", does: "after a login and a logout, its state comes back with a new code", steps: func(s *attempt) {
			back := s.victim.authorize(s.victim.startLogin(""), honest)
			s.victim.openCallback(back)
			s.victim.logout()
			s.victim.openCallback(s.withStolenCode(back))
		}},
	)
}

// withStolenCode returns a callback with a code of the attacker's for the
// portal's client.
func (s *attempt) withStolenCode(back *url.URL) *url.URL {
	u := *back
	q := u.Query()
	q.Del("error")
	q.Del("error_description")
	q.Set("code", s.stolenCode("", s.people[attacker]))
	u.RawQuery = q.Encode()
	return &u
}

func flipLast(text string) string {
	last := byte('0')
	if strings.HasSuffix(text, "0") {
		last = '1'
	}
	return text[:len(text)-1] + string(last)
}

// otherCase changes the case of the letters, or the last character if there are
// none.
func otherCase(text string) string {
	for _, other := range []string{strings.ToUpper(text), strings.ToLower(text)} {
		if other != text {
			return other
		}
	}
	return flipLast(text)
}

// changing returns what makes attacks that change one parameter of the callback;
// "" removes it.
func changing(param string) func(name, does string, change func(string) string) attack {
	return func(name, does string, change func(string) string) attack {
		return attack{name: name, does: does, noTokenCall: true, params: func(_ *attempt, q url.Values) {
			if value := change(q.Get(param)); value != "" {
				q.Set(param, value)
			} else {
				q.Del(param)
			}
		}}
	}
}

// always changes anything to a value.
func always(value string) func(string) string { return func(string) string { return value } }
