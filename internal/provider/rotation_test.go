package provider

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// signedBy requires that a token is verified by its key, or is not, and returns
// how long that took.
func signedBy(t *testing.T, p *Provider, kid string, key byte, good bool) time.Duration {
	t.Helper()
	start := time.Now()
	ok, err := verified(t.Context(), p, kid, key)
	require.NoError(t, err)
	require.Equal(t, good, ok)
	return time.Since(start)
}

func TestANewKeyUnderAnOldNameIsFollowedAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fc, p := publish("pkcs11:ES256:hsm")
		fc.replace(1)
		require.Zero(t, signedBy(t, p, "pkcs11:ES256:hsm", 1, true))
		for key := byte(2); key < 8; key++ { // one just after another
			fc.replace(key)
			require.LessOrEqual(t, signedBy(t, p, "pkcs11:ES256:hsm", key, true), fetchGap)
			require.Equal(t, int(key), fc.count())
		}
		signedBy(t, p, "pkcs11:ES256:hsm", 1, false)
	})
}

// Between the answer and its arrival is time enough for a rotation.
func TestAFetchThatBeganBeforeATokenCameDecidesNothingAboutIt(t *testing.T) {
	t.Parallel()
	for name, answered := range map[string]int{"with the keys of before": 200, "with an error": 500} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				fc, p := publish("a")
				fc.replace(1)
				signedBy(t, p, "a", 1, true)
				time.Sleep(time.Minute)
				fc.slow(0, true)
				fc.break_(answered, 3*time.Second)
				var other sync.WaitGroup
				other.Go(func() { _, _ = verified(t.Context(), p, "forged", 0) })
				time.Sleep(time.Second)
				fc.set("a")
				fc.replace(2)
				require.Equal(t, 5*time.Second, signedBy(t, p, "a", 2, true))
				require.Equal(t, 3, fc.count())
				other.Wait()
			})
		})
	}
}

func TestTheKeysOfAFetchUnderWayAreTriedFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fc, p := publish("a")
		fc.replace(1)
		signedBy(t, p, "a", 1, true)
		fc.replace(2)
		fc.slow(3*time.Second, true)
		time.Sleep(time.Second)
		var all sync.WaitGroup
		for range 64 {
			all.Go(func() { signedBy(t, p, "a", 2, true) })
			time.Sleep(10 * time.Millisecond)
		}
		all.Wait()
		require.Equal(t, 2, fc.count())
	})
}

// 20 in the first minute, 12 in each after, and an honest login behind it waits
// for its turn at most.
func TestAFloodOfForgedTokensCostsFewFetchesAndHidesNoRotation(t *testing.T) {
	t.Parallel()
	forged := map[string]func(int) (kid string, key byte){
		"under unknown names":  func(i int) (string, byte) { return fmt.Sprint("forged-", i), 0 },
		"under the known name": func(int) (string, byte) { return "a", 7 },
		"under both": func(i int) (string, byte) {
			return []string{"a", fmt.Sprint("forged-", i)}[i%2], 7
		},
	}
	for name, token := range forged {
		for workers, how := range map[int]string{1: "in a row", 64: "64 at a time", 10_000: "at once"} {
			t.Run(name+", "+how, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					fc, p := publish("a")
					fc.replace(1)
					fc.slow(20*time.Millisecond, false)
					tokens := make(chan int)
					var all sync.WaitGroup
					for range workers {
						all.Go(func() {
							for i := range tokens {
								kid, key := token(i)
								ok, err := verified(t.Context(), p, kid, key)
								require.NoError(t, err)
								require.False(t, ok)
							}
						})
					}
					number := 10_000
					if workers == 1 {
						number = 1_000 // already an hour and a half
					}
					for i := range number {
						tokens <- i
					}
					close(tokens)
					all.Wait()
					at := fc.times()
					for i, from := range at {
						most, n := 20, 0
						if from.Sub(at[0]) > time.Minute {
							most = 12
						}
						for _, later := range at[i:] {
							if later.Sub(from) < time.Minute {
								n++
							}
						}
						require.LessOrEqual(t, n, most)
					}
					fc.replace(2)
					require.LessOrEqual(t, signedBy(t, p, "a", 2, true), 5*time.Second)
				})
			})
		}
	}
}

// The budget is whole again when nobody has used it for a while, and no more
// than whole.
func TestTheBudgetOfFetchesFillsUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fc, p := publish("a")
		for _, rest := range []time.Duration{0, 24 * time.Hour, 40 * time.Second} {
			time.Sleep(rest)
			before := fc.count()
			for range 8 {
				require.LessOrEqual(t, signedBy(t, p, "forged", 0, false), fetchGap)
			}
			require.Equal(t, 8, fc.count()-before)
			require.InDelta(t, refill, signedBy(t, p, "forged", 0, false), float64(8*fetchGap))
		}
	})
}

// 500 logins a second, whatever the moment of the rotation.
func TestACrowdOfHonestLoginsLosesNoneToARotation(t *testing.T) {
	t.Parallel()
	for _, renamed := range []bool{false, true} {
		for _, slow := range []time.Duration{30 * time.Millisecond, 700 * time.Millisecond} {
			for _, apart := range []time.Duration{0, 100 * time.Millisecond, 499 * time.Millisecond} { // a second one
				for moment := time.Duration(0); moment <= 1200*time.Millisecond; moment += 300 * time.Millisecond {
					t.Run(fmt.Sprint(renamed, slow, apart, moment), func(t *testing.T) {
						t.Parallel()
						synctest.Test(t, func(t *testing.T) { crowd(t, renamed, slow, moment, apart) })
					})
				}
			}
		}
	}
}

// crowd signs people in for three seconds. The keys are renewed after one of them;
// FranceConnect changes its key at moment, and again a while after that.
func crowd(t *testing.T, renamed bool, slow, moment, again time.Duration) {
	fc, p := publish("a1")
	fc.replace(1)
	p.endpoints.Token = "https://fc.test/token"
	fc.slow(0, true)
	require.NoError(t, p.EnsureKeys(t.Context(), nil))
	fc.slow(slow, true)
	time.Sleep(449 * time.Second)
	kid, key := "a1", byte(1)
	turn := func() {
		if key++; renamed {
			kid = fmt.Sprint("a", key)
		}
		fc.mu.Lock()
		fc.key, fc.kids = key, []string{kid}
		fc.mu.Unlock()
	}
	start := time.Now()
	var all sync.WaitGroup
	for i := range 1500 {
		time.Sleep(2 * time.Millisecond)
		if now := time.Since(start); key == 1 && now >= moment || key == 2 && again > 0 && now >= moment+again {
			turn()
		}
		kid, key := kid, key
		all.Go(func() {
			_, _ = p.Exchange(t.Context(), nil, Credentials{}, "c", 0) // beside which the keys are renewed
			time.Sleep(time.Duration(i%20) * time.Millisecond)
			begun := time.Now()
			ok, err := verified(t.Context(), p, kid, key)
			require.NoError(t, err)
			require.LessOrEqual(t, time.Since(begun), 5*time.Second+2*slow)
			if !ok {
				fc.mu.Lock()
				defer fc.mu.Unlock()
				require.NotEqual(t, key, fc.key, "a token of a key that is published is lost")
			}
		})
	}
	all.Wait()
	require.LessOrEqual(t, fc.count(), 20)
}

// A wrong key under FranceConnect's name, by whatever cache or person put it there.
func TestAPoisonedAnswerIsForgottenWithTheFirstGoodOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fc, p := publish("a")
		fc.replace(1)
		signedBy(t, p, "a", 1, true)
		time.Sleep(time.Hour)
		fc.replace(7)
		require.NoError(t, p.EnsureKeys(t.Context(), nil))
		for range 100 { // it lasts, and takes all the budget that there is
			signedBy(t, p, "a", 1, false)
		}
		fc.replace(1)
		require.LessOrEqual(t, signedBy(t, p, "a", 1, true), 5*time.Second)
		require.Zero(t, signedBy(t, p, "a", 1, true))
	})
}

func TestATokenWhoseKeysCannotBeHadAnewIsNotCalledForged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fc, p := publish("a")
		fc.replace(1)
		signedBy(t, p, "a", 1, true)
		fc.break_(503, 0)
		_, err := verified(t.Context(), p, "a", 2)
		require.Equal(t, &Error{Call: "keys", Kind: Unreachable, Status: 503}, err)
		signedBy(t, p, "a", 1, true)
	})
}

func TestWhoGivesUpWaitingForTheirTurnIsToldSo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, p := publish("a")
		for range maxBurst {
			signedBy(t, p, "forged", 0, false)
		}
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := verified(ctx, p, "forged", 0)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, time.Second, time.Since(start))
	})
}

// Health and a clock that jumps spend the same budget, and wait for nothing.
func TestKeysThatAreHeldAreNotWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fc, p := publish("a")
		var ahead time.Duration
		p.keys.now = func() time.Time { return time.Now().Add(ahead) }
		for range maxBurst {
			signedBy(t, p, "forged", 0, false)
		}
		ahead = 2 * time.Hour
		require.Zero(t, signedBy(t, p, "a", 0, true))
		p.availability.last.Store(0)
		start := time.Now()
		require.False(t, p.Available(t.Context(), nil))
		p.availability.last.Store(1)
		require.True(t, p.Available(t.Context(), nil))
		require.Zero(t, time.Since(start))
		require.Equal(t, maxBurst, fc.count())
	})
}

// times are those of the fetches.
func (p *published) times() []time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.at)
}
