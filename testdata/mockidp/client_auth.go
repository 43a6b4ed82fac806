package mockidp

import (
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
)

// credentials is the client authentication in a request.
type credentials struct {
	id, secret string
	assertion  bool // a client_assertion came instead of a secret
}

const noMechanism = "no client authentication mechanism provided"

// authenticate finds and checks the client of a token or revocation request
// (RFC 6749, section 2.3). HTTP Basic works, too, although discovery announces
// only post. The client is returned even with an error, once it is known.
func (p *Provider) authenticate(r *request) (*client, *oauthError) {
	if failed := checkOnce(r.body, "client_id", "client_secret", "client_assertion", "client_assertion_type"); failed != nil {
		return nil, failed
	}
	given, failed := readCredentials(r)
	if failed != nil {
		return nil, failed
	}
	c := p.findClient(given.id)
	if c == nil {
		return nil, invalidClient("Y0479FCE", "client not found")
	}
	if failed := refuseOrigin(r, c); failed != nil {
		return c, failed
	}
	if given.secret == "" || given.assertion {
		return c, invalidClient("Y044D82C",
			"the provided authentication mechanism does not match the registered client authentication method")
	}
	if subtle.ConstantTimeCompare([]byte(given.secret), []byte(*c.secret.Load())) == 0 {
		return c, invalidClient("Y0434A7B", "invalid secret provided")
	}
	return c, nil
}

// readCredentials reads the one authentication method that a request uses.
func readCredentials(r *request) (credentials, *oauthError) {
	given := credentials{id: r.body.get("client_id"), secret: r.body.get("client_secret")}
	header := r.Header.Get("Authorization")
	if header != "" {
		basic, failed := readBasic(header)
		switch {
		case failed != nil:
			return given, failed
		case given.id != "" && given.id != basic.id:
			return given, invalidRequest("Y0419ECE", "mismatch in body and authorization client ids")
		case basic.secret == "":
			return given, invalidRequest("Y045CC8C", "client_secret must be provided in the Authorization header")
		case given.secret != "":
			return given, invalidRequest("Y04DADA6", "client authentication must only be provided using one mechanism")
		}
		given = basic
	}
	if assertion := r.body.get("client_assertion"); assertion != "" {
		if r.body.get("client_secret") != "" || header != "" {
			return given, invalidRequest("Y047E9E5", "client authentication must only be provided using one mechanism")
		}
		sub, ok := assertedSubject(assertion)
		switch {
		case !ok:
			return given, invalidRequest("Y04E1CFF", "invalid client_assertion format")
		case sub == "":
			return given, invalidClient("Y044B38D", "sub (JWT subject) must be provided in the client_assertion JWT")
		case given.id != "" && given.id != sub:
			return given, invalidRequest(yNoWrapper, "subject of client_assertion must be the same as client_id provided in the body")
		}
		given = credentials{id: sub, assertion: true}
	}
	if given.id == "" {
		return given, invalidRequest("Y044FEB3", noMechanism)
	}
	return given, nil
}

// readBasic reads HTTP Basic, both halves of which are form-encoded.
func readBasic(header string) (given credentials, failed *oauthError) {
	const invalid = "invalid authorization header value format"
	parts := strings.Split(header, " ")
	if len(parts) != 2 || !strings.EqualFold(parts[0], "Basic") {
		return given, invalidRequest("Y04F62CD", invalid)
	}
	text, _ := base64.StdEncoding.DecodeString(parts[1])
	id, secret, ok := strings.Cut(string(text), ":")
	if !ok {
		return given, invalidRequest("Y046ADF1", invalid)
	}
	var err, err2 error
	given.id, err = url.QueryUnescape(id)
	given.secret, err2 = url.QueryUnescape(secret)
	if err != nil || err2 != nil {
		return given, invalidRequest(yNoWrapper, "client_id and client_secret in the authorization header are not properly encoded")
	}
	return given, nil
}

// assertedSubject returns the sub of an assertion. It verifies nothing: no
// client is registered for assertions, so none is ever accepted.
func assertedSubject(jwt string) (sub string, ok bool) {
	var claims struct{ Sub string }
	_, payload, ok := splitJWT(jwt)
	if !ok || json.Unmarshal(payload, &claims) != nil {
		return "", false
	}
	return claims.Sub, true
}

// splitJWT decodes the header and the payload of a signed token, which must be
// JSON.
func splitJWT(jwt string) (header, payload []byte, ok bool) {
	parts := strings.Split(jwt, ".")
	if len(parts) != 3 {
		return nil, nil, false
	}
	header, err := base64.RawURLEncoding.DecodeString(parts[0])
	if err != nil || !json.Valid(header) {
		return nil, nil, false
	}
	payload, err = base64.RawURLEncoding.DecodeString(parts[1])
	return header, payload, err == nil && json.Valid(payload)
}
