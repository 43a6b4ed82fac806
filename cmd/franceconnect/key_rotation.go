package main

import (
	"fmt"
	"strings"

	"github.com/franceconnect-go/franceconnect/cmd/franceconnect/internal/keyfile"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// keyWritten says what was made and what to do with it.
func keyWritten(file string, key keyfile.Key) text.Text {
	return text.Of(fmt.Sprintf(`Clé de déchiffrement écrite dans %[1]s. Elle est secrète : elle ne va que sur les machines du portail.
  FRANCECONNECT_DECRYPTION_KEYS=%[1]s
Nom de la clé (kid) : %[2]s
À déclarer à FranceConnect+ :
  algorithme de chiffrement : %[3]s, avec A256GCM
  adresse des clés publiques (jwks_uri) : celle que donne franceconnect sheet -env integration-plus
Le portail y publie la partie publique des clés ; FranceConnect+ la lit pendant une connexion, toutes les cinq minutes au plus.
`, file, key.ID, key.Algorithm), fmt.Sprintf(`Decryption key written to %[1]s. It is secret: it goes to the portal’s machines and nowhere else.
  FRANCECONNECT_DECRYPTION_KEYS=%[1]s
Name of the key (kid): %[2]s
To be registered at FranceConnect+:
  encryption algorithm: %[3]s, with A256GCM
  address of the public keys (jwks_uri): the one that franceconnect sheet -env integration-plus gives
The portal publishes the public part of the keys there; FranceConnect+ reads it during a sign-in, every five minutes at most.
`, file, key.ID, key.Algorithm))
}

// jwksAddress stands in a command for the address where the portal publishes its
// keys.
const jwksAddress = "https://…/jwks.json"

// argument writes a word of a command, in quotes where a shell would take it for
// several.
func argument(word string) string {
	if strings.ContainsAny(word, " &;()'") {
		return `"` + word + `"`
	}
	return word
}

// keyRotation says how one key takes the place of another: FranceConnect+ takes
// the first of its algorithm, of the set as it read it last.
func keyRotation(file, id string) text.Text {
	command := "franceconnect keys decryption -first " + id + " -published " + jwksAddress + " " + argument(file)
	return text.Of(`Changer de clé sans perdre une connexion :
  1. mettez ce fichier sur toutes les machines du portail, et redémarrez-les : l’ancienne clé sert encore ;
  2. mettez la nouvelle clé en tête, quand toutes la publient :
       `+command+`
  3. mettez le fichier sur toutes les machines, redémarrez-les, et retirez l’ancienne clé quand cinq minutes au moins ont passé ; la commande de l’étape 2 dit comment.
La commande demande au portail en marche ce qu’il publie, et refuse une étape qui vient trop tôt.
`, `To change keys without losing a login:
  1. put this file on all machines of the portal, and start them again: the old key is still used;
  2. put the new key first, when all of them publish it:
       `+command+`
  3. put the file on all machines, start them again, and take the old key out when five minutes at least have passed; the command of step 2 says how.
The command asks the running portal what it publishes, and refuses a step that comes too early.
`)
}

// keyIsFirst says what follows when a file has another key first.
func keyIsFirst(file, published string, s keyStep) text.Text {
	command := "franceconnect keys decryption -remove " + s.behind.Kid + " -published " + argument(published) + " " + argument(file)
	return text.Of(`La clé `+s.key.Kid+` est en tête de `+file+`. Mettez-le sur toutes les machines du portail, et redémarrez-les.
FranceConnect+ se sert encore de `+s.behind.Kid+` pendant cinq minutes au moins. Ensuite :
  `+command+`
`, `The key `+s.key.Kid+` is the first of `+file+`. Put it on all machines of the portal, and start them again.
FranceConnect+ goes on with `+s.behind.Kid+` for five minutes at least. Then:
  `+command+`
`)
}

// keyIsOut says what follows when a key is out of a file.
func keyIsOut(file, id string) text.Text {
	return text.Of("La clé "+id+" n’est plus dans "+file+". Mettez-le sur toutes les machines du portail : le changement est fait.\n",
		"The key "+id+" is no longer in "+file+". Put it on all machines of the portal: the change is done.\n")
}

// algorithmChange says the same where the algorithm changes, as FranceConnect+
// has it registered.
func algorithmChange(file, algorithm string) text.Text {
	command := "franceconnect keys decryption -remove NOM -alg " + algorithm + " -published " + jwksAddress + " " + argument(file)
	return text.Of(`Changer d’algorithme sans perdre une connexion :
  1. mettez ce fichier sur toutes les machines du portail, et redémarrez-les ;
  2. demandez à FranceConnect+ de passer à `+algorithm+`, quand franceconnect check -reseau dit que FranceConnect+ a lu ces clés ;
  3. quand c’est fait, retirez l’ancienne clé, par son nom :
       `+command+`
`, `To change the algorithm without losing a login:
  1. put this file on all machines of the portal, and start them again;
  2. ask FranceConnect+ to change to `+algorithm+`, when franceconnect check -reseau says that FranceConnect+ has read these keys;
  3. when they have, take the old key out, by its name:
       `+strings.Replace(command, "NOM", "NAME", 1)+`
`)
}
