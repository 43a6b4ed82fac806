package mockidp

import (
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
)

// credentials are what a request says of its client.
type credentials struct {
	id, secret string
	other      bool // another way than a secret: an assertion
}

const noMechanism = "no client authentication mechanism provided"

// authenticate finds the client of a back channel request: RFC 6749 section
// 2.3. Basic works as well as post, though only post is announced. The client
// comes back even with a failure, once it is known.
func (p *Provider) authenticate(r *request) (*client, *failure) {
	if no := checkOnce(r.body, "client_id", "client_secret", "client_assertion", "client_assertion_type"); no != nil {
		return nil, no
	}
	said, no := readCredentials(r)
	if no != nil {
		return nil, no
	}
	c := p.client(said.id)
	if c == nil {
		return nil, invalidClient("Y0479FCE", "client not found")
	}
	if no := refuseOrigin(r, c); no != nil {
		return c, no
	}
	if said.secret == "" || said.other {
		return c, invalidClient("Y044D82C",
			"the provided authentication mechanism does not match the registered client authentication method")
	}
	if subtle.ConstantTimeCompare([]byte(said.secret), []byte(c.Secret)) == 0 {
		return c, invalidClient("Y0434A7B", "invalid secret provided")
	}
	return c, nil
}

func readCredentials(r *request) (credentials, *failure) {
	said := credentials{id: r.body.get("client_id"), secret: r.body.get("client_secret")}
	header := r.Header.Get("Authorization")
	if header != "" {
		basic, no := readBasic(header)
		switch {
		case no != nil:
			return said, no
		case said.id != "" && said.id != basic.id:
			return said, invalidRequest(yNoWrapper, "mismatch in body and authorization client ids")
		case basic.secret == "":
			return said, invalidRequest("Y045CC8C", "client_secret must be provided in the Authorization header")
		case said.secret != "":
			return said, invalidRequest("Y04DADA6", "client authentication must only be provided using one mechanism")
		}
		said = basic
	}
	if assertion := r.body.get("client_assertion"); assertion != "" {
		if r.body.get("client_secret") != "" || header != "" {
			return said, invalidRequest("Y047E9E5", "client authentication must only be provided using one mechanism")
		}
		sub, ok := assertedSubject(assertion)
		switch {
		case !ok:
			return said, invalidRequest("Y04E1CFF", "invalid client_assertion format")
		case sub == "":
			return said, invalidClient("Y044B38D", "sub (JWT subject) must be provided in the client_assertion JWT")
		case said.id != "" && said.id != sub:
			return said, invalidRequest(yNoWrapper, "subject of client_assertion must be the same as client_id provided in the body")
		}
		said = credentials{id: sub, other: true}
	}
	if said.id == "" {
		return said, invalidRequest("Y044FEB3", noMechanism)
	}
	return said, nil
}

// readBasic reads HTTP Basic, both halves of which are form-encoded.
func readBasic(header string) (said credentials, no *failure) {
	const invalid = "invalid authorization header value format"
	parts := strings.Split(header, " ")
	if len(parts) != 2 || !strings.EqualFold(parts[0], "Basic") {
		return said, invalidRequest("Y04F62CD", invalid)
	}
	text, _ := base64.StdEncoding.DecodeString(parts[1])
	id, secret, ok := strings.Cut(string(text), ":")
	if !ok {
		return said, invalidRequest("Y046ADF1", invalid)
	}
	var err, err2 error
	said.id, err = url.QueryUnescape(id)
	said.secret, err2 = url.QueryUnescape(secret)
	if err != nil || err2 != nil {
		return said, invalidRequest(yNoWrapper, "client_id and client_secret in the authorization header are not properly encoded")
	}
	return said, nil
}

// assertedSubject is the sub of an assertion, unverified: no client is
// registered for assertions, so none is ever accepted.
func assertedSubject(jwt string) (sub string, ok bool) {
	var claims struct{ Sub string }
	_, payload, ok := splitJWT(jwt)
	if !ok || json.Unmarshal(payload, &claims) != nil {
		return "", false
	}
	return claims.Sub, true
}

// splitJWT decodes the two first parts of a signed token, which must be JSON.
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
