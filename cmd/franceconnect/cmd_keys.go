package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/cmd/franceconnect/internal/keyfile"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// cles makes keys: of cookies, or in a new file those of FranceConnect+.
func (prog *program) runKeys(_ context.Context, args []string) int {
	encryptions := keyfile.Algorithms()
	flags := prog.flags("cles")
	alg := flags.String("alg", encryptions[0], "`algorithme`: "+strings.Join(encryptions, ", "))
	words, status, done := prog.parseAll(flags, args)
	if done {
		return status
	}
	switch {
	case len(words) == 0 || len(words) == 1 && words[0] == "cookies":
		prog.printCookieKey()
		return succeeded
	case len(words) != 2 || words[0] != "dechiffrement" && words[0] != "déchiffrement" && words[0] != "decryption":
		return prog.usageError(flags, text.Of("doctor cles, ou doctor cles dechiffrement FICHIER", "doctor cles, or doctor cles dechiffrement FILE"))
	case !slices.Contains(encryptions, *alg):
		return prog.usageError(flags, text.Of("-alg n’est pas un algorithme de FranceConnect+", "-alg is not an algorithm of FranceConnect+"))
	}
	key, err := keyfile.New(*alg, "", prog.now())
	if err == nil {
		err = keyfile.Write(words[1], key)
	}
	if errors.Is(err, fs.ErrExist) {
		fmt.Fprintln(prog.stderr, prog.say(text.Of("Le fichier existe déjà et reste tel quel ; pour y ajouter une clé : go run github.com/franceconnect-go/franceconnect/examples/keys@latest -add", "The file exists and is left as it is; to add a key to it: go run github.com/franceconnect-go/franceconnect/examples/keys@latest -add")))
		return failed
	}
	if err != nil {
		fmt.Fprintln(prog.stderr, "doctor:", err)
		return failed
	}
	if prog.asJSON {
		prog.writeJSON(map[string]string{"file": words[1], "kid": key.ID, "alg": *alg, "enc": "A256GCM"})
		return succeeded
	}
	fmt.Fprintln(prog.stdout, prog.say(text.Of("Clé secrète écrite. Elle ne va que sur les machines du portail :", "Secret key written. It goes to the portal’s machines and nowhere else:")))
	fmt.Fprintln(prog.stdout, "FRANCECONNECT_DECRYPTION_KEYS="+words[1])
	fmt.Fprintln(prog.stdout, prog.say(text.Of("À déclarer à FranceConnect+ : ", "To be registered at FranceConnect+: "))+*alg+", A256GCM, "+prog.say(text.Of("et l’adresse des clés publiques (doctor fiche -env integration-plus)", "and the address of the public keys (doctor fiche -env integration-plus)")))
	fmt.Fprintln(prog.stdout, "kid: "+key.ID)
	return succeeded
}

// cookieKey writes a key for FRANCECONNECT_COOKIE_KEYS: this command's one secret,
// which nobody had before.
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
