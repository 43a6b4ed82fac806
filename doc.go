// Package franceconnect signs people in with FranceConnect, the French State's
// sign-in for citizens: FranceConnect v2, FranceConnect+ and v1.
//
// A portal adds three handlers, and keeps its own routes, pages and sessions:
//
//	key, err := franceconnect.ParseCookieKey(os.Getenv("FRANCECONNECT_COOKIE_KEYS")) // openssl rand -base64 32
//	if err != nil {
//		panic(err)
//	}
//	fc, err := franceconnect.New(franceconnect.Config{
//		Environment:           franceconnect.Sandbox,
//		ClientID:              os.Getenv("FRANCECONNECT_CLIENT_ID"),
//		ClientSecret:          franceconnect.Secret(os.Getenv("FRANCECONNECT_CLIENT_SECRET")),
//		RedirectURL:           "https://portail.example.fr/franceconnect/callback",
//		PostLogoutRedirectURL: "https://portail.example.fr/",
//		CookieKeys:            []franceconnect.CookieKey{key},
//		Scopes:                []string{"identite_pivot", "email"},
//	})
//	if err != nil {
//		panic(err) // names the wrong field
//	}
//
//	http.HandleFunc("GET /franceconnect/login", func(w http.ResponseWriter, r *http.Request) {
//		sorry(w, fc.Login(w, r, franceconnect.LoginRequest{ReturnTo: r.FormValue("next")}))
//	})
//	http.HandleFunc("GET /franceconnect/callback", func(w http.ResponseWriter, r *http.Request) {
//		s, err := fc.Callback(w, r)
//		if err != nil {
//			sorry(w, err)
//			return
//		}
//		sessions.Save(w, r, s) // under a new session id
//		http.Redirect(w, r, s.ReturnTo, http.StatusSeeOther)
//	})
//	http.HandleFunc("POST /deconnexion", func(w http.ResponseWriter, r *http.Request) {
//		sorry(w, fc.Logout(w, r, sessions.End(w, r)))
//	})
//	// No form of another site signs anybody out.
//	log.Fatal(http.ListenAndServe(":8080", http.NewCrossOriginProtection().Handler(http.DefaultServeMux)))
//
// The first sends the browser to FranceConnect ([Client.Login]), the second
// takes it back and returns the person ([Client.Callback]), the third signs
// out ([Client.Logout]). That is the whole of it, but for the button
// ([Client.Button]) and the settings, which [ConfigFromEnv] and
// [ConfigFromJSON] read where an administrator keeps them. Here sessions is what
// the portal has already, of which sessions.End returns the Session.IDTokenHint of the
// session that it ended, and sorry its error page, which does nothing for nil.
//
// # What is checked for you
//
// There is one way to an identity, Callback, and no option that leaves a
// check out. In this order: the browser is one that Login sent off, to this very
// callback, and this login is used once; the answer is of this FranceConnect; the code is traded
// once; the ID token is signed with an algorithm that was agreed on, by a key
// that this FranceConnect publishes, for this client, now, for this very login
// (nonce), together with this access token; the level is at least the one asked
// for; amr came if it was asked for; the claims are signed too, as strictly, are
// about the same person, and hold what FranceConnect always gives of the scopes
// asked for. The request goes through the browser, unsigned: what was asked is
// sealed in the login's cookie, and never read from what comes back.
//
// What is sent is what FranceConnect accepts, and it accepts little: no PKCE,
// no max_age, no prompt but that of DirectLogin, one level, a state and a nonce long enough,
// a secret in the form body. What a portal cannot get wrong has no name here.
//
// On FranceConnect+ both are encrypted as well, to [Config].DecryptionKeys,
// whose public halves [Client.JWKSHandler] serves; on v1 they are signed with
// the client secret, and the claims are not signed.
//
// # What stays yours
//
// The session: renew its id when a person signs in, keep [Session] on the
// server, end it before Logout. A second way to sign in, which the law asks
// for. The registration at FranceConnect, and scopes that stay within it. The
// decision that a person is one that you know: by Session.Subject, never by an
// e-mail. The packages match and link help with whoever you may know from before,
// show puts people into words, recipient is for notifications by the State's app.
//
// # Errors
//
// Errors are decisions: [ErrDenied], [ErrLoginExpired], [ErrLevelTooLow], [ErrUnavailable],
// [ErrVerification], [ErrMisconfigured], [ErrStillOpen], [ErrDisabled]. [UserMessage] has the sentence
// for the person, in French and in English, [StatusCode] the status of its page;
// [OperatorAdvice] has the one for the operator; the *[Error] itself can be logged as it
// is. A login that does not come back is
// ordinary: most failures end on FranceConnect's own pages.
//
// What FranceConnect's servers answered is one thing, and what the browser says
// they answered another: anybody can write an error into the address of the
// callback. [LogEvents], StatusCode and Advice tell them apart, and so does
// [Error].Reason.
//
// # Tests
//
// The package testdata/mockidp is a mock FranceConnect, which refuses what
// the real one refuses. It needs no keys and no network.
package franceconnect
