package main

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"

	"github.com/franceconnect-go/franceconnect"
)

type referenceKey struct{}

// reference names one request in the log and on the error page.
func reference(ctx context.Context) string {
	ref, _ := ctx.Value(referenceKey{}).(string)
	return ref
}

// referenced draws the reference of each request.
func referenced(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), referenceKey{}, rand.Text()[:8])))
	})
}

// observe writes down each stage of a login or logout. Nothing personal can get
// in: an Event has nothing personal.
func observe(log *slog.Logger) func(context.Context, franceconnect.Event) {
	return func(ctx context.Context, e franceconnect.Event) {
		franceconnect.LogEvents(log.With("ref", reference(ctx)))(ctx, e)
	}
}
