package main

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect/internal/text"
	"github.com/franceconnect-go/franceconnect/internal/token"
)

// A publicKey is one of a key set, as far as FranceConnect+ looks at it. D is
// what nobody must ever publish.
type publicKey struct{ Kty, Kid, Alg, Use, N, X, Y, D string }

type keySet struct{ Keys []publicKey }

// publicKeysOf returns the public halves of a set of private keys, as the
// library publishes them; none if it is not one, which ConfigFromEnv says.
func publicKeysOf(privateSet string) []publicKey {
	keys, _ := token.ParseDecryptionKeys([]byte(privateSet)) // none with an error
	var set keySet
	_ = json.Unmarshal(token.PublishKeys(keys), &set) // the library wrote it
	return set.Keys
}

// keyAlgorithms returns those that FranceConnect+ can be registered with.
func (p *portal) keyAlgorithms() []string {
	all := map[string]bool{}
	for _, k := range p.publicKeys {
		all[k.Alg] = true
	}
	return slices.Sorted(maps.Keys(all))
}

// checkPublishedKeys fetches our own keys as FranceConnect+ does at each
// sign-in: no cookie, no redirect, JSON.
func (prog *program) checkPublishedKeys(ctx context.Context, f *findings, p *portal) {
	address := p.origins[0] + p.paths.keys
	r, err := prog.send(ctx, http.MethodGet, address, nil, "Accept", "application/json, application/jwk-set+json")
	var set keySet
	serve := text.Of("Servez Client.JWKSHandler à cette adresse, sans autorisation ni redirection ; l’Internet doit l’atteindre.", "Serve Client.JWKSHandler at this address, without authorisation or redirect; the Internet must reach it.")
	switch {
	case err != nil:
		*f = append(*f, prog.connectionFinding("published-keys", hostOf(address), err))
		return
	case r.status >= 300 && r.status < 400:
		f.fail("published-keys", sidePortal, text.Of("l’adresse des clés redirige, ce que FranceConnect+ ne suit pas", "the address of the keys redirects, which FranceConnect+ does not follow"), serve)
		return
	case r.status != http.StatusOK || json.Unmarshal([]byte(r.body), &set) != nil || len(set.Keys) == 0:
		f.fail("published-keys", sidePortal, text.Of("l’adresse des clés ne donne pas un jeu de clés : chaque connexion échouerait", "the address of the keys gives no key set: every sign-in would fail"), serve)
		return
	}
	if slices.ContainsFunc(set.Keys, func(k publicKey) bool { return k.D != "" }) {
		f.fail("published-keys", sidePortal, text.Of("des clés privées sont publiées", "private keys are published"),
			text.Of("Retirez-les tout de suite, faites-en d’autres (franceconnect keys decryption) et prévenez votre sécurité.", "Take them down at once, make others (franceconnect keys decryption) and tell your security team."))
		return
	}
	var missing []string
	for _, own := range p.publicKeys {
		if !slices.Contains(set.Keys, own) {
			missing = append(missing, own.Kid)
		}
	}
	if len(missing) > 0 {
		f.fail("published-keys", sidePortal, text.Of("le portail en marche ne publie pas les clés "+strings.Join(missing, ", "), "the running portal does not publish the keys "+strings.Join(missing, ", ")),
			text.Of("Redémarrez-le avec ces DecryptionKeys, sur toutes les machines.", "Start it again with these DecryptionKeys, on all machines."))
		return
	}
	f.ok("published-keys", text.Of("le portail publie ses clés de chiffrement", "the portal publishes its encryption keys"))
	if strings.HasPrefix(address, "http:") {
		f.warn("published-keys", sidePortal, text.Of("en http, sur cette machine : le vrai FranceConnect+ ne les atteindra pas", "on http, on this machine: the true FranceConnect+ will not reach them"), text.Of("Publiez-les en https.", "Publish them on https."))
	}
}
