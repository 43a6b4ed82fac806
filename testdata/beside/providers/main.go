// Providers has portals of this library sign people in at oidc-provider of npm, while
// keys change: the portals' by the procedure of the program franceconnect and without it,
// and the provider's.
//
//	providers -franceconnect PROGRAM FOLDER...
//
// Each folder has server.mjs and an oidc-provider in node_modules. run.sh makes them.
package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/beside/town"
)

var algorithms = []string{"ECDH-ES", "RSA-OAEP", "RSA-OAEP-256"}

// period is how often somebody signs in at each portal.
const period = time.Second

func main() {
	program := flag.String("franceconnect", "", "the program franceconnect")
	flag.Parse()
	out := struct {
		Date      string    `json:"date"`
		Go        string    `json:"go"`
		Providers []*result `json:"providers"`
	}{Date: time.Now().UTC().Format(time.DateOnly), Go: runtime.Version()}
	ctx, stop := town.Interrupted()
	defer stop()
	var all sync.WaitGroup
	failed := make([]error, flag.NArg())
	out.Providers = make([]*result, flag.NArg())
	for i, folder := range flag.Args() {
		all.Go(func() { out.Providers[i], failed[i] = runAgainst(ctx, folder, *program) })
	}
	all.Wait()
	for i, err := range failed {
		if err != nil {
			fmt.Fprintln(os.Stderr, "providers:", flag.Arg(i)+":", err)
			os.Exit(1)
		}
	}
	e := json.NewEncoder(os.Stdout)
	e.SetIndent("", "\t")
	if err := e.Encode(out); err != nil {
		fmt.Fprintln(os.Stderr, "providers:", err)
		os.Exit(1)
	}
	for _, r := range out.Providers {
		if wrong := r.wrong(); wrong != "" {
			fmt.Fprintln(os.Stderr, "providers: oidc-provider "+r.Version+": "+wrong)
			os.Exit(1)
		}
	}
}

// A result is what was seen of one version.
type result struct {
	Version   string            `json:"oidc_provider"`
	SignIn    map[string]string `json:"sign_in_step_up_sign_out"`
	Rotations []*rotation       `json:"our_keys"`
	Theirs    []*theirs         `json:"their_keys"`
}

// A rotation is one change of a portal's keys.
type rotation struct {
	How      string   `json:"how"`
	Alg      string   `json:"alg"`
	Cache    string   `json:"cache_control"`
	Visits   visits   `json:"logins"`
	Waited   int      `json:"seconds_of_all_steps"`
	Refused  []string `json:"the_program_refused,omitempty"`
	LostFor  int      `json:"seconds_of_losses,omitempty"`
	Fetches  int      `json:"fetches_of_our_keys"`
	Shortest int      `json:"fewest_seconds_between_fetches,omitempty"`
}

// theirs is one change of the provider's signing key.
type theirs struct {
	How    string `json:"how"`
	Visits visits `json:"logins"`
}

// wrong returns what is otherwise than it should be.
func (r *result) wrong() string {
	for alg, said := range r.SignIn {
		if said != "in eidas2, in eidas3, out true" {
			return alg + ": " + said
		}
	}
	for _, o := range r.Rotations {
		// Who got no answer was lost to this machine's load, and is in the results.
		if o.How == procedure && o.Visits.refused() > 0 {
			return "the procedure lost logins"
		}
		if o.How != procedure && o.Visits.refused() == 0 {
			return "nothing was lost without the procedure, so that this run proves nothing"
		}
	}
	for _, t := range r.Theirs {
		if t.Visits.refused() > 1 {
			return "logins were lost that were not on their way"
		}
	}
	return ""
}

// A run is one version, while it runs.
type run struct {
	tool        string
	environment franceconnect.Custom
}

const (
	procedure = "by the program: -add, -first, -remove"
	atOnce    = "the same three steps, at once"
	replaced  = "one key in the place of the other"
)

func runAgainst(ctx context.Context, folder, tool string) (*result, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	res := &result{SignIn: map[string]string{}}
	var pack struct{ Version string }
	text, err := os.ReadFile(filepath.Join(folder, "node_modules", "oidc-provider", "package.json"))
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &pack); err != nil {
		return nil, err
	}
	res.Version = pack.Version

	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	defer server.Close()
	go func() { _ = server.Serve(l) }()

	var portals []*portal
	add := func(name, alg, cache string) *portal {
		p := &portal{name: name, alg: alg, cache: cache, file: filepath.Join(folder, name+".json"), at: "http://" + l.Addr().String() + "/" + name}
		mux.Handle("/"+name+"/", p)
		portals = append(portals, p)
		return p
	}
	// A minute is what the provider keeps a set for at least.
	jobs := []struct {
		*portal
		how string
	}{
		{add("program-60-ecdh", "ECDH-ES", "private, max-age=60"), procedure},
		{add("program-60-oaep", "RSA-OAEP", "private, max-age=60"), procedure},
		{add("program-60-oaep256", "RSA-OAEP-256", "private, max-age=60"), procedure},
		{add("program-as-is", "ECDH-ES", ""), procedure},
		{add("at-once-private", "ECDH-ES", "private, max-age=90"), atOnce},
		{add("at-once-public", "ECDH-ES", "public, max-age=90"), atOnce},
		{add("replaced-private", "RSA-OAEP-256", "private, max-age=90"), replaced},
	}
	// The first three portals are those of all three algorithms.
	clients := make([]map[string]string, len(portals))
	for i, p := range portals {
		clients[i] = p.register()
	}
	issuer, node, err := startProvider(ctx, folder, clients)
	if err != nil {
		return nil, err
	}
	defer func() { cancel(); _ = node.Wait() }() // killed, it is an error
	r := &run{tool: tool}
	if r.environment, err = franceconnect.Discover(ctx, issuer, nil); err != nil {
		return nil, err
	}
	for _, p := range portals {
		if err := p.start(ctx, r); err != nil {
			return nil, err
		}
	}
	for i, alg := range algorithms {
		b := newBrowser()
		res.SignIn[alg] = strings.Join([]string{level(b.get(ctx, portals[i].at+"/login")), level(b.get(ctx, portals[i].at+"/login?level=3")),
			b.signOut(portals[i].at + "/logout?level=eidas3")}, ", ")
	}

	var all sync.WaitGroup
	failed := make([]error, len(jobs))
	res.Rotations = make([]*rotation, len(jobs))
	for i, j := range jobs {
		all.Go(func() { res.Rotations[i], failed[i] = r.rotate(ctx, j.portal, j.how) })
	}
	all.Wait()
	for _, err := range failed {
		if err != nil {
			return nil, err
		}
	}
	for _, kid := range []string{"another", "another"} {
		t := &theirs{How: "a key of another name in the place of the old one"}
		if len(res.Theirs) > 0 {
			t.How = "a key of the same name in the place of the old one"
		}
		visiting, stop := context.WithCancel(ctx)
		all.Go(func() { t.Visits.every(visiting, period/5, portals[0].at+"/login") })
		err := pause(ctx, 5*time.Second)
		newBrowser().get(ctx, issuer+"/control/rotate?kid="+kid)
		err = cmp.Or(err, pause(ctx, 10*time.Second))
		stop()
		all.Wait()
		if err != nil {
			return nil, err
		}
		res.Theirs = append(res.Theirs, t)
	}
	return res, nil
}

// pause waits, and returns an error if the context ends before.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// level returns the first two words of a page.
func level(page string) string {
	words := strings.Fields(page)
	return strings.Join(words[:min(2, len(words))], " ")
}

// startProvider starts node, which ends with the context.
func startProvider(ctx context.Context, folder string, clients any) (issuer string, node *exec.Cmd, err error) {
	said, err := json.Marshal(clients)
	if err != nil {
		return "", nil, err
	}
	node = exec.CommandContext(ctx, "node", "server.mjs")
	node.Dir = folder
	node.Env = append(os.Environ(), "CLIENTS="+string(said))
	log, err := os.Create(filepath.Join(folder, "log"))
	if err != nil {
		return "", nil, err
	}
	node.Stderr = log
	out, err := node.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := node.Start(); err != nil {
		return "", nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return "", nil, fmt.Errorf("the provider did not start; its log is %s", log.Name())
	}
	return strings.TrimSpace(line), node, nil
}

// program runs franceconnect.
func (r *run) program(ctx context.Context, words ...string) (string, error) {
	out, err := exec.CommandContext(ctx, r.tool, append([]string{"-lang", "en"}, words...)...).CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

// rotate changes a portal's keys while people sign in, until the provider has read
// the last set.
func (r *run) rotate(ctx context.Context, p *portal, how string) (*rotation, error) {
	o := &rotation{How: how, Alg: p.alg, Cache: p.cache}
	if p.cache == "" {
		o.Cache = "as the handler has it: private, max-age=300"
	}
	visiting, stop := context.WithCancel(ctx)
	var all sync.WaitGroup
	defer all.Wait()
	defer stop()
	all.Go(func() { o.Visits.every(visiting, period, p.at+"/login") })
	if err := p.awaitFetch(ctx, time.Time{}); err != nil {
		return nil, err
	}
	if err := pause(ctx, 5*period); err != nil {
		return nil, err
	}

	began := time.Now()
	if _, err := r.program(ctx, "keys", "decryption", "-add", "-kid", "new", p.file); err != nil {
		return nil, err
	}
	keys, err := p.keySet()
	if err != nil {
		return nil, err
	}
	switch how {
	case procedure:
		err = r.steps(ctx, p, o)
	case atOnce:
		if err = p.load(); err == nil {
			if err = p.replace(keys[1], keys[0]); err == nil {
				err = p.replace(keys[1])
			}
		}
	case replaced:
		err = p.replace(keys[1])
	}
	if err != nil {
		return nil, err
	}
	last := time.Now()
	o.Waited = int(last.Sub(began).Seconds())
	if err := p.awaitFetch(ctx, last); err != nil {
		return nil, err
	}
	if err := pause(ctx, 10*period); err != nil {
		return nil, err
	}
	stop()
	all.Wait()
	if o.Visits.Lost > 0 {
		o.LostFor = int(o.Visits.last.Sub(o.Visits.first).Seconds())
	}
	o.Fetches = len(p.fetched)
	for i := 1; i < len(p.fetched); i++ {
		if gap := int(p.fetched[i].Sub(p.fetched[i-1]).Seconds()); i == 1 || gap < o.Shortest {
			o.Shortest = gap
		}
	}
	return o, nil
}

// steps does what docs/fr/cles.md says, and comes back when the program says that it is
// too early.
func (r *run) steps(ctx context.Context, p *portal, o *rotation) error {
	if err := p.load(); err != nil {
		return err
	}
	for _, step := range [][]string{{"-first", "new"}, {"-remove", "old"}} {
		for said := false; ; {
			words, err := r.program(ctx, append(append([]string{"keys", "decryption"}, step...), "-published", p.at+"/jwks.json?by=program", p.file)...)
			if err == nil {
				break
			}
			if !strings.Contains(words, "not before") {
				return fmt.Errorf("franceconnect keys decryption %s: %s", strings.Join(step, " "), words)
			}
			if !said {
				o.Refused, said = append(o.Refused, strings.ReplaceAll(words, p.file, "FILE")), true
			}
			if err := pause(ctx, 5*time.Second); err != nil {
				return err
			}
		}
		if err := p.load(); err != nil {
			return err
		}
	}
	return nil
}
