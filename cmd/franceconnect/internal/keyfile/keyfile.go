// Package keyfile draws the keys with which FranceConnect+ encrypts what it says
// to a portal, and keeps the file of them: what FRANCECONNECT_DECRYPTION_KEYS
// names.
//
//	keyfile.go  the file: made once, changed in one step
//	owner_*.go  whose it is, on each system
//	key.go      a new key, and its name
//	error.go    what went wrong, in French and in English
package keyfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/franceconnect-go/franceconnect/internal/text"
	"github.com/franceconnect-go/franceconnect/internal/token"
)

// Write makes a file with one key, which only its owner can read; on Windows,
// whoever can read its folder. If the file exists, it is left as it is, and the error is an fs.ErrExist. Errors are an
// *Error, and repeat nothing of a key.
func Write(file string, k Key) error {
	f, err := create(file)
	if errors.Is(err, fs.ErrExist) {
		return &Error{text.Of(file+" existe déjà et reste tel quel ; pour y ajouter une clé : -add", file+" exists and is left as it is; to add a key to it: -add"), err}
	}
	if err != nil {
		return fileError(file, err)
	}
	if err := fill(f, []json.RawMessage{k.jwk}); err != nil {
		return fileError(file, errors.Join(err, os.Remove(file)))
	}
	return nil
}

// Add adds a key behind those of a file.
func Add(file string, k Key) error {
	return change(file, func(keys []json.RawMessage) ([]json.RawMessage, error) {
		if find(keys, k.ID) >= 0 {
			return nil, &Error{text.Of(file+" contient déjà une clé de ce nom (kid)", file+" has a key of this name (kid) already"), nil}
		}
		return append(keys, k.jwk), nil
	})
}

// PutFirst moves the key of a name to the front of a file.
func PutFirst(file, id string) error {
	return change(file, func(keys []json.RawMessage) ([]json.RawMessage, error) {
		i := find(keys, id)
		if i < 0 {
			return nil, missing(file)
		}
		moved := keys[i]
		return slices.Insert(slices.Delete(keys, i, i+1), 0, moved), nil
	})
}

// Remove takes the key of a name out of a file that has others.
func Remove(file, id string) error {
	return change(file, func(keys []json.RawMessage) ([]json.RawMessage, error) {
		i := find(keys, id)
		if i < 0 {
			return nil, missing(file)
		}
		if len(keys) == 1 {
			return nil, &Error{text.Of(file+" n’a pas d’autre clé", file+" has no other key"), nil}
		}
		return slices.Delete(keys, i, i+1), nil
	})
}

func missing(file string) error {
	return &Error{text.Of(file+" ne contient pas de clé de ce nom (kid)", file+" has no key of this name (kid)"), nil}
}

// find returns the place of a name among keys, or -1.
func find(keys []json.RawMessage, id string) int {
	return slices.IndexFunc(keys, func(jwk json.RawMessage) bool {
		var held struct{ Kid string }
		return json.Unmarshal(jwk, &held) == nil && held.Kid == id
	})
}

// change writes a file anew, in one step: whoever reads it meanwhile reads the
// old keys or the new ones. The file beside it, in which the new one is made,
// keeps a second change out.
func change(file string, of func([]json.RawMessage) ([]json.RawMessage, error)) (err error) {
	// A link goes on leading to the file.
	named := file
	if file, err = filepath.EvalSymlinks(named); err != nil {
		return fileError(named, err)
	}
	beside := file + ".new"
	f, err := create(beside)
	if errors.Is(err, fs.ErrExist) {
		return &Error{text.Of(beside+" existe : un autre changement est en cours, ou s’est arrêté et ce fichier est à supprimer", beside+" exists: the keys are being changed, or it was interrupted and this file is to be removed"), err}
	}
	if err != nil {
		return fileError(beside, err)
	}
	defer func() {
		f.Close() // fill has, unless it was not reached
		if err != nil {
			err = fileError(file, errors.Join(err, os.Remove(beside)))
		}
	}()
	former, err := os.Stat(file)
	if err != nil {
		return err
	}
	if err := keepAccess(f, former); err != nil {
		return err
	}
	keys, err := read(file)
	if err != nil {
		return err
	}
	if keys, err = of(keys); err != nil {
		return err
	}
	if err := fill(f, keys); err != nil {
		return err
	}
	return os.Rename(beside, file)
}

// Read returns what is in a file: a set of private keys that a portal can use
// (RFC 7517).
func Read(file string) ([]byte, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, fileError(file, err)
	}
	if _, err := token.ParseDecryptionKeys(content); err != nil {
		return nil, &Error{text.Of(file+" ne contient pas un jeu de clés privées utilisable et reste tel quel", file+" does not hold usable private keys and is left as it is"), err}
	}
	return content, nil
}

// read reads the keys of a file, each as it is written.
func read(file string) ([]json.RawMessage, error) {
	content, err := Read(file)
	if err != nil {
		return nil, err
	}
	var set struct{ Keys []json.RawMessage }
	if err := json.Unmarshal(content, &set); err != nil {
		return nil, fileError(file, err)
	}
	return set.Keys, nil
}

// create makes a file that only its owner can read; on Windows, whoever can read
// its folder.
func create(file string) (*os.File, error) {
	return os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
}

// fill writes a key set (RFC 7517, section 5) to a file, down to the disk.
func fill(f *os.File, keys []json.RawMessage) error {
	text, err := json.Marshal(map[string]any{"keys": keys})
	if err == nil {
		var b bytes.Buffer
		err = json.Indent(&b, text, "", "  ")
		b.WriteByte('\n')
		text = b.Bytes()
	}
	// What is written can be read.
	if _, wrong := token.ParseDecryptionKeys(text); err == nil {
		err = wrong
	}
	if err == nil {
		_, err = f.Write(text)
	}
	return errors.Join(err, f.Sync(), f.Close())
}
