package attack

// stolenCallbacks returns callbacks and codes that come to a browser from
// another login.
func stolenCallbacks() []attack {
	const (
		bound = "a callback is accepted only in the browser that left for it: the state belongs to that browser"
		csrf  = "RFC 6749 §10.12; RFC 9700 §4.7; CWE-352"
		nonce = "an ID token answers the very login that it comes back to: its nonce is that login's"
		item  = "OpenID Connect Core §3.1.3.7 item 11; RFC 9700 §4.5"
	)
	return append(family(bound, csrf, "keep the state in the browser that leaves, in a sealed cookie or in its session, and refuse a callback whose state is not there before its code is sent",
		attack{name: "login-csrf", noTokenCall: true,
			does:  "the attacker signs in, keeps the callback, and has the victim's browser open it",
			steps: func(s *attempt) { s.victim.openCallback(s.attacker.authorize(s.attacker.startLogin(""), honest)) }},
		attack{name: "login-csrf-during-a-login", noTokenCall: true,
			does: "the same, while the victim's browser has a login of its own open",
			steps: func(s *attempt) {
				s.victim.startLogin("")
				s.victim.openCallback(s.attacker.authorize(s.attacker.startLogin(""), honest))
			}},
		attack{name: "login-csrf-over-a-session",
			does: "the same, while the victim is signed in: what the victim does next would land in the attacker's account",
			steps: func(s *attempt) {
				s.victim.signIn(victim)
				s.victim.expected, s.victim.orNobody = s.userNames[victim], true
				s.victim.openCallback(s.attacker.authorize(s.attacker.startLogin(""), honest))
			}},
		attack{name: "callback-stolen", noTokenCall: true,
			does:  "the attacker reads the victim's callback (a log, a Referer, a screen) and opens it first",
			steps: func(s *attempt) { s.attacker.openCallback(s.victim.authorize(s.victim.startLogin(""), honest)) }},
		attack{name: "callback-stolen-during-a-login", noTokenCall: true,
			does: "the same, in a browser that has a login open",
			steps: func(s *attempt) {
				s.attacker.startLogin("")
				s.attacker.openCallback(s.victim.authorize(s.victim.startLogin(""), honest))
			}},
	), family(nonce, item, "keep a nonce beside the state, and refuse an ID token whose nonce is another",
		attack{name: "code-of-another-browser",
			does:  "the attacker's code is put into the victim's callback",
			steps: func(s *attempt) { s.injectCode(s.victim, s.attacker) }},
		attack{name: "code-stolen",
			does:  "the victim's code, stolen, is put into the attacker's callback",
			steps: func(s *attempt) { s.injectCode(s.attacker, s.victim) }},
		attack{name: "codes-of-two-logins-swapped",
			does:  "of two logins in one browser, the one gets the other's code",
			steps: func(s *attempt) { s.injectCode(s.victim, s.victim) }},
		attack{name: "code-made-elsewhere",
			does: "a code that FranceConnect made for this client, but for no login of this portal, is put into the victim's callback",
			steps: func(s *attempt) {
				back := s.victim.authorize(s.victim.startLogin(""), honest)
				q := back.Query()
				q.Set("code", s.stolenCode("", s.people[attacker]))
				back.RawQuery = q.Encode()
				s.victim.openCallback(back)
			}},
		attack{name: "codes-of-two-people", noTokenCall: true, rule: "a parameter that comes twice is refused, not chosen from", source: "RFC 6749 §3.1; CWE-235",
			cure: "refuse a callback in which a parameter comes twice",
			does: "the attacker's code is put in front of the victim's own, in one callback",
			steps: func(s *attempt) {
				strange := s.attacker.authorize(s.attacker.startLogin(""), honest).Query().Get("code")
				back := s.victim.authorize(s.victim.startLogin(""), honest)
				back.RawQuery = "code=" + strange + "&" + back.RawQuery
				s.victim.openCallback(back)
			}},
	)...)
}

// injectCode opens the callback of one login with the code of another.
func (s *attempt) injectCode(into, from *browser) {
	strange := from.authorize(from.startLogin(""), honest).Query().Get("code")
	back := into.authorize(into.startLogin(""), honest)
	q := back.Query()
	q.Set("code", strange)
	back.RawQuery = q.Encode()
	into.openCallback(back)
}
