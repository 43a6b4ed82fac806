package main

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/franceconnect-go/franceconnect/internal/provider"
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

// enginePatience is how long FranceConnect+'s engine waits for a key set by
// default. The running server that was measured waited for 4 seconds.
const enginePatience = 2500 * time.Millisecond

// fetchKeys reads an address as FranceConnect+ does in the middle of a sign-in:
// no cookie, no User-Agent, and redirects are followed. It returns where they
// led, and how long it took.
func (prog *program) fetchKeys(ctx context.Context, address, agent string) (r response, at string, took time.Duration, err error) {
	start := prog.now()
	at = address
	for range maxHops {
		r, err = prog.freshly().send(ctx, http.MethodGet, at, nil, "Accept", "application/json, application/jwk-set+json", "User-Agent", agent)
		if err != nil || r.status < 300 || r.status > 399 {
			break
		}
		from, _ := url.Parse(at) // send has
		to, bad := from.Parse(r.header.Get("Location"))
		if bad != nil || r.header.Get("Location") == "" {
			break
		}
		at = to.String()
	}
	return r, at, prog.now().Sub(start), err
}

// keysIn returns the keys of an answer; none if it is no key set.
func keysIn(r response) []publicKey {
	var set keySet
	if r.status != http.StatusOK || json.Unmarshal([]byte(r.body), &set) != nil {
		return nil
	}
	return set.Keys
}

// checkPublishedKeys fetches our own keys as FranceConnect+ does during a
// sign-in.
func (prog *program) checkPublishedKeys(ctx context.Context, f *findings, p *portal) {
	address := p.origins[0] + p.paths.keys
	r, at, took, err := prog.fetchKeys(ctx, address, "")
	set := keySet{keysIn(r)}
	serve := text.Of("Servez Client.JWKSHandler à cette adresse, sans autorisation ; l’Internet doit l’atteindre.", "Serve Client.JWKSHandler at this address, without authorisation; the Internet must reach it.")
	if err != nil || len(set.Keys) == 0 {
		if other, _, _, bad := prog.fetchKeys(ctx, address, userAgent); bad == nil && len(keysIn(other)) > 0 {
			what := text.Of("l’adresse des clés ne répond qu’aux navigateurs, et FranceConnect+ n’envoie pas de User-Agent : chaque connexion échouerait", "the address of the keys answers browsers alone, and FranceConnect+ sends no User-Agent: every sign-in would fail")
			if err == nil {
				what = r.beside(what)
			}
			f.fail("published-keys", sideNetwork, what, text.Of("Faites laisser passer, à cette adresse, les requêtes sans User-Agent : docs/fr/exploitant.md, « Pare-feu applicatif ».", "Have requests without User-Agent let through to this address: docs/fr/exploitant.md, “Pare-feu applicatif”."))
			return
		}
	}
	switch {
	case err != nil:
		*f = append(*f, prog.connectionFinding("published-keys", hostOf(at), err))
		return
	case len(set.Keys) == 0 && at != address:
		f.fail("published-keys", sidePortal, r.beside(text.Of("l’adresse des clés redirige vers "+withoutQuery(at)+", qui ne donne pas un jeu de clés : chaque connexion échouerait", "the address of the keys redirects to "+withoutQuery(at)+", which gives no key set: every sign-in would fail")), serve)
		return
	case len(set.Keys) == 0:
		f.fail("published-keys", sidePortal, r.beside(text.Of("l’adresse des clés ne donne pas un jeu de clés : chaque connexion échouerait", "the address of the keys gives no key set: every sign-in would fail")), serve)
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
	if at != address {
		f.warn("published-keys", sidePortal, text.Of("l’adresse des clés redirige vers "+withoutQuery(at)+" : FranceConnect+ suit, mais chaque saut compte dans son délai", "the address of the keys redirects to "+withoutQuery(at)+": FranceConnect+ follows, but each hop counts for its time limit"),
			text.Of("Déclarez l’adresse finale, ou servez les clés à celle-ci.", "Register the final address, or serve the keys at this one."))
	}
	if took > enginePatience {
		shown := took.Round(100 * time.Millisecond).String()
		f.warn("published-keys", sidePortal, text.Of("les clés ont mis "+shown+" à venir, et FranceConnect+ peut abandonner après 2,5 s", "the keys took "+shown+" to come, and FranceConnect+ may give up after 2.5 s"),
			text.Of("Servez-les sans base de données ni cache lent devant : c’est un petit document.", "Serve them without a database or a slow cache in front: it is a small document."))
	}
	f.ok("published-keys", text.Of("le portail publie ses clés de chiffrement", "the portal publishes its encryption keys").Then(readKeyAnswer(r).settled(prog.now())))
	if strings.HasPrefix(address, "http:") {
		f.warn("published-keys", sidePortal, text.Of("en http, sur cette machine : le vrai FranceConnect+ ne les atteindra pas", "on http, on this machine: the true FranceConnect+ will not reach them"), text.Of("Publiez-les en https.", "Publish them on https."))
	}
}

// withoutQuery returns an address as far as it may be shown: a query or a fragment
// may have a code in it, and some servers put the session behind a semicolon.
func withoutQuery(address string) string {
	if i := strings.IndexAny(address, "?#;"); i >= 0 {
		address = address[:i]
	}
	return provider.Clean(address, maxAddress)
}
