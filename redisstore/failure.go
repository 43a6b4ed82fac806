package redisstore

import (
	"context"
	"errors"
	"os"
	"strings"

	"github.com/redis/go-redis/v9"
)

// A failure is why a call did not succeed, in words without the key and the
// value.
type failure struct {
	text  string
	cause error
}

func (f *failure) Error() string { return f.text }

// Unwrap makes errors.Is find context.DeadlineExceeded, net.ErrClosed…
func (f *failure) Unwrap() error { return f.cause }

// failed names what became of a call that was made in ctx.
func failed(ctx context.Context, call, key string, err error) error {
	what := withoutQuotes(err.Error(), key)
	ended := ctx.Err()
	if ended == nil && errors.Is(err, os.ErrDeadlineExceeded) {
		ended = context.DeadlineExceeded // the connection's clock was first
	}
	if ended != nil && !errors.Is(err, ended) {
		what, err = ended.Error()+": "+what, errors.Join(ended, err)
	}
	if redis.HasErrorPrefix(err, "unknown command") {
		what = "the server does not know the command: Redis 6.2 or later is needed, or Valkey"
	}
	return &failure{"redisstore: " + call + ": " + what, err}
}

// withoutQuotes returns a text up to where it quotes: a server repeats what it was
// asked, and go-redis what it could not read.
func withoutQuotes(text, key string) string {
	if key != "" {
		text, _, _ = strings.Cut(text, key)
	}
	if i := strings.IndexAny(text, "\"'`"); i >= 0 {
		text = text[:i]
	}
	return strings.TrimRight(text, " :,=")
}
