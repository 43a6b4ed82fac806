package main

import (
	"fmt"

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
Le portail y publie la partie publique des clés ; FranceConnect+ la lit à chaque connexion.
`, file, key.ID, key.Algorithm), fmt.Sprintf(`Decryption key written to %[1]s. It is secret: it goes to the portal’s machines and nowhere else.
  FRANCECONNECT_DECRYPTION_KEYS=%[1]s
Name of the key (kid): %[2]s
To be registered at FranceConnect+:
  encryption algorithm: %[3]s, with A256GCM
  address of the public keys (jwks_uri): the one that franceconnect sheet -env integration-plus gives
The portal publishes the public part of the keys there; FranceConnect+ reads it at every sign-in.
`, file, key.ID, key.Algorithm))
}

// keyRotation says how one key takes the place of another: FranceConnect+ takes
// the first of its algorithm.
var keyRotation = text.Of(`Changer de clé sans refuser personne :
  1. mettez ce fichier sur toutes les machines du portail : la nouvelle clé est la dernière, l’ancienne sert encore ;
  2. mettez la nouvelle clé en tête du fichier, sur toutes les machines : elle sert désormais ;
  3. quand toutes l’ont, retirez l’ancienne.
`, `To change keys without refusing anybody:
  1. put this file on all machines of the portal: the new key is the last one, the old one is still used;
  2. put the new key first in the file, on all machines: it is used from now on;
  3. when all of them have it, take the old one out.
`)

// algorithmChange says the same where the algorithm changes, as FranceConnect+
// has it registered.
func algorithmChange(algorithm string) text.Text {
	return text.Of(`Changer d’algorithme sans refuser personne :
  1. mettez ce fichier sur toutes les machines du portail ;
  2. demandez à FranceConnect+ de passer à `+algorithm+` ;
  3. quand c’est fait, retirez l’ancienne clé.
`, `To change the algorithm without refusing anybody:
  1. put this file on all machines of the portal;
  2. ask FranceConnect+ to change to `+algorithm+`;
  3. when they have, take the old key out.
`)
}
