package logincookie

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestStateAndNonceAre40HexadecimalCharactersEachDrawnAnew(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 100 {
		p := New(Asked{Level: 1}, "/", time.Time{})
		for _, v := range []string{string(p.State[:]), string(p.Nonce[:])} {
			require.Regexp(t, regexp.MustCompile(`^[0-9a-f]{40}$`), v)
			require.False(t, seen[v])
			seen[v] = true
		}
	}
}

func TestALoginSurvivesItsCookie(t *testing.T) {
	t.Parallel()
	for _, asked := range []Asked{{}, {Level: 3}, {AMR: true}, {Level: 2, AMR: true, Scopes: "identite_pivot email"}, {Scopes: strings.Repeat("a", MaxScopes)}, {Level: 127, PKCE: true}, {PKCE: true, Scopes: "email siret"}} {
		p := New(asked, "/compte?a=1&b=é", time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
		got, ok := Decode(p.Encode())
		require.True(t, ok)
		require.True(t, got.Expires.Equal(p.Expires))
		got.Expires = p.Expires
		require.Equal(t, p, got)
	}
}

// RFC 7636, section 4.1.
func TestAVerifierIs43CharactersDrawnAnewAndInNothingThatIsSent(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 100 {
		p := New(Asked{PKCE: true}, "/", time.Time{})
		v := string(p.Verifier[:])
		require.Regexp(t, regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`), v)
		require.False(t, seen[v])
		seen[v] = true
	}
	require.Zero(t, New(Asked{}, "/", time.Time{}).Verifier, "who did not ask for one pays nothing")
}

func TestAStateMatchesWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	p := New(Asked{}, "/", time.Time{})
	require.True(t, p.Matches(string(p.State[:])))
	require.False(t, p.Matches(string(p.State[:39])))
	require.False(t, p.Matches(string(p.State[:])+"0"))
	require.False(t, p.Matches(""))
	require.False(t, p.Matches(string(p.Nonce[:])))
}

func TestACutLoginIsNoLogin(t *testing.T) {
	t.Parallel()
	for _, pkce := range []bool{false, true} {
		p := New(Asked{Level: 1, PKCE: pkce, Scopes: "email"}, "", time.Unix(1, 0))
		whole := p.Encode()
		for n := range whole {
			_, ok := Decode(whole[:n])
			require.False(t, ok, "%d bytes", n)
		}
		_, ok := Decode(whole)
		require.True(t, ok)
	}
}

func FuzzDecodeIsWhatWasEncoded(f *testing.F) {
	f.Add([]byte(`{}`))
	seed := New(Asked{Level: 1, AMR: true, Scopes: "email"}, "/", time.Time{})
	f.Add(seed.Encode())
	seed = New(Asked{PKCE: true, Scopes: "email"}, "/", time.Time{})
	f.Add(seed.Encode())
	f.Fuzz(func(t *testing.T, text []byte) {
		p, ok := Decode(text)
		if ok {
			require.Len(t, p.State, 40)
			require.Len(t, p.Nonce, 40)
			require.False(t, p.Matches(""))
			require.Equal(t, text, p.Encode())
		}
	})
}
