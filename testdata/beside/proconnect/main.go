// Command proconnect asks the mock's ProConnect and a stand-in for the true one, made
// of oidc-provider, the same, and prints where they agree and where not. It fails if
// they differ in what differences.json does not explain.
//
//	go run ./proconnect FOLDER-OF-OIDC-PROVIDER ./proconnect
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/franceconnect-go/franceconnect/testdata/beside/town"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: proconnect FOLDER-OF-OIDC-PROVIDER FOLDER-OF-THIS-PROGRAM")
	}
	ctx, stop := town.Interrupted()
	defer stop()
	if err := run(ctx, os.Args[1], os.Args[2]); err != nil {
		log.Fatal(err)
	}
}

// A difference is one that is known: what the two answer, and why.
type difference struct {
	Probe   string `json:"probe"`
	Mock    string `json:"mock"`
	StandIn string `json:"stand_in"`
	Why     string `json:"why"`
}

type results struct {
	Date         string       `json:"date"`
	OIDCProvider string       `json:"oidc-provider"`
	Agree        []string     `json:"agree"`
	Differ       []difference `json:"differ"`
}

func run(ctx context.Context, provider, here string) error {
	mock, err := serveMock()
	if err != nil {
		return err
	}
	client, person := mock.Clients()[0], mock.People()[0]
	at, end, err := serveStandIn(ctx, provider, client, person, mock.Issuer())
	if err != nil {
		return err
	}
	defer end()
	var known []difference
	if err := readJSON(filepath.Join(here, "differences.json"), &known); err != nil {
		return err
	}
	sides := []*side{{base: mock.Issuer(), client: client}, {base: at, client: client}}
	var pkg struct{ Version string }
	if err := readJSON(filepath.Join(provider, "node_modules/oidc-provider/package.json"), &pkg); err != nil {
		return err
	}
	all, err := probes(filepath.Join(here, "../../mockidp/testdata/proconnect.json"))
	if err != nil {
		return err
	}
	found, unexplained := results{Date: time.Now().UTC().Format(time.DateOnly), OIDCProvider: pkg.Version, Agree: []string{}, Differ: []difference{}}, 0
	for _, p := range all {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		a, b := p.ask(sides[0]), p.ask(sides[1])
		if a == b {
			found.Agree = append(found.Agree, p.name+": "+a)
			continue
		}
		d := difference{Probe: p.name, Mock: a, StandIn: b}
		if i := slices.IndexFunc(known, func(k difference) bool { return k.Probe == d.Probe && k.Mock == a && k.StandIn == b }); i >= 0 {
			d.Why = known[i].Why
		} else {
			unexplained++
		}
		found.Differ = append(found.Differ, d)
	}
	e := json.NewEncoder(os.Stdout)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(found); err != nil {
		return err
	}
	if unexplained > 0 {
		return fmt.Errorf("%d differences that differences.json does not explain", unexplained)
	}
	if len(found.Differ) != len(known) {
		return errors.New("differences.json explains what does not differ")
	}
	return nil
}

// serveMock serves the mock until the program ends.
func serveMock() (*mockidp.Provider, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	client := mockidp.DefaultClient(mockidp.ProConnect)
	client.RedirectURIs = []string{"http://localhost:8080/callback"}
	mock, err := mockidp.New(mockidp.Config{Platform: mockidp.ProConnect, Origin: "http://" + l.Addr().String(), Auto: true, Clients: []mockidp.Client{client}})
	if err != nil {
		return nil, err
	}
	go func() { log.Print(http.Serve(mock.Behind(l), mock)) }()
	return mock, nil
}

// serveStandIn runs, until the context ends, oidc-provider with the same client and the same person.
func serveStandIn(ctx context.Context, folder string, c mockidp.Client, who mockidp.Person, mock string) (at string, end func(), err error) {
	own, err := claimsAt(&side{base: mock, client: c}, c.Scopes)
	if err != nil {
		return "", nil, fmt.Errorf("%s does not sign in at the mock: %w", who.Login, err)
	}
	client, _ := json.Marshal(map[string]any{ // texts
		"client_id": c.ID, "client_secret": c.Secret, "redirect_uris": c.RedirectURIs, "post_logout_redirect_uris": c.PostLogoutRedirectURIs,
		"scope": strings.Join(c.Scopes, " "), "userinfo_signed_response_alg": c.UserinfoAlg,
	})
	person, _ := json.Marshal(own)
	cmd := exec.CommandContext(ctx, "node", "server.mjs")
	cmd.Dir, cmd.Stderr = folder, os.Stderr
	cmd.Env = append(os.Environ(), "CLIENT="+string(client), "PERSON="+string(person))
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	end = func() {
		_ = cmd.Process.Kill() // ended already, or now
		_ = cmd.Wait()
	}
	said, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		end()
		return "", nil, fmt.Errorf("oidc-provider does not start: %w", err)
	}
	return strings.TrimSpace(said), end, nil
}

func readJSON(file string, into any) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}
