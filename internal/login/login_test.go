package login

import (
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestStateAndNonceAre64HexadecimalCharactersEachDrawnAnew(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 100 {
		p := New(1, "/", time.Time{})
		for _, v := range []string{p.State, p.Nonce} {
			require.Regexp(t, regexp.MustCompile(`^[0-9a-f]{64}$`), v)
			require.False(t, seen[v])
			seen[v] = true
		}
	}
}

func TestAPendingLoginSurvivesItsCookie(t *testing.T) {
	t.Parallel()
	p := New(2, "/compte?a=1&b=é", time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
	got, ok := Decode(p.Encode())
	require.True(t, ok)
	require.Equal(t, p, got)
}

func TestAStateMatchesWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	p := New(1, "/", time.Time{})
	require.True(t, p.Matches(p.State))
	require.False(t, p.Matches(p.State[:63]))
	require.False(t, p.Matches(p.State+"0"))
	require.False(t, p.Matches(""))
	require.False(t, p.Matches(p.Nonce))
}

func TestWithoutAStateOrANonceThereIsNoLogin(t *testing.T) {
	t.Parallel()
	for _, cut := range []func(*Pending){
		func(p *Pending) { p.State = "" },
		func(p *Pending) { p.Nonce = "" },
		func(p *Pending) { p.State = p.State[:63] },
		func(p *Pending) { p.Nonce += "0" },
	} {
		p := New(1, "/", time.Time{})
		cut(p)
		_, ok := Decode(p.Encode())
		require.False(t, ok)
	}
}

func FuzzDecodeNeedsAStateAndANonce(f *testing.F) {
	f.Add([]byte(`{}`))
	f.Add(New(1, "/", time.Time{}).Encode())
	f.Fuzz(func(t *testing.T, text []byte) {
		p, ok := Decode(text)
		require.Equal(t, ok, p != nil)
		if ok {
			require.Len(t, p.State, 64)
			require.Len(t, p.Nonce, 64)
			require.False(t, p.Matches(""))
		}
	})
}
