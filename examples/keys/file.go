package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/go-jose/go-jose/v4"

	"github.com/franceconnect-go/franceconnect"
)

// writeNew writes a key set of one key to a file that does not exist.
func writeNew(file string, key jose.JSONWebKey) error {
	text, err := json.Marshal(key)
	if err != nil {
		return fmt.Errorf("la clé ne s’écrit pas / the key cannot be written: %w", err)
	}
	f, err := create(file)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s existe déjà et reste tel quel ; pour y ajouter une clé : -add / %s exists and is left as it is; to add a key to it: -add", file, file)
	}
	if err != nil {
		return err
	}
	if err := fill(f, []json.RawMessage{text}); err != nil {
		return errors.Join(err, os.Remove(file))
	}
	return nil
}

// addTo adds a key behind those of a file, in one step: whoever reads the file
// meanwhile reads the old one or the new one. The file beside it, in which the
// new one is made, keeps a second addTo out.
func addTo(file string, key jose.JSONWebKey) (err error) {
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
	keys, err := readKeys(file)
	if err != nil {
		return err
	}
	for _, text := range keys {
		var held struct{ Kid string }
		if json.Unmarshal(text, &held) == nil && held.Kid == key.KeyID {
			return fmt.Errorf("%s contient déjà une clé de ce nom (kid) / %s has a key of this name (kid) already", file, file)
		}
	}
	text, err := json.Marshal(key)
	if err != nil {
		return fmt.Errorf("la clé ne s’écrit pas / the key cannot be written: %w", err)
	}
	if err := fill(f, append(keys, text)); err != nil {
		return err
	}
	return os.Rename(beside, file)
}

// readKeys reads the keys of a file, each as it is written. No error repeats
// any of it.
func readKeys(file string) ([]json.RawMessage, error) {
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

// algorithmIn is that of the first key in a file.
func algorithmIn(file string) (string, error) {
	keys, err := readKeys(file)
	if err != nil {
		return "", err
	}
	var first struct{ Alg string }
	err = json.Unmarshal(keys[0], &first)
	return first.Alg, err
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
