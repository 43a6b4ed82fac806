package main

import (
	"container/list"
	"time"
)

// An expiringMap keeps values by a key, each as long as it is used at least once in its
// life, and max of them: beyond that, the one that was not used for the longest
// time is forgotten. What a call costs does not grow with how many are kept: those
// of one life are in the order of their use, so that the first is the oldest.
// It is not for two goroutines at once.
type expiringMap[K comparable, V any] struct {
	max    int
	now    func() time.Time
	byID   map[K]*entry[K, V]
	byLife map[time.Duration]*list.List
}

type entry[K comparable, V any] struct {
	id    K
	value V
	used  time.Time
	life  time.Duration
	place *list.Element // in the list of its life
}

func newExpiringMap[K comparable, V any](max int, now func() time.Time) expiringMap[K, V] {
	return expiringMap[K, V]{max: max, now: now, byID: map[K]*entry[K, V]{}, byLife: map[time.Duration]*list.List{}}
}

// put keeps a value in the place of the one that there was, if any, and makes
// room for it.
func (e *expiringMap[K, V]) put(id K, value V, life time.Duration) {
	e.forget(id)
	e.makeRoom()
	k := &entry[K, V]{id: id, value: value}
	e.byID[id] = k
	e.use(k, life)
}

// use lets an entry last from now on.
func (e *expiringMap[K, V]) use(k *entry[K, V], life time.Duration) {
	if k.place != nil {
		e.byLife[k.life].Remove(k.place)
	}
	if e.byLife[life] == nil {
		e.byLife[life] = list.New()
	}
	k.used, k.life, k.place = e.now(), life, e.byLife[life].PushBack(k)
}

// forget removes an entry, if there is one.
func (e *expiringMap[K, V]) forget(id K) {
	if k := e.byID[id]; k != nil {
		e.byLife[k.life].Remove(k.place)
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
			if first := those.Front(); first == nil || !e.over(first.Value.(*entry[K, V])) {
				break
			}
			e.forget(those.Front().Value.(*entry[K, V]).id)
		}
		if first := those.Front(); first != nil {
			if k := first.Value.(*entry[K, V]); oldest == nil || k.used.Before(oldest.used) {
				oldest = k
			}
		}
	}
	if len(e.byID) >= e.max && oldest != nil {
		e.forget(oldest.id)
	}
}

func (e *expiringMap[K, V]) over(k *entry[K, V]) bool { return e.now().Sub(k.used) >= k.life }
