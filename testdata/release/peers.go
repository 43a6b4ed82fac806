package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// peers are the libraries that the tables compare ours with: as the guide names
// them, and as modules.
var peers = map[string]string{
	"go-oidc":       "github.com/coreos/go-oidc/v3",
	"zitadel/oidc":  "github.com/zitadel/oidc/v3",
	"hashicorp/cap": "github.com/hashicorp/cap",
}

// compared are where their versions are named: at least once in each, in whichever
// of its files.
var compared = [][]string{{"README.md", "docs/*.md"}, {"testdata/bench/go.mod"}, {"testdata/bench/RESULTS.md"}}

// notNewest returns a sentence for each file of a folder that compares ours with
// another release of a peer than the newest, and for each place that names none. It is for whoever releases, to measure
// again: a release does not fail by it, nor if nobody can say what is newest.
func notNewest(folder string, newest func(module string) (string, error)) (said []string) {
	for name, module := range peers {
		now, err := newest(module)
		if err != nil {
			said = append(said, fmt.Sprintf("whether %s was compared at its newest is not known: %v", name, err))
			continue
		}
		version := regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `(?:/v\d+)? (v\d+\.\d+\.\d+)\b`)
		for _, place := range compared {
			named := false
			for file, text := range read(folder, place) {
				for _, found := range version.FindAllStringSubmatch(text, -1) {
					if named = true; found[1] != now {
						said = append(said, fmt.Sprintf("%s has %s %s, and %s is out: compare again", file, name, found[1], now))
					}
				}
			}
			if !named {
				said = append(said, strings.Join(place, ", ")+" names no version of "+name)
			}
		}
	}
	return said
}

// read returns the files of a folder that patterns name, as far as they can be read.
func read(folder string, patterns []string) map[string]string {
	files := map[string]string{}
	for _, pattern := range patterns {
		found, _ := filepath.Glob(filepath.Join(folder, pattern)) // none of them is malformed
		for _, file := range found {
			if text, err := os.ReadFile(file); err == nil {
				name, _ := filepath.Rel(folder, file)
				files[filepath.ToSlash(name)] = string(text)
			}
		}
	}
	return files
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
