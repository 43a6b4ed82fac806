package redisstore

import (
	"container/list"
	"context"
	"errors"
	"runtime"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// ErrBusy is in the error of a call that was not made, since too many waited
// before it: Redis answers too slowly for so many logins on so few connections.
var ErrBusy = errors.New("more calls wait for a connection than Redis answers in time: a larger PoolSize is needed, or a nearer Redis")

// A turn is who comes first: who is back from FranceConnect, and would have to
// start again, before who leaves for it.
type turn int

const (
	taking turn = iota
	putting
)

// putWait is how long who leaves waits for a connection: so long that a burst
// passes, and so short that nobody takes the portal for broken.
const putWait = 250 * time.Millisecond

// A queue lets as many calls at a time go to Redis as the client has connections.
// The others wait here, and not in the pool of go-redis, where each waits until its
// time is over and then closes the connection that it has just been given: under
// load that never ends, and no call succeeds.
type queue struct {
	size    int
	mu      sync.Mutex
	free    int
	took    time.Duration // of a call now: each counts an eighth
	waiting [2]list.List  // of chan struct{}, by turn
}

// connections returns how many connections a client may have. Of one that go-redis
// did not make, it is what go-redis takes by itself.
func connections(client redis.UniversalClient) int {
	size, most, servers := 0, 0, 1
	switch c := client.(type) {
	case *redis.Client:
		size, most = c.Options().PoolSize, c.Options().MaxActiveConns
	case *redis.ClusterClient:
		size, most, servers = c.Options().PoolSize, c.Options().MaxActiveConns, len(c.Options().Addrs)
	case *redis.Ring:
		size, most, servers = c.Options().PoolSize, c.Options().MaxActiveConns, len(c.Options().Addrs)
	}
	if size <= 0 {
		size = 10 * runtime.GOMAXPROCS(0)
	}
	if most > 0 {
		size = min(size, most)
	}
	return size * max(servers, 1)
}

// enter returns when a call may be made, which then has to leave; or an error at
// once if the wait would be too long.
func (q *queue) enter(ctx context.Context, t turn) error {
	q.mu.Lock()
	if q.free > 0 {
		q.free--
		q.mu.Unlock()
		return nil
	}
	ahead := 1
	for before := taking; before <= t; before++ {
		ahead += q.waiting[before].Len()
	}
	deadline, _ := ctx.Deadline() // Options.Timeout bounds every call
	patience := time.Until(deadline) - q.took
	if t == putting {
		patience = min(patience, putWait)
	}
	if q.took*time.Duration(ahead)/time.Duration(q.size) > patience {
		q.mu.Unlock()
		return ErrBusy
	}
	mine := make(chan struct{})
	place := q.waiting[t].PushBack(mine)
	q.mu.Unlock()

	err := ErrBusy
	over := time.NewTimer(patience)
	defer over.Stop()
	select {
	case <-mine:
		return nil
	case <-over.C:
	case <-ctx.Done():
		err = ctx.Err()
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	select {
	case <-mine: // meanwhile
		return nil
	default:
		q.waiting[t].Remove(place)
		return err
	}
}

// leave lets the next one in. A call that failed counts as well: while a server
// hangs, those that have a connection find out when it answers, and nobody waits
// behind them.
func (q *queue) leave(took time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.took += (took - q.took) / 8
	for t := range q.waiting {
		if first := q.waiting[t].Front(); first != nil {
			close(q.waiting[t].Remove(first).(chan struct{}))
			return
		}
	}
	q.free++
}
