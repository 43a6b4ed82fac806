package token

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	strict "github.com/go-jose/go-jose/v4/json"
	"github.com/stretchr/testify/require"
)

// FuzzObjectReadsWhatAnotherReaderReads: an object is read if, and only if, it
// is one for a reader that refuses members of one name; and its members are
// those that the standard library finds.
func FuzzObjectReadsWhatAnotherReaderReads(f *testing.F) {
	for _, s := range []string{`{}`, ` { "a" : 1 , "b":[1,{"c":"}"}],"d":"\"}" } `, `{"a":1,"a":2}`, `{"a":1,"\u0061":2}`, `[1]`, `null`, `"a"`, ``, `{"a":}`,
		`{"a":1}{}`, `{"a":-1e5,"b":true,"c":null}`, `{"":""}`, "{\"a\":1\t,\"b\":2\r,\"c\":3\n,\"d\":4 }", "{\"a\":1\t}", "{\"a\":1\r}", "{\"a\":1\n}", `{"a":[1,{"b":"]"}, 2],"c":{"d":","}}`,
		"{\"a\":\"\xff\"}", `{"a":{"a":{"a":1}}}`, `{"a":[],"b":{}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		c, ok := parseObject(string(text))
		var theirs map[string]strict.RawMessage
		err := strict.Unmarshal(text, &theirs)
		want := err == nil && theirs != nil && utf8.Valid(text) && len(theirs) <= maxMembers
		require.Equal(t, want, ok)
		if !ok {
			return
		}
		var std map[string]json.RawMessage
		require.NoError(t, json.Unmarshal(text, &std))
		require.Len(t, c, len(std))
		for _, claim := range c {
			require.Equal(t, string(std[claim.Name]), claim.Value, claim.Name)
			if s, ok := unquote(claim.Value); ok {
				var theirs string
				require.NoError(t, json.Unmarshal([]byte(claim.Value), &theirs))
				require.Equal(t, theirs, s)
			}
		}
	})
}

func TestATimeIsANumberOfSeconds(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]time.Time{
		`0`:             time.Unix(0, 0),
		`1795348800`:    time.Unix(1795348800, 0),
		`1.25`:          time.Unix(1, 250_000_000),
		`1e3`:           time.Unix(1000, 0),
		`1099511627776`: time.Unix(1<<40, 0),
	} {
		at, ok := Claims{{"t", value}}.time("t")
		require.True(t, ok, value)
		require.Equal(t, want, at)
	}
	for _, value := range []string{`1099511627777`, `-1`, `1e400`, `"1"`, `true`, `null`, `[1]`, `{}`} {
		_, ok := Claims{{"t", value}}.time("t")
		require.False(t, ok, value)
	}
	_, ok := Claims{}.time("t")
	require.False(t, ok)
}

// OpenID Connect Core, section 2: at most 255 characters of ASCII.
func TestASubjectIsPrintableASCIIOfAtMost255Characters(t *testing.T) {
	t.Parallel()
	for _, sub := range []string{"a", " ~", strings.Repeat("a", 255)} {
		got, err := Claims{{"sub", `"` + sub + `"`}}.subject()
		require.NoError(t, err, sub)
		require.Equal(t, sub, got)
	}
	for _, sub := range []string{"", strings.Repeat("a", 256), `a\u001f`, "a\x7f", "é"} {
		_, err := Claims{{"sub", `"` + sub + `"`}}.subject()
		requireReason(t, "sub", err)
	}
}

func TestAListIsAStringOrStringsAndNotEmpty(t *testing.T) {
	t.Parallel()
	for value, want := range map[string][]string{`"a"`: {"a"}, `["a"]`: {"a"}, `["a","b"]`: {"a", "b"}, `""`: {""}} {
		list, ok := Claims{{"l", value}}.list("l")
		require.True(t, ok, value)
		require.Equal(t, want, list)
	}
	for _, value := range []string{`[]`, `["a",1]`, `[null]`, `[["a"]]`, `null`, `1`, `true`, `{"a":"b"}`} {
		_, ok := Claims{{"l", value}}.list("l")
		require.False(t, ok, value)
	}
	_, ok := Claims{}.list("l")
	require.False(t, ok)
}

func TestAnObjectWithTooManyMembersIsRefused(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	b.WriteString(`{"a":0`)
	for i := range 255 {
		b.WriteString(`,"` + string(rune('一'+i)) + `":0`)
	}
	c, ok := parseObject(b.String() + "}")
	require.True(t, ok)
	require.Len(t, c, 256)
	_, ok = parseObject(b.String() + `,"b":0}`)
	require.False(t, ok)
}
