package franceconnect

import (
	"context"
	"time"
)

// A Store remembers, for all the machines of a portal together, which logins
// are still open. Without one, a login lives in the browser's sealed cookie
// alone, and the Clients of one Pool remember in memory which they have seen
// used: the latest 262,144 or more, and an Event with the reason "used.full" if
// that was not enough for 30 minutes. What forbids a second use at another
// process, after a restart, or at a Client that New made anew, is FranceConnect's
// code, good for one use within 30 seconds: a portal that changes its settings
// while people sign in makes its Clients by one Pool. With a Store, a callback is
// accepted once, whichever machine it reaches, and never while the Store cannot
// be asked.
//
// With Config.Direct, a Store has one method more, which keeps value under key only
// if nothing is there, in one step: of two calls at once, one adds it. redisstore
// has it.
//
//	Add(ctx context.Context, key string, value []byte, ttl time.Duration) (added bool, err error)
//
// Keys are at most 64 characters of [a-z0-9:]; values are opaque, at most 16
// bytes, and hold nothing personal.
type Store interface {
	// Put keeps value under key for ttl.
	Put(ctx context.Context, key string, value []byte, ttl time.Duration) error

	// Take returns the value under key and removes it, in one step: of two
	// calls at once, one finds it. Absence is not an error.
	Take(ctx context.Context, key string) (value []byte, found bool, err error)
}
