package replicas

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
)

// beginOn begins a login on one replica.
func (f *fleet) beginOn(i int) (b *browser, callback string) {
	b = f.browser()
	f.only(i, func() {
		var o outcome
		callback, o = b.begin()
		require.NotEmpty(f.t, callback, "%+v", o)
	})
	return b, callback
}

// finishOn goes back to another.
func (f *fleet) finishOn(i int, b *browser, callback string) (o outcome) {
	f.only(i, func() { o = b.get(callback) })
	return o
}

// only sends what is asked meanwhile to one replica.
func (f *fleet) only(i int, ask func()) {
	all := f.proxy.addresses()
	for j := range all {
		if j != i {
			f.proxy.set(j, "")
		}
	}
	ask()
	for j, addr := range all {
		f.proxy.set(j, addr)
	}
}

// The order: the new key behind the old one on all replicas, then in front of
// it on all, then, half an hour later, alone. At each moment of it a login that
// begins on any replica ends on any other.
func TestKeysAreChangedBehindThenInFrontThenAlone(t *testing.T) {
	t.Parallel()
	before, after := franceconnect.NewCookieKey(), franceconnect.NewCookieKey()
	f := start(t, nil, before)
	for _, keys := range [][]franceconnect.CookieKey{{before, after}, {after, before}, {after}} {
		for restarted := range f.replicas {
			f.restart(restarted, keys...)
			for i := range f.replicas {
				for j := range f.replicas {
					b, callback := f.beginOn(i)
					o := f.finishOn(j, b, callback)
					require.True(t, o.signedIn(), "%d keys, %d restarted, from %d to %d: %+v", len(keys), restarted, i, j, o)
				}
			}
		}
	}
}

func TestAKeyInFrontThatTheOthersDoNotKnowLosesLogins(t *testing.T) {
	t.Parallel()
	before, after := franceconnect.NewCookieKey(), franceconnect.NewCookieKey()
	f := start(t, nil, before)
	f.restart(0, after, before)
	b, callback := f.beginOn(0)
	require.Equal(t, "state.over", f.finishOn(1, b, callback).Reason)
	b, callback = f.beginOn(1)
	require.True(t, f.finishOn(0, b, callback).signedIn())
}

func TestAKeyThatIsDroppedTooEarlyLosesLogins(t *testing.T) {
	t.Parallel()
	before, after := franceconnect.NewCookieKey(), franceconnect.NewCookieKey()
	f := start(t, nil, before, after)
	b, callback := f.beginOn(0)
	for i := range f.replicas {
		f.restart(i, after)
	}
	o := f.finishOn(1, b, callback)
	message, _ := franceconnect.UserMessage(franceconnect.ErrLoginExpired)
	require.Equal(t, fmt.Sprint("state.over ", message), fmt.Sprint(o.Reason, " ", o.Message))
}
