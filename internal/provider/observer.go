package provider

import "context"

// An Observer is told that a call begins; the call goes on with the context that
// it returns, and end is told how it ended. It is a relying party's: many of them
// share a Provider, so that each hands its own down with its calls. Nil is none.
type Observer func(ctx context.Context, call string) (_ context.Context, end func(error))

// A call is one that is under way. It is a value: the ordinary login, which
// nobody observes, pays nothing for it.
type call struct {
	availability *availability
	report       func(error) // nil if nobody observes
}

// startCall tells that a call begins.
func (a *availability) startCall(ctx context.Context, o Observer, name string) (context.Context, call) {
	c := call{availability: a}
	if o != nil {
		ctx, c.report = o(ctx, name)
	}
	return ctx, c
}

// end tells how it ended; ctx is the call's.
func (c call) end(ctx context.Context, err error) {
	c.availability.record(ctx, err)
	if c.report != nil {
		c.report(err)
	}
}
