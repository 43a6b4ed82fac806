// Package redisstore keeps in Redis or Valkey, for all the machines of a portal
// together, which logins are still open: it is a Store of
// github.com/franceconnect-go/franceconnect, and imports nothing of it.
//
//	client := redisstore.NewClient(&redis.UniversalOptions{
//		Addrs:     []string{"redis.internal:6379"},
//		Password:  os.Getenv("REDIS_PASSWORD"),
//		TLSConfig: &tls.Config{},
//	})
//	store, err := redisstore.New(client, redisstore.Options{Prefix: "portail:"})
//
// The client is the portal's: one server, a cluster or sentinels, TLS,
// passwords and pools are settings of go-redis, and the examples show them.
// NewClient gives it what a login cannot wait for.
//
// It needs Redis 6.2 or later, for GETDEL, or any Valkey. Its user needs no
// more than SET and GETDEL on the keys under the prefix; in a cluster, also what
// go-redis finds its way with.
//
// A connection carries one call at a time, and a login makes two: a PoolSize of
// 2 × logins a second × seconds to Redis and back is needed. NewClient gives 100,
// which are 250 logins a second 0.2 s away and 25,000 at 2 ms; Check measures it.
// With less, as many logins as there is room for succeed, and the others are told
// so at once (ErrBusy).
//
// The store is in this file, its client in client.go, who waits in queue.go, what a
// login is in Redis in mark.go, what the server is asked in check.go, the errors in
// failure.go.
package redisstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// Options are the settings of a Store. The zero value is good.
type Options struct {
	// Prefix is put before every key, as it is: "portail:". Default: none; the
	// keys of franceconnect begin with "fc:".
	Prefix string

	// Timeout bounds each call, with all the attempts that the client makes.
	// Default: 3 seconds, which leaves a callback time for FranceConnect.
	Timeout time.Duration

	// Observe is called at the end of each call, by the goroutine that made
	// it. Default: nobody is told.
	Observe func(context.Context, Event)

	// Now is the clock of Event.Took. Default: time.Now.
	Now func() time.Time
}

// An Event is one call to Redis, for logs and metrics. It holds neither the key
// nor the value.
type Event struct {
	Call  string        // "put", "take" or "add"
	Took  time.Duration // all attempts included
	Found bool          // take: the login was open; put and add: always false
	Err   error         // what the call returned
}

// A Store keeps marks in Redis. It is safe for use by several goroutines, and
// there is nothing to close: the client stays its maker's.
type Store struct {
	client  redis.UniversalClient
	options Options
	queue   queue
}

// New makes a Store on a client, without calling the server: a portal starts
// while Redis is down. The client has ContextTimeoutEnabled, without which
// go-redis waits for a server that does not answer beyond the end of a request;
// New refuses one that has not.
func New(client redis.UniversalClient, options Options) (*Store, error) {
	if client == nil {
		return nil, errors.New("redisstore: client is nil")
	}
	if !keepsTime(client) {
		return nil, errors.New("redisstore: the client's ContextTimeoutEnabled is false: its calls would not end in time")
	}
	if options.Timeout < 0 {
		return nil, fmt.Errorf("redisstore: Options.Timeout is negative: %v", options.Timeout)
	}
	options.Timeout = cmp.Or(options.Timeout, 3*time.Second)
	if options.Now == nil {
		options.Now = time.Now
	}
	size := connections(client)
	return &Store{client: client, options: options, queue: queue{size: size, free: size}}, nil
}

// keepsTime reports whether the calls of a client end with their context. A
// client that go-redis did not make is believed.
func keepsTime(client redis.UniversalClient) bool {
	switch c := client.(type) {
	case *redis.Client:
		return c.Options().ContextTimeoutEnabled
	case *redis.ClusterClient:
		return c.Options().ContextTimeoutEnabled
	case *redis.Ring:
		return c.Options().ContextTimeoutEnabled
	}
	return true
}

// Put keeps value under key for ttl, of which Redis counts whole milliseconds:
// less than one is refused, since go-redis takes 0 and -1 for ever.
//
// It waits a quarter of a second for a connection, and is ErrBusy then, or at once if
// it would wait longer.
//
// go-redis makes up to four attempts, unless told otherwise or out of time: the last
// one counts, and the time begins again with it.
func (s *Store) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	return s.put(ctx, "put", key, ttl, func(ctx context.Context, key string) error {
		return s.client.Set(ctx, key, valueOf(value), ttl).Err()
	})
}

// Take returns the value under key and removes it, in one step of the server
// (GETDEL): of two calls at once, from whatever machine, one finds it. Absence
// is not an error. It goes before each Put that waits for a connection, and is
// ErrBusy at once if it would wait beyond its time.
//
// If the answer of an attempt is lost after the server removed the value, the
// next attempt of go-redis finds nothing, and without one there is an error.
// Either way the person starts again, and nobody signs in twice.
func (s *Store) Take(ctx context.Context, key string) (value []byte, found bool, err error) {
	start := s.options.Now()
	defer func() { s.observe(ctx, Event{Call: "take", Found: found, Err: err}, start) }()
	bounded, cancel := context.WithTimeout(ctx, s.options.Timeout)
	defer cancel()
	key = keyOf(s.options.Prefix, key)
	err = s.call(bounded, taking, func() error {
		said, err := s.client.GetDel(bounded, key).Result()
		if err == nil {
			value, err = readValue(said)
		}
		return err
	})
	switch {
	case errors.Is(err, redis.Nil):
		return nil, false, nil
	case err != nil:
		return nil, false, failed(bounded, "take", key, err)
	}
	return value, true, nil
}

// Add keeps value under key for ttl, as Put does, if nothing is there, in one step of
// the server (SET with NX): of two calls at once, from whatever machine, one adds it.
// It is for Config.Direct of franceconnect.
//
// If the answer of an attempt is lost after the server added the value, the next
// attempt of go-redis finds it there, and nothing was added: the person sees the page
// with the button, and no token is used twice.
func (s *Store) Add(ctx context.Context, key string, value []byte, ttl time.Duration) (added bool, err error) {
	err = s.put(ctx, "add", key, ttl, func(ctx context.Context, key string) (err error) {
		added, err = s.client.SetNX(ctx, key, valueOf(value), ttl).Result()
		return err
	})
	return added, err
}

// put makes a call that keeps something for ttl.
func (s *Store) put(ctx context.Context, name, key string, ttl time.Duration, do func(ctx context.Context, key string) error) (err error) {
	start := s.options.Now()
	defer func() { s.observe(ctx, Event{Call: name, Err: err}, start) }()
	if ttl < time.Millisecond {
		return fmt.Errorf("redisstore: %s: the ttl is less than a millisecond: %v", name, ttl)
	}
	bounded, cancel := context.WithTimeout(ctx, s.options.Timeout)
	defer cancel()
	key = keyOf(s.options.Prefix, key)
	if err = s.call(bounded, putting, func() error { return do(bounded, key) }); err != nil {
		return failed(bounded, name, key, err)
	}
	return nil
}

// call makes a call when it is its turn.
func (s *Store) call(ctx context.Context, t turn, do func() error) error {
	if err := s.queue.enter(ctx, t); err != nil {
		return err
	}
	start := time.Now()
	defer func() { s.queue.leave(time.Since(start)) }()
	return do()
}

// observe tells the portal how a call went.
func (s *Store) observe(ctx context.Context, e Event, start time.Time) {
	if s.options.Observe == nil {
		return
	}
	e.Took = s.options.Now().Sub(start)
	s.options.Observe(ctx, e)
}
