package main

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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
// thousand files take 16 ms.
func readFolder(folder string) (map[string]file, error) {
	entries, err := os.ReadDir(folder)
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
		text, err := readFile(filepath.Join(folder, name))
		if errors.Is(err, errFolder) {
			continue
		}
		if err != nil {
			text, err = nil, complaint{
				"Le fichier ne peut pas être lu\u00a0: vérifiez ses droits, sa taille (1\u00a0Mo au plus) et, si c’est un lien, où il mène.",
				"The file cannot be read: check its permissions, its size (1 MB at most) and, if it is a link, where it leads."}
		}
		files[name] = file{text, err, fingerprint(text, err)}
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
func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, errFolder
	case !info.Mode().IsRegular():
		return nil, errNoFile
	}
	f, err := os.Open(path)
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
func fingerprint(text []byte, err error) (sum [32]byte) {
	h := sha256.New()
	fmt.Fprintf(h, "%v %d %s", err != nil, len(text), text)
	for _, path := range named(text) {
		beside, err := readFile(path)
		fmt.Fprintf(h, "%v %d %s", err != nil, len(beside), beside)
	}
	h.Sum(sum[:0])
	return sum
}

// named are the files that a file names: with its secret, and with its keys
// unless it has those itself.
func named(text []byte) (paths []string) {
	fields, _ := object(text)
	var f struct {
		Secret string `json:"client_secret_file"`
		Keys   any    `json:"decryption_keys"`
	}
	_ = json.Unmarshal(fields["franceconnect"], &f) // what is wrong with it is said elsewhere
	if path := strings.TrimSpace(f.Secret); path != "" {
		paths = append(paths, path)
	}
	if path, _ := f.Keys.(string); path != "" && !strings.HasPrefix(strings.TrimSpace(path), "{") {
		paths = append(paths, strings.TrimSpace(path))
	}
	return paths
}
