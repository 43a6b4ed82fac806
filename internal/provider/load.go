package provider

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// While FranceConnect does not answer, each login that waits for it costs memory
// and two descriptors, and a wait that ends in nothing. So the calls under way
// are counted, and no code is sent where there are too many, or where the latest
// ones had no answer: the code stays unused. Once in tryEvery one is sent all the
// same, to see whether FranceConnect is back. Nobody who has a token is stopped.
//
// No answer is a deadline that passed, or a connection that failed. Whatever
// FranceConnect answers is an answer, and a person who leaves says nothing of it:
// no stranger brings about that others are refused.

const (
	// silentAfter is how many calls have no answer, each of them begun after the
	// latest answer, until it is believed: one is a connection that went silent.
	silentAfter = 3

	// tryEvery is between two tries. It is not the end of the one before, which may
	// wait for an answer that is lost.
	tryEvery = time.Second / 2
)

const (
	// ErrFull is a call that is not made because too many are under way.
	ErrFull Cause = "too many calls to FranceConnect wait for its answer"

	// ErrSilent is one that is not made because the latest had no answer.
	ErrSilent Cause = "the latest calls to FranceConnect had no answer"
)

// A load is what is under way to one FranceConnect. It is measured in real time,
// whatever the clock of the tokens says.
type load struct {
	now    func() time.Time
	life   time.Duration // no call takes longer
	silent atomic.Bool   // a kind of calls has no answer; written under mu

	mu     sync.Mutex          // guards what follows
	kinds  [kindsOfCalls]calls // each with places of its own: a crowd that has waited for keys asks for its userinfo at once
	failed time.Time           // when a call last ended without an answer
	tried  time.Time           // when the latest try began
	asked  time.Time           // the same, of a try for somebody who is about to leave
	seen   time.Time           // when that one was last answered
}

// The kinds of calls of a login.
const (
	tokenCall = iota
	userInfoCall
	kindsOfCalls
)

// A calls is those of one kind.
type calls struct {
	underWay   int       // of this round
	round      uint64    // see leave
	since      time.Time // when it began
	heard      time.Time // when the latest answer came
	first      time.Time // when the first call began since then; zero if there is none
	unanswered int       // that began since then, and had none
}

// A place is that of a call under way.
type place struct {
	load  *load
	kind  int
	round uint64
	began time.Time
}

// enter gives a place to a token call, or returns ErrFull or ErrSilent. With most
// zero, for a code that was sent before, there is always one.
func (l *load) enter(most int) (place, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if most > 0 {
		full, stuck := false, l.silent.Load()
		for _, c := range l.kinds {
			if c.underWay >= most {
				full, stuck = true, stuck || c.stuck(now)
			}
		}
		switch {
		case stuck && now.Sub(l.tried) >= tryEvery:
			l.tried = now
		case l.silent.Load():
			return place{}, ErrSilent
		case full:
			return place{}, ErrFull
		}
	}
	return l.take(tokenCall, now), nil
}

// join gives a place to a call that is not refused.
func (l *load) join(kind int) place {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.take(kind, l.now())
}

// take counts a call. The caller holds l.mu.
func (l *load) take(kind int, now time.Time) place {
	c := &l.kinds[kind]
	c.underWay++
	if c.first.IsZero() {
		c.first = now
	}
	return place{l, kind, c.round, now}
}

// stuck reports whether a call has waited for a while, and none has had an answer
// meanwhile.
func (c *calls) stuck(now time.Time) bool { return !c.first.IsZero() && now.Sub(c.first) >= tryEvery }

// leave gives the place back, and keeps how the call ended; ctx is the call's.
//
// Calls that FranceConnect will never answer hold their places until their time is
// over. When a later one is answered before any of them, they are counted no more: a
// new round begins, at most once in the time of a call, so that there are never
// calls of more than two.
func (p place) leave(ctx context.Context, err error) {
	l := p.load
	l.mu.Lock()
	defer l.mu.Unlock()
	c, now := &l.kinds[p.kind], l.now()
	if p.round == c.round {
		c.underWay--
	}
	switch {
	case !noAnswer(err):
		if !c.heard.After(p.began) && now.Sub(c.since) >= l.life {
			c.underWay, c.round, c.since = 0, c.round+1, now
		}
		c.unanswered, c.heard, c.first = 0, now, time.Time{}
	case ctx.Err() == context.Canceled:
		if l.tried.Equal(p.began) {
			l.tried = time.Time{} // the person left: the next one tries
		}
	case !p.began.Before(c.heard):
		c.unanswered++
		l.failed = now
	}
	l.silent.Store(max(l.kinds[tokenCall].unanswered, l.kinds[userInfoCall].unanswered) >= silentAfter)
}

// noAnswer reports whether an error is that of a call to which nobody said anything.
func noAnswer(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Kind == Unreachable && e.Status == 0
}

// Silent reports whether FranceConnect is known not to answer. It asks nobody, and
// after a while without a call nothing is known.
func (p *Provider) Silent() bool {
	l := p.load
	if !l.silent.Load() {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return !l.seen.After(l.failed) && l.now().Sub(l.failed) < deadFor
}

// Departure returns ErrSilent for somebody who would leave, and come back to a
// FranceConnect that does not answer. While it is silent, one person asks for its
// keys, and after tryEvery another, to see whether it is back: it does not take
// somebody who leaves and comes back. An answer lets people leave; whether codes
// are answered, only a code shows. On v1, which has no keys, they leave again
// after a while without a call.
func (p *Provider) Departure(ctx context.Context, o Observer) error {
	l := p.load
	if !l.silent.Load() {
		return nil
	}
	l.mu.Lock()
	now := l.now()
	back := l.seen.After(l.failed) || p.keys.url == "" && now.Sub(l.failed) >= deadFor
	turn := !back && p.keys.url != "" && now.Sub(l.asked) >= tryEvery
	if turn {
		l.asked = now
	}
	l.mu.Unlock()
	switch {
	case back:
		return nil
	case !turn:
		return ErrSilent
	}
	ctx, call := p.availability.startCall(ctx, o, "keys")
	_, _, err := p.caller.call(ctx, "keys", p.keys.url, "", keysHeader())
	call.end(ctx, err)
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case err == nil:
		l.seen = l.now()
		return nil
	case ctx.Err() != context.Canceled:
		l.failed = l.now()
	case l.asked.Equal(now):
		l.asked = time.Time{} // the person left: the next one asks
	}
	return ErrSilent
}
