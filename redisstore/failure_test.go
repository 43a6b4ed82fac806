package redisstore_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/redisstore"
)

// A server before 6.2 answers as one whose GETDEL was taken away, and repeats
// the key in its answer.
func TestAnOldServerIsNamedAndTheKeyIsNot(t *testing.T) {
	onEach(t, func(t *testing.T, engine string) {
		s := newStore(t, start(t, engine, "--rename-command", "GETDEL", "").client(nil), redisstore.Options{})
		require.NoError(t, s.Put(t.Context(), key, []byte{1}, time.Minute))
		_, found, err := s.Take(t.Context(), key)
		require.EqualError(t, err, "redisstore: take: the server does not know the command: Redis 6.2 or later is needed, or Valkey")
		require.False(t, found)
		var answer redis.Error
		require.ErrorAs(t, err, &answer)
		require.Contains(t, answer.Error(), inRedis, "otherwise this test says nothing")
	})
}

func TestAKeyOfAnotherKindIsAnError(t *testing.T) {
	onEach(t, func(t *testing.T, engine string) {
		client := start(t, engine).client(nil)
		require.NoError(t, client.LPush(t.Context(), inRedis, "x").Err())
		_, found, err := newStore(t, client, redisstore.Options{}).Take(t.Context(), key)
		require.EqualError(t, err, "redisstore: take: WRONGTYPE Operation against a key holding the wrong kind of value")
		require.False(t, found)
	})
}

func TestAServerThatIsFullIsAnError(t *testing.T) {
	onEach(t, func(t *testing.T, engine string) {
		client := start(t, engine, "--maxmemory", "1", "--maxmemory-policy", "noeviction").client(nil)
		err := newStore(t, client, redisstore.Options{}).Put(t.Context(), key, []byte{1}, time.Minute)
		require.ErrorContains(t, err, "redisstore: put: OOM ")
	})
}

// An answering hook stands for a server, and says what no server here says.
type answering struct{ err error }

func (h answering) ProcessHook(redis.ProcessHook) redis.ProcessHook {
	return func(_ context.Context, cmd redis.Cmder) error {
		cmd.SetErr(h.err)
		return h.err
	}
}

func (h answering) DialHook(next redis.DialHook) redis.DialHook { return next }

func (h answering) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

func TestWhatIsQuotedIsNotRepeated(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]string{
		"NOPERM no access to 'fc:0123' key":             "redisstore: take: NOPERM no access to",
		"ERR of portail:" + inRedis + " I know nothing": "redisstore: take: ERR of",
		"redis: can't parse \"$1\\r\\n\\x01\"":          "redisstore: take: redis: can",
		"ERR what is `GETDEL`, beginning with `fc:`":    "redisstore: take: ERR what is",
		"dial tcp 10.0.0.1:6379: connect: no route":     "redisstore: take: dial tcp 10.0.0.1:6379: connect: no route",
	} {
		client := closing(t, redis.NewClient(&redis.Options{ContextTimeoutEnabled: true}))
		client.AddHook(answering{errors.New(said)})
		_, _, err := newStore(t, client, redisstore.Options{Prefix: "portail:"}).Take(t.Context(), key)
		require.EqualError(t, err, want)
	}
}
