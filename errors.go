package franceconnect

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"strconv"
	"strings"

	"github.com/franceconnect-go/franceconnect/internal/failure"
	"github.com/franceconnect-go/franceconnect/internal/provider"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// What a portal decides by. Login, Callback, Logout, Ready and Discover return
// an *Error that is one of these under errors.Is.
var (
	// ErrDenied: the person went back, or FranceConnect did not let them in.
	// Why is nobody's business: say nothing about the person.
	ErrDenied = failure.ErrDenied

	// ErrLoginExpired: this login is unknown, over, used, of another browser, or ended
	// on an error page of FranceConnect's. The person can start again.
	ErrLoginExpired = failure.ErrLoginExpired

	// ErrLevelTooLow: the person proved less than was asked for, or asked for less: the
	// request goes through their browser.
	ErrLevelTooLow = failure.ErrLevelTooLow

	// ErrUnavailable: FranceConnect, the Store, or the module that holds a decryption
	// key did not answer. Later it will.
	ErrUnavailable = failure.ErrUnavailable

	// ErrVerification: an answer came that is not to be believed. LogEvents tells
	// somebody, unless a browser alone can bring it about.
	ErrVerification = failure.ErrVerification

	// ErrMisconfigured: the settings here and those at FranceConnect do not
	// agree. It happens to everybody until somebody repairs it. With the Reason
	// "callback.refused" the browser says so, and anybody can make it say so.
	ErrMisconfigured = failure.ErrMisconfigured

	// ErrStillOpen: the portal's session is over, and FranceConnect's may not be. It
	// changed its key since the login, and refuses the Session.IDTokenHint. Say so:
	// the next person at this computer could sign in with two clicks.
	ErrStillOpen = errors.New("the session at FranceConnect may still be open")

	// ErrDisabled: Config.Disabled is set. There is no such page: answer 404.
	ErrDisabled = errors.New("FranceConnect is switched off here")
)

// An Error is a stage that did not succeed. It holds no token, no code, no
// secret and nothing about the person, and can be logged as it is.
//
// Its Reason says whose word it is. With "token.", "userinfo." and "keys." a
// server of FranceConnect's answered us. With "callback." the browser came with
// it: FranceConnect may have sent it, or a stranger may have written it. With
// "calls." nobody was asked: too many calls to FranceConnect are under way
// ("calls.full", see Config.MaxCalls), or the latest had no answer ("calls.silent").
// With "decryption_key." it is about a key of ours that is held elsewhere: see
// NewDecryptionKey. With "ami_token." it is about the token that the State's app
// sends along, or that a stranger wrote into the address.
type Error struct {
	Kind   error  `json:"-"`      // one of the variables above
	Reason string `json:"reason"` // a stable word: "id_token.nonce", "state.unknown"

	// Detail is of our making: which decryption key was wanted, and the names of
	// those held; what a module said when its key was tried, cut down to printable
	// ASCII; what the outbound proxy did; the method of a request.
	Detail string `json:"detail,omitempty"`

	// What FranceConnect answered, or what the browser brought as its answer, cut
	// down to printable ASCII.
	// Description is for operators: never show it on a page.
	OAuthCode   string `json:"error,omitempty"`             // OAuth error, e.g. "invalid_grant"
	Description string `json:"error_description,omitempty"` // its text, in English
	FCCode      string `json:"y,omitempty"`                 // FranceConnect's own code, e.g. "Y049E20B"
	IncidentID  string `json:"id,omitempty"`                // of this one failure, to quote to FranceConnect's support
	Status      int    `json:"status,omitempty"`            // HTTP status

	Provider string `json:"provider,omitempty"` // whose sign-in it is: "ProConnect" of the package proconnect, "" of FranceConnect

	// ReturnTo is where the login was to go on to, if a Callback failed after
	// it was found, or a DirectLogin after the State's app was believed: for a link
	// to start again. It is in no text.
	ReturnTo string `json:"-"`

	// Cause is what a transport, a Store or a context said, for errors.Is. Its text
	// may quote an answer: Error says no more of it than addresses and the
	// system's words.
	Cause error `json:"-"`
}

// Error returns one line of English for a log.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(prefix(e.Provider) + e.named(e.Kind.Error()) + " (" + e.Reason)
	if e.Status != 0 {
		b.WriteString(", HTTP " + strconv.Itoa(e.Status))
	}
	for _, detail := range []string{e.OAuthCode, e.FCCode, e.IncidentID} {
		if detail != "" {
			b.WriteString(", " + detail)
		}
	}
	b.WriteString(")")
	if e.Detail != "" {
		b.WriteString(": " + e.named(e.Detail))
	}
	if cause := safeCause(e.Cause); cause != "" {
		b.WriteString(": " + e.named(cause))
	}
	return b.String()
}

// prefix begins the text of an error, with the package that it is of.
func prefix(provider string) string { return strings.ToLower(cmp.Or(provider, "FranceConnect")) + ": " }

// named returns a text about FranceConnect as one about the Provider.
func (e *Error) named(text string) string {
	if e.Provider == "" {
		return text
	}
	return strings.NewReplacer("FranceConnect", e.Provider, "FRANCECONNECT", strings.ToUpper(e.Provider)).Replace(text)
}

// Unwrap makes errors.Is find the Kind and the cause, such as context.Canceled.
func (e *Error) Unwrap() []error {
	if e.Cause == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.Cause}
}

// safeCause returns the text of causes whose text is made of addresses and of the
// system's words. Any other may quote an answer.
func safeCause(err error) string {
	op, cert, own := (*net.OpError)(nil), (*tls.CertificateVerificationError)(nil), provider.Cause("")
	switch {
	case errors.Is(err, provider.ErrPanic):
		return provider.ErrPanic.Error()
	case errors.As(err, &own):
		return own.Error()
	case errors.As(err, &op):
		return op.Error()
	case errors.As(err, &cert):
		return cert.Error()
	case errors.Is(err, context.DeadlineExceeded):
		return context.DeadlineExceeded.Error()
	case errors.Is(err, context.Canceled):
		return context.Canceled.Error()
	}
	return ""
}

// providerError names what became of a call to FranceConnect.
func providerError(err error) *Error { return (*Error)(failure.Provider(err)) }

// left makes a failure one of a person who left before the end, if that is so.
func left(ctx context.Context, err error) {
	if e := (*Error)(nil); errors.As(err, &e) {
		(*failure.Error)(e).Left(ctx)
	}
}

// browserMade reports whether a browser alone can bring an error about: by what
// it carries to the callback, by how often it comes, or by changing the request
// on its way to FranceConnect, which then answers what it was asked (a lower
// level, another nonce, no amr, fewer scopes). Everybody has a browser, so one such error wakes
// nobody; a large share of the callbacks does.
func browserMade(err error) bool {
	if errors.Is(err, ErrLevelTooLow) {
		return true
	}
	if e := (*Error)(nil); errors.As(err, &e) {
		switch e.Reason {
		case "callback.iss", "callback.refused", "callback.restart", "callback.unavailable", "callback.unknown",
			"direct.unset", "id_token.amr", "id_token.nonce", "userinfo.scope", "used.full":
			return true
		}
		return strings.HasPrefix(e.Reason, "ami_token.")
	}
	return false
}

// A ConfigError is a field with a wrong value. New joins one for each of them.
type ConfigError struct {
	Field   string // "RedirectURL"; as it was written: "FRANCECONNECT_LEVEL", "level"
	French  string // what is wrong, as in "doit commencer par https"
	English string

	Provider string // as that of Error: both packages have a field ClientID
}

func (e *ConfigError) Error() string { return prefix(e.Provider) + e.Field + " " + e.English }

// Unwrap makes errors.Is find ErrMisconfigured.
func (e *ConfigError) Unwrap() error { return ErrMisconfigured }

// problems gathers what is wrong with a Config.
type problems []error

func (p *problems) add(field, french, english string) {
	*p = append(*p, &ConfigError{Field: field, French: french, English: english})
}

// found adds a problem of a field, unless there is none.
func (p *problems) found(field string, problem text.Text) {
	if problem != (text.Text{}) {
		p.add(field, problem.French, problem.English)
	}
}
