// Package attack attacks a portal: a running one, from outside, as a citizen
// with bad intentions, a web page on another site and a FranceConnect that lies
// would. It needs no source of the portal, which can be in any language and use
// any library; it needs the portal to use a mock provider that the test holds.
//
// A portal team calls it in a test of its own:
//
//	func TestAttacks(t *testing.T) {
//		attack.Run(t, attack.Portal{
//			IDP: idp, Client: idp.Clients()[0],
//			Login: portal + "/login", Next: "next", Logout: portal + "/logout", Pages: []string{portal + "/"},
//			WhoIs: func(browser *http.Client) string { return nameOn(browser.Get(portal + "/account")) },
//		})
//	}
//
//	go test -run TestAttacks              # all of them
//	go test -run TestAttacks/login-csrf   # one
//
// Run first signs two people in, and fails if that does not work: a portal
// where nobody gets in survives every attack. Then each attack of the catalogue
// is a subtest. After each of them an honest person must still get in. More of the
// same portal, each at a mock of its own, take a share of them.
//
// Attacks on what a portal does not ask for (a higher level, amr, a scope, a
// second callback) are left out, and on FranceConnect+ those that read or make
// a token. On ProConnect all are made, and levels are a set.
//
// A failure says what is wrong at the portal, what was done to it, which rule
// it broke, where the rule is written, and what to change.
//
// # What it cannot see
//
// The attacks are those of a sign-in. They do not look at what a portal does
// with a person afterwards, at its other forms, or at its server; and a portal
// that holds all of them is not proved secure. SameSite is honoured where a
// page of another site posts; no script runs, and no page is drawn.
//
// # Files
//
//	run portal                                        the API
//	attack arena attempt                              an attack as data, its portal, one attempt
//	browser login response page trap genuine forge    what attempts are made of
//	stolen_callbacks callback_states callback_issuers the catalogue: the callback
//	callbacks callback_errors
//	edited_requests kept_logins requests              the authorization request and the login
//	redirects hosts cookies sessions forged_sessions  the portal
//	logouts leaks markup
//	claims algorithms header_keys signatures          tokens
//	substitutions
//	unusable_responses published_keys                 FranceConnect on a bad day
package attack
