package stores

import (
	"context"
	"sync"
	"time"
)

// A Memory is a Store of one process. Its zero value is empty.
type Memory struct {
	logins sync.Map // string: []byte
}

// Put keeps value under key for ttl.
func (m *Memory) Put(_ context.Context, key string, value []byte, ttl time.Duration) error {
	kept := &value
	m.logins.Store(key, kept)
	time.AfterFunc(ttl, func() { m.logins.CompareAndDelete(key, kept) }) // not what was put since
	return nil
}

// Take returns the value under key and removes it.
func (m *Memory) Take(_ context.Context, key string) ([]byte, bool, error) {
	kept, found := m.logins.LoadAndDelete(key)
	if !found {
		return nil, false, nil
	}
	return *kept.(*[]byte), true, nil
}
