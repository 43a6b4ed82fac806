// Package mockidp is a FranceConnect in a box, for development and tests: an
// OpenID provider that answers a service provider (here: client) as a running
// FranceConnect was observed to answer, refuses what it refuses with the same
// codes, and does on demand what it does on bad days.
//
// In a test:
//
//	idp := mockidp.Start(t, mockidp.Config{Auto: true})
//	// … configure the client under test with idp.Issuer() …
//	idp.Next(mockidp.Scenario{Cancel: true})
//
// [Provider.Next] says what happens to the next login, Config.Always to every
// one, and [BadDays] names what can go wrong. [Provider.Break] breaks an
// endpoint, [Provider.Rotate] replaces the keys, Config.Now and
// Config.Lifetimes decide what has expired, [Provider.Requests] tells what was
// asked. [People] can sign in, or those that [ReadPeople] reads from a file;
// [ReadClients] does the same for clients.
//
// Without Auto, people see pages: they choose who signs in, and what goes
// wrong. The pages are in French and English and need no script.
//
// In a terminal, or for programs in other languages:
//
//	go run github.com/franceconnect-go/franceconnect/cmd/mockfranceconnect@latest
//
// It follows release fc-392RC1 of FranceConnect, of February 2026, as it was
// measured from outside. It is not FranceConnect, it is not secure, and its
// signing keys are public: nothing but a test may trust it.
package mockidp
