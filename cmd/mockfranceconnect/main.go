// Command mockfranceconnect serves a FranceConnect for development: see package
// mockidp.
//
//	go run github.com/franceconnect-go/franceconnect/cmd/mockfranceconnect@latest -auto
//	go run github.com/franceconnect-go/franceconnect/cmd/mockfranceconnect@latest attack -h
//
// It prints issuer=… when it answers, and ends on SIGINT or SIGTERM.
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync"
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
	if len(args) > 0 && args[0] == "attack" {
		return attackCommand(ctx, args[1:], out, errs)
	}
	flags := flag.NewFlagSet("mockfranceconnect", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // help is an answer, and a mistake one line
	addr := flags.String("addr", "127.0.0.1:8600", "`host:port` to listen on")
	origin := flags.String("origin", "", "scheme://host[:port] under which it is reached, if not http and addr")
	platform := flags.String("platform", string(mockidp.V2), "v2, plus, v1 or proconnect")
	clients := flags.String("clients", "", "JSON `file` of the clients; without it there is one")
	people := flags.String("people", "", "JSON `file` of the people; without it there are many")
	bad := flags.String("bad", "", "`name` of what goes wrong in every login; \"list\" prints them all")
	auto := flags.Bool("auto", false, "sign in without pages")
	person := flags.String("person", "", "`login` of whom -auto signs in")
	version := flags.Bool("version", false, "print the version")
	public := flags.Bool("public", false, "allow addresses that others can reach")
	control := flags.String("control", "", "`host:port` of the HTTP control, described at /openapi.json")
	caFile := flags.String("tls", "", "serve https, with a certificate made on the spot; `file` that its authority is written to")
	quiet := flags.Bool("quiet", false, "do not say what was refused or dropped")
	logAs := flags.String("log", "text", "`form` of what was refused or dropped: text or json")
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
	if *control != "" {
		if err := checkAddr(*control, "-", *public); err != nil {
			return misuse(fmt.Errorf("-control: %w", err))
		}
	}
	if *logAs != "text" && *logAs != "json" {
		return misuse(fmt.Sprintf("-log is text or json, not %q", *logAs))
	}
	clock := new(mockidp.Clock)
	cfg := mockidp.Config{Platform: mockidp.Platform(*platform), Auto: *auto, Person: *person, Origin: *origin, Now: clock.Now}
	if !*quiet {
		cfg.Note = teller(errs, *logAs == "json")
	}
	switch {
	case *person != "" && !*auto:
		return misuse("-person says whom -auto signs in: give both")
	case *caFile != "" && strings.HasPrefix(*origin, "http:"):
		return misuse(fmt.Sprintf("-tls serves https, and -origin is %s", *origin))
	case *bad == "list":
		if _, err := mockidp.New(mockidp.Config{Platform: cfg.Platform, Origin: "http://localhost"}); err != nil {
			return misuse(strings.TrimPrefix(err.Error(), "mockidp: "))
		}
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
	m := mock{addr: *addr, control: *control, caFile: *caFile, clock: clock, out: out, errs: errs}
	return m.serve(ctx, cfg)
}

// help describes the flags.
func help(out io.Writer, flags *flag.FlagSet) {
	fmt.Fprintln(out, "usage: mockfranceconnect [FLAGS]\n       mockfranceconnect attack [FLAGS]\n\nIt serves a FranceConnect for development and tests, or attacks a portal that uses one.")
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
		return fmt.Errorf("%s: %s: %s", flag, name, strings.TrimPrefix(err.Error(), "mockidp: "))
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

// teller returns a function that writes a line for each note.
func teller(errs io.Writer, asJSON bool) func(mockidp.Note) {
	var mu sync.Mutex
	return func(n mockidp.Note) {
		line := "mockfranceconnect: " + n.String()
		if asJSON {
			text, _ := json.Marshal(n) // texts and a bool
			line = string(text)
		}
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintln(errs, line)
	}
}

// A mock is what the command serves.
type mock struct {
	addr, control, caFile string
	clock                 *mockidp.Clock
	out, errs             io.Writer
}

// say tells what went wrong.
func (m mock) say(status int, err error) int {
	fmt.Fprintln(m.errs, "mockfranceconnect:", strings.TrimPrefix(err.Error(), "mockidp: "))
	return status
}

// serve serves the provider, and its control, until the context ends.
func (m mock) serve(ctx context.Context, cfg mockidp.Config) int {
	l, err := net.Listen("tcp", m.addr)
	if err != nil {
		return m.say(failed, fmt.Errorf("-addr: %w", err))
	}
	defer l.Close()
	var c net.Listener
	if m.control != "" {
		if c, err = net.Listen("tcp", m.control); err != nil {
			return m.say(failed, fmt.Errorf("-control: %w", err))
		}
		defer c.Close()
	}
	if cfg.Origin == "" {
		scheme := "http://"
		if m.caFile != "" {
			scheme = "https://"
		}
		cfg.Origin = scheme + written(m.addr, l)
	}
	p, err := mockidp.New(cfg)
	if err != nil {
		return m.say(misused, err)
	}
	server := &http.Server{Handler: p, ReadHeaderTimeout: 10 * time.Second}
	if m.caFile != "" {
		if server.TLSConfig, err = selfSigned(m.caFile, cfg.Origin, time.Now()); err != nil {
			return m.say(failed, err)
		}
	}
	ended, servers := make(chan error, 2), []*http.Server{server}
	go func() {
		if m.caFile != "" {
			ended <- server.ServeTLS(p.Behind(l), "", "")
		} else {
			ended <- server.Serve(p.Behind(l))
		}
	}()
	m.announce(p, cfg)
	if m.control != "" {
		controls := &http.Server{Handler: p.Control(m.clock), ReadHeaderTimeout: 10 * time.Second}
		servers = append(servers, controls)
		go func() { ended <- controls.Serve(c) }()
		fmt.Fprintf(m.out, "control=http://%s\n", written(m.control, c))
	}
	fmt.Fprintf(m.out, "issuer=%s\n", p.Issuer())
	left := len(servers)
	select {
	case err = <-ended:
		left--
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	for _, s := range servers {
		if s.Shutdown(stop) != nil {
			s.Close()
		}
	}
	for range left {
		err = cmp.Or(err, <-ended)
	}
	if !errors.Is(err, http.ErrServerClosed) {
		return m.say(failed, err)
	}
	return succeeded
}

// written returns the address of a listener with the host as it was written: a
// cookie of localhost does not go to 127.0.0.1. Without one it is localhost.
func written(addr string, l net.Listener) string {
	host, _, _ := net.SplitHostPort(addr) // which was listened on
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return net.JoinHostPort(cmp.Or(host, "localhost"), port)
}

// announce says what a client is set up with.
func (m mock) announce(p *mockidp.Provider, cfg mockidp.Config) {
	fmt.Fprintln(m.out, "Ceci n’est pas FranceConnect\u00a0: simulateur pour le développement et les tests.")
	fmt.Fprintln(m.out, "This is not FranceConnect: a simulator for development and tests.")
	if m.caFile != "" {
		fmt.Fprintf(m.out, "ca=%s\n", m.caFile)
	}
	if cfg.Clients == nil {
		c := mockidp.DefaultClient(cfg.Platform)
		fmt.Fprintf(m.out, "client_id=%s\nclient_secret=%s\nredirect_uri=%s\n", c.ID, c.Secret, c.RedirectURIs[0])
		fmt.Fprintf(m.out, "post_logout_redirect_uri=%s\n", c.PostLogoutRedirectURIs[0])
		if c.JWKSURI != "" {
			fmt.Fprintf(m.out, "jwks_uri=%s\n", c.JWKSURI)
		}
	}
}
