package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"time"
)

// A callError is a call that gave nothing. Its text holds no token, no address
// that the data provider chose, and nothing about the person.
type callError struct {
	kind   trouble
	status int    // 0 without an answer
	code   string // the API's own
	reason string // ours
	retry  bool   // after wait
	wait   time.Duration
	cause  error
}

func (e *callError) Error() string {
	var text strings.Builder
	text.WriteString("api: " + string(e.kind))
	if e.status != 0 {
		fmt.Fprintf(&text, ", HTTP %d", e.status)
	}
	for _, detail := range []string{e.code, e.reason} {
		if detail != "" {
			text.WriteString(", " + detail)
		}
	}
	return text.String()
}

func (e *callError) Unwrap() error { return e.cause }

// again reports whether a second try can still be answered in time.
func (e *callError) again(ctx context.Context) bool {
	end, _ := ctx.Deadline() // ask has set one
	return e.retry && time.Until(end) > e.wait
}

// reasonOf names what became of a request without an answer. The texts of
// net/http quote addresses; these are ours.
func reasonOf(err error) string {
	op := (*net.OpError)(nil)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "too late"
	case errors.Is(err, context.Canceled):
		return "the person has gone"
	case errors.As(err, &op):
		return op.Op
	}
	return "redirected, or broken off"
}

// A trouble is why there is no data, for the page and for the log.
type trouble string

const (
	unknown     trouble = "unknown"     // to the data provider: nothing is wrong
	refused     trouble = "refused"     // the settings here and there do not agree, or the token is over
	busy        trouble = "busy"        // 409, 429
	unavailable trouble = "unavailable" // 5xx, or no answer in time
	malformed   trouble = "malformed"   // not what API Particulier says
)

func troubleOf(err error) trouble {
	if e := (*callError)(nil); errors.As(err, &e) {
		return e.kind
	}
	return malformed
}

// severity returns what to tell who watches the log: somebody can do something about an
// error, and nobody about a person who has no quotient.
func (t trouble) severity() slog.Level {
	switch t {
	case unknown:
		return slog.LevelInfo
	case busy, unavailable:
		return slog.LevelWarn
	}
	return slog.LevelError
}
