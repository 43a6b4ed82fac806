package main

import (
	"debug/buildinfo"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/mod/module"
)

// writeLicenses writes the licences of all that the programs are made of, which
// whoever hands a program on has to hand on with it. A module without one is an
// error.
func (r *release) writeLicenses(programs []string, to string) error {
	folders := map[string]string{}
	for _, p := range programs {
		info, err := buildinfo.ReadFile(p)
		if err != nil {
			return err
		}
		for _, m := range append(info.Deps, &info.Main) {
			escaped, err := module.EscapePath(m.Path)
			if err != nil {
				return err
			}
			folders[m.Path] = filepath.Join(r.cache, escaped+"@"+m.Version)
		}
	}
	goroot, err := output("", "go", "env", "GOROOT")
	if err != nil {
		return err
	}
	folders["Go"] = goroot
	named := regexp.MustCompile(`^(?i)(licen[cs]e|notice|copying)([.-].*)?$`)
	all := &strings.Builder{}
	for _, path := range slices.Sorted(maps.Keys(folders)) {
		files, err := os.ReadDir(folders[path])
		if err != nil {
			return err
		}
		before := all.Len()
		for _, f := range files {
			if f.IsDir() || !named.MatchString(f.Name()) {
				continue
			}
			text, err := os.ReadFile(filepath.Join(folders[path], f.Name()))
			if err != nil {
				return err
			}
			fmt.Fprintf(all, "== %s: %s\n\n%s\n", path, f.Name(), text)
		}
		if all.Len() == before {
			return fmt.Errorf("no licence in %s", path)
		}
	}
	return os.WriteFile(to, []byte(all.String()), 0o644)
}
