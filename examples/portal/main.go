// Command portal is a small portal for citizens, who sign in with
// FranceConnect: the « Portail des aides » of a town that does not exist. It
// is meant to be copied: the standard library, the SDK with its names of places,
// and nothing else.
//
//	go run -C examples/portal .
//
// Without any setting it brings its own FranceConnect, a simulator, so that it
// works on a train; with FRANCECONNECT_PLATFORM=plus or v1, one of FranceConnect+
// or of the FranceConnect before v2. With FRANCECONNECT_ENVIRONMENT and what goes
// with it (see settings.go) it is a service provider like any other.
//
//	portal.go            the routes: login, callback, logout
//	linking.go           whose account it is: a known one, a new one, one to be proved
//	first_visit.go       what a person is told the first time, and what they choose
//	identity_changes.go  what FranceConnect says otherwise than the last time
//	profile.go           the account, and what its person may change
//	data.go              what was received, to look at, to take away and to erase
//	password_signin.go   the other way in, by password
//	direct.go            whom the State's app sends, and how it finds people again
//	stepup.go            a page that wants FranceConnect+, and the way there and back
//	agents.go            the other door: agents, with ProConnect
//	session.go           who is signed in, which a portal decides for itself
//	session_store.go     the sessions, in memory
//	expiring.go          what is kept for a time, and how many of it
//	accounts.go          the accounts, in memory
//	password.go          what is kept of a password
//	rate_limit.go        how often one may be tried
//	failure.go           what to say when a sign-in does not succeed
//	pages.go             the pages, in pages/, and style.css
//	serve.go             the servers
//	log.go               what is written down, and what never is
//	settings.go          the variables of the environment
//	plus.go              the variables of FranceConnect+ beside FranceConnect
//	mock.go              the FranceConnects that it brings along
//	demo_accounts.go     the accounts that it brings along for them
package main

import (
	"context"
	"errors"
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
	failed
	misconfigured
)

// run is the whole program, until ctx is done.
func run(ctx context.Context, getenv func(string) string, out, errs io.Writer) int {
	log := slog.New(slog.NewTextHandler(errs, nil))
	s, err := readSettings(getenv)
	defer s.close()
	p, wrong := newPortal(s.url, s.config, s.plus, log)
	if p != nil && s.agents != nil {
		wrong = p.openAgents(*s.agents)
	}
	if err = errors.Join(err, wrong); err != nil {
		complain(errs, err)
		return misconfigured
	}
	if len(s.mocks) > 0 {
		p.accounts.addDemoAccounts()
		s.notices = append(s.notices, demoNotice)
	}

	fmt.Fprintln(out, s.config.Environment)
	if s.plus != nil {
		fmt.Fprintln(out, s.plus.Environment)
	}
	if s.agents != nil {
		fmt.Fprintln(out, s.agents.Environment)
	}
	for _, notice := range s.notices {
		fmt.Fprintln(out, notice)
	}
	fmt.Fprintf(out, "Ouvrez / Open: %s/\n", s.url)

	sites := []site{{s.listener, p.handler()}}
	for _, m := range s.mocks {
		sites = append(sites, site{m.listener, m.provider})
	}
	if err := serve(ctx, log, sites...); err != nil {
		log.Error("stopped", "error", err)
		return failed
	}
	return succeeded
}
