package main

import "time"

// An expiringMap keeps values by a key, each as long as it is used at least once in its
// life, and max of them: beyond that, the one that was not used for the longest
// time is forgotten. What a call costs does not grow with how many are kept: those
// of one life are in the order of their use, so that the first is the oldest.
// It is not for two goroutines at once.
type expiringMap[K comparable, V any] struct {
	max    int
	now    func() time.Time
	byID   map[K]*entry[K, V]
	byLife map[time.Duration]*line[K, V]
}

type entry[K comparable, V any] struct {
	id    K
	value V
	used  time.Time
	life  time.Duration

	before, after *entry[K, V] // in the line of its life
}

// A line has the entries of one life, in the order of their use. The entries are its
// links, so that one more is one allocation, and one thing less for the collector.
type line[K comparable, V any] struct{ first, last *entry[K, V] }

func (l *line[K, V]) append(k *entry[K, V]) {
	if k.before, k.after, l.last = l.last, nil, k; k.before == nil {
		l.first = k
	} else {
		k.before.after = k
	}
}

func (l *line[K, V]) remove(k *entry[K, V]) {
	if k.before == nil {
		l.first = k.after
	} else {
		k.before.after = k.after
	}
	if k.after == nil {
		l.last = k.before
	} else {
		k.after.before = k.before
	}
}

func newExpiringMap[K comparable, V any](max int, now func() time.Time) expiringMap[K, V] {
	return expiringMap[K, V]{max: max, now: now, byID: map[K]*entry[K, V]{}, byLife: map[time.Duration]*line[K, V]{}}
}

// put keeps a value in the place of the one that there was, if any, and makes
// room for it.
func (e *expiringMap[K, V]) put(id K, value V, life time.Duration) {
	e.forget(id)
	e.makeRoom()
	k := &entry[K, V]{id: id, value: value}
	e.byID[id] = k
	e.begin(k, life)
}

// use lets an entry last from now on.
func (e *expiringMap[K, V]) use(k *entry[K, V], life time.Duration) {
	e.byLife[k.life].remove(k)
	e.begin(k, life)
}

func (e *expiringMap[K, V]) begin(k *entry[K, V], life time.Duration) {
	if e.byLife[life] == nil {
		e.byLife[life] = &line[K, V]{}
	}
	k.used, k.life = e.now(), life
	e.byLife[life].append(k)
}

// forget removes an entry, if there is one.
func (e *expiringMap[K, V]) forget(id K) {
	if k := e.byID[id]; k != nil {
		e.byLife[k.life].remove(k)
		delete(e.byID, id)
	}
}

// sweep is how many that are over make room for one: more than come, so that all
// leave, and so few that nobody waits for it.
const sweep = 16

// makeRoom forgets entries that are over and, if it must, the oldest one.
func (e *expiringMap[K, V]) makeRoom() {
	var oldest *entry[K, V]
	for _, those := range e.byLife {
		for range sweep {
			if those.first == nil || !e.over(those.first) {
				break
			}
			e.forget(those.first.id)
		}
		if k := those.first; k != nil && (oldest == nil || k.used.Before(oldest.used)) {
			oldest = k
		}
	}
	if len(e.byID) >= e.max && oldest != nil {
		e.forget(oldest.id)
	}
}

func (e *expiringMap[K, V]) over(k *entry[K, V]) bool { return e.now().Sub(k.used) >= k.life }
