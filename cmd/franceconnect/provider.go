package main

import (
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// checkProvider asks FranceConnect, from the way there to the probes.
func (prog *program) checkProvider(ctx context.Context, f *findings, p *portal) {
	if !p.environment.isKnown() {
		f.skip("discovery", text.Of("aucun environnement : rien à interroger", "no environment: nothing to ask"))
		return
	}
	if p.environment.Platform == franceconnect.V1 {
		prog.checkReachable(ctx, f, p, p.environment.UserInfoURL)
	} else if r, ok := prog.checkReachable(ctx, f, p, p.environment.Issuer+"/.well-known/openid-configuration"); ok {
		checkDiscovery(f, p, r)
		prog.checkKeys(ctx, f, p)
	}
	if !providerAnswered(*f) {
		return
	}
	if p.client == nil && p.asksEditor() {
		f.skip("authorize", text.Of("l’inscription du client ne se vérifie qu’avec son identifiant, son secret et ses adresses de retour", "the registration of the client is checked only with its client id, its secret and where people come back to"))
		return
	}
	if p.client == nil {
		f.skip("authorize", text.Of("les réglages sont à corriger d’abord", "the settings are to be corrected first"))
		return
	}
	prog.probeAuthorize(ctx, f, p)
	prog.probeToken(ctx, f, p)
	prog.probeLogout(ctx, f, p)
}

// checkReachable makes the first call, and says what it tells of the network.
func (prog *program) checkReachable(ctx context.Context, f *findings, p *portal, address string) (response, bool) {
	r, err := prog.send(ctx, http.MethodGet, address, nil, "Accept", "application/json")
	if err != nil {
		*f = append(*f, prog.connectionFinding("connection", hostOf(address), err))
		return r, false
	}
	if err := prog.pageByProxy(address, r); err != nil {
		*f = append(*f, prog.connectionFinding("connection", hostOf(address), err))
		return r, false
	}
	prog.checkConnection(f, address, r)
	checkClock(f, r)
	return r, true
}

// providerAnswered reports whether FranceConnect answered at all.
func providerAnswered(f findings) bool {
	return slices.ContainsFunc(f, func(one finding) bool { return one.check == "dns" && one.verdict == good })
}

// checkDiscovery compares what FranceConnect says of itself with what is built
// in. What it announces and refuses (PKCE, request objects) is not looked at.
func checkDiscovery(f *findings, p *portal, r response) {
	var doc struct {
		Issuer string   `json:"issuer"`
		ACR    []string `json:"acr_values_supported"`
		Algs   []string `json:"id_token_signing_alg_values_supported"`
		Auth   []string `json:"token_endpoint_auth_methods_supported"`
	}
	var all map[string]any
	if r.status != http.StatusOK || json.Unmarshal([]byte(r.body), &doc) != nil || json.Unmarshal([]byte(r.body), &all) != nil {
		one := f.fail("discovery", sideFranceConnect, r.beside(text.Of("le document de découverte n’est pas là", "the discovery document is not there")),
			text.Of("Vérifiez l’adresse de l’environnement ; sinon, FranceConnect est en panne, ou un mandataire (proxy) répond à sa place.", "Check the environment’s address; otherwise FranceConnect is down, or a proxy answers in its stead."))
		if r.status == http.StatusNotFound {
			one.side = sidePortal
		}
		return
	}
	var differ []string
	if doc.Issuer != p.environment.Issuer {
		differ = append(differ, "issuer")
	}
	for name, address := range map[string]string{"authorization_endpoint": p.environment.AuthorizationURL, "token_endpoint": p.environment.TokenURL,
		"userinfo_endpoint": p.environment.UserInfoURL, "jwks_uri": p.environment.JWKSURL, "end_session_endpoint": p.environment.EndSessionURL} {
		if all[name] != address {
			differ = append(differ, name)
		}
	}
	slices.Sort(differ)
	if !slices.Contains(doc.ACR, p.level()) {
		differ = append(differ, "acr_values_supported ("+p.level()+")")
	}
	if !slices.Contains(doc.Algs, p.environment.Algorithms[0]) {
		differ = append(differ, "id_token_signing_alg_values_supported ("+p.environment.Algorithms[0]+")")
	}
	if !slices.Contains(doc.Auth, p.environment.TokenEndpointAuthMethod) {
		differ = append(differ, "token_endpoint_auth_methods_supported ("+p.environment.TokenEndpointAuthMethod+")")
	}
	if len(differ) > 0 {
		f.fail("discovery", sideFranceConnect, text.Of("FranceConnect ne dit pas de lui-même ce que la bibliothèque en sait : "+strings.Join(differ, ", "), "FranceConnect does not say of itself what the library knows: "+strings.Join(differ, ", ")),
			text.Of("Vérifiez l’environnement et "+p.setting("FRANCECONNECT_PLATFORM")+" ; si FranceConnect a changé, mettez la bibliothèque à jour.", "Check the environment and "+p.setting("FRANCECONNECT_PLATFORM")+"; if FranceConnect has changed, update the library."))
		return
	}
	f.ok("discovery", text.Of("FranceConnect est tel que la bibliothèque le connaît", "FranceConnect is as the library knows it"))
}

// checkKeys looks for a key that signs.
func (prog *program) checkKeys(ctx context.Context, f *findings, p *portal) {
	r, err := prog.send(ctx, http.MethodGet, p.environment.JWKSURL, nil)
	if err == nil {
		err = prog.pageByProxy(p.environment.JWKSURL, r)
	}
	var set struct {
		Keys []struct{ Kty, Crv, Use string }
	}
	signs := func(k struct{ Kty, Crv, Use string }) bool {
		return k.Use != "enc" && (k.Kty == "EC" && k.Crv == "P-256" || k.Kty == "RSA" && p.environment.Platform == franceconnect.V2)
	}
	switch {
	case err != nil:
		*f = append(*f, prog.connectionFinding("keys", hostOf(p.environment.Issuer), err))
	case r.status != http.StatusOK || json.Unmarshal([]byte(r.body), &set) != nil || !slices.ContainsFunc(set.Keys, signs):
		f.fail("keys", sideFranceConnect, r.beside(text.Of("FranceConnect ne publie pas de clé de signature utilisable", "FranceConnect publishes no signing key that can be used")),
			text.Of("Attendez ; si cela dure, écrivez à support.partenaires@franceconnect.gouv.fr.", "Wait; if it lasts, write to support.partenaires@franceconnect.gouv.fr."))
	case !maxAge.MatchString(r.header.Get("Cache-Control")):
		f.warn("keys", sideFranceConnect, text.Of("FranceConnect publie ses clés sans dire combien de temps les garder (max-age de Cache-Control)", "FranceConnect publishes its keys without saying how long to keep them (Cache-Control: max-age)"),
			text.Of("Cherchez un mandataire (proxy) qui retire l’en-tête : sans lui, les clés sont demandées plus souvent.", "Look for a proxy that takes the header away: without it, the keys are asked for more often."))
	default:
		f.ok("keys", text.Of("FranceConnect publie ses clés de signature, et dit combien de temps les garder", "FranceConnect publishes its signing keys, and says how long to keep them"))
	}
}

// maxAge matches a time to keep an answer, longer than nothing.
var maxAge = regexp.MustCompile(`(?i)\bmax-age=[1-9]`)
