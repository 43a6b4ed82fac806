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
	"github.com/franceconnect-go/franceconnect/examples/internal/keyfile"
)

// cles makes keys: of cookies, or in a new file those of FranceConnect+.
func (d *doctor) cles(_ context.Context, args []string) int {
	encryptions := keyfile.Algorithms()
	flags := d.flags("cles")
	alg := flags.String("alg", encryptions[0], "`algorithme`: "+strings.Join(encryptions, ", "))
	words, status, done := d.parseAll(flags, args)
	if done {
		return status
	}
	switch {
	case len(words) == 0 || len(words) == 1 && words[0] == "cookies":
		d.cookieKey()
		return succeeded
	case len(words) != 2 || words[0] != "dechiffrement" && words[0] != "déchiffrement" && words[0] != "decryption":
		return d.misuse(flags, text{"doctor cles, ou doctor cles dechiffrement FICHIER", "doctor cles, or doctor cles dechiffrement FILE"})
	case !slices.Contains(encryptions, *alg):
		return d.misuse(flags, text{"-alg n’est pas un algorithme de FranceConnect+", "-alg is not an algorithm of FranceConnect+"})
	}
	key, err := keyfile.New(*alg, "", d.now())
	if err == nil {
		err = keyfile.Write(words[1], key)
	}
	if errors.Is(err, fs.ErrExist) {
		fmt.Fprintln(d.errs, d.say(text{"Le fichier existe déjà et reste tel quel ; pour y ajouter une clé : go run github.com/franceconnect-go/franceconnect/examples/keys@latest -add", "The file exists and is left as it is; to add a key to it: go run github.com/franceconnect-go/franceconnect/examples/keys@latest -add"}))
		return failed
	}
	if err != nil {
		fmt.Fprintln(d.errs, "doctor:", err)
		return failed
	}
	if d.asJSON {
		d.writeJSON(map[string]string{"file": words[1], "kid": key.ID, "alg": *alg, "enc": "A256GCM"})
		return succeeded
	}
	fmt.Fprintln(d.out, d.say(text{"Clé secrète écrite. Elle ne va que sur les machines du portail :", "Secret key written. It goes to the portal’s machines and nowhere else:"}))
	fmt.Fprintln(d.out, "FRANCECONNECT_DECRYPTION_KEYS="+words[1])
	fmt.Fprintln(d.out, d.say(text{"À déclarer à FranceConnect+ : ", "To be registered at FranceConnect+: "})+*alg+", A256GCM, "+d.say(text{"et l’adresse des clés publiques (doctor fiche -env integration-plus)", "and the address of the public keys (doctor fiche -env integration-plus)"}))
	fmt.Fprintln(d.out, "kid: "+key.ID)
	return succeeded
}

// cookieKey writes a key for FRANCECONNECT_COOKIE_KEYS: this command's one secret,
// which nobody had before.
func (d *doctor) cookieKey() {
	key := franceconnect.NewCookieKey()
	said := base64.StdEncoding.EncodeToString(key[:])
	if d.asJSON {
		d.writeJSON(map[string]string{"FRANCECONNECT_COOKIE_KEYS": said})
		return
	}
	fmt.Fprintln(d.out, "FRANCECONNECT_COOKIE_KEYS="+said)
	fmt.Fprintln(d.errs, d.say(text{"Gardez-la secrète, la même sur toutes les machines. Pour en changer : la nouvelle, une virgule, l’ancienne ; la première scelle, toutes ouvrent.",
		"Keep it secret, the same on all machines. To change it: the new one, a comma, the old one; the first seals, all open."}))
}
