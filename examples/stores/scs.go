package stores

import (
	"context"
	"sync"
	"time"

	"github.com/alexedwards/scs/v2"
)

// An SCS makes a Store of a session store. Those know how to find and how to
// delete, and not how to do both in one step: the mutex makes it one for this
// process, and nothing does for two. On several machines, use an engine that
// can.
type SCS struct {
	Sessions scs.Store
	mu       sync.Mutex
}

// Put keeps value under key for ttl.
func (s *SCS) Put(_ context.Context, key string, value []byte, ttl time.Duration) error {
	return s.Sessions.Commit(key, value, time.Now().Add(ttl))
}

// Take returns the value under key and removes it, at once for this process
// alone.
func (s *SCS) Take(_ context.Context, key string) ([]byte, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	value, found, err := s.Sessions.Find(key)
	if err != nil || !found {
		return nil, false, err
	}
	if err := s.Sessions.Delete(key); err != nil {
		return nil, false, err // it can be found again: it does not count
	}
	return value, true, nil
}
