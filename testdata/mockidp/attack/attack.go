package attack

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// An attack is one way to get in, or to get somebody else in or out. It is one
// of four: a request to FranceConnect that is edited on its way, an answer of
// FranceConnect that is not to be believed, a callback that is bent on its way,
// or a scene that is played.
//
// Of the first three, the victim's own login is the subject, and nobody may be
// signed in after it. A scene says for itself who may.
type attack struct {
	name   string // unique, a subtest's
	does   string // what is done, as a sentence
	rule   string // what a portal must do, as a sentence
	source string // where that is written
	cure   string // what to change in a portal that falls, as a sentence

	edit        func(*arena, url.Values) // parameters of the authorization request; without a change there is no attack
	response    mockidp.Scenario
	responseFor func(*scene, *login) mockidp.Scenario // a lie that depends on the login
	params      func(*scene, url.Values)              // parameters of the callback
	steps       func(*scene)

	silent bool // nothing may be sent to the token endpoint
	next   bool // needs Portal.Next
	slow   bool // takes all the time that the portal gives FranceConnect
}

// anywhere are the attacks that neither read a token of FranceConnect's nor make
// one: they are played on FranceConnect+, too, which encrypts them.
func anywhere() []attack {
	return slices.Concat(strangers(), states(), callbacks(), issuers(), edited(), kept(), errorsTold(),
		redirects(), hosts(), cookies(), sessions(), logouts())
}

// catalogue is all attacks, in the order in which they are played.
func catalogue() []attack {
	return slices.Concat(anywhere(),
		nonces(), claims(), levels(), algorithms(), broughtKeys(), signatures(), substitutions(), userinfos(),
		requests(), leaks(), hostile(), publishedKeys(), hangs())
}

// fits tells whether the attack can be played on this portal: it edits what the
// portal asks for, and goes on to where the portal goes on to.
func (a attack) fits(f *arena) bool {
	if a.edit != nil {
		q := maps.Clone(f.asked)
		a.edit(f, q)
		if q.Encode() == f.asked.Encode() {
			return false
		}
	}
	return !a.next || f.Next != ""
}

// perform plays an attack.
func (a attack) perform(s *scene) {
	if a.steps != nil {
		a.steps(s)
		return
	}
	l := s.victim.leave("")
	if a.edit != nil {
		l = s.edited(l, a.edit)
	}
	answer := a.response
	if a.responseFor != nil {
		answer = a.responseFor(s, l)
	}
	back := s.victim.agree(l, answer)
	if a.params != nil {
		q := back.Query()
		a.params(s, q)
		back.RawQuery = q.Encode()
	}
	s.victim.open(back)
}

// report is what a developer reads.
func (a attack) report(wrong []string) string {
	return fmt.Sprintf("the portal does not hold this attack:\n\t%s\nWhat was done: %s.\nThe rule: %s.\nWhere it is written: %s.\nWhat to change: %s.",
		strings.Join(wrong, "\n\t"), a.does, a.rule, a.source, a.cure)
}

// family gives attacks that break one rule what they have in common, where
// they do not say it for themselves.
func family(rule, place, cure string, all ...attack) []attack {
	for i := range all {
		if all[i].rule == "" {
			all[i].rule = rule
		}
		if all[i].source == "" {
			all[i].source = place
		}
		if all[i].cure == "" {
			all[i].cure = cure
		}
	}
	return all
}
