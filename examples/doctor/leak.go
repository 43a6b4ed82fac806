package main

import (
	"bytes"
	"io/fs"
	"os"
	"path"
	"runtime"
	"slices"
	"strings"
)

const (
	maxFiles = 5000    // looked into
	maxSize  = 1 << 20 // of one
)

// checkLeaks looks for the secret where it should not be: on the command line,
// in the files of this folder, in a file that others can read. It names the
// place and never shows any of it.
func (d *doctor) checkLeaks(f *findings, p *portal) {
	secret := string(p.config.ClientSecret)
	if len(secret) < 16 {
		return // no secret, or not one that can be looked for
	}
	move := text{"Gardez-le dans un fichier lisible du portail seul (FRANCECONNECT_CLIENT_SECRET_FILE) ; s’il a été publié, demandez-en un autre.",
		"Keep it in a file that the portal alone can read (FRANCECONNECT_CLIENT_SECRET_FILE); if it was published, ask for another."}
	before := len(*f)
	if slices.ContainsFunc(d.args, func(a string) bool { return strings.Contains(a, secret) }) {
		f.fail("leaks", ofPortal, text{"le secret est sur la ligne de commande, que tous les processus lisent", "the secret is on the command line, which all processes can read"}, move)
	}
	file := d.getenv("FRANCECONNECT_CLIENT_SECRET_FILE")
	if info, err := os.Stat(file); file != "" && err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		f.warn("leaks", ofPortal, text{"le fichier du secret est lisible par d’autres que son propriétaire", "the file of the secret can be read by others than its owner"},
			text{"chmod 600, ou les droits de votre orchestrateur.", "chmod 600, or the permissions of your orchestrator."})
	}
	if name := d.holding([]byte(secret), path.Base(file)); name != "" {
		f.warn("leaks", ofPortal, text{"le secret est écrit dans " + name + ", dans ce dossier", "the secret is written in " + name + ", in this folder"}, move)
	}
	if len(*f) == before {
		f.ok("leaks", text{"le secret n’est ni sur la ligne de commande, ni dans les fichiers de ce dossier", "the secret is neither on the command line nor in the files of this folder"})
	}
}

// holding is the first file in the folder that holds the secret, or "".
func (d *doctor) holding(secret []byte, but string) (found string) {
	if d.here == nil {
		return ""
	}
	left := maxFiles
	_ = fs.WalkDir(d.here, ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // what cannot be read is left out
		case e.IsDir() && slices.Contains([]string{".git", "node_modules", "vendor"}, e.Name()):
			return fs.SkipDir
		case !e.Type().IsRegular() || e.Name() == but:
			return nil
		}
		if left--; left < 0 {
			return fs.SkipAll
		}
		if info, err := e.Info(); err != nil || info.Size() > maxSize {
			return nil
		}
		if content, err := fs.ReadFile(d.here, name); err == nil && bytes.Contains(content, secret) {
			found = name
			return fs.SkipAll
		}
		return nil
	})
	return found
}
