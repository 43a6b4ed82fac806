package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// maxFile is more than any organisation has to say: keys included, 10 kB.
const maxFile = 1 << 20

// A file of the folder is its text, or why there is none.
type file struct {
	text []byte
	err  error
	sum  [32]byte // of all that it says, in itself and in the files that it names
	seen seen
}

// A stamp is another when a file is. The zero one is that of no file.
type stamp struct {
	device, inode uint64
	size, changed int64 // bytes, nanoseconds
}

// seen is how a file was when it was read.
type seen struct {
	itself  stamp
	beside  []string // the files that it names
	stamps  []stamp  // theirs
	settled bool     // whatever is written from then on has another stamp
}

// A reader finds out what is new in a folder. What the system says has changed is
// looked at, at once; everything else in turn, so many at a time. To look at
// a file is to compare its stamp, and to read it if that is another, or so young
// that two saves could have the same.
type reader struct {
	folder  fs.FS
	path    string
	secrets func(name string) fs.FS  // that the file of an organisation may name
	aside   func(name string) string // where those are; "" is nowhere
	now     func() time.Time         // by the clock of the files
	watch   watch
	is      fs.FileInfo // the folder that is watched
	turn    []string    // the names that are still to be looked at in this turn
	most    int         // of them at a time
}

const (
	inTurn  = 1000            // files that are looked at a second, of those that nothing is said of
	settles = 2 * time.Second // more than the tick of any file system's clock
)

// due returns the names to look at now: all of them, or those that have changed and
// some that may have. known are those that there were. Subfolders are not
// looked into, and what begins with a dot is no organisation: the leftovers of
// editors do, and what Kubernetes has beside its links.
func (r *reader) due(all bool, known map[string]*fileState) ([]string, error) {
	is, err := fs.Stat(r.folder, ".")
	if err != nil {
		return nil, r.unreadable()
	}
	names, others := r.watch.changed()
	if others || r.is == nil || !os.SameFile(r.is, is) {
		r.watch.add(r.path, "") // before all is listed
		all = true
	}
	if all || len(r.turn) == 0 {
		entries, err := fs.ReadDir(r.folder, ".")
		if err != nil {
			r.is = nil
			return nil, r.unreadable()
		}
		r.turn = make([]string, 0, len(entries))
		for _, e := range entries {
			if isOrganisation(e.Name()) {
				r.turn = append(r.turn, e.Name())
			}
		}
		listed := len(r.turn)
		for name := range known {
			if _, there := slices.BinarySearch(r.turn[:listed], name); !there {
				r.turn = append(r.turn, name)
			}
		}
	}
	r.is = is
	next := len(r.turn)
	if !all {
		next = min(next, r.most)
	}
	due := append(slices.DeleteFunc(names, func(name string) bool { return !isOrganisation(name) }), r.turn[:next]...)
	r.turn = r.turn[next:]
	slices.Sort(due)
	return slices.Compact(due), nil
}

// moved reports whether the folder is another than the one that was listed: then
// a file that is not there is not gone.
func (r *reader) moved() bool {
	is, err := fs.Stat(r.folder, ".")
	if err != nil || !os.SameFile(r.is, is) {
		r.is, r.turn = nil, nil
		return true
	}
	return false
}

func (r *reader) unreadable() error {
	r.turn = nil
	return complaint{
		"Le dossier des organisations ne peut pas être lu\u00a0: vérifiez son nom (-folder) et ses droits. Ce qui servait sert encore.",
		"The folder of the organisations cannot be read: check its name (-folder) and its permissions. What was served still is."}
}

func isOrganisation(name string) bool {
	return !strings.HasPrefix(name, ".") && strings.EqualFold(filepath.Ext(name), ".json")
}

// same reports whether a file is as it was, by its stamp and those of the files
// that it names.
func (r *reader) same(name string, was seen) bool {
	if !was.settled || r.stampIn(r.folder, name) != was.itself {
		return false
	}
	for i, beside := range was.beside {
		if r.stampIn(r.secrets(name), beside) != was.stamps[i] {
			return false
		}
	}
	return true
}

func (r *reader) stampIn(folder fs.FS, name string) stamp {
	if folder == nil {
		return stamp{}
	}
	info, err := fs.Stat(folder, name)
	if err != nil {
		return stamp{}
	}
	s, _ := stampOf(info)
	return s
}

// read reads a file, and looks at those that it names. A file that is listed and
// gone is not there.
func (r *reader) read(name string) (f file, there bool) {
	start := r.now()
	f.text, f.seen.itself, f.err = readFile(r.folder, name)
	if errors.Is(f.err, fs.ErrNotExist) { // it may be back, as with editors that remove and write
		f.text, f.seen.itself, f.err = readFile(r.folder, name)
	}
	if f.err != nil {
		if _, gone := fs.Lstat(r.folder, name); errors.Is(f.err, errFolder) || errors.Is(gone, fs.ErrNotExist) {
			return file{}, false
		}
		f.text, f.err = nil, complaint{
			"Le fichier ne peut pas être lu\u00a0: vérifiez ses droits, sa taille (1\u00a0Mo au plus) et, si c’est un lien, où il mène.",
			"The file cannot be read: check its permissions, its size (1 MB at most) and, if it is a link, where it leads."}
	}
	secrets := r.secrets(name)
	if f.seen.beside = named(f.text); len(f.seen.beside) > 0 && secrets != nil {
		r.watch.add(r.aside(name), name)
	}
	young := start.Add(-settles).UnixNano()
	f.seen.settled = f.seen.itself != stamp{} && f.seen.itself.changed < young
	for _, beside := range f.seen.beside {
		s := r.stampIn(secrets, beside)
		f.seen.stamps = append(f.seen.stamps, s)
		f.seen.settled = f.seen.settled && s.changed < young
	}
	sum, whole := fingerprint(f.text, f.err, f.seen.beside, secrets)
	f.sum, f.seen.settled = sum, f.seen.settled && whole
	return f, true
}

var (
	errFolder   = errors.New("a folder")
	errNoFile   = errors.New("not an ordinary file")
	errTooLarge = errors.New("too large")
)

// readFile reads an ordinary file, links followed, and returns how it was before. A
// pipe could keep everybody waiting for one organisation.
func readFile(files fs.FS, name string) ([]byte, stamp, error) {
	info, err := fs.Stat(files, name)
	switch {
	case err != nil:
		return nil, stamp{}, err
	case info.IsDir():
		return nil, stamp{}, errFolder
	case !info.Mode().IsRegular():
		return nil, stamp{}, errNoFile
	}
	was, _ := stampOf(info)
	f, err := files.Open(name)
	if err != nil {
		return nil, was, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(text) > maxFile {
		err = errTooLarge
	}
	return text, was, err
}

// fingerprint changes when a file says something else, and when a file does
// that it names: a secret is renewed without a word in the JSON. whole is false if
// one of them could not be read: another time it may be, as it stands.
func fingerprint(text []byte, err error, names []string, secrets fs.FS) (sum [32]byte, whole bool) {
	whole = err == nil
	h := sha256.New()
	fmt.Fprintf(h, "%v %d %s", err != nil, len(text), text)
	for _, name := range names {
		if secrets == nil {
			break
		}
		beside, _, err := readFile(secrets, name)
		whole = whole && err == nil
		fmt.Fprintf(h, "%v %d %s", err != nil, len(beside), beside)
	}
	h.Sum(sum[:0])
	return sum, whole
}

// named returns the files that a file names: with its secret and the next one, and
// with its keys unless it has those itself.
func named(text []byte) (names []string) {
	if lower := bytes.ToLower(text); !bytes.Contains(lower, []byte("_file")) && !bytes.Contains(lower, []byte("_keys")) && !bytes.Contains(lower, []byte(`\u`)) {
		return nil // most name none, and need not be parsed twice
	}
	fields, _ := object(text)
	var f struct {
		Secret string `json:"client_secret_file"`
		Next   string `json:"next_client_secret_file"`
		Keys   any    `json:"decryption_keys"`
		Direct any    `json:"direct_keys"`
	}
	_ = json.Unmarshal(fields["franceconnect"], &f) // what is wrong with it is said elsewhere
	for _, name := range []string{f.Secret, f.Next} {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	for _, keys := range []any{f.Keys, f.Direct} {
		name, _ := keys.(string)
		if name = strings.TrimSpace(name); name != "" && !strings.HasPrefix(name, "{") && !strings.HasPrefix(name, "-----BEGIN ") {
			names = append(names, name)
		}
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
	return secrets(o.aside(name))
}

// aside returns where they are.
func (o *organisations) aside(name string) string {
	return filepath.Join(o.secrets, strings.TrimSuffix(name, filepath.Ext(name)))
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
