package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// A day of many people, held against a rule that looks at all of them: nobody is
// kept who is over and was asked to leave, and of those who are not over the one
// that was not used for the longest time leaves for who comes when there is no room.
func TestWhoLeavesIsOverOrTheOldest(t *testing.T) {
	t.Parallel()
	clock := portaltest.NewClock()
	e := newExpiringMap[int, int](20, clock.Now)
	lives := []time.Duration{30 * time.Second, 120 * time.Second}
	for i := range 5000 {
		clock.Advance(time.Duration(1+i*7%3) * time.Second)
		if k := e.byID[i-1-i*13%40]; k != nil && !e.over(k) {
			e.use(k, lives[i%2])
		}
		before := map[int]time.Time{} // who is not over, and since when
		for id, k := range e.byID {
			if !e.over(k) {
				before[id] = k.used
			}
		}
		full := len(before) == e.max
		e.put(i, 2*i, lives[i/3%2])
		require.Equal(t, 2*i, e.byID[i].value)
		for id, used := range before {
			if e.byID[id] == nil {
				require.True(t, full, "there was room")
				for _, other := range before {
					require.False(t, other.Before(used), "the oldest")
				}
				full = false // and nobody else
			}
		}
		require.False(t, full)
		require.LessOrEqual(t, len(e.byID), e.max)
		for _, k := range e.byID {
			require.False(t, e.over(k), "sixteen leave for each that comes")
		}
		listed := 0
		for _, those := range e.byLife {
			for k := those.first; k != nil; k = k.after {
				listed++
			}
		}
		require.Len(t, e.byID, listed)
	}
}

// However many are over, so few are looked at that nobody waits; and all leave.
func TestThoseWhoAreOverLeaveAFewAtATime(t *testing.T) {
	t.Parallel()
	clock := portaltest.NewClock()
	looks := 0
	e := newExpiringMap[int, int](1000, func() time.Time { looks++; return clock.Now() })
	for i := range 1000 {
		e.put(i, i, time.Minute)
	}
	looks = 0
	e.put(1000, 0, time.Minute)
	require.Nil(t, e.byID[0], "the oldest")
	require.Len(t, e.byID, 1000)
	require.LessOrEqual(t, looks, 2, "of a thousand")
	clock.Advance(time.Minute)
	for n := 1; len(e.byID) > n; n++ {
		before := len(e.byID)
		looks = 0
		e.put(-n, 0, time.Minute)
		require.LessOrEqual(t, looks, sweep+2)
		require.Equal(t, max(n, before+1-sweep), len(e.byID))
	}
	require.NotContains(t, e.byID, 999)
}
