// Package browser tests the example portal and the mock in a real browser:
// the programs as people start them, Chromium as people have it, and nothing
// known of a page but what it shows.
//
//	./setup.sh && go test .
//
// The button is tested on pages of its own too, with the State's design system
// and without it; see buttonsite_test.go.
//
// A visitor finds links and buttons as a screen reader does, by role and name.
// What the browser complains of on the way, in its console or as a violation of
// a Content-Security-Policy, fails any test.
//
// The examples for each framework are here too, behind a proxy that ends TLS, and
// their pages once more with htmx and Turbo: frameworks_test.go, scripted_test.go.
//
// PICTURES=pictures keeps pictures of the pages there.
package browser
