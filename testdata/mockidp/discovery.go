package mockidp

import (
	"net/http"
	"slices"
)

// discovery answers the document of OpenID Connect Discovery 1.0. Like
// FranceConnect's it announces what is refused: PKCE, response modes, request
// objects, private_key_jwt and the scope amr.
func (p *Provider) discovery(r *request) *response {
	own := slices.DeleteFunc(slices.Clone(p.platform.signingAlgs), func(alg string) bool { return alg == "HS256" })
	doc := map[string]any{
		"issuer":                                p.issuer,
		"authorization_endpoint":                p.baseURL + "/authorize",
		"token_endpoint":                        p.baseURL + "/token",
		"userinfo_endpoint":                     p.baseURL + "/userinfo",
		"jwks_uri":                              p.baseURL + "/jwks",
		"revocation_endpoint":                   p.baseURL + "/token/revocation",
		"end_session_endpoint":                  p.baseURL + "/session/end",
		"scopes_supported":                      p.platform.scopesSupported(),
		"claims_supported":                      p.platform.claimsSupported(),
		"acr_values_supported":                  p.platform.acrs,
		"response_types_supported":              []string{"code"},
		"response_modes_supported":              []string{"form_post", "fragment", "query"},
		"grant_types_supported":                 []string{"authorization_code"},
		"subject_types_supported":               []string{"pairwise"},
		"claim_types_supported":                 []string{"normal"},
		"code_challenge_methods_supported":      []string{"S256"},
		"token_endpoint_auth_methods_supported": []string{"client_secret_post", "private_key_jwt"},
		"claims_parameter_supported":            true,
		"request_parameter_supported":           true,
		"request_uri_parameter_supported":       false,

		"authorization_response_iss_parameter_supported": true,

		"id_token_signing_alg_values_supported":            p.platform.signingAlgs,
		"userinfo_signing_alg_values_supported":            p.platform.signingAlgs,
		"request_object_signing_alg_values_supported":      p.platform.signingAlgs,
		"token_endpoint_auth_signing_alg_values_supported": own,
		"dpop_signing_alg_values_supported":                own,
	}
	if p.platform.encryptionAlgs != nil {
		enc := []string{"A256GCM"}
		doc["id_token_encryption_alg_values_supported"] = p.platform.encryptionAlgs
		doc["id_token_encryption_enc_values_supported"] = enc
		doc["userinfo_encryption_alg_values_supported"] = p.platform.encryptionAlgs
		doc["userinfo_encryption_enc_values_supported"] = enc
		doc["request_object_encryption_alg_values_supported"] = []string{}
		doc["request_object_encryption_enc_values_supported"] = enc
	}
	if p.platform.name == ProConnect {
		discoverProConnect(doc)
	}
	return withPublicCache(r, jsonResponse(http.StatusOK, doc))
}

// jwks answers the public signing keys, in the media type of RFC 7517.
func (p *Provider) jwks(r *request) *response {
	return withPublicCache(r, jsonResponse(http.StatusOK, p.currentKeys().publicJWKS()).withHeader("Content-Type", typeJWKS))
}
