package provider

import (
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

// failure is a call without an answer, or, when the client itself did not
// complain, with one that it could not read.
func failure(call string, err error) *Error {
	if transport := (*url.Error)(nil); errors.As(err, &transport) {
		// Its text would repeat the address; the cause says the rest.
		return &Error{Call: call, Kind: Unreachable, Cause: transport.Err}
	}
	return &Error{Call: call, Kind: Malformed}
}

var (
	yCode = regexp.MustCompile(`^[YE][0-9A-F]{6,7}$`)
	uuid  = regexp.MustCompile(`^[0-9a-f-]{36}$`)
)

// refusal reads an answer that is not a success.
func refusal(call string, res *http.Response, body []byte) *Error {
	e := &Error{Call: call, Kind: Malformed, Status: res.StatusCode}
	if res.StatusCode >= 500 || res.StatusCode == http.StatusTooManyRequests {
		e.Kind = Unreachable
	}
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
		answer.Error, answer.Description = word(answer.Message), answer.Message
	}
	if answer.Error == "" {
		return e
	}
	if e.Kind == Malformed {
		e.Kind = Refused
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

// word is a message of v1 when it is an OAuth error code, and otherwise the
// code for a request that was not understood.
func word(message string) string {
	if strings.Contains(message, " ") {
		return "invalid_request"
	}
	return message
}

// without removes what an answer may have echoed of the request's secrets.
func (e *Error) without(secrets ...string) *Error {
	for _, s := range secrets {
		if s != "" && strings.Contains(e.Description, s) {
			e.Description = ""
		}
		if s != "" && strings.Contains(e.Code, s) {
			e.Code = ""
		}
	}
	return e
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
