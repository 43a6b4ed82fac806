package mockidp

import (
	"net/http"
	"time"
)

// Platforms of a scenario that not all have.
var (
	notV1          = []Platform{V2, Plus, ProConnect}
	plusOnly       = []Platform{Plus}
	franceConnect  = []Platform{V2, Plus, V1}
	proConnectOnly = []Platform{ProConnect}
)

func pageDays() []BadDay {
	refuse := func(name, y, french, english string, on ...Platform) BadDay {
		return BadDay{name, french, english, Scenario{Refuse: y}, on}
	}
	return []BadDay{
		{"cancelled", "la personne renonce", "the person gives up", Scenario{Cancel: true}, nil},
		refuse("session-over", yNoSession, "la session est terminée", "the session is over"),
		refuse("register-slow", "Y010011", "le registre ne répond pas à temps", "the register does not answer in time", franceConnect...),
		refuse("register-down", "Y010012", "le registre est en panne", "the register is down", franceConnect...),
		refuse("idp-down", "Y020026", "le fournisseur d’identité est en panne", "the identity provider is down"),
		refuse("level-too-low", yLowACR, "le niveau atteint est trop faible", "the level reached is too low", franceConnect...),
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
			Scenario{Error: "invalid_idp_hint", Callback: map[string]string{"state": "undefined"}}, franceConnect},
		{"acr-not-met", "aucun des niveaux demandés n’est atteint", "none of the levels asked for is reached",
			Scenario{Error: "access_denied", ErrorDescription: "requested ACRs could not be satisfied"}, proConnectOnly},
		{"login-required", "erreur login_required", "the error login_required",
			Scenario{Error: "login_required", ErrorDescription: "End-User authentication is required"}, proConnectOnly},
		{"idp-hint-unknown", "erreur idp_hint_not_found", "the error idp_hint_not_found",
			Scenario{Error: "idp_hint_not_found", ErrorDescription: "provided idp_hint could not be found"}, proConnectOnly},
		with("wrong-state", "state d’une autre connexion", "the state of another login", map[string]string{"state": "another"}),
		with("no-state", "sans state", "no state", map[string]string{"state": ""}),
		with("no-code", "sans code", "no code", map[string]string{"code": ""}),
		with("wrong-code", "code inconnu", "a code that nobody knows", map[string]string{"code": "another"}),
		with("callback-wrong-iss", "iss d’un autre fournisseur", "the iss of another provider",
			map[string]string{"iss": "https://other.example.org/api/v2"}),
		with("callback-no-iss", "sans iss", "no iss", map[string]string{"iss": ""}),
	}
	for i := len(days) - 2; i < len(days); i++ {
		days[i].platforms = notV1 // v1 has no iss there
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
		{"expired", "expiré depuis une heure", "expired an hour ago", TokenChange{Shift: -2 * time.Hour}, nil},
		{"future", "émis dans une heure", "issued in an hour", TokenChange{Shift: time.Hour}, nil},
		{"unknown-kid", "clé inconnue", "a key that is not published", TokenChange{Key: "other", Header: map[string]any{"kid": "nobody"}}, notV1},
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
		tokenDay{"wrong-acr", "niveau inconnu", "a level that nobody knows", TokenChange{Claims: map[string]any{"acr": "eidas0"}}, franceConnect},
		tokenDay{"low-acr", "niveau plus faible que demandé", "a lower level than asked", TokenChange{Claims: map[string]any{"acr": "eidas1"}}, plusOnly},
		tokenDay{"old-acr", "niveau d’avant juin 2026", "a level of before June 2026", TokenChange{Claims: map[string]any{"acr": formerACR}}, proConnectOnly},
		tokenDay{"other-acr", "niveau connu qui n’a pas été demandé", "a known level that was not asked for", TokenChange{Claims: map[string]any{"acr": "eidas0"}}, proConnectOnly},
		tokenDay{"wrong-at-hash", "at_hash d’un autre jeton", "the at_hash of another token", TokenChange{Claims: map[string]any{"at_hash": "MTIzNDU2Nzg5MDEyMzQ1Ng"}}, proConnectOnly},
		tokenDay{"no-acr", "sans niveau", "no level", TokenChange{Claims: map[string]any{"acr": nil}}, nil},
		tokenDay{"no-exp", "sans date de fin", "no end", TokenChange{Claims: map[string]any{"exp": nil}}, nil},
	) {
		days = append(days, BadDay{"id-token-" + d.name, d.french, d.english, Scenario{IDToken: d.change}, d.platforms})
	}
	return days
}

func userinfoDays() []BadDay {
	missing := map[string]any{}
	for _, name := range []string{"given_name", "given_name_array", "family_name", "birthdate", "gender", "birthplace", "birthcountry", "email", "usual_name", "uid", "siret", "siren"} {
		missing[name] = nil
	}
	var days []BadDay
	for _, d := range append(tokenDays(),
		tokenDay{"json", "en JSON, sans jeton", "plain JSON, no token", TokenChange{JSON: true}, notV1},
		tokenDay{"no-claims", "sans identité", "no identity", TokenChange{Claims: missing}, nil},
		tokenDay{"no-siret", "sans SIRET", "no SIRET", TokenChange{Claims: map[string]any{"siret": nil}}, proConnectOnly},
		tokenDay{"wrong-siret", "SIRET dont la clé est fausse", "a SIRET with a wrong check digit", TokenChange{Claims: map[string]any{"siret": "21999999200016"}}, proConnectOnly},
		tokenDay{"spaced-siret", "SIRET écrit avec des espaces", "a SIRET with spaces in it", TokenChange{Claims: map[string]any{"siret": "219 999 992 00015"}}, proConnectOnly},
		tokenDay{"other-siren", "SIREN d’une autre organisation que le SIRET", "the SIREN of another organisation than the SIRET", TokenChange{Claims: map[string]any{"siren": "356000000"}}, proConnectOnly},
		tokenDay{"roles-in-words", "rôles en un seul texte", "the roles as one text", TokenChange{Claims: map[string]any{"roles": "agent_public, maire"}}, proConnectOnly},
	) {
		if c := d.change; d.platforms == nil && c.Claims["sub"] == nil && c.Raw == "" && d.name != "no-sub" && d.name != "no-claims" {
			d.platforms = notV1 // v1 signs nothing here
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
		{"keys-rotated", "clés nouvelles", "new keys", Scenario{Rotate: true}, notV1},
		{"keys-replaced", "clés nouvelles sous les noms (kid) des anciennes", "new keys under the names (kid) of the old ones",
			Scenario{RotateUnderSameKIDs: true}, notV1},
		{"jwks-poisoned", "clés nouvelles, et d’autres publiées sous leur nom", "new keys, and others published under their names",
			Scenario{RotateUnderSameKIDs: true, Faults: map[string]Fault{"/jwks": {Status: http.StatusOK, Body: poisonedJWKS()}}}, notV1},
		{"jwks-down", "clés nouvelles, non publiées", "new keys, and none published",
			Scenario{Rotate: true, Faults: map[string]Fault{"/jwks": {Status: http.StatusServiceUnavailable}}}, notV1},
	}
	for _, f := range callFaults() {
		days = append(days, BadDay{"jwks-" + f.name, "clés nouvelles, " + f.french, "new keys; " + f.english,
			Scenario{Rotate: true, Faults: map[string]Fault{"/jwks": f.fault}}, notV1})
	}
	return days
}
