// Package mockidp is a FranceConnect in a box, for development and tests: an
// OpenID provider that answers a service provider (here: client) as a running
// FranceConnect was observed to answer, refuses what it refuses with the same
// codes, and does on demand what it does on bad days.
//
// In a test:
//
//	idp := mockidp.Start(t, mockidp.Config{Auto: true})
//	// … configure the client under test with idp.Issuer() …
//	idp.Next(mockidp.Answer{Cancel: true})
//
// In a terminal, go run ./testdata/cmd/mockidp.
//
// It follows release fc-392RC1 of FranceConnect, of February 2026, as it was
// measured from outside. It is not FranceConnect, it is not secure, and its
// signing keys are public: nothing but a test may trust it.
package mockidp
