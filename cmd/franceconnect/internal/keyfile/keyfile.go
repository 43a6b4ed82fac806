// Package keyfile draws the keys with which FranceConnect+ encrypts what it says
// to a portal, and keeps the file of them: what FRANCECONNECT_DECRYPTION_KEYS
// names. It is behind examples/keys and examples/doctor.
//
//	keyfile.go  the file: made once, added to in one step
//	key.go      a new key, and its name
package keyfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/franceconnect-go/franceconnect"
)

// Write makes a file with one key, which only its owner can read. If the file
// exists, it is left as it is, and the error is an fs.ErrExist. Errors are in
// French and in English, and repeat nothing of a key.
func Write(file string, k Key) error {
	f, err := create(file)
	if errors.Is(err, fs.ErrExist) {
		return told{fmt.Sprintf("%s existe déjà et reste tel quel ; pour y ajouter une clé : -add / %s exists and is left as it is; to add a key to it: -add", file, file), fs.ErrExist}
	}
	if err != nil {
		return err
	}
	if err := fill(f, []json.RawMessage{k.jwk}); err != nil {
		return errors.Join(err, os.Remove(file))
	}
	return nil
}

// Add adds a key behind those of a file, in one step: whoever reads the file
// meanwhile reads the old one or the new one. The file beside it, in which the
// new one is made, keeps a second Add out.
func Add(file string, k Key) (err error) {
	// A link goes on leading to the file.
	if file, err = filepath.EvalSymlinks(file); err != nil {
		return err
	}
	beside := file + ".new"
	f, err := create(beside)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s existe : un autre ajout est en cours, ou s’est arrêté et ce fichier est à supprimer / %s exists: keys are being added, or it was interrupted and this file is to be removed", beside, beside)
	}
	if err != nil {
		return err
	}
	defer func() {
		f.Close() // fill has, unless it was not reached
		if err != nil {
			err = errors.Join(err, os.Remove(beside))
		}
	}()
	keys, err := read(file)
	if err != nil {
		return err
	}
	for _, text := range keys {
		var held struct{ Kid string }
		if json.Unmarshal(text, &held) == nil && held.Kid == k.ID {
			return fmt.Errorf("%s contient déjà une clé de ce nom (kid) / %s has a key of this name (kid) already", file, file)
		}
	}
	if err := fill(f, append(keys, k.jwk)); err != nil {
		return err
	}
	return os.Rename(beside, file)
}

// Algorithm is that of the first key in a file.
func Algorithm(file string) (string, error) {
	keys, err := read(file)
	if err != nil {
		return "", err
	}
	var first struct{ Alg string }
	err = json.Unmarshal(keys[0], &first)
	return first.Alg, err
}

// read reads the keys of a file, each as it is written.
func read(file string) ([]json.RawMessage, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var set struct{ Keys []json.RawMessage }
	_, err = franceconnect.ParseDecryptionKeys(text)
	if err != nil || json.Unmarshal(text, &set) != nil {
		return nil, fmt.Errorf("%s ne contient pas un jeu de clés privées utilisable et reste tel quel / %s does not hold usable private keys and is left as it is: %w", file, file, err)
	}
	return set.Keys, nil
}

// create makes a file that only its owner can read.
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
	if _, wrong := franceconnect.ParseDecryptionKeys(text); err == nil {
		err = wrong
	}
	if err == nil {
		_, err = f.Write(text)
	}
	return errors.Join(err, f.Sync(), f.Close())
}

// A told error is in both languages, and still is what it was.
type told struct {
	text string
	is   error
}

func (e told) Error() string { return e.text }
func (e told) Unwrap() error { return e.is }
