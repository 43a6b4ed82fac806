// Command mockfranceconnect serves a FranceConnect for development: see package
// mockidp.
//
//	go run github.com/franceconnect-go/franceconnect/cmd/mockfranceconnect@latest -auto
//
// It prints issuer=… when it answers, and ends on SIGINT or SIGTERM.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/franceconnect-go/franceconnect/internal/built"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// Exit statuses.
const (
	succeeded = iota
	failed
	misused
)

func run(ctx context.Context, args []string, out, errs io.Writer) int {
	flags := flag.NewFlagSet("mockfranceconnect", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // help is an answer, and a mistake one line
	addr := flags.String("addr", "127.0.0.1:8600", "`host:port` to listen on")
	origin := flags.String("origin", "", "scheme://host[:port] under which it is reached, if not http and addr")
	platform := flags.String("platform", string(mockidp.V2), "v2, plus or v1")
	clients := flags.String("clients", "", "JSON `file` of the clients; without it there is one")
	people := flags.String("people", "", "JSON `file` of the people; without it there are many")
	bad := flags.String("bad", "", "`name` of what goes wrong in every login; \"list\" prints them all")
	auto := flags.Bool("auto", false, "sign in without pages")
	person := flags.String("person", "", "`login` of whom -auto signs in")
	version := flags.Bool("version", false, "print the version")
	public := flags.Bool("public", false, "allow an address that others can reach")
	misuse := func(why any) int {
		fmt.Fprintf(errs, "mockfranceconnect: %v\nFor help: mockfranceconnect -h\n", why)
		return misused
	}
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp) || err == nil && flags.NArg() == 1 && flags.Arg(0) == "help":
		help(out, flags)
		return succeeded
	case err != nil:
		return misuse(err)
	case *version:
		fmt.Fprintln(out, built.Version("mockfranceconnect"))
		return succeeded
	case flags.NArg() > 0:
		return misuse(fmt.Sprintf("unexpected argument %q", flags.Arg(0)))
	}
	if err := checkAddr(*addr, *origin, *public); err != nil {
		return misuse(fmt.Errorf("-addr: %w", err))
	}
	cfg := mockidp.Config{Platform: mockidp.Platform(*platform), Auto: *auto, Person: *person, Origin: *origin}
	if *bad == "list" {
		list(out, cfg.Platform)
		return succeeded
	}
	err = errors.Join(
		read("-clients", *clients, &cfg.Clients, mockidp.ReadClients),
		read("-people", *people, &cfg.People, mockidp.ReadPeople),
		choose(*bad, &cfg),
	)
	if err != nil {
		return misuse(err)
	}
	return serve(ctx, *addr, cfg, out, errs)
}

// help describes the flags.
func help(out io.Writer, flags *flag.FlagSet) {
	fmt.Fprintln(out, "usage: mockfranceconnect [FLAGS]\n\nIt serves a FranceConnect for development and tests.")
	flags.SetOutput(out)
	flags.PrintDefaults()
}

// checkAddr refuses an address that is not this machine's own, since whoever
// reaches the simulator can sign in as anybody, and one that has no name to
// make an issuer of.
func checkAddr(addr, origin string, public bool) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return err
	}
	ip := net.ParseIP(host)
	switch {
	case host == "localhost" || ip != nil && ip.IsLoopback():
		return nil
	case !public:
		return fmt.Errorf("%q is not a loopback address; -public allows it", host)
	case origin == "" && (host == "" || ip != nil && ip.IsUnspecified()):
		return errors.New("every address of the machine is no issuer; say which with -origin")
	}
	return nil
}

// read reads the file that a flag names, if it names one.
func read[T any](flag, name string, into *[]T, parse func(io.Reader) ([]T, error)) error {
	if name == "" {
		return nil
	}
	f, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("%s: %w", flag, err)
	}
	defer f.Close()
	if *into, err = parse(f); err != nil {
		return fmt.Errorf("%s: %w", flag, err)
	}
	return nil
}

// choose makes every login a bad day of some name.
func choose(bad string, cfg *mockidp.Config) error {
	if bad == "" {
		return nil
	}
	for _, day := range mockidp.BadDays() {
		if day.Name == bad && day.On(cfg.Platform) {
			cfg.Default = day.Scenario
			return nil
		}
	}
	return fmt.Errorf("-bad: nothing goes wrong on %s under the name %q; -bad list has the names", cfg.Platform, bad)
}

// list prints the bad days of a platform.
func list(out io.Writer, platform mockidp.Platform) {
	for _, day := range mockidp.BadDays() {
		if day.On(platform) {
			fmt.Fprintf(out, "%-24s %s\n", day.Name, day.English)
		}
	}
}

func serve(ctx context.Context, addr string, cfg mockidp.Config, out, errs io.Writer) int {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		fmt.Fprintf(errs, "mockfranceconnect: %v\n", err)
		return failed
	}
	defer l.Close()
	if cfg.Origin == "" {
		cfg.Origin = "http://" + l.Addr().String()
	}
	p, err := mockidp.New(cfg)
	if err != nil {
		fmt.Fprintln(errs, err)
		return misused
	}
	server := &http.Server{Handler: p, ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(p.Behind(l)) }()
	announce(out, p, cfg)
	select {
	case err = <-ended:
	case <-ctx.Done():
		stop, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		if server.Shutdown(stop) != nil {
			server.Close()
		}
		err = <-ended
	}
	if !errors.Is(err, http.ErrServerClosed) {
		fmt.Fprintf(errs, "mockfranceconnect: %v\n", err)
		return failed
	}
	return succeeded
}

func announce(out io.Writer, p *mockidp.Provider, cfg mockidp.Config) {
	fmt.Fprintln(out, "Ceci n’est pas FranceConnect\u00a0: simulateur pour le développement et les tests.")
	fmt.Fprintln(out, "This is not FranceConnect: a simulator for development and tests.")
	if cfg.Clients == nil {
		c := mockidp.DefaultClient(cfg.Platform)
		fmt.Fprintf(out, "client_id=%s\nclient_secret=%s\nredirect_uri=%s\n", c.ID, c.Secret, c.RedirectURIs[0])
		fmt.Fprintf(out, "post_logout_redirect_uri=%s\n", c.PostLogoutRedirectURIs[0])
		if c.JWKSURI != "" {
			fmt.Fprintf(out, "jwks_uri=%s\n", c.JWKSURI)
		}
	}
	fmt.Fprintf(out, "issuer=%s\n", p.Issuer())
}
