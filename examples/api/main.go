// Command api is a portal that fetches data about a person from those who have
// them, with the access token of FranceConnect: « API FranceConnectées ». It is
// the « Portail des aides », as small as it can be, and gets a quotient familial
// and a scholarship from API Particulier. It is meant to be copied.
//
//	go run ./examples/api
//
// Without any setting it brings its own FranceConnect and its own API Particulier.
// With FRANCECONNECT_ENVIRONMENT, API_PARTICULIER_URL and API_PARTICULIER_RECIPIENT
// (see settings.go) it is a service provider like any other: that takes two
// habilitations, of FranceConnect with the whole identité pivot and of API
// Particulier, which its team pairs on request.
//
// There are two journeys. Who is not signed in is asked for the data with the
// sign-in, and the callback fetches them. Who is signed in goes to FranceConnect
// once more; who comes back must be the same person.
//
//	quotient.go       the calls: in parallel, with a deadline, in the callback
//	call_error.go     what a call that gave nothing says, and to whom
//	data_login.go     the second journey
//	portal.go         the routes; the first journey is its callback
//	session.go        who is signed in, and their data until they sign out
//	session_store.go  the sessions, in memory
//	expiring.go       what is kept for a time, and how many of it
//	data_scopes.go    what data are called, and whose they are
//	results.go        the data as a person would read them
//	failure.go        what to say when a sign-in does not succeed
//	pages.go, log.go  the pages, in pages/, and what is written down
//	serve.go          the servers
//	settings.go       the variables of the environment
//	siret.go          the number of an establishment
//
// And what it brings along for who has neither:
//
//	mock.go                 the two together
//	mock_particulier.go     an API Particulier, with its bad days in particulier.json
//	mock_introspection.go   what data providers see of a FranceConnect
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C does not wait
	os.Exit(run(ctx, os.Getenv, os.Stdout, os.Stderr))
}

// Exit statuses.
const (
	succeeded = iota
	failedToServe
	misconfigured
)

// run is the whole program, until ctx is done.
func run(ctx context.Context, getenv func(string) string, out, errs io.Writer) int {
	log := slog.New(slog.NewTextHandler(errs, nil))
	s, err := readSettings(getenv, log)
	defer s.close()
	var p *portal
	if err == nil {
		p, err = newPortal(s.url, s.config, s.api, log)
	}
	if err != nil {
		complain(errs, err)
		return misconfigured
	}
	for _, notice := range s.notices {
		fmt.Fprintln(out, notice)
	}
	fmt.Fprintf(out, "Ouvrez / Open: %s/\n", s.url)

	if err := serve(ctx, log, append(s.mocks.sites(), site{s.listener, p.handler()})...); err != nil {
		log.Error("stopped", "error", err)
		return failedToServe
	}
	return succeeded
}
