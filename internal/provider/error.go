package provider

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// A Kind tells what became of a call.
type Kind uint8

// The kinds of failure.
const (
	Unreachable Kind = iota + 1 // no answer, or one that says "not now"
	Refused                     // an OAuth error
	Malformed                   // an answer, but not of the expected form
)

// An Error is a call that gave nothing. It holds no secret: what FranceConnect
// wrote is kept only as far as it has the form of an OAuth error.
type Error struct {
	Call   string // "token", "userinfo", "keys"
	Kind   Kind
	Status int // HTTP status, 0 if there was no answer

	// RFC 6749, section 5.2; FranceConnect's Y code and the identifier of
	// this one failure are in its error_uri.
	Code, Description, Y, ID string

	Cause error // of a call that got no answer
}

func (e *Error) Error() string { return "provider: " + e.Call + " call failed" }
func (e *Error) Unwrap() error { return e.Cause }

// WrongSecret reports whether FranceConnect refused the secret of a client that it
// knows, which leaves the code as it was. It says invalid_client of other things
// too, under other Y codes; a server without them means the secret.
func (e *Error) WrongSecret() bool {
	return e.Kind == Refused && e.Code == "invalid_client" && (e.Y == "" || e.Y == "Y0434A7B")
}

// transportError returns a call without an answer.
func transportError(call string, err error) *Error {
	e := &Error{Call: call, Kind: Unreachable, Cause: err}
	if with := (*url.Error)(nil); errors.As(err, &with) {
		e.Cause = with.Err // its text would repeat the address; the cause says the rest
	}
	if p := (*ProxyError)(nil); errors.As(err, &p) && (p.Page || p.Object) {
		e.Status = p.Status
	}
	return e
}

var (
	yCode = regexp.MustCompile(`^[YE][0-9A-F]{6,7}$`)
	uuid  = regexp.MustCompile(`^[0-9a-f-]{36}$`)

	// standard are the codes of RFC 6749, section 5.2, and of RFC 6750, section 3.1.
	standard = regexp.MustCompile(`^(invalid_(request|client|grant|scope|token)|unauthorized_client|unsupported_grant_type|insufficient_scope)$`)
)

// statusError returns an answer whose status alone is known: some say "not now".
func statusError(call string, status int) *Error {
	if status >= 500 || status == http.StatusTooManyRequests {
		return &Error{Call: call, Kind: Unreachable, Status: status}
	}
	return &Error{Call: call, Kind: Malformed, Status: status}
}

// errorResponse reads an answer that is not a success, without what it may have echoed
// of the request's secrets.
func errorResponse(call string, res *http.Response, body []byte, secrets ...string) *Error {
	e := statusError(call, res.StatusCode)
	var answer struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
		URI         string `json:"error_uri"`
		Status      string `json:"status"`  // v1: {"status":"fail",
		Message     string `json:"message"` // "message":"invalid_grant"}
	}
	if json.Unmarshal(body, &answer) != nil {
		return e
	}
	if answer.Error == "" && answer.Status == "fail" {
		answer.Error, answer.Description = v1ErrorCode(answer.Message), answer.Message
	}
	if answer.Error == "" {
		return e
	}
	if e.Kind == Malformed {
		e.Kind = Refused
	}
	said := answer.Error
	for _, text := range []*string{&answer.Error, &answer.Description, &answer.URI} {
		*text = redact(Clean(*text, maxText), secrets)
	}
	if standard.MatchString(said) {
		answer.Error = said // no echo, even of a browser that made up the code "grant"
	}
	e.Code, e.Description = Clean(answer.Error, 64), Clean(answer.Description, 256)
	if u, err := url.Parse(answer.URI); err == nil {
		if y := u.Query().Get("code"); yCode.MatchString(y) {
			e.Y = y
		}
		if id := u.Query().Get("id"); uuid.MatchString(id) {
			e.ID = id
		}
	}
	return e
}

// v1ErrorCode returns a message of v1 when it is an OAuth error code, and otherwise the
// code for a request that was not understood.
func v1ErrorCode(message string) string {
	if strings.Contains(message, " ") {
		return "invalid_request"
	}
	return message
}

const (
	// maxText is how much of a text is looked at: what is kept of it is shorter.
	maxText = 4 << 10

	// telling is how many characters of a secret in a row are told as one. An
	// answer may have been cut before it came here.
	telling = 12
)

// redact takes secrets out of a clean text, and what is long enough of them, as
// they are and as a form or an address has them. It is for a text before it is
// cut: a secret that is cut is still most of one.
func redact(text string, secrets []string) string {
	for _, s := range secrets {
		for _, form := range []string{Clean(s, len(s)), url.QueryEscape(s), url.PathEscape(s), base64.StdEncoding.EncodeToString([]byte(s))} {
			text = removeRuns(text, form)
			text = removeRuns(text, escape.ReplaceAllStringFunc(form, strings.ToLower)) // %2F, %2f
		}
	}
	return text
}

var escape = regexp.MustCompile(`%[0-9A-F]{2}`)

// removeRuns takes out each run of characters that is the secret's, if it is as
// long as tells.
func removeRuns(text, secret string) string {
	size := min(len(secret), telling)
	if size == 0 {
		return text
	}
	var kept strings.Builder
	for i := 0; i < len(text); {
		n := size
		if i+n > len(text) || !strings.Contains(secret, text[i:i+n]) {
			kept.WriteByte(text[i])
			i++
			continue
		}
		for i+n < len(text) && strings.Contains(secret, text[i:i+n+1]) {
			n++
		}
		kept.WriteString("[removed]")
		i += n
	}
	return kept.String()
}

// Clean keeps what RFC 6749 allows in an error or its description (printable
// ASCII but quotes and backslashes), and at most so many characters of it.
func Clean(text string, most int) string {
	text = strings.Map(func(r rune) rune {
		if r < 0x20 || r > 0x7e || r == '"' || r == '\\' {
			return -1
		}
		return r
	}, text)
	return text[:min(len(text), most)]
}
