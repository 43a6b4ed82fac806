package attack

// strangers are callbacks and codes that come to a browser from another login.
func strangers() []attack {
	const (
		bound = "a callback is accepted only in the browser that left for it: the state belongs to that browser"
		csrf  = "RFC 6749 §10.12; RFC 9700 §4.7; CWE-352"
		nonce = "an ID token answers the very login that it comes back to: its nonce is that login's"
		item  = "OpenID Connect Core §3.1.3.7 item 11; RFC 9700 §4.5"
	)
	return append(family(bound, csrf, "keep the state in the browser that leaves, in a sealed cookie or in its session, and refuse a callback whose state is not there before its code is sent",
		attack{name: "login-csrf", silent: true,
			does:  "the attacker signs in, keeps the callback, and has the victim's browser open it",
			steps: func(s *scene) { s.victim.open(s.attacker.agree(s.attacker.leave(""), noLie)) }},
		attack{name: "login-csrf-during-a-login", silent: true,
			does: "the same, while the victim's browser has a login of its own open",
			steps: func(s *scene) {
				s.victim.leave("")
				s.victim.open(s.attacker.agree(s.attacker.leave(""), noLie))
			}},
		attack{name: "login-csrf-over-a-session",
			does: "the same, while the victim is signed in: what the victim does next would land in the attacker's account",
			steps: func(s *scene) {
				s.victim.signIn(victim)
				s.victim.expected, s.victim.orNobody = s.names[victim], true
				s.victim.open(s.attacker.agree(s.attacker.leave(""), noLie))
			}},
		attack{name: "callback-stolen", silent: true,
			does:  "the attacker reads the victim's callback (a log, a Referer, a screen) and opens it first",
			steps: func(s *scene) { s.attacker.open(s.victim.agree(s.victim.leave(""), noLie)) }},
		attack{name: "callback-stolen-during-a-login", silent: true,
			does: "the same, in a browser that has a login open",
			steps: func(s *scene) {
				s.attacker.leave("")
				s.attacker.open(s.victim.agree(s.victim.leave(""), noLie))
			}},
	), family(nonce, item, "keep a nonce beside the state, and refuse an ID token whose nonce is another",
		attack{name: "code-of-another-browser",
			does:  "the attacker's code is put into the victim's callback",
			steps: func(s *scene) { s.inject(s.victim, s.attacker) }},
		attack{name: "code-stolen",
			does:  "the victim's code, stolen, is put into the attacker's callback",
			steps: func(s *scene) { s.inject(s.attacker, s.victim) }},
		attack{name: "codes-of-two-logins-swapped",
			does:  "of two logins in one browser, the one gets the other's code",
			steps: func(s *scene) { s.inject(s.victim, s.victim) }},
		attack{name: "code-made-elsewhere",
			does: "a code that FranceConnect made for this client, but for no login of this portal, is put into the victim's callback",
			steps: func(s *scene) {
				back := s.victim.agree(s.victim.leave(""), noLie)
				q := back.Query()
				q.Set("code", s.stolenCode("", s.people[attacker]))
				back.RawQuery = q.Encode()
				s.victim.open(back)
			}},
		attack{name: "codes-of-two-people", silent: true, rule: "a parameter that comes twice is refused, not chosen from", source: "RFC 6749 §3.1; CWE-235",
			cure: "refuse a callback in which a parameter comes twice",
			does: "the attacker's code is put in front of the victim's own, in one callback",
			steps: func(s *scene) {
				strange := s.attacker.agree(s.attacker.leave(""), noLie).Query().Get("code")
				back := s.victim.agree(s.victim.leave(""), noLie)
				back.RawQuery = "code=" + strange + "&" + back.RawQuery
				s.victim.open(back)
			}},
	)...)
}

// inject puts the code of one login into the callback of another.
func (s *scene) inject(into, from *browser) {
	strange := from.agree(from.leave(""), noLie).Query().Get("code")
	back := into.agree(into.leave(""), noLie)
	q := back.Query()
	q.Set("code", strange)
	back.RawQuery = q.Encode()
	into.open(back)
}
