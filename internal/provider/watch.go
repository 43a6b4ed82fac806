package provider

import (
	"context"
	"errors"
	"sync/atomic"
	"time"
)

// A Watcher is told that a call begins, and then how it ended. The call goes on
// with the context that it returns.
type Watcher func(ctx context.Context, call string) (context.Context, func(error))

type watcherKey struct{}

// Watch has the calls made under ctx told to w: those of one relying party, on
// a line that many share.
func Watch(ctx context.Context, w Watcher) context.Context {
	return context.WithValue(ctx, watcherKey{}, w)
}

// A call is one that is under way. It is a value: the ordinary login, which
// nobody watches, pays nothing for it.
type call struct {
	availability *availability
	report       func(error) // nil if nobody watches
}

// startCall tells that a call begins.
func (p *availability) startCall(ctx context.Context, name string) (context.Context, call) {
	c := call{availability: p}
	if w, ok := ctx.Value(watcherKey{}).(Watcher); ok {
		ctx, c.report = w(ctx, name)
	}
	return ctx, c
}

// end tells how it ended.
func (c call) end(err error) {
	c.availability.record(err)
	if c.report != nil {
		c.report(err)
	}
}

// A availability is when FranceConnect was last heard of: the time in nanoseconds, in
// real time, negative if it should have answered and did not.
type availability struct{ last atomic.Int64 }

func (p *availability) record(err error) {
	now := time.Now().UnixNano()
	if err != nil && isUnreachable(err) {
		if errors.Is(err, context.Canceled) {
			return // the caller's doing
		}
		now = -now
	}
	p.last.Store(now)
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

// Available tells whether FranceConnect answers: by the latest call, if it was not
// long ago, and else by asking for its keys. On v1, which has none, it is taken
// for alive if it has not been heard of.
func (p *Provider) Available(ctx context.Context) bool {
	last := p.availability.last.Load()
	switch heard := time.Unix(0, max(last, -last)); {
	case last > 0 && time.Since(heard) < aliveFor:
		return true
	case last < 0 && time.Since(heard) < deadFor:
		return false
	case p.keys.url == "":
		return true
	}
	return p.keys.waitFetch(ctx) == nil
}
