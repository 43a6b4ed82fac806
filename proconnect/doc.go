// Package proconnect signs professionals in with ProConnect, the French State's
// sign-in for agents, associations and companies, formerly AgentConnect. It is
// beside [franceconnect], which is for citizens, and reads as that does: a portal
// with both doors has one error page, one log, one Store and one set of cookie keys.
//
//	pc, err := proconnect.New(proconnect.Config{
//		Environment:           proconnect.Integration,
//		ClientID:              os.Getenv("PROCONNECT_CLIENT_ID"),
//		ClientSecret:          franceconnect.Secret(os.Getenv("PROCONNECT_CLIENT_SECRET")),
//		RedirectURL:           "https://portail.example.fr/proconnect/callback",
//		PostLogoutRedirectURL: "https://portail.example.fr/",
//		CookieKeys:            []franceconnect.CookieKey{key},
//		Scopes:                []string{"given_name", "usual_name", "email", "siret"},
//		Assurance:             proconnect.SeveralFactors(),
//	})
//	if err != nil {
//		panic(err) // names the wrong field
//	}
//
//	http.HandleFunc("GET /proconnect/login", func(w http.ResponseWriter, r *http.Request) {
//		sorry(w, pc.Login(w, r, proconnect.LoginRequest{ReturnTo: r.FormValue("next")}))
//	})
//	http.HandleFunc("GET /proconnect/callback", func(w http.ResponseWriter, r *http.Request) {
//		s, err := pc.Callback(w, r)
//		if err != nil {
//			sorry(w, err)
//			return
//		}
//		agents.Save(w, r, s) // under a new session id
//		http.Redirect(w, r, s.ReturnTo, http.StatusSeeOther)
//	})
//
// Errors are [franceconnect.Error], with the Provider "ProConnect", and a wrong
// field is a [franceconnect.ConfigError]: [franceconnect.UserMessage],
// [franceconnect.StatusCode], [franceconnect.OperatorAdvice] and
// [franceconnect.LogEvents] are for both, and name the one that it was.
//
// # What is checked for you
//
// All that franceconnect checks, in the same order, by the same code. What differs:
// PKCE is sent (RFC 7636, S256), so that a code that somebody stole is of no use; the
// [Assurance] is one of a set, which has no order; and what was asked for is held
// against the set that was sealed in the login, since the person can change the
// address that they are sent to.
//
// # What stays yours
//
// A professional is no citizen, also if they are the same person: keep two kinds
// of accounts, found by Session.Subject of the one or of the other, and never one
// by an e-mail address, which many people may share and which changes its owner.
//
// What ProConnect does is known here from its public documentation and the public
// source of its server, both of 2026-08-19; none of it was measured at a running one.
package proconnect
