package franceconnect

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/franceconnect-go/franceconnect/internal/codes"
	"github.com/franceconnect-go/franceconnect/internal/provider"
	"github.com/franceconnect-go/franceconnect/internal/settings"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// A kind is one of the sentinels: its name in the table of texts, and the
// HTTP status of a page about it.
type kind struct {
	err    error
	name   string
	status int
}

// kinds, the most frequent first. What is none of them is the portal's own
// failure, or its settings'.
var kinds = [...]kind{
	{ErrDenied, "denied", http.StatusForbidden},
	{ErrLoginExpired, "stale", http.StatusBadRequest},
	{ErrUnavailable, "unavailable", http.StatusServiceUnavailable},
	{ErrLevelTooLow, "level", http.StatusForbidden},
	{ErrVerification, "untrusted", http.StatusBadGateway},
	{ErrStillOpen, "still_open", http.StatusOK},
	{ErrDisabled, "disabled", http.StatusNotFound},
}

func kindOf(err error) kind {
	for _, d := range kinds {
		if errors.Is(err, d.err) {
			return d
		}
	}
	return kind{ErrMisconfigured, "misconfigured", http.StatusInternalServerError}
}

// UserMessage returns what a page says to the person, in French and in English: what
// happened, in general, and what they can do. It never says why. Of nil it says
// nothing.
func UserMessage(err error) (french, english string) {
	if err == nil {
		return "", ""
	}
	said := codes.Citizen(kindOf(err).name)
	if e := (*Error)(nil); errors.As(err, &e) {
		return e.named(said.French), e.named(said.English)
	}
	return said.French, said.English
}

// StatusCode returns the HTTP status of the page that says it. It is below 500 for
// what a browser alone can bring about, and 200 of nil.
func StatusCode(err error) int {
	if err == nil {
		return http.StatusOK
	}
	status := kindOf(err).status
	if status >= 500 && browserMade(err) {
		return http.StatusBadRequest
	}
	return status
}

// OperatorAdvice returns what an operator does about it, in French and in English: whose
// side it is on, the cause if FranceConnect named one, and the next step. Of a
// wrong Config it names each field as the forms and an administrator's screen
// name it, a line for each. Of what came through the browser it says so, and
// takes no code at its word that FranceConnect does not send that way. Of a person
// who left in the middle (context.Canceled) there is nothing to say, nor of nil.
func OperatorAdvice(err error) (french, english string) {
	if wrong := ConfigErrors(err); len(wrong) > 0 {
		return configAdvice(wrong)
	}
	if err == nil || errors.Is(err, context.Canceled) {
		return "", ""
	}
	name := kindOf(err).name
	said := codes.Advice(name)
	if e := (*Error)(nil); errors.As(err, &e) {
		said = adviceFor(e, e.advice(name))
		return e.named(said.French), e.named(said.English)
	}
	return said.French, said.English
}

// adviceFor returns the advice that fits an error best; otherwise is its decision's.
func adviceFor(e *Error, otherwise text.Text) text.Text {
	if proxy := (*provider.ProxyError)(nil); errors.As(e.Cause, &proxy) {
		did, said := proxy.Text(), codes.Advice("proxy")
		return text.Of("Côté réseau\u00a0: "+did.French+". "+said.French, "On the network’s side: "+did.English+". "+said.English)
	}
	if said := e.advice(e.Reason); said.French != "" {
		return said // of these, the code is made up or there is none
	}
	if strings.HasSuffix(e.Reason, ".hs256") {
		return e.advice("hs256")
	}
	if strings.HasPrefix(e.Reason, "ami_token.") {
		return codes.Advice("ami_token")
	}
	if e.Provider != "" {
		return otherwise // the codes are FranceConnect's
	}
	if strings.HasPrefix(e.Reason, "callback.") {
		c, ok := codes.Find(e.OAuthCode)
		if !ok {
			return otherwise
		}
		said, carried := c.Advice(), codes.Advice("carried")
		if e.Kind != ErrDenied { // there, nothing is to be done anyway
			said.French += " " + carried.French
			said.English += " " + carried.English
		}
		return said
	}
	for _, name := range []string{e.FCCode, e.OAuthCode} { // the Y code knows better
		if c, ok := codes.Find(name); ok && c.Where != codes.Callback {
			return c.Advice()
		}
	}
	if aboutOurKeys(e) {
		return codes.Advice("our_keys")
	}
	return otherwise
}

// advice returns what an operator does about a decision or a Reason, in the words of
// the Provider if it has any of its own.
func (e *Error) advice(name string) text.Text {
	if own := codes.Advice(strings.ToLower(e.Provider) + "." + name); own.French != "" {
		return own
	}
	return codes.Advice(name)
}

// ConfigErrors takes apart what New and the readers of settings have joined.
func ConfigErrors(err error) (all []*ConfigError) {
	switch e := err.(type) {
	case *ConfigError:
		return []*ConfigError{e}
	case interface{ Unwrap() []error }:
		for _, err := range e.Unwrap() {
			all = append(all, ConfigErrors(err)...)
		}
	case interface{ Unwrap() error }:
		return ConfigErrors(e.Unwrap())
	}
	return all
}

// configAdvice names each field as an administrator knows it, and as it is written.
func configAdvice(wrong []*ConfigError) (french, english string) {
	var fr, en []string
	for _, e := range wrong {
		label := settings.LabelOf(e.Field)
		fr = append(fr, "Le champ «\u00a0"+label.French+"\u00a0» ("+e.Field+") "+e.French+".")
		en = append(en, "The field “"+label.English+"” ("+e.Field+") "+e.English+".")
	}
	return strings.Join(fr, "\n"), strings.Join(en, "\n")
}

// aboutOurKeys reports whether an error is about the keys that we publish.
func aboutOurKeys(e *Error) bool {
	return strings.HasSuffix(e.Reason, ".jwe.kid") || strings.HasPrefix(e.Reason, "published_keys.")
}
