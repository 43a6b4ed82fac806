package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// A probe asks a side something, and says what it answered.
type probe struct {
	name string
	ask  func(*side) string
}

// probes returns all of them. Requests are those of the mock's own test, but for the
// pages of the server's own code, which oidc-provider does not have.
func probes(rows string) (all []probe, err error) {
	var requests []struct {
		Name, Page string
		Change     []string
	}
	if err := readJSON(rows, &requests); err != nil {
		return nil, err
	}
	for _, r := range requests {
		if strings.Contains(r.Page, "Y000400") {
			continue
		}
		all = append(all, probe{"authorize, " + r.Name, func(s *side) string {
			said, _ := s.fresh().login(r.Change...)
			return said
		}})
	}
	return slices.Concat(discovery(), all, levels(), exchanges(), sessions(), logouts()), nil
}

func discovery() (all []probe) {
	for _, name := range []string{"issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "end_session_endpoint", "revocation_endpoint",
		"introspection_endpoint", "scopes_supported", "claims_supported", "acr_values_supported", "response_types_supported", "response_modes_supported", "grant_types_supported",
		"subject_types_supported", "claim_types_supported", "code_challenge_methods_supported", "token_endpoint_auth_methods_supported", "token_endpoint_auth_signing_alg_values_supported",
		"claims_parameter_supported", "request_parameter_supported", "request_uri_parameter_supported", "authorization_response_iss_parameter_supported",
		"id_token_signing_alg_values_supported", "userinfo_signing_alg_values_supported", "request_object_signing_alg_values_supported", "id_token_encryption_alg_values_supported", "userinfo_encryption_alg_values_supported", "dpop_signing_alg_values_supported"} {
		all = append(all, probe{"discovery, " + name, func(s *side) string {
			a := s.fresh().do(http.MethodGet, s.base+"/.well-known/openid-configuration", nil)
			var doc map[string]any
			if json.Unmarshal([]byte(a.body), &doc) != nil {
				return "no JSON"
			}
			if list, ok := doc[name].([]any); ok { // in no order
				slices.SortFunc(list, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
			}
			text, _ := json.Marshal(doc[name]) // it came as JSON
			return strings.ReplaceAll(string(text), s.base, "issuer")
		}})
	}
	return append(all, probe{"keys", func(s *side) string {
		var set struct {
			Keys []struct{ Kty, Alg, Use string }
		}
		a := s.fresh().do(http.MethodGet, s.base+"/jwks", nil)
		_ = json.Unmarshal([]byte(a.body), &set)
		return fmt.Sprint(a.header.Get("Content-Type"), " ", set.Keys)
	}})
}

func levels() (all []probe) {
	for name, change := range map[string][]string{
		"the first of two":          {"claims", `{"id_token":{"acr":{"essential":true,"values":["eidas2","eidas3"]}}}`},
		"one value":                 {"claims", `{"id_token":{"acr":{"essential":true,"value":"eidas1-mfa"}}}`},
		"not essential":             {"claims", `{"id_token":{"acr":{"values":["eidas2"]}}}`},
		"null":                      {"claims", `{"id_token":{"acr":null}}`},
		"not asked for":             {"claims", ""},
		"acr_values":                {"claims", "", "acr_values", "eidas1"},
		"one is unknown":            {"claims", `{"id_token":{"acr":{"essential":true,"values":["unknown","eidas3"]}}}`},
		"the head of a company":     {"claims", `{"id_token":{"acr":{"essential":true,"value":"https://proconnect.gouv.fr/assurance/certification-dirigeant"}}}`},
		"amr":                       {"claims", `{"id_token":{"amr":{"essential":true}}}`},
		"auth_time, prompt consent": {"claims", `{"id_token":{"acr":null}}`, "prompt", "consent"},
		"no nonce":                  {"nonce", ""},
	} {
		all = append(all, probe{"ID token, " + name, func(s *side) string {
			said, code := s.fresh().login(change...)
			if code == "" {
				return said
			}
			_, got := s.trade(code)
			return s.part(got["id_token"], 1)
		}})
	}
	slices.SortFunc(all, func(a, b probe) int { return strings.Compare(a.name, b.name) })
	return all
}

const verifier, challenge = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

func exchanges() []probe {
	pkce := []string{"code_challenge", challenge, "code_challenge_method", "S256"}
	trade := func(name string, login []string, change ...string) probe {
		return probe{"token, " + name, func(s *side) string {
			_, code := s.fresh().login(login...)
			a, members := s.trade(code, change...)
			if members["id_token"] != nil {
				return "tokens"
			}
			return told(a)
		}}
	}
	return []probe{
		{"token, an answer", func(s *side) string {
			_, code := s.fresh().login()
			a, _ := s.trade(code)
			return told(a)
		}},
		{"ID token, header", func(s *side) string { return s.part(s.fresh().tokens()["id_token"], 0) }},
		{"userinfo, header", func(s *side) string { return s.part(s.userinfo(s.fresh().tokens()["access_token"]).body, 0) }},
		{"userinfo, claims", func(s *side) string { return s.part(s.userinfo(s.fresh().tokens()["access_token"]).body, 1) }},
		{"userinfo, all scopes", func(s *side) string {
			return s.part(s.userinfo(s.fresh().tokens("scope", strings.Join(s.client.Scopes, " "))["access_token"]).body, 1)
		}},
		{"userinfo, type", func(s *side) string {
			return s.userinfo(s.fresh().tokens()["access_token"]).header.Get("Content-Type")
		}},
		{"userinfo, a token of nobody", func(s *side) string {
			a := s.fresh().userinfo("nobody")
			return told(a) + " " + strings.ReplaceAll(a.header.Get("Www-Authenticate"), s.base, "issuer")
		}},
		{"userinfo, no token", func(s *side) string {
			a := s.fresh().do(http.MethodGet, s.base+"/userinfo", nil, "Accept", "application/json")
			return told(a) + " " + strings.ReplaceAll(a.header.Get("Www-Authenticate"), s.base, "issuer")
		}},
		{"userinfo, a refresh token", func(s *side) string { return told(s.userinfo(s.fresh().tokens()["refresh_token"])) }},
		trade("PKCE", pkce, "code_verifier", verifier),
		trade("PKCE, no verifier", pkce),
		trade("PKCE, another verifier", pkce, "code_verifier", strings.Repeat("x", 43)),
		trade("PKCE, a short verifier", pkce, "code_verifier", "short"),
		trade("a needless verifier", nil, "code_verifier", verifier),
		trade("a wrong code", nil, "code", "nobody"),
		trade("no code", nil, "code", ""),
		trade("a wrong secret", nil, "client_secret", strings.Repeat("x", 40)),
		trade("no secret", nil, "client_secret", ""),
		trade("no client", nil, "client_id", "", "client_secret", ""),
		trade("another address", nil, "redirect_uri", "http://localhost:8080/other"),
		trade("another grant", nil, "grant_type", "password"),
		trade("a refresh token of nobody", nil, "grant_type", "refresh_token", "refresh_token", "nobody"),
		trade("no refresh token", nil, "grant_type", "refresh_token"),
		{"token, a code twice", func(s *side) string {
			_, code := s.fresh().login()
			_, first := s.trade(code)
			a, _ := s.trade(code)
			return told(a) + "; then " + told(s.userinfo(first["access_token"]))
		}},
		{"token, by Basic", func(s *side) string {
			_, code := s.fresh().login()
			f := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {s.client.RedirectURIs[0]}}
			r, _ := http.NewRequest(http.MethodPost, s.base, nil)
			r.SetBasicAuth(s.client.ID, s.client.Secret)
			a := s.do(http.MethodPost, s.base+"/token", f, "Authorization", r.Header.Get("Authorization"))
			return told(a)
		}},
		{"token, by a refresh token", func(s *side) string {
			first := s.fresh().tokens()
			a, second := s.trade("", "code", "", "redirect_uri", "", "grant_type", "refresh_token", "refresh_token", fmt.Sprint(first["refresh_token"]))
			return fmt.Sprint(told(a), "; the same refresh token ", second["refresh_token"] == first["refresh_token"], "; ", s.part(second["id_token"], 1))
		}},
		{"revocation", func(s *side) string {
			got := s.fresh().tokens()
			a := s.do(http.MethodPost, s.base+"/token/revocation", url.Values{"token": {fmt.Sprint(got["access_token"])}, "client_id": {s.client.ID}, "client_secret": {s.client.Secret}})
			return fmt.Sprint(a.status, "; then ", told(s.userinfo(got["access_token"])))
		}},
		{"revocation of the refresh token", func(s *side) string {
			got := s.fresh().tokens()
			s.do(http.MethodPost, s.base+"/token/revocation", url.Values{"token": {fmt.Sprint(got["refresh_token"])}, "client_id": {s.client.ID}, "client_secret": {s.client.Secret}})
			a, _ := s.trade("", "code", "", "redirect_uri", "", "grant_type", "refresh_token", "refresh_token", fmt.Sprint(got["refresh_token"]))
			return told(a)
		}},
	}
}

func sessions() []probe {
	return []probe{
		{"a second login in a browser", func(s *side) string {
			s.fresh().login()
			said, _ := s.login()
			return said
		}},
		{"a second login, prompt none", func(s *side) string {
			s.fresh().login()
			said, _ := s.login("prompt", "none")
			return said
		}},
		{"the same sub at a second login", func(s *side) string {
			a, b := s.fresh().tokens(), s.fresh().tokens()
			return fmt.Sprint(strings.Split(fmt.Sprint(a["id_token"]), ".")[1][:20] == strings.Split(fmt.Sprint(b["id_token"]), ".")[1][:20])
		}},
	}
}

func logouts() (all []probe) {
	rows := map[string]func(*side, map[string]any) url.Values{
		"with a hint": func(s *side, got map[string]any) url.Values {
			return url.Values{"id_token_hint": {fmt.Sprint(got["id_token"])}, "post_logout_redirect_uri": {s.client.PostLogoutRedirectURIs[0]}, "state": {"s"}}
		},
		"with the client's id": func(s *side, _ map[string]any) url.Values {
			return url.Values{"client_id": {s.client.ID}, "post_logout_redirect_uri": {s.client.PostLogoutRedirectURIs[0]}, "state": {"s"}}
		},
		"with neither": func(s *side, _ map[string]any) url.Values {
			return url.Values{"post_logout_redirect_uri": {s.client.PostLogoutRedirectURIs[0]}}
		},
		"with nothing": func(*side, map[string]any) url.Values { return url.Values{} },
		"to another address": func(s *side, _ map[string]any) url.Values {
			return url.Values{"client_id": {s.client.ID}, "post_logout_redirect_uri": {"https://other.example.org/"}}
		},
		"to the address in other letters": func(s *side, _ map[string]any) url.Values {
			return url.Values{"client_id": {s.client.ID}, "post_logout_redirect_uri": {strings.Replace(s.client.PostLogoutRedirectURIs[0], "http", "HTTP", 1)}}
		},
		"of a client of nobody": func(s *side, _ map[string]any) url.Values {
			return url.Values{"client_id": {"nobody"}, "post_logout_redirect_uri": {s.client.PostLogoutRedirectURIs[0]}}
		},
		"with a hint that is no token": func(s *side, _ map[string]any) url.Values { return url.Values{"id_token_hint": {"a.b.c"}} },
		"with something else": func(s *side, _ map[string]any) url.Values {
			return url.Values{"client_id": {s.client.ID}, "utm": {"x"}, "post_logout_redirect_uri": {s.client.PostLogoutRedirectURIs[0]}}
		},
	}
	for _, name := range slices.Sorted(maps.Keys(rows)) {
		all = append(all, probe{"logout, " + name, func(s *side) string {
			got := s.fresh().tokens()
			said := s.signOut(rows[name](s, got))
			return fmt.Sprint(said, "; then userinfo ", s.userinfo(got["access_token"]).status)
		}})
	}
	return all
}
