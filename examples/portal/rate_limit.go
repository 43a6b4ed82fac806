package main

import (
	"crypto/sha256"
	"sync"
	"time"
)

// Of one account, so many wrong passwords are heard in so much time.
const (
	maxAttempts  = 5
	attemptsTime = 15 * time.Minute
)

// attempts counts what is tried, whether there is such an account or not: what
// a page says of the one it says of the other. A portal also limits how often
// one address may try, where its proxy knows it.
type attempts struct {
	mu                         sync.Mutex
	expiringMap[[32]byte, int] // how many, since the first
}

// maxTried is how many are counted at once; beyond it, the oldest is forgotten.
const maxTried = 10_000

func newAttempts(now func() time.Time) *attempts {
	return &attempts{expiringMap: newExpiringMap[[32]byte, int](maxTried, now)}
}

// allow counts one more, before it is known how it ends, so that a hundred at
// once are a hundred. It is false if there were too many.
func (a *attempts) allow(what string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	key := sha256.Sum256([]byte(what))
	if t := a.byID[key]; t == nil || a.over(t) {
		a.put(key, 0, attemptsTime)
	}
	a.byID[key].value++
	return a.byID[key].value <= maxAttempts
}

// reset forgets what was tried before the right password.
func (a *attempts) reset(what string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.forget(sha256.Sum256([]byte(what)))
}
