package fcotel

import (
	"context"
	"errors"
	"strings"

	"go.opentelemetry.io/otel/attribute"

	"github.com/franceconnect-go/franceconnect"
)

// The outcomes of a stage. The first is one of a login, the second of a
// callback, the third of what is neither; the rest are of any.
const (
	started     = "started"
	signedIn    = "signed_in"
	answered    = "answered"
	cancelled   = "cancelled"                // the person went back, or FranceConnect did not let them in
	refusedFC   = "refused_by_franceconnect" // its server answered ours with an error
	toldBrowser = "told_by_browser"          // the browser says that FranceConnect refuses, as anybody can make it say
	refusedHere = "refused_by_us"            // a check failed: see the reason
	unavailable = "unavailable"              // FranceConnect, the Store or the module of a key did not answer
	hungUp      = "hung_up"                  // the browser went away in the middle
	disabled    = "disabled"                 // Config.Disabled
)

// A description is an event in words that are all known beforehand: nothing in
// it is FranceConnect's or the browser's to choose.
type description struct {
	platform string
	level    string // asked for at login, reached at callback, else ""
	outcome  string
	kind     string // of a failure: which sentinel
	reason   string // of a failure: one of reasons, or other
	status   int    // HTTP status of a failure, or 0
}

func describe(e franceconnect.Event) description {
	d := description{platform: platform(e.Platform), level: e.Level.String(), outcome: answered}
	if e.Err == nil {
		switch e.Operation {
		case "login", "direct":
			d.outcome = started
		case "callback":
			d.outcome = signedIn
		}
		return d
	}
	d.kind, d.reason, d.status = kindOf(e.Err), reasonOf(e.Err), statusOf(e.Err)
	d.outcome = outcomeOf(e.Err, d.reason)
	return d
}

func platform(p franceconnect.Platform) string {
	switch p {
	case franceconnect.V2, franceconnect.Plus, franceconnect.V1:
		return string(p)
	}
	return other // of a client that is switched off
}

func outcomeOf(err error, reason string) string {
	switch {
	case errors.Is(err, context.Canceled):
		return hungUp // whatever was not answered then
	case errors.Is(err, franceconnect.ErrDenied):
		return cancelled
	case carried(reason):
		return toldBrowser
	case errors.Is(err, franceconnect.ErrUnavailable):
		return unavailable
	case errors.Is(err, franceconnect.ErrDisabled):
		return disabled
	}
	switch reason {
	case "token.refused", "token.over", "userinfo.refused", "userinfo.over":
		return refusedFC
	}
	return refusedHere
}

func kindOf(err error) string {
	for _, k := range kinds {
		if errors.Is(err, k.err) {
			return k.name
		}
	}
	return "misconfigured" // a *ConfigError
}

var kinds = [...]struct {
	err  error
	name string
}{
	{franceconnect.ErrDenied, "denied"},
	{franceconnect.ErrLoginExpired, "stale"},
	{franceconnect.ErrUnavailable, "unavailable"},
	{franceconnect.ErrLevelTooLow, "level"},
	{franceconnect.ErrVerification, "untrusted"},
	{franceconnect.ErrStillOpen, "still_open"},
	{franceconnect.ErrDisabled, "disabled"},
}

// carried reports whether a reason is an answer of FranceConnect's that the
// browser brought, or made up.
func carried(reason string) bool {
	switch reason {
	case "callback.iss", "callback.refused", "callback.restart", "callback.unavailable", "callback.unknown":
		return true
	}
	return false
}

// failed reports whether somebody has to know: franceconnect.LogEvents writes an
// Error, or FranceConnect or the Store did not answer. What a browser alone can
// bring about is none.
func (d description) failed() bool {
	switch d.kind {
	case "", "denied", "stale", "disabled", "level", "still_open":
		return false
	}
	switch d.reason {
	case "direct.unset", "id_token.amr", "id_token.nonce", "userinfo.scope", "used.full":
		return false // the request was changed on its way, or somebody begins logins in masses
	}
	if strings.HasPrefix(d.reason, "ami_token.") {
		return false // anybody can write a token
	}
	return d.outcome != hungUp && d.outcome != toldBrowser
}

// The attributes. error.type is OpenTelemetry's own, and so is its word for
// what is not in the list.
const (
	platformKey = attribute.Key("franceconnect.platform")
	outcomeKey  = attribute.Key("franceconnect.outcome")
	levelKey    = attribute.Key("franceconnect.level")
	kindKey     = attribute.Key("franceconnect.error")
	requestKey  = attribute.Key("franceconnect.request")
	reasonKey   = attribute.Key("error.type")

	other = "_OTHER"
)

// attributes returns those that say something.
func (d description) attributes() []attribute.KeyValue {
	all := []attribute.KeyValue{platformKey.String(d.platform), outcomeKey.String(d.outcome)}
	if d.level != "" {
		all = append(all, levelKey.String(d.level))
	}
	if d.kind != "" {
		all = append(all, kindKey.String(d.kind), reasonKey.String(d.reason))
	}
	return all
}
