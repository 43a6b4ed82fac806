// Package keyfile draws the keys with which FranceConnect+ encrypts what it says
// to a portal, and keeps the file of them: what FRANCECONNECT_DECRYPTION_KEYS
// names.
//
//	keyfile.go  the file: made once, added to in one step
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

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/text"
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

// Add adds a key behind those of a file, in one step: whoever reads the file
// meanwhile reads the old one or the new one. The file beside it, in which the
// new one is made, keeps a second Add out.
func Add(file string, k Key) (err error) {
	// A link goes on leading to the file.
	named := file
	if file, err = filepath.EvalSymlinks(named); err != nil {
		return fileError(named, err)
	}
	beside := file + ".new"
	f, err := create(beside)
	if errors.Is(err, fs.ErrExist) {
		return &Error{text.Of(beside+" existe : un autre ajout est en cours, ou s’est arrêté et ce fichier est à supprimer", beside+" exists: keys are being added, or it was interrupted and this file is to be removed"), err}
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
	keys, err := read(file)
	if err != nil {
		return err
	}
	for _, jwk := range keys {
		var held struct{ Kid string }
		if json.Unmarshal(jwk, &held) == nil && held.Kid == k.ID {
			return &Error{text.Of(file+" contient déjà une clé de ce nom (kid)", file+" has a key of this name (kid) already"), nil}
		}
	}
	if err := fill(f, append(keys, k.jwk)); err != nil {
		return err
	}
	return os.Rename(beside, file)
}

// Algorithm returns the algorithm of the first key in a file.
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
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, fileError(file, err)
	}
	var set struct{ Keys []json.RawMessage }
	_, err = franceconnect.ParseDecryptionKeys(content)
	if err != nil || json.Unmarshal(content, &set) != nil {
		return nil, &Error{text.Of(file+" ne contient pas un jeu de clés privées utilisable et reste tel quel", file+" does not hold usable private keys and is left as it is"), err}
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
	if _, wrong := franceconnect.ParseDecryptionKeys(text); err == nil {
		err = wrong
	}
	if err == nil {
		_, err = f.Write(text)
	}
	return errors.Join(err, f.Sync(), f.Close())
}
