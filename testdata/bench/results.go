package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// results returns RESULTS.md.
func results(table string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# What it costs\n\n%s, by `go run -C testdata/bench . -o RESULTS.md`.\n\n", time.Now().UTC().Format(time.DateOnly))
	fmt.Fprintf(&b, "%s %s/%s, %d × %s, load %s.\n\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), processor(), load())
	b.WriteString(table)
	b.WriteString(legend)
	for _, v := range versions() {
		b.WriteString("- " + v + "\n")
	}
	return []byte(b.String())
}

const legend = `
A cell is times the floor, the median of interleaved rounds, and after the dot the
allocations; ± is what chance may move. The floor is the bare cryptography, the base64
that the bytes force on anybody and one decode into a struct, without a single check; of a
login, two bare requests and two such floors. – is what a contender cannot do. The rows of
bytes, requests, connections and organisations are numbers, not times the floor.

Each contender verified a good token first and refused a spoiled one. All log in at one
provider in the same process, whose cost is in the floor too; a login draws the address to
leave for, and comes back. Peers are told to send the secret in the form, where they can be
told. zitadel reads no signed userinfo: where it logs in, it gets plain JSON. A cold floor is
four requests one after the other. Of many organisations, go-oidc shares one provider by
hand, the others have one each; bytes are beyond the organisation's own settings.

`

// versions returns the modules that are compared.
func versions() (names []string) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return nil
	}
	for _, m := range info.Deps {
		for _, peer := range []string{"coreos/go-oidc", "zitadel/oidc", "hashicorp/cap", "golang-jwt/jwt", "go-jose/go-jose", "golang.org/x/oauth2"} {
			if strings.Contains(m.Path, peer) {
				names = append(names, m.Path+" "+m.Version)
			}
		}
	}
	slices.Sort(names)
	return names
}

// processor returns the model, where /proc tells.
func processor() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	for l := range strings.Lines(string(text)) {
		if name, ok := strings.CutPrefix(l, "model name"); ok {
			return strings.TrimLeft(strings.TrimSpace(name), ": \t")
		}
	}
	return "processors"
}

// load returns what others did to the machine meanwhile.
func load() string {
	text, _ := os.ReadFile("/proc/loadavg")
	one, _, _ := strings.Cut(string(text), " ")
	return one
}
