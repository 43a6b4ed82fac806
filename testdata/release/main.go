// Command release makes what a release is made of, from what is committed, and
// publishes nothing. Into dist/, which is to be empty or not there, it puts the
// programs for each system, a CycloneDX bill of materials beside each, the
// licences, a recipe for containers, the commit, and the SHA-256 of all.
//
//	go run -C testdata/release . -o ../../dist
//
// The programs are those that go install makes of the version, once it is
// published: from the same zip, by the same commands. So whoever has the same Go
// makes the same bytes of them:
//
//	CGO_ENABLED=0 GOOS=windows GOARCH=arm64 go install -trimpath github.com/franceconnect-go/franceconnect/cmd/franceconnect@v0.1.0
//
// The tests rehearse the release: they are what make release-check runs.
//
//	version.go   which version it is, and of which modules
//	proxy.go     a module proxy in a folder
//	programs.go  the programs, for each system
//	sbom.go      what is in them
//	licenses.go  and on which terms
//	dist.go      the folder
//	peers.go     whether the tables compare with the newest of the others
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
)

func main() {
	out := flag.String("o", "", "the `folder` to make")
	only := flag.String("platforms", strings.Join(platforms, " "), "the systems, as os/arch")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *out, strings.Fields(*only)); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out string, platforms []string) error {
	if out == "" {
		return fmt.Errorf("-o says which folder to make")
	}
	out, err := filepath.Abs(out)
	if err != nil {
		return err
	}
	scratch, err := os.MkdirTemp("", "release")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	r, err := newRelease(scratch)
	if err != nil {
		return err
	}
	for _, line := range notNewest(r.clone, newestOf) {
		fmt.Fprintln(os.Stderr, "release:", line)
	}
	return r.dist(ctx, out, platforms)
}
