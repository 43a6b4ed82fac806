package mockidp

import (
	"net/http"
	"time"
)

// Platforms of a scenario that v1 does not have, or that FranceConnect+ alone
// has.
var (
	v2AndPlus = []Platform{V2, Plus}
	plusOnly  = []Platform{Plus}
)

func pageDays() []BadDay {
	refuse := func(name, y, french, english string) BadDay {
		return BadDay{name, french, english, Scenario{Refuse: y}, nil}
	}
	return []BadDay{
		{"cancelled", "la personne renonce", "the person gives up", Scenario{Cancel: true}, nil},
		refuse("session-over", yNoSession, "la session est terminée", "the session is over"),
		refuse("register-slow", "Y010011", "le registre ne répond pas à temps", "the register does not answer in time"),
		refuse("register-down", "Y010012", "le registre est en panne", "the register is down"),
		refuse("idp-down", "Y020026", "le fournisseur d’identité est en panne", "the identity provider is down"),
		refuse("level-too-low", yLowACR, "le niveau atteint est trop faible", "the level reached is too low"),
		{"level-foreign", "le niveau atteint est celui d’une autre plateforme", "the level reached is one of another platform",
			Scenario{Refuse: yForeignACR}, []Platform{V2}},
		refuse("technical-error", "Y020030", "une erreur technique", "a technical error"),
	}
}

func callbackDays() []BadDay {
	with := func(name, french, english string, change map[string]string) BadDay {
		return BadDay{name, french, english, Scenario{Callback: change}, nil}
	}
	days := []BadDay{
		{"error-unavailable", "erreur temporarily_unavailable", "the error temporarily_unavailable",
			Scenario{Error: "temporarily_unavailable", ErrorDescription: technical}, nil},
		{"error-server", "erreur server_error", "the error server_error",
			Scenario{Error: "server_error", ErrorDescription: technical}, nil},
		{"state-undefined", "erreur dont state est « undefined »", "an error whose state is the word undefined",
			Scenario{Error: "invalid_idp_hint", Callback: map[string]string{"state": "undefined"}}, nil},
		with("wrong-state", "state d’une autre connexion", "the state of another login", map[string]string{"state": "another"}),
		with("no-state", "sans state", "no state", map[string]string{"state": ""}),
		with("no-code", "sans code", "no code", map[string]string{"code": ""}),
		with("wrong-code", "code inconnu", "a code that nobody knows", map[string]string{"code": "another"}),
		with("callback-wrong-iss", "iss d’un autre fournisseur", "the iss of another provider",
			map[string]string{"iss": "https://other.example.org/api/v2"}),
		with("callback-no-iss", "sans iss", "no iss", map[string]string{"iss": ""}),
	}
	for i := len(days) - 2; i < len(days); i++ {
		days[i].platforms = v2AndPlus // v1 has no iss there
	}
	return days
}

// A tokenDay is a scenario that exists for the ID token and for userinfo.
type tokenDay struct {
	name, french, english string
	change                TokenChange
	platforms             []Platform
}

func tokenDays() []tokenDay {
	claim := func(name string, v any) TokenChange { return TokenChange{Claims: map[string]any{name: v}} }
	return []tokenDay{
		{"wrong-iss", "iss d’un autre fournisseur", "the iss of another provider", claim("iss", "https://other.example.org/api/v2"), nil},
		{"wrong-aud", "aud d’un autre service", "the aud of another client", claim("aud", "another-client"), nil},
		{"wrong-sub", "sub d’une autre personne", "the sub of another person", claim("sub", "another-person"), nil},
		{"no-sub", "sans sub", "no sub", claim("sub", nil), nil},
		{"expired", "expiré depuis une heure", "expired an hour ago", TokenChange{Shift: -time.Hour}, nil},
		{"future", "émis dans une heure", "issued in an hour", TokenChange{Shift: time.Hour}, nil},
		{"unknown-kid", "clé inconnue", "a key that is not published", TokenChange{Key: "other", Header: map[string]any{"kid": "nobody"}}, v2AndPlus},
		{"forged", "signature d’une autre clé", "signed with another key under the right name", TokenChange{Key: "other"}, nil},
		{"alg-hs512", "algorithme HS512", "the algorithm HS512", TokenChange{Alg: "HS512"}, nil},
		{"alg-ps256", "algorithme PS256", "the algorithm PS256", TokenChange{Alg: "PS256"}, nil},
		{"unsigned", "sans signature", "no signature: alg none", TokenChange{Alg: "none"}, nil},
		{"unencrypted", "non chiffré", "signed but not encrypted", TokenChange{Plain: true}, plusOnly},
		{"garbage", "illisible", "no token at all", TokenChange{Raw: "garbage"}, nil},
	}
}

func idTokenDays() []BadDay {
	var days []BadDay
	for _, d := range append(tokenDays(),
		tokenDay{"wrong-nonce", "nonce d’une autre connexion", "the nonce of another login", TokenChange{Claims: map[string]any{"nonce": "another"}}, nil},
		tokenDay{"no-nonce", "sans nonce", "no nonce", TokenChange{Claims: map[string]any{"nonce": nil}}, nil},
		tokenDay{"wrong-acr", "niveau inconnu", "a level that nobody knows", TokenChange{Claims: map[string]any{"acr": "eidas0"}}, nil},
		tokenDay{"low-acr", "niveau plus faible que demandé", "a lower level than asked", TokenChange{Claims: map[string]any{"acr": "eidas1"}}, plusOnly},
		tokenDay{"no-acr", "sans niveau", "no level", TokenChange{Claims: map[string]any{"acr": nil}}, nil},
		tokenDay{"no-exp", "sans date de fin", "no end", TokenChange{Claims: map[string]any{"exp": nil}}, nil},
	) {
		days = append(days, BadDay{"id-token-" + d.name, d.french, d.english, Scenario{IDToken: d.change}, d.platforms})
	}
	return days
}

func userinfoDays() []BadDay {
	missing := map[string]any{}
	for _, name := range []string{"given_name", "given_name_array", "family_name", "birthdate", "gender", "birthplace", "birthcountry", "email"} {
		missing[name] = nil
	}
	var days []BadDay
	for _, d := range append(tokenDays(),
		tokenDay{"json", "en JSON, sans jeton", "plain JSON, no token", TokenChange{JSON: true}, v2AndPlus},
		tokenDay{"no-claims", "sans identité", "no identity", TokenChange{Claims: missing}, nil},
	) {
		if c := d.change; d.platforms == nil && c.Claims["sub"] == nil && c.Raw == "" && d.name != "no-sub" && d.name != "no-claims" {
			d.platforms = v2AndPlus // v1 signs nothing here
		}
		days = append(days, BadDay{"userinfo-" + d.name, d.french, d.english, Scenario{UserInfo: d.change}, d.platforms})
	}
	return days
}

// A callFault is a fault that any response can have.
type callFault struct {
	name, french, english string
	fault                 Fault
}

func callFaults() []callFault {
	const badGateway = "<!DOCTYPE html>\n<html lang=\"en\"><title>502</title><h1>Bad Gateway</h1></html>\n"
	const filterPage = "<!DOCTYPE html>\n<html lang=\"fr\"><title>Filtrage</title><h1>Accès à Internet refusé</h1></html>\n"
	return []callFault{
		{"slow", "réponse après trois secondes", "answers after three seconds", Fault{Delay: 3 * time.Second}},
		{"hangs", "aucune réponse", "never answers", Fault{Hang: true}},
		{"silent", "aucune réponse, et plus un mot sur les connexions du service, comme derrière un pare-feu qui les a oubliées", "no answer, and not a word more on the client's connections, as behind a firewall that has forgotten them", Fault{Silent: true}},
		{"reset", "connexion coupée sans réponse", "the connection is cut without an answer", Fault{Reset: true}},
		{"proxy-page", "page d’un mandataire (proxy), sous le statut 200", "a proxy's page, under status 200", Fault{
			Header: http.Header{"Content-Type": {typeHTML}}, Body: filterPage}},
		{"proxy-password", "mandataire (proxy) qui veut un mot de passe", "a proxy that wants a password", Fault{Status: http.StatusProxyAuthRequired,
			Header: http.Header{"Content-Type": {typeHTML}, "Proxy-Authenticate": {"NTLM"}}, Body: filterPage}},
		{"500", "erreur 500", "error 500", Fault{Status: http.StatusInternalServerError, Body: `{"error":"server_error"}`}},
		{"502", "erreur 502, en HTML", "error 502, in HTML", Fault{Status: http.StatusBadGateway,
			Header: http.Header{"Content-Type": {typeHTML}}, Body: badGateway}},
		{"truncated", "réponse coupée", "an answer cut short", Fault{Truncate: 20}},
		{"giant", "réponse de 8 Mio", "an answer of 8 MiB", Fault{Pad: MaxPad}},
	}
}

func callDays(call string) []BadDay {
	var days []BadDay
	for _, f := range callFaults() {
		d := BadDay{Name: call + "-" + f.name, French: f.french, English: f.english, Scenario: Scenario{TokenFault: f.fault}}
		if call == "userinfo" {
			d.Scenario = Scenario{UserInfoFault: f.fault}
		}
		days = append(days, d)
	}
	return days
}

// keyDays returns the scenarios of the published keys. Each rotates the keys:
// a client that already has the signing key would not fetch the set.
func keyDays() []BadDay {
	days := []BadDay{
		{"keys-rotated", "clés nouvelles", "new keys", Scenario{Rotate: true}, v2AndPlus},
		{"keys-replaced", "clés nouvelles sous les noms (kid) des anciennes", "new keys under the names (kid) of the old ones",
			Scenario{RotateUnderSameKIDs: true}, v2AndPlus},
		{"jwks-poisoned", "clés nouvelles, et d’autres publiées sous leur nom", "new keys, and others published under their names",
			Scenario{RotateUnderSameKIDs: true, Faults: map[string]Fault{"/jwks": {Status: http.StatusOK, Body: poisonedJWKS()}}}, v2AndPlus},
		{"jwks-down", "clés nouvelles, non publiées", "new keys, and none published",
			Scenario{Rotate: true, Faults: map[string]Fault{"/jwks": {Status: http.StatusServiceUnavailable}}}, v2AndPlus},
	}
	for _, f := range callFaults() {
		days = append(days, BadDay{"jwks-" + f.name, "clés nouvelles, " + f.french, "new keys; " + f.english,
			Scenario{Rotate: true, Faults: map[string]Fault{"/jwks": f.fault}}, v2AndPlus})
	}
	return days
}
