package mockidp

import (
	"cmp"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
)

// An oauthError is a refusal of the back channel: token, userinfo, revocation.
type oauthError struct {
	status      int
	code        string // error
	description string
	detail      string // in brackets after the description; "" is said as "undefined"
	fcCode           string // FranceConnect's own code
}

func invalidRequest(y, description string) *oauthError {
	return &oauthError{http.StatusBadRequest, "invalid_request", description, "", y}
}

func invalidClient(y, detail string) *oauthError {
	return &oauthError{http.StatusUnauthorized, "invalid_client", "client authentication failed", detail, y}
}

func invalidGrant(y, detail string) *oauthError {
	return &oauthError{http.StatusBadRequest, "invalid_grant", "grant request is invalid", detail, y}
}

func invalidToken(y, detail string) *oauthError {
	return &oauthError{http.StatusUnauthorized, "invalid_token", "invalid token provided", detail, y}
}

// errorDocs is where the partners' documentation explains a Y code.
const errorDocs = "https://docs.partenaires.franceconnect.gouv.fr/fs/fs-technique/fs-technique-erreurs/"

// fullDescription is the description as the caller reads it.
func (f *oauthError) fullDescription() string {
	return f.description + " (" + cmp.Or(f.detail, "undefined") + ")"
}

// response is the failure as JSON.
func (f *oauthError) response() *response {
	return jsonResponse(f.status, map[string]string{
		"error":             f.code,
		"error_description": f.fullDescription(),
		"error_uri":         errorDocs + "?code=" + f.fcCode + "&id=" + newUUID(),
	})
}

// Codes of pages and failures that more than one place has.
const (
	yUnknown       = "Y000000" // nobody foresaw this
	yBadRequest    = "Y000400" // the parameters of logout or revocation
	yNotFound      = "Y000404"
	yParameters    = "Y030007" // the parameters of authorize
	yNoWrapper     = "Y040001" // an error of the protocol without a code of its own
	yNoSession     = "Y190001"
	yDeadEnd       = "Y190004"
	yMissing       = "Y048017B"
	yTwice         = "Y0496E4A"
	yOrigin        = "Y0489AFE"
	yContentType   = "Y043C322"
	yDecodeHint    = "Y04FEDB9"
	yValidateHint  = "Y045AFAE"
	yNoRedirect    = "Y030030"
	yCSRF          = "Y470001"
	yCSRFConsumed  = "Y470004"
	yNoInteraction = "Y04D5AB7"
	yLowACR        = "Y100001"
	yForeignACR    = "Y100018"
	yIdentity      = "Y600006"
	yClient        = "Y04EA6EF"
	yRedirect      = "Y04C013C"
	yNoAMR         = "Y100009"
	yHintClient    = "Y0467882"
	yHintAudience  = "Y0429C91"
	yLogoutAddress = "Y04CFAEF"
)

// randomToken is an opaque value of 43 characters, as codes and tokens are.
func randomToken() string {
	b := make([]byte, 32)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

func newUUID() string {
	b := make([]byte, 16)
	rand.Read(b)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	s := hex.EncodeToString(b)
	return fmt.Sprintf("%s-%s-%s-%s-%s", s[:8], s[8:12], s[12:16], s[16:20], s[20:])
}
