package provider

import (
	"context"
	"errors"
	"sync/atomic"
	"time"
)

// An availability is when FranceConnect was last heard of: the time in
// nanoseconds, in real time, negative if it should have answered and did not.
type availability struct{ last atomic.Int64 }

func (a *availability) record(err error) {
	now := time.Now().UnixNano()
	if err != nil && isUnreachable(err) {
		if errors.Is(err, context.Canceled) {
			return // the caller's doing
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
	return p.keys.waitFetch(ctx, o) == nil
}
