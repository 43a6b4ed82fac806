package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

// probeLogout asks FranceConnect to sign somebody out, as the portal does, and
// leaves it: nobody confirms. FranceConnect looks at the ID token first and at
// the address after it. Without a token, only the door is found; with that of
// one sign-in, however old, the registration of the address is known.
func (prog *program) probeLogout(ctx context.Context, f *findings, p *portal) {
	hint, ok := p.readHint(f)
	if !ok {
		return
	}
	ask := url.Values{"id_token_hint": {"none"}, "state": {strings.Repeat("0", wantedLength)}}
	if hint != "" {
		ask.Set("id_token_hint", hint)
	}
	if back := p.config.PostLogoutRedirectURL; back != "" {
		ask.Set("post_logout_redirect_uri", back)
	}
	r, err := prog.send(ctx, http.MethodGet, p.environment.EndSessionURL+"?"+ask.Encode(), nil, "Accept", "text/html")
	if err != nil {
		*f = append(*f, prog.connectionFinding("logout", hostOf(p.environment.Issuer), err))
		return
	}
	code := yCode.FindString(r.body)
	switch {
	case r.status >= 500 || r.status == http.StatusNotFound:
		f.fail("logout", sideFranceConnect, r.beside(text.Of("la déconnexion de FranceConnect ne répond pas", "FranceConnect’s logout does not answer")),
			text.Of("Attendez ; le portail ferme sa propre session quoi qu’il arrive.", "Wait; the portal ends its own session whatever happens."))
	case hint != "" && r.status < 400:
		f.ok("logout", text.Of("l’adresse de retour de déconnexion est inscrite", "the post-logout URL is registered"))
	case code == "Y04CFAEF" || hint != "" && code != "":
		*f = append(*f, p.findingOfCode("logout", code))
	case code == "Y000400":
		f.fail("logout", sidePortal, text.Of("FranceConnect refuse la forme de l’adresse de retour de déconnexion (Y000400)", "FranceConnect refuses the form of the post-logout URL (Y000400)"), text.Of("Corrigez PORTAL_URL ou -deconnexion.", "Correct PORTAL_URL or -deconnexion."))
	case hint != "":
		f.fail("logout", sideFranceConnect, r.beside(text.Of("la déconnexion de FranceConnect répond ce que personne ne comprend", "FranceConnect’s logout answers what nobody understands")), text.Of("Vérifiez qu’aucun mandataire (proxy) ne répond à sa place.", "Check that no proxy answers in its stead."))
	default:
		f.ok("logout", text.Of("la déconnexion de FranceConnect répond ; -jeton dirait si l’adresse de retour est inscrite", "FranceConnect’s logout answers; -jeton would tell whether the post-logout URL is registered"))
	}
}

// readHint reads the ID token of -jeton, and looks at what it was signed with:
// that is what the client is registered with. Nothing of it is shown.
func (p *portal) readHint(f *findings) (hint string, ok bool) {
	if p.hintFile == "" {
		return "", true
	}
	content, err := os.ReadFile(p.hintFile)
	hint = strings.TrimSpace(string(content))
	parts := strings.Split(hint, ".")
	var header struct{ Alg string }
	var raw []byte
	if err == nil {
		raw, err = base64.RawURLEncoding.DecodeString(parts[0])
	}
	switch {
	case err == nil && len(parts) == 5:
		f.fail("logout", sidePortal, text.Of("le jeton de -jeton est encore chiffré ; FranceConnect+ veut celui qui est dedans", "the token of -jeton is encrypted still; FranceConnect+ wants the one inside"), text.Of("Prenez Session.IDTokenHint.", "Take Session.IDTokenHint."))
		return "", false
	case err != nil || len(parts) != 3 || json.Unmarshal(raw, &header) != nil:
		f.fail("logout", sidePortal, text.Of("le fichier de -jeton ne contient pas un jeton d’identité", "the file of -jeton does not hold an ID token"), text.Of("Mettez-y celui d’une connexion d’essai (Session.IDTokenHint).", "Put that of a test sign-in there (Session.IDTokenHint)."))
		return "", false
	}
	p.registration.algorithm = header.Alg
	p.checkAlgorithm(f)
	return hint, true
}
