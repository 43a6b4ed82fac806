// Package town has the example portal, with a FranceConnect and a FranceConnect+ of its
// own that sign in whoever comes, for the programs that stand in front of it.
package town

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// Start starts the program of examples/portal, which listens on at and is known to
// people as url, and returns what ends it. At FranceConnect+ its keys are read from
// itself, by client.
func Start(ctx context.Context, program, url, at string, client *http.Client) (stop func(), err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer func() {
		if err != nil {
			cancel()
		}
	}()
	environment := append(os.Environ(), "PORTAL_URL="+url, "PORTAL_ADDR="+at)
	// A browser keeps the cookies of a host for all its ports: two on one host would each
	// forget who signed in at the other.
	for host, platform := range map[string]mockidp.Platform{"127.0.0.1": mockidp.V2, "localhost": mockidp.Plus} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		_, port, _ := net.SplitHostPort(l.Addr().String())
		prefix, path := "FRANCECONNECT_", "/franceconnect/callback"
		c := mockidp.DefaultClient(platform)
		if platform == mockidp.Plus {
			prefix, path, c.JWKSURI = "FRANCECONNECT_PLUS_", "/franceconnect-plus/callback", url+"/franceconnect/jwks.json"
		}
		idp, err := mockidp.New(mockidp.Config{Platform: platform, Auto: true, Origin: "http://" + host + ":" + port, Clients: []mockidp.Client{c}, HTTPClient: client})
		if err != nil {
			return nil, err
		}
		server := &http.Server{Handler: idp, ReadHeaderTimeout: 10 * time.Second}
		context.AfterFunc(ctx, func() { _ = server.Close() })
		go func() { _ = server.Serve(l) }()
		for _, variable := range idp.Environ(url+path, url+"/franceconnect/logout") {
			name, value, _ := strings.Cut(strings.TrimPrefix(variable, "FRANCECONNECT_"), "=")
			if name != "SCOPES" && !strings.HasSuffix(name, "REDIRECT_URL") { // the portal says
				environment = append(environment, prefix+name+"="+value)
			}
		}
	}
	portal := exec.CommandContext(ctx, program)
	var log strings.Builder
	portal.Env, portal.Stdout, portal.Stderr, portal.WaitDelay = environment, &log, &log, time.Second
	if err := portal.Start(); err != nil {
		return nil, err
	}
	ended := make(chan struct{})
	go func() { _ = portal.Wait(); close(ended) }()
	stop = func() { cancel(); <-ended }
	if err := Answers(ctx, at, ended); err != nil {
		stop()
		return nil, fmt.Errorf("the portal does not start: %w\n%s", err, log.String())
	}
	return stop, nil
}
