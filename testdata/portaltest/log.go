package portaltest

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
)

// A Log is an io.Writer that keeps what a portal logs or prints; nobody needs to
// read it. It is safe for concurrent use, and its zero value is empty.
type Log struct {
	mu   sync.Mutex
	text bytes.Buffer
	more chan struct{} // closed by the next Write; nil while nobody waits
}

// Write adds to the log.
func (l *Log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.more != nil {
		close(l.more)
		l.more = nil
	}
	return l.text.Write(b)
}

// String returns all that was written.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// WithoutClock are the options of a handler whose log is searched for a number: it
// leaves out times and durations, in which any number may be found.
func WithoutClock() *slog.HandlerOptions {
	return &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if k := a.Value.Kind(); k == slog.KindTime || k == slog.KindDuration {
			return slog.Attr{}
		}
		return a
	}}
}

// Await waits for a line with text in it and returns what follows the text
// there; "" if ctx is done before, as when the program has ended.
func (l *Log) Await(ctx context.Context, text string) string {
	for {
		l.mu.Lock()
		for line := range strings.Lines(l.text.String()) {
			if _, rest, ok := strings.Cut(line, text); ok && strings.HasSuffix(line, "\n") {
				l.mu.Unlock()
				return strings.TrimSuffix(rest, "\n")
			}
		}
		if l.more == nil {
			l.more = make(chan struct{})
		}
		more := l.more
		l.mu.Unlock()
		select {
		case <-more:
		case <-ctx.Done():
			return ""
		}
	}
}
