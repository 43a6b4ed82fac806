//go:build unix

package redisstore_test

import (
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/redisstore"
)

// stop makes the process hang: its port accepts, and nobody answers.
func (s *server) stop() { require.NoError(s.t, s.cmd.Process.Signal(syscall.SIGSTOP)) }

// resume undoes stop.
func (s *server) resume() { require.NoError(s.t, s.cmd.Process.Signal(syscall.SIGCONT)) }

// A server that hangs may have read the question, and answer it to nobody when
// it goes on. What must not be is two takes that find one login.
func TestATakeThatWasGivenUpDoesNotFindALoginTwice(t *testing.T) {
	onEach(t, func(t *testing.T, engine string) {
		server := start(t, engine)
		s := newStore(t, server.client(nil), redisstore.Options{Timeout: 100 * time.Millisecond})
		patient := newStore(t, server.client(nil), redisstore.Options{})
		require.NoError(t, patient.Put(t.Context(), key, []byte{1}, time.Minute))
		server.stop()
		requireGivenUp(t, taking(t.Context(), s))
		requireGivenUp(t, s.Put(t.Context(), "fc:other", []byte{1}, time.Minute))
		server.resume()
		_, first := take(t, patient, key)
		_, second := take(t, patient, key)
		require.False(t, first && second)
	})
}
