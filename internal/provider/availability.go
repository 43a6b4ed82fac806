package provider

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"time"
)

// An availability is when FranceConnect was last heard of: the time in
// nanoseconds, in real time, negative if it should have answered and did not.
type availability struct{ last atomic.Int64 }

// record keeps how a call ended, unless it was its caller that ended it.
func (a *availability) record(ctx context.Context, err error) {
	now := time.Now().UnixNano()
	if err != nil && isUnreachable(err) {
		if ctx.Err() == context.Canceled {
			return
		}
		now = -now
	}
	a.last.Store(now)
}

func isUnreachable(err error) bool {
	e := (*Error)(nil)
	return errors.As(err, &e) && e.Kind == Unreachable
}

const (
	// aliveFor and deadFor are how long what was heard is not asked again.
	aliveFor = time.Minute
	deadFor  = 10 * time.Second
)

// Available reports whether FranceConnect answers: by the latest call, if it was not
// long ago, and else by asking for its keys. On v1, which has none, it is taken
// for alive if it has not been heard of.
func (p *Provider) Available(ctx context.Context, o Observer) bool {
	last := p.availability.last.Load()
	switch heard := time.Unix(0, max(last, -last)); {
	case last > 0 && time.Since(heard) < aliveFor:
		return true
	case last < 0 && time.Since(heard) < deadFor:
		return false
	case p.keys.url == "":
		return true
	}
	p.keys.mu.Lock()
	f, _ := p.keys.join(ctx, o)
	p.keys.mu.Unlock()
	if f == nil {
		return last > 0 // too much was asked of late, and this was heard
	}
	return waitFor(ctx, f, 0, withinFetch{p.keys}) == nil
}

// ServeHealth answers 200 if FranceConnect is Available, and else 503.
func (p *Provider) ServeHealth(w http.ResponseWriter, r *http.Request, o Observer) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if !p.Available(r.Context(), o) {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte("down\n"))
		return
	}
	_, _ = w.Write([]byte("up\n"))
}
