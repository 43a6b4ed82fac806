package logincookie

import (
	"sync"
	"time"
)

// Used remembers which logins, or other things that are good for one use, were
// used, on this machine and until they would have ended. Its zero value is ready,
// and it is safe for use by several goroutines.
//
// It keeps 16 bytes of each, in two generations: the younger one takes
// what comes, and is the older one after a login's time. So nothing is looked
// through to make room, and what is forgotten is the oldest.
type Used struct {
	Life time.Duration // of a login
	Most int           // in one generation; there are two

	mu             sync.Mutex
	older, younger map[[16]byte]struct{}
	since          time.Time // when the younger one began
	told           bool
}

// MaxUsed is how many used logins a process remembers without a Store, twice: the
// latest 262,144 at least.
const MaxUsed = 1 << 18

// First reports whether a login is used for the first time, and, once, that
// there were more logins than Used remembers.
func (u *Used) First(p Login, now time.Time) (first, forgot bool) {
	return u.FirstOf([16]byte(p.drawn[:16]), now)
}

// FirstOf does the same for what a key is of.
func (u *Used) FirstOf(key [16]byte, now time.Time) (first, forgot bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	_, older := u.older[key]
	_, younger := u.younger[key]
	if older || younger {
		return false, false
	}
	over := now.Sub(u.since) >= u.Life // of the zero time, too
	if over || len(u.younger) >= u.Most {
		forgot = !over && len(u.older) > 0 && !u.told
		u.told = u.told || forgot
		u.older, u.younger, u.since = u.younger, map[[16]byte]struct{}{}, now
	}
	u.younger[key] = struct{}{}
	return true, forgot
}
