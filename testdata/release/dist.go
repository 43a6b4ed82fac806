package main

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

//go:embed Containerfile
var containerfile []byte

// dist makes the folder of a release, which must not be there or be empty. It is
// made under another name beside it, which it loses when it is whole: a release
// that was interrupted has no folder.
func (r *release) dist(ctx context.Context, folder string, platforms []string) error {
	if files, err := os.ReadDir(folder); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	} else if len(files) > 0 {
		return fmt.Errorf("%s is not empty", folder)
	}
	unfinished, err := os.MkdirTemp(filepath.Dir(folder), filepath.Base(folder)+".unfinished")
	if err != nil {
		return err
	}
	defer os.RemoveAll(unfinished)
	if err := r.fill(ctx, unfinished, platforms); err != nil {
		return err
	}
	if err := os.Chmod(unfinished, 0o755); err != nil {
		return err
	}
	if err := os.Remove(folder); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.Rename(unfinished, folder)
}

// fill makes the files of a release.
func (r *release) fill(ctx context.Context, folder string, platforms []string) error {
	var made []string
	for _, p := range platforms {
		err := r.install(ctx, p, r.version, func(program, suffix string) string {
			made = append(made, filepath.Join(folder, program+"-"+strings.ReplaceAll(p, "/", "-")+suffix))
			return made[len(made)-1]
		})
		if err != nil {
			return err
		}
	}
	if err := r.writePage(ctx, filepath.Join(folder, "franceconnect.html")); err != nil {
		return err
	}
	for _, program := range made {
		if err := r.writeSBOM(program, program+".cdx.json"); err != nil {
			return err
		}
	}
	if err := r.writeLicenses(made, filepath.Join(folder, "LICENSES.txt")); err != nil {
		return err
	}
	for name, text := range map[string][]byte{"Containerfile": containerfile, "COMMIT": []byte(r.commit + "\n")} {
		if err := os.WriteFile(filepath.Join(folder, name), text, 0o644); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
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
