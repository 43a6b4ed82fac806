package main

import (
	"crypto/sha256"
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

//go:embed Containerfile
var containerfile []byte

// dist makes the folder of a release, which must not be there or be empty.
func (r *release) dist(folder string, platforms []string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	if files, err := os.ReadDir(folder); err != nil {
		return err
	} else if len(files) > 0 {
		return fmt.Errorf("%s is not empty", folder)
	}
	var made []string
	for _, p := range platforms {
		err := r.install(p, r.version, func(program, suffix string) string {
			made = append(made, filepath.Join(folder, program+"-"+strings.ReplaceAll(p, "/", "-")+suffix))
			return made[len(made)-1]
		})
		if err != nil {
			return err
		}
	}
	for _, program := range made {
		if err := writeSBOM(program, program+".cdx.json"); err != nil {
			return err
		}
	}
	if err := r.writeLicenses(made, filepath.Join(folder, "LICENSES.txt")); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "Containerfile"), containerfile, 0o644); err != nil {
		return err
	}
	return writeSums(folder)
}

// writeSums writes the SHA-256 of each file of a folder, as sha256sum -c reads it.
func writeSums(folder string) error {
	files, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	sums := &strings.Builder{}
	for _, f := range files {
		text, err := os.ReadFile(filepath.Join(folder, f.Name()))
		if err != nil {
			return err
		}
		fmt.Fprintf(sums, "%x  %s\n", sha256.Sum256(text), f.Name())
	}
	return os.WriteFile(filepath.Join(folder, "SHA256SUMS"), []byte(sums.String()), 0o644)
}
