package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
)

// peers are the libraries that the tables compare ours with: as README.md names
// them, and as modules.
var peers = map[string]string{
	"go-oidc":       "github.com/coreos/go-oidc/v3",
	"zitadel/oidc":  "github.com/zitadel/oidc/v3",
	"hashicorp/cap": "github.com/hashicorp/cap",
}

// compared are the files that name their versions.
var compared = []string{"README.md", "testdata/bench/go.mod", "testdata/bench/RESULTS.md"}

// notNewest returns a sentence for each file of a folder that compares ours with
// another release of a peer than the newest. It is for whoever releases, to measure
// again: a release does not fail by it, nor if nobody can say what is newest.
func notNewest(folder string, newest func(module string) (string, error)) (said []string) {
	for name, module := range peers {
		now, err := newest(module)
		if err != nil {
			said = append(said, fmt.Sprintf("whether %s was compared at its newest is not known: %v", name, err))
			continue
		}
		version := regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `(?:/v\d+)? (v\d+\.\d+\.\d+)\b`)
		for _, file := range compared {
			text, err := os.ReadFile(filepath.Join(folder, file))
			if err != nil {
				said = append(said, err.Error())
				continue
			}
			switch found := version.FindSubmatch(text); {
			case found == nil:
				said = append(said, file+" names no version of "+name)
			case string(found[1]) != now:
				said = append(said, fmt.Sprintf("%s has %s %s, and %s is out: compare again", file, name, found[1], now))
			}
		}
	}
	return said
}

// newestOf asks the module proxy for the newest release of a module.
func newestOf(module string) (string, error) {
	nowhere, err := os.MkdirTemp("", "release")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(nowhere)
	return output(nowhere, "go", "list", "-m", "-f", "{{.Version}}", module+"@latest")
}
