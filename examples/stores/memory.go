package stores

import (
	"container/list"
	"context"
	"sync"
	"time"
)

// A Memory is a Store of one process. Its zero value is empty. A login that was taken
// leaves nothing; one that nobody came back from leaves with the first Put after its
// time, or after that of one put before it. It has no timers: one for each login would keep
// it for half an hour, however soon it is taken.
type Memory struct {
	mu     sync.Mutex
	logins map[string]*list.Element
	order  list.List // of login, as they were put
}

type login struct {
	key   string
	value []byte
	over  time.Time
}

// Put keeps value under key for ttl.
func (m *Memory) Put(_ context.Context, key string, value []byte, ttl time.Duration) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.logins == nil {
		m.logins = map[string]*list.Element{}
	}
	m.remove(key)
	now := time.Now()
	for first := m.order.Front(); first != nil && !now.Before(first.Value.(login).over); first = m.order.Front() {
		m.remove(first.Value.(login).key)
	}
	m.logins[key] = m.order.PushBack(login{key, value, now.Add(ttl)})
	return nil
}

// Take returns the value under key and removes it.
func (m *Memory) Take(_ context.Context, key string) ([]byte, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	taken, found := m.remove(key)
	if !found || !time.Now().Before(taken.over) {
		return nil, false, nil
	}
	return taken.value, true, nil
}

func (m *Memory) remove(key string) (taken login, found bool) {
	place, found := m.logins[key]
	if !found {
		return taken, false
	}
	delete(m.logins, key)
	return m.order.Remove(place).(login), true
}
