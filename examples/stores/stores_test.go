package stores_test

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"weak"

	"github.com/alexedwards/scs/v2"
	"github.com/alexedwards/scs/v2/memstore"
	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/examples/stores"
)

func TestMemoryConforms(t *testing.T) {
	t.Parallel()
	conforms(t, &stores.Memory{})
}

// A Memory is so fast that those who are to meet in it have to be let go
// together, often.
func TestOfTwoTakesFromAMemoryAtOnceOneFindsIt(t *testing.T) {
	t.Parallel()
	var m stores.Memory
	for range 20_000 {
		require.NoError(t, m.Put(t.Context(), "fc:1", []byte{1}, time.Hour))
		var ready, found atomic.Int32
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				for ready.Add(1); ready.Load() < 2; {
					runtime.Gosched()
				}
				if _, ok, _ := m.Take(context.Background(), "fc:1"); ok {
					found.Add(1)
				}
			})
		}
		both.Wait()
		require.EqualValues(t, 1, found.Load())
	}
}

// What is taken, put anew, or over when another is put, is kept no longer.
func TestAMemoryGivesBackWhatIsDone(t *testing.T) {
	t.Parallel()
	var m stores.Memory
	take := func(t *testing.T) { _, _, err := m.Take(t.Context(), "fc:1"); require.NoError(t, err) }
	for _, c := range []struct {
		ttl  time.Duration
		done func(*testing.T)
	}{
		{time.Hour, take},
		{time.Hour, func(t *testing.T) { require.NoError(t, m.Put(t.Context(), "fc:1", []byte{2}, time.Hour)); take(t) }},
		{0, func(t *testing.T) { require.NoError(t, m.Put(t.Context(), "fc:2", []byte{2}, time.Hour)) }},
	} {
		value := make([]byte, 4096)
		kept := weak.Make(&value[0])
		require.NoError(t, m.Put(t.Context(), "fc:1", value, c.ttl))
		value = nil
		runtime.GC()
		require.NotNil(t, kept.Value())
		c.done(t)
		runtime.GC()
		require.Nil(t, kept.Value())
	}
	runtime.KeepAlive(&m)
}

func TestSCSConforms(t *testing.T) {
	t.Parallel()
	conforms(t, &stores.SCS{Sessions: unhurried{memstore.NewWithCleanupInterval(0)}})
}

// An unhurried store lets others pass when it has found something.
type unhurried struct{ scs.Store }

func (u unhurried) Find(key string) ([]byte, bool, error) {
	defer runtime.Gosched()
	return u.Store.Find(key)
}

// A meeting is a session store where two have to find before one can delete.
type meeting struct {
	scs.Store
	both *sync.WaitGroup
}

func (m meeting) Find(key string) ([]byte, bool, error) {
	value, found, err := m.Store.Find(key)
	m.both.Done()
	m.both.Wait()
	return value, found, err
}

// This is what the comment of SCS warns of.
func TestTwoMachinesOnOneSCSStoreCanBothFindALogin(t *testing.T) {
	t.Parallel()
	shared := meeting{memstore.NewWithCleanupInterval(0), &sync.WaitGroup{}}
	machines := [2]*stores.SCS{{Sessions: shared}, {Sessions: shared}}
	require.NoError(t, machines[0].Put(t.Context(), "fc:1", []byte{1}, time.Hour))
	shared.both.Add(2)
	var found [2]bool
	var all sync.WaitGroup
	for i, m := range machines {
		all.Go(func() { _, found[i], _ = m.Take(context.Background(), "fc:1") })
	}
	all.Wait()
	require.Equal(t, [2]bool{true, true}, found)
}

// A stubborn store finds and does not delete.
type stubborn struct{ scs.Store }

func (stubborn) Delete(string) error { return context.DeadlineExceeded }

func TestALoginThatCannotBeDeletedIsNotFound(t *testing.T) {
	t.Parallel()
	s := &stores.SCS{Sessions: stubborn{memstore.NewWithCleanupInterval(0)}}
	require.NoError(t, s.Put(t.Context(), "fc:1", []byte{1}, time.Hour))
	value, found, err := s.Take(t.Context(), "fc:1")
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.False(t, found)
	require.Nil(t, value)
}
