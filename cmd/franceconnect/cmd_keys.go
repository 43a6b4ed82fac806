package main

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/cmd/franceconnect/internal/keyfile"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// A decryptionKey is what keys decryption is asked to make, or to move.
type decryptionKey struct {
	algorithm, id string
	add           bool
	first, remove string // the names of keys in the file
	published     string // where the running portal publishes its keys
}

// isChange reports whether a file's keys are to be moved, which the running portal
// is asked about first.
func (k decryptionKey) isChange() bool { return k.first != "" || k.remove != "" }

// prepareKeys returns the options of keys, and what makes a key: of cookies, or
// of a file of decryption keys.
func (prog *program) prepareKeys() ([]option, runner) {
	wanted, algorithms := decryptionKey{}, keyfile.Algorithms()
	options := []option{
		choiceOption("alg", &wanted.algorithm, text.Of("algorithme", "algorithm"), text.Of(
			"celui avec lequel le portail est inscrit à FranceConnect+ ; sans lui "+algorithms[0]+", ou avec -add celui de la première clé du fichier",
			"the one that the portal is registered with at FranceConnect+; without it "+algorithms[0]+", or with -add that of the first key in the file"), algorithms...),
		{
			name: "kid", value: text.Of("nom", "name"), usage: text.Of("celui de la clé ; sans lui, le jour et le début de l’empreinte de la clé", "that of the key; without it, the day and the start of the key’s thumbprint"),
			set: func(id string) text.Text {
				if !keyfile.IsName(id) {
					return text.Of("-kid "+named(id)+" : ce n’est pas un nom, en lettres, chiffres, points, tirets, 64 au plus", "-kid "+named(id)+": this is not a name of letters, digits, dots, dashes, 64 at most")
				}
				wanted.id = id
				return text.Text{}
			},
		},
		switchOption("add", &wanted.add, text.Of("ajoute la clé derrière celles d’un fichier qui existe", "adds the key behind those of a file that exists")),
		textOption("first", &wanted.first, text.Of("nom", "name"), text.Of(
			"met en tête du fichier la clé de ce nom (kid), si le portail en marche la publie déjà", "puts the key of this name (kid) first in the file, if the running portal publishes it already")),
		textOption("remove", &wanted.remove, text.Of("nom", "name"), text.Of(
			"retire du fichier la clé de ce nom (kid), s’il est assez tard pour que FranceConnect+ ne s’en serve plus ; avec -alg, l’algorithme de l’inscription, si elle en a changé",
			"takes the key of this name (kid) out of the file, if it is late enough for FranceConnect+ not to use it any more; with -alg, the algorithm of the registration, if that has changed")),
		textOption("published", &wanted.published, text.Of("adresse", "address"), text.Of(
			"celle où le portail en marche publie ses clés (jwks_uri), pour -first et -remove", "where the running portal publishes its keys (jwks_uri), for -first and -remove")),
	}
	return options, func(ctx context.Context, words []string) int { return prog.keys(ctx, words, wanted) }
}

// keys makes a key of the kind that the words say.
func (prog *program) keys(ctx context.Context, words []string, wanted decryptionKey) int {
	switch {
	case wanted.isChange() || wanted.published != "":
		if why := wanted.checkChange(words); why.French != "" {
			return prog.usageError("keys", why)
		}
		return prog.changeKeys(ctx, words[1], wanted)
	case len(words) == 2 && words[1] != "" && isDecryption(words[0]):
		return prog.makeDecryptionKey(words[1], wanted)
	case len(words) > 1 || len(words) == 1 && words[0] != "cookies":
		return prog.usageError("keys", text.Of(named(strings.Join(words, " "))+" : il faut franceconnect keys, ou franceconnect keys decryption FICHIER", named(strings.Join(words, " "))+": want franceconnect keys, or franceconnect keys decryption FILE"))
	case wanted != decryptionKey{}:
		return prog.usageError("keys", text.Of("-alg, -kid et -add vont avec : franceconnect keys decryption FICHIER", "-alg, -kid and -add go with: franceconnect keys decryption FILE"))
	}
	prog.printCookieKey()
	return succeeded
}

func isDecryption(word string) bool {
	return slices.Contains([]string{"decryption", "dechiffrement", "déchiffrement"}, word)
}

// printCookieKey prints a key for FRANCECONNECT_COOKIE_KEYS: this program’s one
// secret, which nobody had before.
func (prog *program) printCookieKey() {
	key := franceconnect.NewCookieKey()
	said := base64.StdEncoding.EncodeToString(key[:])
	if prog.asJSON {
		prog.writeJSON(map[string]string{"FRANCECONNECT_COOKIE_KEYS": said})
		return
	}
	fmt.Fprintln(prog.stdout, "FRANCECONNECT_COOKIE_KEYS="+said)
	fmt.Fprintln(prog.stderr, prog.say(text.Of("Gardez-la secrète, la même sur toutes les machines. Pour en changer : la nouvelle, une virgule, l’ancienne ; la première scelle, toutes ouvrent.",
		"Keep it secret, the same on all machines. To change it: the new one, a comma, the old one; the first seals, all open.")))
}

// makeDecryptionKey makes a file with a key, or adds one to it, and says what to
// do with it. A file is never overwritten.
func (prog *program) makeDecryptionKey(file string, wanted decryptionKey) int {
	former, write := keyfile.Algorithms()[0], keyfile.Write
	var err error
	if wanted.add {
		write = keyfile.Add
		var held []publicKey
		if held, err = keysOfFile(file); err == nil {
			former = held[0].Alg
		}
	}
	var key keyfile.Key
	if err == nil {
		key, err = keyfile.New(cmp.Or(wanted.algorithm, former), wanted.id, prog.now())
	}
	if err == nil {
		err = write(file, key)
	}
	if err != nil {
		return prog.keyFailure(err)
	}
	if prog.asJSON {
		prog.writeJSON(map[string]string{"file": file, "kid": key.ID, "alg": key.Algorithm, "enc": "A256GCM"})
		return succeeded
	}
	fmt.Fprint(prog.stdout, prog.say(keyWritten(file, key)))
	if prog.modeless {
		fmt.Fprintln(prog.stdout, prog.say(text.Of("Windows\u00a0: qui peut lire le dossier peut lire ce fichier. Réservez le dossier au compte du portail.",
			"Windows: whoever can read the folder can read this file. Keep the folder for the portal’s account.")))
	}
	switch {
	case wanted.add && key.Algorithm == former:
		fmt.Fprint(prog.stdout, "\n"+prog.say(keyRotation(file, key.ID)))
	case wanted.add:
		fmt.Fprint(prog.stdout, "\n"+prog.say(algorithmChange(file, key.Algorithm)))
	}
	return succeeded
}

// keyFailure says why a file of keys is as it was.
func (prog *program) keyFailure(err error) int {
	why := text.Of("la clé n’est pas écrite, pour une raison inattendue", "the key is not written, for an unexpected reason")
	if e := (*keyfile.Error)(nil); errors.As(err, &e) {
		why = e.Text
	}
	return prog.failure(why, nil)
}
