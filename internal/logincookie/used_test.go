package logincookie

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var noon = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

// first reports what u says of a login that is used so long after noon.
func first(u *Used, p Login, after time.Duration) bool {
	ok, _ := u.First(p, noon.Add(after))
	return ok
}

func TestALoginIsUsedOnceUntilItWouldHaveEnded(t *testing.T) {
	t.Parallel()
	for _, used := range []time.Duration{0, 15 * time.Minute, 29 * time.Minute} {
		u := &Used{Life: 30 * time.Minute, Most: 1000}
		require.True(t, first(u, New(Asked{}, "/", noon), 0)) // begins a generation
		p := New(Asked{}, "/", noon)
		require.True(t, first(u, p, used))
		for after := used; after <= used+30*time.Minute; after += time.Minute {
			require.False(t, first(u, p, after), "used at %v, and again at %v", used, after)
			require.True(t, first(u, New(Asked{}, "/", noon), after))
		}
	}
}

func TestWhatIsOverIsForgotten(t *testing.T) {
	t.Parallel()
	u := &Used{Life: 30 * time.Minute, Most: 1000}
	for after := time.Duration(0); after < 24*time.Hour; after += time.Minute {
		require.True(t, first(u, New(Asked{}, "/", noon), after))
		require.LessOrEqual(t, len(u.older)+len(u.younger), 62)
	}
}

func TestAFullMemoryForgetsTheOldestAndSaysSoOnce(t *testing.T) {
	t.Parallel()
	u := &Used{Life: 30 * time.Minute, Most: 10}
	var all []Login
	said := 0
	for i := range 100 {
		p := New(Asked{}, "/", noon)
		all = append(all, p)
		ok, forgot := u.First(p, noon)
		require.True(t, ok)
		if forgot {
			said++
			require.Equal(t, 20, i, "as long as there is room, nothing is forgotten")
		}
		require.LessOrEqual(t, len(u.older)+len(u.younger), 20)
	}
	require.Equal(t, 1, said)
	for _, p := range all[90:] {
		require.False(t, first(u, p, 0), "the latest are remembered")
	}
	require.True(t, first(u, all[0], 0), "the oldest is not")
}

func TestNothingIsSaidOfLoginsThatWouldHaveEnded(t *testing.T) {
	t.Parallel()
	u := &Used{Life: 30 * time.Minute, Most: 2}
	for after := time.Duration(0); after < 5*time.Hour; after += 15 * time.Minute { // full whenever it is over
		_, forgot := u.First(New(Asked{}, "/", noon), noon.Add(after))
		require.False(t, forgot, after)
	}
}

func TestASingleLoginThatIsForgottenIsSaid(t *testing.T) {
	t.Parallel()
	u := &Used{Life: 30 * time.Minute, Most: 1}
	for _, want := range []bool{false, false, true, false} {
		_, forgot := u.First(New(Asked{}, "/", noon), noon)
		require.Equal(t, want, forgot)
	}
}

func TestOfTwoUsesAtOnceOneIsTheFirst(t *testing.T) {
	t.Parallel()
	u := &Used{Life: time.Hour, Most: 10}
	p := New(Asked{}, "/", noon)
	var wins atomic.Int32
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if first(u, p, 0) {
				wins.Add(1)
			}
		})
	}
	all.Wait()
	require.EqualValues(t, 1, wins.Load())
}
