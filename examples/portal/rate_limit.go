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
	now func() time.Time
	max int // how many are counted at once; beyond it, the oldest is forgotten

	mu    sync.Mutex
	since map[[32]byte]*tries
}

type tries struct {
	first time.Time
	n     int
}

func newAttempts(now func() time.Time) *attempts {
	return &attempts{now: now, max: 10_000, since: map[[32]byte]*tries{}}
}

// take counts one more, before it is known how it ends, so that a hundred at
// once are a hundred. It is false if there were too many.
func (a *attempts) take(what string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	key := sha256.Sum256([]byte(what))
	t := a.since[key]
	if t == nil || a.over(t) {
		a.makeRoom()
		t = &tries{first: a.now()}
		a.since[key] = t
	}
	t.n++
	return t.n <= maxAttempts
}

// forgive forgets what was tried before the right password.
func (a *attempts) forgive(what string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.since, sha256.Sum256([]byte(what)))
}

func (a *attempts) makeRoom() {
	var oldest [32]byte
	for key, t := range a.since {
		if a.over(t) {
			delete(a.since, key)
		} else if o := a.since[oldest]; o == nil || t.first.Before(o.first) {
			oldest = key
		}
	}
	if len(a.since) >= a.max {
		delete(a.since, oldest)
	}
}

func (a *attempts) over(t *tries) bool { return a.now().Sub(t.first) >= attemptsTime }
