// Portals measures what a sign-in costs portals: the time of the processor that each
// portal's own process takes, and its memory after ten thousand. All are there at once,
// at one mock, and take turns.
//
//	portals [-logins N] [-rounds N] [-clients PROGRAM] NAME=VERSION=FOLDER...
//
// Each folder has what run.sh put there. It reads /proc, and so is for Linux.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"math"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/franceconnect-go/franceconnect/testdata/beside/town"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

const (
	browsers = 4
	clientID = "mairie"
	secret   = "not-a-secret-but-long-enough-for-this-run"
)

func main() {
	logins := flag.Int("logins", 500, "how many sign-ins in a round, of each portal")
	rounds := flag.Int("rounds", 20, "how many rounds")
	flag.StringVar(&clients, "clients", "", "the program of ../clients, which starts what is not written in Go")
	flag.Parse()
	ctx, stop := town.Interrupted()
	defer stop()
	if err := measure(ctx, *logins, *rounds, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "portals:", err)
		os.Exit(1)
	}
}

// results is what was measured.
type results struct {
	Date    string `json:"date"`
	Go      string `json:"go"`
	Machine string `json:"machine"`
	Logins  int    `json:"logins_of_each"`
	Rounds  int    `json:"rounds"`
	Portals []row  `json:"portals"`
	Goals   []goal `json:"goals"`
}

type row struct {
	Portal   string     `json:"portal"`
	Version  string     `json:"version"`
	CPU      float64    `json:"cpu_ms_each"`      // the median of the rounds
	Quartile [2]float64 `json:"cpu_ms_quartiles"` // of the rounds
	Least    float64    `json:"cpu_ms_least"`     // the round that was disturbed least
	Ratio    float64    `json:"ours_to_this_one"` // the median of the ratios within a round
	Quiet    float64    `json:"ours_to_this_one_by_the_least"`
	Memory   int        `json:"memory_mb_at_last"` // resident
}

// A goal is what ours may cost of what another costs.
type goal struct {
	Of      string  `json:"ours_of"`
	AtMost  float64 `json:"at_most"`
	Seen    float64 `json:"seen"`
	Quiet   float64 `json:"seen_by_the_least"`
	Reached bool    `json:"reached"` // by both
}

// clients is the program that starts those of ../clients.
var clients string

const oursName = "ours, net/http"

// A portal is one process that people sign in at.
type portal struct {
	name, version string
	at            string // where it is
	login         string // path
	isIn          string // what a page says then
	process       *exec.Cmd
	log           bytes.Buffer
	rounds        []float64 // ms of the processor for each sign-in
}

func measure(ctx context.Context, logins, rounds int, args []string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	client := mockidp.Client{ID: clientID, Secret: secret, Scopes: []string{"openid", "identite_pivot", "given_name", "family_name", "email"}, SigningAlg: "ES256"}
	issuer := "http://" + l.Addr().String() + "/api/v2"
	var portals []*portal
	for _, arg := range args {
		parts := strings.SplitN(arg, "=", 3)
		k, ok := kinds[parts[0]]
		if !ok || len(parts) != 3 {
			return fmt.Errorf("%q is no portal that is known", arg)
		}
		port, err := town.FreePort()
		if err != nil {
			return err
		}
		p := &portal{name: parts[0], version: parts[1], at: "http://127.0.0.1:" + port, login: k.login, isIn: k.isIn}
		if p.process, err = k.command(ctx, p.at, issuer, parts[2]); err != nil {
			return err
		}
		client.RedirectURIs = append(client.RedirectURIs, p.at+k.callback)
		client.PostLogoutRedirectURIs = append(client.PostLogoutRedirectURIs, p.at+"/franceconnect/logout")
		portals = append(portals, p)
	}
	idp, err := mockidp.New(mockidp.Config{Auto: true, Origin: "http://" + l.Addr().String(), Clients: []mockidp.Client{client}})
	if err != nil {
		return err
	}
	server := &http.Server{Handler: idp, ReadHeaderTimeout: 10 * time.Second}
	defer server.Close()
	go func() { _ = server.Serve(l) }()
	for _, p := range portals {
		p.process.Stdout, p.process.Stderr, p.process.WaitDelay = &p.log, &p.log, time.Second
		if err := p.process.Start(); err != nil {
			return err
		}
		defer func() { cancel(); _ = p.process.Wait() }() // killed, it is an error
		starting, stop := context.WithTimeout(ctx, time.Minute)
		err := town.Answers(starting, strings.TrimPrefix(p.at, "http://"), nil)
		stop()
		if err != nil {
			return fmt.Errorf("%s does not start: %w: %s", p.name, err, p.log.String())
		}
	}

	visitors := make([]*http.Transport, browsers)
	for i := range visitors {
		visitors[i] = &http.Transport{MaxIdleConnsPerHost: 4}
	}
	for n := range rounds + 1 {
		first := n / 2 % len(portals) // each stands next to each, and before and behind it
		order := slices.Concat(portals[first:], portals[:first])
		if n%2 == 1 {
			slices.Reverse(order)
		}
		for _, p := range order {
			used, err := p.round(ctx, visitors, logins)
			if err != nil {
				return fmt.Errorf("%s: %w\n%s", p.name, err, p.log.Bytes()[max(0, p.log.Len()-2000):])
			}
			if n > 0 { // the first is for caches and compilers to be warm
				p.rounds = append(p.rounds, used)
			}
		}
		fmt.Fprintln(os.Stderr, "round", n, "of", rounds)
	}
	out := results{Date: time.Now().UTC().Format(time.DateOnly), Go: runtime.Version(), Machine: fmt.Sprint(runtime.NumCPU(), " processors, shared"), Logins: logins * (rounds + 1), Rounds: rounds}
	out.compare(portals)
	e := json.NewEncoder(os.Stdout)
	e.SetIndent("", "\t")
	return e.Encode(out)
}

// round has so many people sign in, and returns the milliseconds that each took.
func (p *portal) round(ctx context.Context, visitors []*http.Transport, logins int) (float64, error) {
	before, err := p.processor()
	if err != nil {
		return 0, err
	}
	var all sync.WaitGroup
	failed := make([]error, len(visitors))
	for i, t := range visitors {
		all.Go(func() {
			for range logins / len(visitors) {
				if failed[i] = p.visit(ctx, t); failed[i] != nil {
					return
				}
			}
		})
	}
	all.Wait()
	if err := errors.Join(failed...); err != nil {
		return 0, err
	}
	after, err := p.processor()
	return float64(after-before) / float64(time.Millisecond) / float64(logins), err
}

// visit signs one person in, in a browser that has never been there.
func (p *portal) visit(ctx context.Context, t *http.Transport) error {
	jar, _ := cookiejar.New(nil) // which fails for options alone
	b := &http.Client{Jar: jar, Transport: t, Timeout: time.Minute}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, p.at+p.login, nil)
	if err != nil {
		return err
	}
	r.Header.Set("Accept", "text/html") // mod_auth_openidc sends nobody else to sign in
	res, err := b.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	page, err := io.ReadAll(io.LimitReader(res.Body, 1<<18))
	if err == nil && !strings.Contains(string(page), p.isIn) {
		err = fmt.Errorf("nobody is signed in: %d %.300q", res.StatusCode, page)
	}
	return err
}

// processor returns the time of the processor that a portal's threads have had.
func (p *portal) processor() (all time.Duration, err error) {
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", p.process.Process.Pid))
	if err != nil {
		return 0, err
	}
	for _, file := range threads {
		text, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue // it has ended; these have few that do
		}
		if err != nil {
			return 0, err
		}
		first, _, _ := strings.Cut(string(text), " ")
		n, err := strconv.ParseInt(first, 10, 64)
		if err != nil {
			return 0, err
		}
		all += time.Duration(n) // nanoseconds
	}
	return all, nil
}

// resident returns a portal's memory, in MB.
func (p *portal) resident() int {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.process.Process.Pid))
	_, rest, _ := strings.Cut(string(text), "VmRSS:")
	kB, _ := strconv.Atoi(strings.Fields(rest + " 0")[0])
	return kB >> 10
}

// compare sums the rounds up.
func (out *results) compare(portals []*portal) {
	i := slices.IndexFunc(portals, func(p *portal) bool { return p.name == oursName })
	if i < 0 {
		return
	}
	ours := portals[i]
	for _, p := range portals {
		ratios := make([]float64, len(p.rounds))
		for i, ms := range p.rounds {
			ratios[i] = ours.rounds[i] / ms
		}
		out.Portals = append(out.Portals, row{Portal: p.name, Version: p.version, CPU: quantile(p.rounds, 2), Quartile: [2]float64{quantile(p.rounds, 1), quantile(p.rounds, 3)},
			Least: quantile(p.rounds, 0), Ratio: quantile(ratios, 2), Quiet: thousandth(quantile(ours.rounds, 0) / quantile(p.rounds, 0)), Memory: p.resident()})
	}
	for _, g := range []struct {
		goal
		names []string
	}{
		{goal{Of: "the best of go-oidc, zitadel and cap", AtMost: 0.85}, []string{"go-oidc", "zitadel", "cap"}},
		{goal{Of: "oauth2-proxy", AtMost: 0.5}, []string{"oauth2-proxy"}},
		{goal{Of: "mod_auth_openidc", AtMost: 0.35}, []string{"mod_auth_openidc"}},
	} {
		for _, r := range out.Portals {
			if slices.Contains(g.names, r.Portal) {
				g.Seen, g.Quiet = max(g.Seen, r.Ratio), max(g.Quiet, r.Quiet)
			}
		}
		if g.Seen > 0 { // it is here
			g.Reached = g.Seen <= g.AtMost && g.Quiet <= g.AtMost
			out.Goals = append(out.Goals, g.goal)
		}
	}
}

// quantile returns the least, or the first, second or third quartile, to a thousandth.
func quantile(all []float64, which int) float64 {
	sorted := slices.Sorted(slices.Values(all))
	return thousandth(sorted[len(sorted)*which/4])
}

func thousandth(f float64) float64 { return math.Round(f*1000) / 1000 }

// A kind is how a portal is started, and how a browser finds its way in it.
type kind struct {
	callback, login, isIn string
	command               func(ctx context.Context, at, issuer, folder string) (*exec.Cmd, error)
}

// example is a portal with our pages.
func example(program string, words ...string) kind {
	return kind{callback: "/franceconnect/callback", login: "/franceconnect/login?next=/mon-compte", isIn: `id="person">Camille`,
		command: func(ctx context.Context, at, issuer, folder string) (*exec.Cmd, error) {
			c := exec.CommandContext(ctx, filepath.Join(folder, program), words...)
			c.Env = append(os.Environ(), "PORTAL_URL="+at, "PORTAL_ADDR="+strings.TrimPrefix(at, "http://"), "FRANCECONNECT_ENVIRONMENT="+issuer, "FRANCECONNECT_CLIENT_ID="+clientID,
				"FRANCECONNECT_CLIENT_SECRET="+secret, "FRANCECONNECT_SCOPES=identite_pivot email", "FRANCECONNECT_COOKIE_KEYS=MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")
			return c, nil
		}}
}

// client is one of ../clients.
func client(name, callback, login, isIn string) kind {
	return kind{callback: callback, login: login, isIn: isIn,
		command: func(ctx context.Context, at, issuer, folder string) (*exec.Cmd, error) {
			told, err := json.Marshal(map[string]string{"issuer": issuer, "base": issuer, "platform": string(mockidp.V2), "client_id": clientID, "client_secret": secret,
				"callback": at + callback, "out": at + "/out", "alg": "ES256", "level": "eidas1"})
			c := exec.CommandContext(ctx, clients, "-start", name+"="+folder)
			c.Env = append(os.Environ(), "SETTINGS="+string(told))
			return c, err
		}}
}

var kinds = map[string]kind{
	oursName:           example("nethttp"),
	"go-oidc":          example("portal", "go-oidc"),
	"zitadel":          example("portal", "zitadel"),
	"cap":              example("portal", "cap"),
	"oauth2-proxy":     client("oauth2-proxy", "/oauth2/callback", "/oauth2/start?rd=/", "Authenticated"),
	"Spring Boot":      client("Spring Boot", "/login/oauth2/code/fc", "/oauth2/authorization/fc", "in eidas1"),
	"mod_auth_openidc": client("mod_auth_openidc", "/private/back", "/private/", "signed in"),
}
