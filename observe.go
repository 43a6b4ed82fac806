package franceconnect

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/franceconnect-go/franceconnect/internal/observe"
	"github.com/franceconnect-go/franceconnect/internal/provider"
)

// An Event is what Config.Observe is told when an operation is done: one for each
// call of Login, DirectLogin, Callback, Logout and Ready, and within them one for each
// request to FranceConnect. It holds nothing personal and nothing secret, and
// its fields have few values, so that they can be logged and counted as they
// are: but for the OAuthCode and the Description of an *Error whose Reason begins
// with "callback.", which whoever sends the request can choose.
//
// Whoever is woken up by events counts an Error of LogEvents at once, and what is
// below as a share of the callbacks of some minutes: it may be a stranger's
// doing.
type Event struct {
	Operation string        // "login", "direct", "callback", "logout", "ready"; of requests "token", "userinfo", "keys"; "used" if a machine forgets used logins, "secret" if FranceConnect takes the other secret from now on
	Platform  Platform      // of the environment
	Level     Level         // asked for at login, reached at callback, else zero
	Assurance string        // of the package proconnect, in the place of Level: acr values, separated by spaces
	Duration  time.Duration // FranceConnect's part included
	Err       error         // what the operation returned: an *Error, a *ConfigError, or nil
}

// An operation is one that is under way.
type operation struct {
	client *Client
	observe.Operation[Event]
}

// startOperation begins an operation.
func (c *Client) startOperation(ctx context.Context, name string) operation {
	return operation{c, observe.Watch[Event]{Now: c.config.Now, Observe: c.config.Observe, Trace: c.config.Trace}.Begin(ctx, name)}
}

// end tells the portal how an operation went.
func (o operation) end(level Level, err error) {
	if o.Watched() {
		o.End(Event{Operation: o.Name, Platform: o.client.environment.Platform, Level: level, Duration: o.client.config.Now().Sub(o.Start), Err: err})
	}
}

// observer returns who is told of the requests to FranceConnect, or nil.
func (c *Client) observer() provider.Observer {
	if c.config.Trace == nil && c.config.Observe == nil {
		return nil
	}
	return func(ctx context.Context, call string) (context.Context, func(error)) {
		o := c.startOperation(ctx, call)
		return o.Context, func(err error) {
			if err != nil { // a nil *Error would not be nil
				err = providerError(err)
				left(ctx, err)
			}
			o.end(0, err)
		}
	}
}

// LogEvents writes events down, for Config.Observe: what people do and how it ended,
// a tab that they close in the middle included, as Info, what FranceConnect does
// not answer as Warn, what somebody has to look into as Error, with the advice for
// it in French; requests to FranceConnect as Debug, but keys that could not be
// fetched as Warn, since the last good ones serve on and nobody would notice, and
// as Warn too that FranceConnect takes the other secret. An error that a browser
// alone can bring about is at most a Warn: what it says FranceConnect answered ("callback."), and
// what comes of a request that it changed on its way (ErrLevelTooLow, "id_token.amr",
// "id_token.nonce", "userinfo.scope"), or with a token that is not the State's app's
// ("ami_token.").
func LogEvents(log *slog.Logger) func(context.Context, Event) {
	return func(ctx context.Context, e Event) {
		if !log.Enabled(ctx, severity(e)) {
			return // so are most: each login has three requests, which few want to read
		}
		attrs := []slog.Attr{slog.String("stage", e.Operation), slog.String("platform", string(e.Platform)), slog.Duration("took", e.Duration)}
		if acr := cmp.Or(e.Level.String(), e.Assurance); acr != "" {
			attrs = append(attrs, slog.String("acr", acr)) // "level" is slog's own
		}
		if e.Err != nil {
			attrs = append(attrs, slog.String("error", e.Err.Error()))
			if advice, _ := OperatorAdvice(e.Err); advice != "" {
				attrs = append(attrs, slog.String("advice", plainSpaces.Replace(advice)))
			}
		}
		log.LogAttrs(ctx, severity(e), "franceconnect", attrs...)
	}
}

// plainSpaces: slog's text has no-break spaces as escapes.
var plainSpaces = strings.NewReplacer("\u00a0", " ", "\u202f", " ")

func severity(e Event) slog.Level {
	switch {
	case e.Operation == "token" || e.Operation == "userinfo" || e.Operation == "keys" && e.Err == nil:
		return slog.LevelDebug // its callback says it
	case errors.Is(e.Err, context.Canceled) && e.Operation != "keys":
		return slog.LevelInfo // the person left
	case e.Operation == "keys" || e.Operation == "secret" || errors.Is(e.Err, ErrUnavailable) || browserMade(e.Err):
		return slog.LevelWarn
	case e.Err == nil || errors.Is(e.Err, ErrDenied) || errors.Is(e.Err, ErrLoginExpired) || errors.Is(e.Err, ErrStillOpen) || errors.Is(e.Err, ErrDisabled):
		return slog.LevelInfo
	}
	return slog.LevelError
}

// HealthHandler answers 200 while FranceConnect does, and 503 while it does not, by
// what was last heard of it: a probe asks FranceConnect at most once in ten
// seconds, and not at all while people sign in. It is for a dashboard or to be
// woken up by, not to take a portal out of service: without FranceConnect, it
// still has its other ways to sign in. It says nothing that a stranger may not
// know.
func (c *Client) HealthHandler() http.Handler {
	if c.config.Disabled {
		return http.NotFoundHandler()
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { c.provider.ServeHealth(w, r, c.observer()) })
}
