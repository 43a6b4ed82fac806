// Package mockidp is a mock FranceConnect for development and tests: an OpenID
// provider that answers a service provider (here: client) as a running
// FranceConnect was observed to answer, refuses what FranceConnect refuses with
// the same codes, and fails on demand as FranceConnect fails on bad days.
//
// In a test:
//
//	idp := mockidp.Start(t, mockidp.Config{Auto: true})
//	config, err := franceconnect.ConfigFromEnv("FRANCECONNECT_", idp.Getenv(portal.URL+"/callback", portal.URL+"/"))
//	…
//	idp.Next(mockidp.Scenario{Cancel: true})
//
// [Provider.Next] sets the [Scenario] of the next login and Config.Default that
// of every other one; [BadDays] lists scenarios by name. [Provider.InjectFault]
// breaks an endpoint, [Provider.Rotate] replaces the signing keys,
// [Provider.ChangeSecret] the secret of a client, [Provider.Forget] makes their
// connections go silent, Config.Now
// and Config.Lifetimes decide what has expired, and [Provider.Requests] returns
// what clients sent. The people of [People] can sign in, or those that
// [ReadPeople] reads from a file; [ReadClients] reads clients.
//
// Without Auto, the provider shows pages, where a person chooses who signs in
// and what goes wrong. They are in French and English and need no script.
//
// In a terminal, or for programs in other languages:
//
//	go run github.com/franceconnect-go/franceconnect/cmd/mockfranceconnect@latest
//
// It follows release fc-392RC1 of FranceConnect, of February 2026, as it was
// measured from outside. It is not FranceConnect, it is not secure, and its
// signing keys are public: nothing but a test may trust it.
//
// With Config.Platform [ProConnect] it is the State's sign-in for professionals,
// with people of its own, [Professionals]. There it follows the public source of
// the server, of August 2026, and has not been measured against a running one yet.
//
// # Files
//
//	testing firewall config settings client people lifetimes clock   what a test says
//	scenario duration bad_day bad_day_catalogue       what a test asks for
//	requests note cures                               what it sees
//	control                                           all of that over HTTP
//	provider form response address negotiate json     HTTP: routes, forms, responses, URLs
//	discovery keys sign encrypt client_keys           keys and tokens
//	authorize claims refusal callback                 the authorization request and the way back
//	interaction session login_pages consent           a login in a browser
//	error_redirect error_codes error_texts            its error pages
//	pages claim_labels people_search                  what the pages show
//	app                                               the State's app, which sends people to portals
//	grant token client_auth token_checks userinfo     the calls of the client
//	revocation cors oauth_error
//	logout                                            signing out
//	platform v1 proconnect professional               what differs from v2
package mockidp
