// Package observe tells a portal what is under way and how it ended. What it is told
// is an event, of a type that is not known here.
package observe

import (
	"context"
	"time"
)

// A Watch is whom a portal has told, and its clock. Both functions may be nil.
type Watch[Event any] struct {
	Now     func() time.Time
	Observe func(context.Context, Event)
	Trace   func(ctx context.Context, operation string) (context.Context, func(Event))
}

// An Operation is one that is under way.
type Operation[Event any] struct {
	Context context.Context // of the operation itself, without its deadlines
	Name    string
	Start   time.Time

	observe func(context.Context, Event)
	trace   func(Event) // nil if nobody traces
}

// Begin begins an operation.
func (w Watch[Event]) Begin(ctx context.Context, name string) Operation[Event] {
	o := Operation[Event]{Context: ctx, Name: name, Start: w.Now(), observe: w.Observe}
	if w.Trace != nil {
		o.Context, o.trace = w.Trace(ctx, name)
	}
	return o
}

// Watched reports whether anybody is told of its end.
func (o Operation[Event]) Watched() bool { return o.observe != nil || o.trace != nil }

// End tells that it ended.
func (o Operation[Event]) End(e Event) {
	if o.trace != nil {
		defer o.trace(e) // last, and even if Observe panics
	}
	if o.observe != nil {
		o.observe(o.Context, e)
	}
}
