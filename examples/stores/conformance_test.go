package stores_test

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
)

// conforms checks what every Store has to do. Copy it with the one that you copy.
func conforms(t *testing.T, s franceconnect.Store) {
	put := func(key string, value byte, ttl time.Duration) {
		require.NoError(t, s.Put(t.Context(), key, []byte{value}, ttl))
	}
	finds := func(key string, want ...byte) {
		t.Helper()
		got, found, err := s.Take(t.Context(), key)
		require.NoError(t, err, "absence is not an error")
		require.Equal(t, want != nil, found)
		require.Equal(t, want, got)
	}

	finds("fc:never")
	put("fc:once", 1, time.Hour)
	put("fc:other", 2, time.Hour)
	finds("fc:once", 1)
	finds("fc:once")
	finds("fc:other", 2)

	put("fc:twice", 1, time.Hour)
	put("fc:twice", 2, time.Hour)
	finds("fc:twice", 2)
	finds("fc:twice")

	put("fc:longer", 1, 5*time.Millisecond)
	put("fc:longer", 2, time.Hour) // its time begins again
	n := 0
	require.Eventually(t, func() bool { // what the last tick put is over by this one
		_, found, err := s.Take(t.Context(), "fc:over"+strconv.Itoa(n))
		n++
		return errors.Join(err, s.Put(t.Context(), "fc:over"+strconv.Itoa(n), []byte{1}, 5*time.Millisecond)) == nil && n > 1 && !found
	}, 10*time.Second, 20*time.Millisecond)
	finds("fc:longer", 2)

	// Of takes at once one finds it: four go through the same logins.
	const logins = 500
	for n := range logins {
		put("fc:"+strconv.Itoa(n), 1, time.Hour)
	}
	var found atomic.Int32
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for n := range logins {
				if _, ok, err := s.Take(context.Background(), "fc:"+strconv.Itoa(n)); ok && err == nil {
					found.Add(1)
				}
			}
		})
	}
	all.Wait()
	require.EqualValues(t, logins, found.Load())
}
