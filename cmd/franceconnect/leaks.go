package main

import (
	"bytes"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

const (
	maxFiles = 5000    // looked into
	maxSize  = 1 << 20 // of one
)

// checkLeaks looks for the secrets where they should not be: on the command lines
// of this machine, in files that git keeps or would keep, in a file that others
// can read. It names the place and never shows any of them.
func (prog *program) checkLeaks(f *findings, p *portal) {
	before := len(*f)
	looked := []text.Text{text.Of("la ligne de commande", "the command line")}
	if prog.processes != nil {
		looked = append(looked, text.Of("celles des processus de cette machine", "those of this machine’s processes"))
	}
	if prog.files != nil {
		looked = append(looked, text.Of("les fichiers de ce dossier", "the files of this folder"))
	}
	known, inRepository := 0, false
	for _, s := range []struct{ secret, file string }{
		{string(p.config.ClientSecret), p.getenv("FRANCECONNECT_CLIENT_SECRET_FILE")},
		{string(p.config.NextClientSecret), p.getenv("FRANCECONNECT_NEXT_CLIENT_SECRET_FILE")},
	} {
		if len(s.secret) < 16 || known == 1 && s.secret == string(p.config.ClientSecret) {
			continue // no secret, not one that can be looked for, or the same again
		}
		known++
		prog.checkCommandLines(f, p, s.secret)
		if info, err := os.Stat(s.file); s.file != "" && err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
			f.warn("leaks", sidePortal, text.Of("le fichier du secret est lisible par d’autres que son propriétaire", "the file of the secret can be read by others than its owner"),
				text.Of("chmod 600, ou les droits de votre orchestrateur.", "chmod 600, or the permissions of your orchestrator."))
		}
		if prog.files != nil {
			inRepository = prog.checkFiles(f, p, []byte(s.secret), path.Base(filepath.ToSlash(s.file)))
		}
	}
	if known == 0 {
		return
	}
	if inRepository {
		looked = append(looked, text.Of("ce que git en garde", "what git keeps of them"))
	}
	if len(*f) == before {
		var french, english []string
		for _, one := range looked {
			french, english = append(french, one.French), append(english, one.English)
		}
		f.ok("leaks", text.Of("le secret ne se voit nulle part ; regardés : "+strings.Join(french, ", "), "the secret is seen nowhere; looked at: "+strings.Join(english, ", ")))
	}
}

// moveSecret says where the secret belongs.
func (p *portal) moveSecret() text.Text {
	file := p.setting("FRANCECONNECT_CLIENT_SECRET_FILE")
	return text.Of("Gardez-le dans un fichier lisible du portail seul ("+file+") ; s’il a été publié, demandez-en un autre.",
		"Keep it in a file that the portal alone can read ("+file+"); if it was published, ask for another.")
}

// checkCommandLines reads this command line and, where the system shows them,
// those of the processes that this one may read.
func (prog *program) checkCommandLines(f *findings, p *portal, secret string) {
	if slices.ContainsFunc(prog.args, func(a string) bool { return strings.Contains(a, secret) }) {
		f.fail("leaks", sidePortal, text.Of("le secret est sur la ligne de commande, que tous les processus lisent", "the secret is on the command line, which all processes can read"), p.moveSecret())
		return
	}
	if prog.processes == nil {
		return
	}
	lines, _ := fs.Glob(prog.processes, "[0-9]*/cmdline") // a pattern that is right
	for _, line := range lines {
		if said, err := fs.ReadFile(prog.processes, line); err == nil && bytes.Contains(said, []byte(secret)) {
			f.fail("leaks", sidePortal, text.Of("le secret est sur la ligne de commande du processus "+path.Dir(line)+", que tous les autres lisent", "the secret is on the command line of process "+path.Dir(line)+", which all others can read"), p.moveSecret())
			return
		}
	}
}

// checkFiles looks for files that hold the secret. In a repository, it matters
// whether git keeps them; elsewhere each is told but the secret's own.
func (prog *program) checkFiles(f *findings, p *portal, secret []byte, own string) (inRepository bool) {
	git, inRepository := openRepository(prog.files)
	var kept, loose, told []string
	for _, name := range prog.filesHolding(secret) {
		shown := strings.TrimPrefix(name, prog.folder+"/")
		switch {
		case inRepository && git.tracked[name]:
			kept = append(kept, shown)
		case inRepository && !git.ignores(name):
			loose = append(loose, shown)
		case !inRepository && path.Base(name) != own:
			told = append(told, shown)
		}
	}
	if len(kept) > 0 {
		f.fail("leaks", sidePortal, text.Of("git garde le secret : "+strings.Join(kept, ", "), "git keeps the secret: "+strings.Join(kept, ", ")),
			text.Of("Le retirer ne suffit pas, l’historique le garde : demandez un autre secret, puis "+lowerFirst(p.moveSecret().French), "To take it out is not enough, the history keeps it: ask for another secret, then "+lowerFirst(p.moveSecret().English)))
	}
	if len(loose) > 0 {
		f.warn("leaks", sidePortal, text.Of("un git add publierait le secret : "+strings.Join(loose, ", ")+", hors de tout .gitignore", "a git add would publish the secret: "+strings.Join(loose, ", ")+", in no .gitignore"),
			text.Of("Ajoutez ce fichier à .gitignore.", "Add this file to .gitignore."))
	}
	if len(told) > 0 {
		f.warn("leaks", sidePortal, text.Of("le secret est écrit dans "+strings.Join(told, ", ")+", dans ce dossier", "the secret is written in "+strings.Join(told, ", ")+", in this folder"), p.moveSecret())
	}
	return inRepository
}

// lowerFirst begins a sentence in the middle of another.
func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }

// filesHolding returns files in the folder that hold the secret: the first few.
func (prog *program) filesHolding(secret []byte) (found []string) {
	left := maxFiles
	from := prog.folder
	if from == "" {
		from = "."
	}
	_ = fs.WalkDir(prog.files, from, func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // what cannot be read is left out
		case e.IsDir() && slices.Contains([]string{".git", "node_modules", "vendor"}, e.Name()):
			return fs.SkipDir
		case !e.Type().IsRegular():
			return nil
		}
		if left--; left < 0 || len(found) == 3 {
			return fs.SkipAll
		}
		if info, err := e.Info(); err != nil || info.Size() > maxSize {
			return nil
		}
		if content, err := fs.ReadFile(prog.files, name); err == nil && bytes.Contains(content, secret) {
			found = append(found, name)
		}
		return nil
	})
	return found
}

// workingTree returns the repository in which the program is called, or the
// folder alone, and where in it that is.
func workingTree() (here fs.FS, at string) {
	folder, err := os.Getwd()
	if err != nil {
		return nil, ""
	}
	root := folder
	for dir := folder; ; dir = filepath.Dir(dir) {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			root = dir
			break
		}
		if dir == filepath.Dir(dir) {
			break
		}
	}
	below, err := filepath.Rel(root, folder)
	if err != nil {
		return nil, ""
	}
	open, err := os.OpenRoot(root) // links do not lead out of it
	if err != nil {
		return nil, ""
	}
	return open.FS(), filepath.ToSlash(below)
}
