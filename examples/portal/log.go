package main

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"

	"github.com/franceconnect-go/franceconnect"
)

type referenceKey struct{}

// reference names one request: every line that the log has about it, and the
// error page if it comes to that. It is drawn, and says nothing about anybody.
func reference(ctx context.Context) string {
	ref, _ := ctx.Value(referenceKey{}).(string)
	return ref
}

// logged writes down each request, without its query: on the way back from
// FranceConnect there is a code in it.
func (p *portal) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := p.now()
		ref := rand.Text()[:8]
		r = r.WithContext(context.WithValue(r.Context(), referenceKey{}, ref))
		seen := &watched{w, http.StatusOK}
		next.ServeHTTP(seen, r)
		p.log.LogAttrs(r.Context(), slog.LevelInfo, "request", slog.String("ref", ref),
			slog.String("method", r.Method), slog.String("path", r.URL.Path),
			slog.Int("status", seen.status), slog.Duration("took", p.now().Sub(start)))
	})
}

// watched remembers the status of an answer.
type watched struct {
	http.ResponseWriter
	status int
}

func (w *watched) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

func (w *watched) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// observe writes down each stage of a login or logout, beside the request that
// it is of. Nothing personal can get in: an Event has nothing personal.
func observe(log *slog.Logger) func(context.Context, franceconnect.Event) {
	return func(ctx context.Context, e franceconnect.Event) {
		franceconnect.LogEvents(log.With("ref", reference(ctx)))(ctx, e)
	}
}
