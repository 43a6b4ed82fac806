// Package conform is the test of all examples: what a portal team would check of
// its own, with a FranceConnect in a box, a real server and real cookies.
//
//	town.go     a portal, on http or behind a proxy that ends TLS, and its FranceConnect
//	visitor.go  a person with a browser, which looks at every answer of the portal
//	signin.go   signing in, and what must not sign in
//	sessions.go who else could have the session
//	signout.go  signing out, here and at FranceConnect
//	hosts.go    headers that lie about the host
//	idle.go     how long a session lasts that nobody uses
//	scs.go      examples whose sessions are in scs
//	lines.go    how long an example is
package conform

import (
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp/attack"
)

// A Portal is an example. Its pages are those of package page, at the addresses
// that all examples have.
type Portal struct {
	// Serve serves the example on l until the test ends.
	Serve func(t *testing.T, fc *franceconnect.Client, address string, l net.Listener)

	// AtOnce is set if it signs people out of FranceConnect as soon as they have
	// signed in, and shows their account at "/".
	AtOnce bool
}

// Handler returns a Serve for an example that is an http.Handler.
func Handler(newPortal func(t *testing.T, fc *franceconnect.Client, address string) http.Handler) func(*testing.T, *franceconnect.Client, string, net.Listener) {
	return func(t *testing.T, fc *franceconnect.Client, address string, l net.Listener) {
		server := &http.Server{Handler: newPortal(t, fc, address), ReadHeaderTimeout: 5 * time.Second}
		t.Cleanup(func() { server.Close() })
		go server.Serve(l)
	}
}

// Run tests an example, whose main.go is in the working directory.
func Run(t *testing.T, p Portal) {
	t.Run("ItIsShort", isShort)
	type check struct {
		name string
		run  func(*testing.T, *town)
	}
	all := []check{
		{"AButtonLeadsInAndAFormLeadsOut", wayInAndOut},
		{"WhatWentWrongIsSaidAndNothingElse", tellsWhatWentWrong},
		{"ACallbackIsUsedOnce", callbackIsUsedOnce},
		{"AnotherBrowsersCallbackSignsNobodyIn", callbackOfAnotherBrowser},
		{"LoginsThatWereLeftDoNotStandInTheWay", abandonedLogins},
		{"AsLongAWayBackAsThereCanBeFitsTheSession", longWayBack},
		{"TheSessionHasAnIDThatNobodyKnewBefore", sessionIsRenewed},
		{"ASessionThatEndedIsOverForItsCopiesToo", sessionEndsForCopies},
		{"OtherSitesDoNotSignAnybodyOut", otherSitesDoNotSignOut},
		{"TheNextPersonAtThisComputerStartsFromTheBeginning", nextPerson},
		{"SigningOutGoesByEveryPageAsABrowserSendsIt", signOutFromEveryPage},
		{"SigningOutComesBackWhenFranceConnectForgot", signOutWhenSessionIsOver},
		{"SigningOutWithoutASessionStaysHere", signOutWithoutSession},
		{"HeadersDoNotDecideWhereAnythingLeads", headersDecideNothing},
		{"SwitchedOffThereIsNoWayIn", switchedOff},
	}
	forms := slices.DeleteFunc(slices.Clone(all), func(c check) bool { return !strings.HasPrefix(c.name, "SigningOut") })
	for by, checks := range map[way][]check{onHTTP: all, behindProxy: all, onTLS: forms} {
		t.Run(string(by), func(t *testing.T) {
			t.Parallel()
			for _, check := range checks {
				t.Run(check.name, func(t *testing.T) {
					t.Parallel()
					check.run(t, newTown(t, p, by))
				})
			}
		})
	}
	t.Run("ItHoldsEveryAttack", func(t *testing.T) {
		t.Parallel()
		attacked := func() attack.Portal {
			town := newTown(t, p, behindProxy, franceconnect.Config{})
			return attack.Portal{
				IDP: town.idp, Client: town.client, Transport: town.transport,
				Login: town.address + "/franceconnect/login", Next: "next", Logout: town.address + "/deconnexion",
				Pages: []string{town.address + "/", town.address + "/mon-compte"},
				WhoIs: func(browser *http.Client) string { return town.nameOn(t, browser) },
			}
		}
		attack.Run(t, attacked(), attacked(), attacked(), attacked())
	})
}
