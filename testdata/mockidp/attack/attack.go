package attack

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// An attack is one way to get in, or to get somebody else in or out. It does
// one of four things: it edits the authorization request (edit), has
// FranceConnect answer what must not be believed (scenario, scenarioFor),
// changes the parameters of the callback (params), or takes steps of its own
// (steps).
//
// With the first three it acts on a login of the victim, after which nobody may
// be signed in. With steps it sets browser.expected itself.
type attack struct {
	name   string // unique; names the subtest
	does   string // what is done, as a sentence
	rule   string // what a portal must do, as a sentence
	source string // where the rule is written
	cure   string // what to change in a portal that falls, as a sentence

	edit        func(*arena, url.Values) // parameters of the authorization request; without a change there is no attack
	scenario    mockidp.Scenario
	scenarioFor func(*attempt, *login) mockidp.Scenario // for a scenario that depends on the login
	params      func(*attempt, url.Values)              // parameters of the callback
	steps       func(*attempt)

	noTokenCall bool              // nothing may be sent to the token endpoint
	needsNext   bool              // needs Portal.Next
	needs       func(*arena) bool // what the portal or the platform must be; nil is any
	slow        bool              // waits as long as the portal waits for FranceConnect, or for its turn to fetch the keys; made with the others at once
}

// attacksWithoutTokens returns the attacks that neither read nor make a token.
// They are made on FranceConnect+, too, which encrypts tokens.
func attacksWithoutTokens() []attack {
	return slices.Concat(stolenCallbacks(), callbackStates(), callbacks(), callbackIssuers(), editedRequests(), keptLogins(), callbackErrors(),
		redirects(), hosts(), cookies(), sessions(), forgedSessions(), logouts(), markup())
}

// catalogue returns all attacks, in the order in which they begin: those that wait
// first, so that more of the portal are attacked meanwhile.
func catalogue() []attack {
	return slices.Concat(hangs(), attacksWithoutTokens(),
		nonces(), claims(), levels(), algorithms(), headerKeys(), signatures(), substitutions(), userinfos(),
		requests(), leaks(), unusableResponses(), publishedKeys())
}

// fits reports whether the attack can be made on this portal: its edit changes
// what the portal asks for, and what it needs is there.
func (a attack) fits(f *arena) bool {
	if a.edit != nil {
		q := maps.Clone(f.parameters)
		a.edit(f, q)
		if q.Encode() == f.parameters.Encode() {
			return false
		}
	}
	return (!a.needsNext || f.Next != "") && (a.needs == nil || a.needs(f))
}

// carryOut makes the attack.
func (a attack) carryOut(s *attempt) {
	if a.steps != nil {
		a.steps(s)
		return
	}
	l := s.victim.startLogin("")
	if a.edit != nil {
		l = s.editRequest(l, a.edit)
	}
	answer := a.scenario
	if a.scenarioFor != nil {
		answer = a.scenarioFor(s, l)
	}
	back := s.victim.authorize(l, answer)
	if a.params != nil {
		q := back.Query()
		a.params(s, q)
		back.RawQuery = q.Encode()
	}
	s.victim.openCallback(back)
}

// report returns the text of a failure, for a developer.
func (a attack) report(wrong []string) string {
	return fmt.Sprintf("the portal does not hold this attack:\n\t%s\nWhat was done: %s.\nThe rule: %s.\nWhere it is written: %s.\nWhat to change: %s.",
		strings.Join(wrong, "\n\t"), a.does, a.rule, a.source, a.cure)
}

// allSlow makes attacks slow.
func allSlow(all ...attack) []attack {
	for i := range all {
		all[i].slow = true
	}
	return all
}

// family sets the rule, the source and the cure of attacks that have none of
// their own.
func family(rule, source, cure string, all ...attack) []attack {
	for i := range all {
		if all[i].rule == "" {
			all[i].rule = rule
		}
		if all[i].source == "" {
			all[i].source = source
		}
		if all[i].cure == "" {
			all[i].cure = cure
		}
	}
	return all
}
