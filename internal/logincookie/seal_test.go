package logincookie

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func box(t testing.TB, purpose string, keys ...[32]byte) *Box {
	b, err := NewBox(purpose, keys...)
	require.NoError(t, err)
	return b
}

func TestASealedValueOpensBesideItsNameOnly(t *testing.T) {
	t.Parallel()
	b := box(t, "login", [32]byte{1})
	sealed := b.Seal("a", []byte("text"))
	plain, ok := b.Open("a", sealed)
	require.True(t, ok)
	require.Equal(t, "text", string(plain))
	_, ok = b.Open("b", sealed)
	require.False(t, ok)
}

func TestKeysOfTwoPurposesDoNotMeet(t *testing.T) {
	t.Parallel()
	_, ok := box(t, "logout", [32]byte{1}).Open("a", box(t, "login", [32]byte{1}).Seal("a", []byte("text")))
	require.False(t, ok)
}

func TestKeysCanBeRotated(t *testing.T) {
	t.Parallel()
	before, during, after := box(t, "p", [32]byte{1}), box(t, "p", [32]byte{2}, [32]byte{1}), box(t, "p", [32]byte{2})
	_, ok := during.Open("a", before.Seal("a", []byte("text")))
	require.True(t, ok)
	_, ok = after.Open("a", during.Seal("a", []byte("text")))
	require.True(t, ok)
	_, ok = after.Open("a", before.Seal("a", []byte("text")))
	require.False(t, ok)
}

func TestSealedValuesAreNeverTwiceTheSame(t *testing.T) {
	t.Parallel()
	b := box(t, "p", [32]byte{1})
	require.NotEqual(t, b.Seal("a", []byte("text")), b.Seal("a", []byte("text")))
	require.NotContains(t, b.Seal("a", []byte(strings.Repeat("text", 9))), "texttext")
}

func TestNoBitOfASealedValueIsIdle(t *testing.T) {
	t.Parallel()
	b := box(t, "p", [32]byte{1})
	for _, plain := range []string{"", "a", "ab", "abc", "abcd"} { // base32 ends in five ways
		sealed := b.Seal("n", []byte(plain))
		for i := range sealed {
			for bit := range 8 {
				raw := []byte(sealed)
				raw[i] ^= 1 << bit
				_, ok := b.Open("n", string(raw))
				require.False(t, ok, "byte %d, bit %d", i, bit)
			}
		}
	}
}

func TestNothingIsAddedToASealedValue(t *testing.T) {
	t.Parallel()
	b := box(t, "p", [32]byte{1})
	for _, plain := range []string{"", "a", "ab", "abc"} {
		sealed := b.Seal("n", []byte(plain))
		for _, more := range []string{"A", "AAAAAAAA", "=", "!", "!!!!", " ", "\n", "\r\n"} {
			_, ok := b.Open("n", sealed+more)
			require.False(t, ok, "%q", more)
			_, ok = b.Open("n", more+sealed)
			require.False(t, ok, "%q", more)
		}
	}
}

func TestABoxNeedsAKey(t *testing.T) {
	t.Parallel()
	_, err := NewBox("p")
	require.EqualError(t, err, "logincookie: no key")
}

func FuzzSealedValueChangedByOneBitNeverOpens(f *testing.F) {
	f.Add("name", []byte("text"), uint(3))
	f.Add("", []byte{}, uint(0))
	b := box(f, "p", [32]byte{7})
	f.Fuzz(func(t *testing.T, name string, plain []byte, at uint) {
		sealed := b.Seal(name, plain)
		got, ok := b.Open(name, sealed)
		require.True(t, ok)
		require.Equal(t, string(plain), string(got))
		raw := []byte(sealed)
		at %= uint(len(raw) * 8)
		raw[at/8] ^= 1 << (at % 8)
		_, ok = b.Open(name, string(raw))
		require.False(t, ok, "bit %d", at)
	})
}

func FuzzOpenNeverPanics(f *testing.F) {
	f.Add("", "")
	f.Add("name", "AAAA")
	b := box(f, "p", [32]byte{7})
	f.Fuzz(func(t *testing.T, name, sealed string) {
		_, ok := b.Open(name, sealed)
		require.False(t, ok)
	})
}

// Two hyphens after a digit are SQL to an application firewall, a tilde before
// one is a shell's, and strlen is PHP in any case.
func TestASealedValueHasNoSignThatAFirewallMinds(t *testing.T) {
	t.Parallel()
	b := box(t, "login", [32]byte{1})
	for range 1000 {
		require.Regexp(t, `^[1-9BCFGHJKLMNPQRTVWXZjkqxz]+$`, b.Seal("name", []byte("plain")))
	}
}
