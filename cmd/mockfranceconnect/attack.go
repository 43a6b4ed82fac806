package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp/attack"
)

// routes are where a portal does what is attacked. In a file they are JSON.
type routes struct {
	Login       string   `json:"login"`        // begins a login, by GET
	Callback    string   `json:"callback"`     // where FranceConnect sends the browser back
	Logout      string   `json:"logout"`       // signs out, by POST
	AfterLogout string   `json:"after_logout"` // where FranceConnect sends the browser after a logout; may be ""
	Account     string   `json:"account"`      // the page that names who is signed in
	Next        string   `json:"next"`         // the parameter of login that says where to go on to; may be ""
	Who         string   `json:"who"`          // a regular expression with one group, the name on the account page; "" looks for the names of the mock's people
	Pages       []string `json:"pages"`        // other pages, among them that of the form that signs out
	Others      []string `json:"others"`       // addresses that also begin a login
	Scopes      []string `json:"scopes"`       // that the client has a right to; default: all about the person
}

// attackCommand attacks a running portal.
func attackCommand(ctx context.Context, args []string, out, errs io.Writer) int {
	var r routes
	flags := flag.NewFlagSet("mockfranceconnect attack", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	addr := flags.String("addr", "127.0.0.1:8600", "`host:port` of the mock that the portal uses")
	control := flags.String("control", "", "`address` of the HTTP control of a mock that already runs and that the portal uses, such as http://127.0.0.1:8601; it has the mock's own people")
	platform := flags.String("platform", string(mockidp.V2), "v2, plus or proconnect")
	jwks := flags.String("jwks", "", "`address` of the portal's encryption keys, on plus")
	file := flags.String("routes", "", "JSON `file` with what the flags below say: login, callback, logout, after_logout, account, next, who, pages, others, scopes")
	flags.StringVar(&r.Login, "login", "", "`address` that begins a login, by GET")
	flags.StringVar(&r.Callback, "callback", "", "`address` where FranceConnect sends the browser back")
	flags.StringVar(&r.Logout, "logout", "", "`address` that signs out, by POST")
	flags.StringVar(&r.AfterLogout, "after-logout", "", "`address` where FranceConnect sends the browser after a logout")
	flags.StringVar(&r.Account, "account", "", "`address` of the page that names who is signed in")
	flags.StringVar(&r.Next, "next", "", "`parameter` of login that says where to go on to")
	flags.StringVar(&r.Who, "who", "", "`regular expression` whose group is the name on that page; without it, the names of the mock's people are looked for")
	list := func(name, usage string, to *[]string) {
		flags.Func(name, "`addresses`, with commas: "+usage, func(text string) error {
			*to = strings.Split(text, ",")
			return nil
		})
	}
	list("pages", "other pages, among them that of the form that signs out", &r.Pages)
	list("others", "what also begins a login", &r.Others)
	host := flags.String("host", "", "`name` of a host that is not this machine's and whose portal serves "+permitPath)
	wait := flags.Duration("wait", time.Minute, "how long to wait for the portal")
	patience := flags.Duration("patience", 30*time.Second, "how long the portal may take for an answer, whatever FranceConnect does")
	junit := flags.String("junit", "", "`file` for a report as JUnit XML")
	sarif := flags.String("sarif", "", "`file` for a report as SARIF 2.1.0")
	misuse := func(why any) int {
		fmt.Fprintf(errs, "mockfranceconnect attack: %v\nFor help: mockfranceconnect attack -h\n", why)
		return misused
	}
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintln(out, "usage: mockfranceconnect attack [FLAGS]\n\nIt starts a mock FranceConnect, or goes to the one of -control, waits until the portal uses it, attacks the portal, and says which rules it breaks: exit status 0 if none, 1 if some.")
		flags.SetOutput(out)
		flags.PrintDefaults()
		return succeeded
	case err != nil:
		return misuse(err)
	case flags.NArg() > 0:
		return misuse(fmt.Sprintf("unexpected argument %q", flags.Arg(0)))
	}
	if *file != "" {
		if r, err = readRoutes(*file); err != nil {
			return misuse(fmt.Errorf("-routes: %w", err))
		}
		_ = flags.Parse(args) // again: what a flag says counts, as it was read before
	}
	if *control != "" {
		other := ""
		flags.Visit(func(f *flag.Flag) {
			if slices.Contains([]string{"addr", "platform", "jwks"}, f.Name) {
				other = f.Name
			}
		})
		switch u, err := url.Parse(*control); {
		case err != nil || u.Host == "":
			return misuse(fmt.Sprintf("-control is %q: give an address with its host, such as http://127.0.0.1:8601", *control))
		case other != "":
			return misuse("-" + other + " is of a mock that this command starts, and -control of one that runs")
		case r.Scopes != nil:
			return misuse("scopes are those of a mock that this command starts, and -control is of one that runs")
		}
	}
	who, err := r.check()
	if err != nil {
		return misuse(err)
	}
	if err := checkAddr(*addr, "", false); err != nil {
		return misuse(fmt.Errorf("-addr: %w", err))
	}
	guard := &hostGuard{allowed: *host}
	called := r.all()
	if *control != "" {
		called = append(called, *control)
	}
	if err := guard.check(ctx, called); err != nil {
		return misuse(err)
	}
	a := attacker{out: out, errs: errs, routes: r, who: who, guard: guard, wait: *wait, patience: *patience}
	var remote *remoteMock
	if *control != "" {
		remote = &remoteMock{control: strings.TrimSuffix(*control, "/"), http: &http.Client{Transport: guard.transport(), Timeout: 30 * time.Second}}
		defer remote.http.CloseIdleConnections()
		a.client = remote.meet(r.Callback)
		a.idp = remote
		if remote.err != nil {
			return misuse(fmt.Errorf("-control: %w", remote.err))
		}
	} else {
		server, err := a.start(*addr, mockidp.Platform(*platform), *jwks)
		if err != nil {
			return misuse(strings.TrimPrefix(err.Error(), "mockidp: "))
		}
		defer server.Close()
	}
	a.names = familyNames(a.idp.People())
	a.announce()
	results, err := a.run(ctx)
	if err == nil && remote != nil {
		err = remote.failure()
	}
	if err != nil {
		fmt.Fprintln(errs, "mockfranceconnect attack:", err)
		return failed
	}
	return a.report(results, *junit, *sarif)
}

// report prints the results, writes them to the files that are named, and returns the
// exit status. What cannot be written is printed all the same.
func (a *attacker) report(results []result, junit, sarif string) int {
	broken := 0
	for _, one := range results {
		if one.failure != "" {
			broken++
			fmt.Fprintf(a.out, "%s: %s\n\n", one.name, one.failure)
		}
	}
	fmt.Fprintf(a.out, "%d attacks, %d rules broken\n", len(results), broken)
	err := errors.Join(write("-junit", junit, results, junitReport), write("-sarif", sarif, results, sarifReport))
	if err != nil {
		fmt.Fprintln(a.errs, "mockfranceconnect attack:", err)
	}
	if broken > 0 || err != nil {
		return failed
	}
	return succeeded
}

// readRoutes reads a file of routes.
func readRoutes(file string) (r routes, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return r, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return r, err
	}
	if _, err := d.Token(); err != io.EOF {
		return r, errors.New("something follows the JSON value")
	}
	return r, nil
}

// check returns the expression of Who, or what is wrong.
func (r routes) check() (*regexp.Regexp, error) {
	for _, given := range [][2]string{{"-login", r.Login}, {"-callback", r.Callback}, {"-logout", r.Logout}, {"-account", r.Account}} {
		if u, err := url.Parse(given[1]); err != nil || u.Host == "" {
			return nil, fmt.Errorf("%s is %q: give an address with its host", given[0], given[1])
		}
	}
	if r.Who == "" {
		return nil, nil
	}
	who, err := regexp.Compile(r.Who)
	if err == nil && who.NumSubexp() != 1 {
		err = errors.New("want one group")
	}
	if err != nil {
		return nil, fmt.Errorf("-who: %w", err)
	}
	return who, nil
}

// all returns the addresses that are called.
func (r routes) all() []string {
	all := slices.Concat([]string{r.Login, r.Callback, r.Logout, r.Account, r.AfterLogout}, r.Pages, r.Others)
	return slices.DeleteFunc(all, func(address string) bool { return address == "" })
}

// An attacker attacks one portal.
type attacker struct {
	out, errs      io.Writer
	routes         routes
	who            *regexp.Regexp // may be nil; then the names are looked for
	names          []familyName
	guard          *hostGuard
	wait, patience time.Duration

	idp    attack.Mock
	client mockidp.Client
}

// start starts the mock.
func (a *attacker) start(addr string, platform mockidp.Platform, jwks string) (*http.Server, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	a.client = mockidp.DefaultClient(platform)
	a.client.RedirectURIs = []string{a.routes.Callback}
	a.client.PostLogoutRedirectURIs = nil
	if a.routes.AfterLogout != "" {
		a.client.PostLogoutRedirectURIs = []string{a.routes.AfterLogout}
	}
	if len(a.routes.Scopes) > 0 {
		a.client.Scopes = a.routes.Scopes
	}
	if jwks != "" {
		a.client.JWKSURI = jwks
	}
	idp, err := mockidp.New(mockidp.Config{Platform: platform, Origin: "http://" + written(addr, l), Clients: []mockidp.Client{a.client}})
	if err != nil {
		l.Close()
		return nil, err
	}
	a.idp = idp
	server := &http.Server{Handler: idp, ReadHeaderTimeout: 10 * time.Second}
	go server.Serve(idp.Behind(l)) // until it is closed
	return server, nil
}

// announce says what the portal is to be set up with.
func (a *attacker) announce() {
	fmt.Fprintf(a.out, "client_id=%s\nclient_secret=%s\nissuer=%s\n", a.client.ID, a.client.Secret, a.idp.Issuer())
}

// run waits for the portal and attacks it.
func (a *attacker) run(ctx context.Context) ([]result, error) {
	transport := a.guard.transport()
	defer transport.CloseIdleConnections()
	if err := a.await(ctx, transport); err != nil {
		return nil, err
	}
	t := newTester()
	portal := attack.Portal{IDP: a.idp, Client: a.client, Login: a.routes.Login, Next: a.routes.Next, Logout: a.routes.Logout, Others: a.routes.Others,
		Pages: append([]string{a.routes.Account}, a.routes.Pages...), WhoIs: a.whoIs, Patience: a.patience, Transport: transport}
	select {
	case <-t.begin(func(t *tester) { attack.Run(t, portal) }):
	case <-ctx.Done(): // whoever interrupts it does not wait for a portal that hangs
		return nil, fmt.Errorf("interrupted: %w", ctx.Err())
	}
	results, err := t.results()
	if err != nil && strings.Contains(err.Error(), "WhoIs says that nobody") {
		err = fmt.Errorf("%w: %s shows nothing that -who looks for; without -who, that is the family name of one of the mock's people, as a word by itself", err, a.routes.Account)
	}
	return results, err
}

// await waits until the portal sends a browser to the mock.
func (a *attacker) await(ctx context.Context, transport http.RoundTripper) error {
	browser := &http.Client{Transport: transport, Timeout: 10 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	ctx, cancel := context.WithTimeout(ctx, a.wait)
	defer cancel()
	seen := "no answer"
	for {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, a.routes.Login, nil)
		if err != nil {
			return err
		}
		if res, err := browser.Do(r); err == nil {
			res.Body.Close()
			if strings.HasPrefix(res.Header.Get("Location"), a.idp.Issuer()) {
				return nil
			}
			to, _, _ := strings.Cut(res.Header.Get("Location"), "?")
			seen = strings.TrimSpace(res.Status + " " + to)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s does not send a browser to %s (seen: %s): give the portal this issuer, client_id and client_secret", a.routes.Login, a.idp.Issuer(), seen)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// whoIs returns who is signed in, by the account page.
func (a *attacker) whoIs(browser *http.Client) string {
	res, err := browser.Get(a.routes.Account)
	if err != nil {
		return ""
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(io.LimitReader(res.Body, 1<<20)) // half a page names nobody
	page := html.UnescapeString(string(text))
	if a.who != nil {
		if found := a.who.FindStringSubmatch(page); found != nil {
			return found[1]
		}
		return ""
	}
	for _, known := range a.names {
		if known.pattern.MatchString(page) {
			return known.name
		}
	}
	return ""
}

// A familyName is one of the mock's people, as it stands on a page.
type familyName struct {
	name    string
	pattern *regexp.Regexp
}

func familyNames(people []mockidp.Person) (all []familyName) {
	for _, who := range people {
		name := who.FamilyName
		if who.Work != nil { // of whom the usage name is told
			name = cmp.Or(who.UsageName, name)
		}
		if name != "" {
			all = append(all, familyName{name, regexp.MustCompile(`(?i)(^|[^\pL])` + regexp.QuoteMeta(name) + `($|[^\pL])`)})
		}
	}
	return all
}

// write writes a report to the file of a flag, if it names one.
func write(flag, file string, results []result, report func(io.Writer, []result) error) error {
	if file == "" {
		return nil
	}
	f, err := os.Create(file)
	if err != nil {
		return fmt.Errorf("%s: %w", flag, err)
	}
	return errors.Join(report(f, results), f.Close())
}
