package token

import (
	"bytes"
	"encoding/json"
	"testing"
	"unicode/utf8"

	strict "github.com/go-jose/go-jose/v4/json"
	"github.com/stretchr/testify/require"
)

// FuzzObjectReadsWhatAnotherReaderReads: an object is read if, and only if, it
// is one for a reader that refuses members of one name; and its members are
// those that the standard library finds.
func FuzzObjectReadsWhatAnotherReaderReads(f *testing.F) {
	for _, s := range []string{`{}`, ` { "a" : 1 , "b":[1,{"c":"}"}],"d":"\"}" } `, `{"a":1,"a":2}`, `{"a":1,"\u0061":2}`, `[1]`, `null`, `"a"`, ``, `{"a":}`,
		`{"a":1}{}`, `{"a":-1e5,"b":true,"c":null}`, `{"":""}`, "{\"a\":\"\xff\"}", `{"a":{"a":{"a":1}}}`, `{"a":[],"b":{}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		c, ok := parseObject(text)
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

func TestAnObjectWithTooManyMembersIsRefused(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	b.WriteString(`{"a":0`)
	for i := range 255 {
		b.WriteString(`,"` + string(rune('一'+i)) + `":0`)
	}
	c, ok := parseObject([]byte(b.String() + "}"))
	require.True(t, ok)
	require.Len(t, c, 256)
	_, ok = parseObject([]byte(b.String() + `,"b":0}`))
	require.False(t, ok)
}
