package main

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// maxFile is more than any organisation has to say: keys included, 10 kB.
const maxFile = 1 << 20

// A file of the folder is its text, or why there is none.
type file struct {
	text []byte
	err  error
	sum  [32]byte // of all that it says, in itself and in the files that it names
}

// readFolder reads all the organisations of a folder, by the name of their
// file: what ends in .json and does not begin with a dot, as the leftovers of
// editors do, and what Kubernetes has beside its links. Subfolders are not
// looked into.
//
// It reads what is there rather than compare dates: two saves within a tick of
// the clock have the same one, and so has whatever was copied with its date. A
// thousand files take 16 ms. A file that goes away meanwhile is not there.
func readFolder(folder fs.FS, secrets func(name string) fs.FS) (map[string]file, error) {
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		return nil, complaint{
			"Le dossier des organisations ne peut pas être lu\u00a0: vérifiez son nom (-folder) et ses droits. Ce qui servait sert encore.",
			"The folder of the organisations cannot be read: check its name (-folder) and its permissions. What was served still is."}
	}
	files := map[string]file{}
	for _, e := range entries {
		name := e.Name()
		if strings.HasPrefix(name, ".") || !strings.EqualFold(filepath.Ext(name), ".json") {
			continue
		}
		text, err := readFile(folder, name)
		if err != nil {
			if _, gone := fs.Lstat(folder, name); errors.Is(err, errFolder) || errors.Is(gone, fs.ErrNotExist) {
				continue
			}
			text, err = nil, complaint{
				"Le fichier ne peut pas être lu\u00a0: vérifiez ses droits, sa taille (1\u00a0Mo au plus) et, si c’est un lien, où il mène.",
				"The file cannot be read: check its permissions, its size (1 MB at most) and, if it is a link, where it leads."}
		}
		files[name] = file{text, err, fingerprint(text, err, secrets(name))}
	}
	return files, nil
}

var (
	errFolder   = errors.New("a folder")
	errNoFile   = errors.New("not an ordinary file")
	errTooLarge = errors.New("too large")
)

// readFile reads an ordinary file, links followed. A pipe could keep everybody
// waiting for one organisation.
func readFile(files fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(files, name)
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, errFolder
	case !info.Mode().IsRegular():
		return nil, errNoFile
	}
	f, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(text) > maxFile {
		err = errTooLarge
	}
	return text, err
}

// fingerprint changes when a file says something else, and when a file does
// that it names: a secret is renewed without a word in the JSON.
func fingerprint(text []byte, err error, secrets fs.FS) (sum [32]byte) {
	h := sha256.New()
	fmt.Fprintf(h, "%v %d %s", err != nil, len(text), text)
	for _, name := range named(text) {
		if secrets == nil {
			break
		}
		beside, err := readFile(secrets, name)
		fmt.Fprintf(h, "%v %d %s", err != nil, len(beside), beside)
	}
	h.Sum(sum[:0])
	return sum
}

// named returns the files that a file names: with its secret and the next one, and
// with its keys unless it has those itself.
func named(text []byte) (names []string) {
	fields, _ := object(text)
	var f struct {
		Secret string `json:"client_secret_file"`
		Next   string `json:"next_client_secret_file"`
		Keys   any    `json:"decryption_keys"`
	}
	_ = json.Unmarshal(fields["franceconnect"], &f) // what is wrong with it is said elsewhere
	for _, name := range []string{f.Secret, f.Next} {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	if name, _ := f.Keys.(string); name != "" && !strings.HasPrefix(strings.TrimSpace(name), "{") {
		names = append(names, strings.TrimSpace(name))
	}
	return names
}

// secretsOf returns the files that the file of an organisation may name: those of a
// folder of its own, which has its name without .json, below that of all
// secrets. Who may change the file of one organisation could otherwise have the
// secret of another one sent to an address of theirs.
func (o *organisations) secretsOf(name string) fs.FS {
	if o.secrets == "" {
		return nil
	}
	return secrets(filepath.Join(o.secrets, strings.TrimSuffix(name, filepath.Ext(name))))
}

// secrets is a folder that is opened for each file, since it may be mounted
// anew while the program runs. No name and no link leads out of it.
type secrets string

func (s secrets) Open(name string) (fs.File, error) { return os.OpenInRoot(string(s), name) }

func (s secrets) Stat(name string) (fs.FileInfo, error) {
	root, err := os.OpenRoot(string(s))
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return root.Stat(name)
}
