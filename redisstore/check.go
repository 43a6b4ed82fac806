package redisstore

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// ErrEvicts is in the error of Check if a server removes keys when its memory is
// full: those of open logins go, and whoever comes back has to start again.
var ErrEvicts = errors.New("maxmemory-policy is not noeviction: when the memory is full, open logins are removed")

// ErrPolicyUnknown is in the error of Check if a server does not say what it does
// when its memory is full: its user may not call INFO.
var ErrPolicyUnknown = errors.New("the server does not say its maxmemory-policy (its user needs +info): look there, it has to be noeviction")

// A Report is what Check has seen.
type Report struct {
	RoundTrip       time.Duration // to the server that is the farthest
	LoginsPerSecond float64       // that the connections carry: they are 2 × logins a second × RoundTrip
	Policy          string        // maxmemory-policy; "" if no server says it
	MaxMemory       int64         // in bytes; 0 is no bound, and then nothing is evicted
}

// Check asks the servers what a Store depends on, at start or in a test of the
// deployment: it calls INFO memory, twice. Its errors are ErrEvicts, ErrPolicyUnknown,
// or that of a server that cannot be asked. The Report has what was seen before.
func (s *Store) Check(ctx context.Context) (Report, error) {
	ctx, cancel := context.WithTimeout(ctx, s.options.Timeout)
	defer cancel()
	var report Report
	var mu sync.Mutex
	ask := func(ctx context.Context, server *redis.Client) error {
		trip, text, err := info(ctx, server)
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			return failed(ctx, "check", "", err)
		}
		report.RoundTrip = max(report.RoundTrip, trip)
		switch policy := field(text, "maxmemory_policy"); {
		case policy == "":
			return fmt.Errorf("redisstore: check: %w", ErrPolicyUnknown)
		case report.Policy == "" || policy != "noeviction":
			report.Policy = policy
			report.MaxMemory, _ = strconv.ParseInt(field(text, "maxmemory"), 10, 64)
		}
		if report.Policy != "noeviction" && report.MaxMemory != 0 {
			return fmt.Errorf("redisstore: check: %w (%s)", ErrEvicts, report.Policy)
		}
		return nil
	}
	var err error
	switch c := s.client.(type) {
	case *redis.Client:
		err = ask(ctx, c)
	case *redis.ClusterClient:
		err = c.ForEachMaster(ctx, ask)
	case *redis.Ring:
		err = c.ForEachShard(ctx, ask)
	default:
		err = fmt.Errorf("redisstore: check: %w", ErrPolicyUnknown)
	}
	if report.RoundTrip > 0 {
		report.LoginsPerSecond = float64(s.queue.size) / (2 * report.RoundTrip.Seconds())
	}
	return report, err
}

// info asks a server twice: the first time may open a connection. A server that
// refuses to say it says nothing.
func info(ctx context.Context, server *redis.Client) (trip time.Duration, text string, err error) {
	for range 2 {
		start := time.Now()
		var refused redis.Error
		text, err = server.Info(ctx, "memory").Result()
		if err != nil && !errors.As(err, &refused) {
			return 0, "", err
		}
		trip = time.Since(start)
	}
	return trip, text, nil
}

// field returns what INFO says under a name.
func field(text, name string) string {
	for line := range strings.Lines(text) {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
