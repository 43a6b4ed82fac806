package mockidp

import (
	"cmp"
	"net/http"
	"strings"
)

// An oauthError is an error response of token, userinfo or revocation.
type oauthError struct {
	status      int
	code        string // the member error
	description string
	detail      string // in brackets after the description; "" comes out as "undefined"
	fcCode      string // FranceConnect's own code, such as Y049E20B
	hint        string // for the note alone
}

func invalidRequest(y, description string) *oauthError {
	return &oauthError{http.StatusBadRequest, "invalid_request", description, "", y, ""}
}

func invalidClient(y, detail string) *oauthError {
	return &oauthError{http.StatusUnauthorized, "invalid_client", "client authentication failed", detail, y, ""}
}

func invalidGrant(y, detail string) *oauthError {
	return &oauthError{http.StatusBadRequest, "invalid_grant", "grant request is invalid", detail, y, ""}
}

func invalidToken(y, detail string) *oauthError {
	return &oauthError{http.StatusUnauthorized, "invalid_token", "invalid token provided", detail, y, ""}
}

// errorDocs is the page of the partners' documentation that explains a Y code.
const errorDocs = "https://docs.partenaires.franceconnect.gouv.fr/fs/fs-technique/fs-technique-erreurs/"

// fullDescription returns the member error_description.
func (f *oauthError) fullDescription() string {
	return f.description + " (" + cmp.Or(f.detail, "undefined") + ")"
}

// response returns the error as JSON (RFC 6749, section 5.2). ProConnect says the
// least.
func (f *oauthError) response(p *platform) *response {
	members := map[string]string{"error": f.code, "error_description": f.description}
	if p.name != ProConnect {
		members["error_description"] = f.fullDescription()
		members["error_uri"] = errorDocs + "?code=" + f.fcCode + "&id=" + newUUID()
	}
	return jsonResponse(f.status, members).withNotes(f.note(p))
}

// challenge returns a WWW-Authenticate value (RFC 6750, section 3).
func challenge(scheme string, parameters ...string) string {
	var pairs []string
	for i := 0; i+1 < len(parameters); i += 2 {
		pairs = append(pairs, parameters[i]+`="`+parameters[i+1]+`"`)
	}
	return scheme + " " + strings.Join(pairs, ", ")
}
