package franceconnect_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
)

func FuzzLevelIsWhatItWasFormattedFrom(f *testing.F) {
	f.Add("")
	f.Add("eidas1")
	f.Add("eidas3")
	f.Add("eidas4")
	f.Fuzz(func(t *testing.T, text string) {
		var l franceconnect.Level
		err := l.UnmarshalText([]byte(text))
		if err != nil {
			require.Zero(t, l)
			return
		}
		require.Equal(t, text, l.String())
		require.Equal(t, text == "", l == 0, "no level has no text")
		require.GreaterOrEqual(t, l, franceconnect.Level(0))
		require.LessOrEqual(t, l, franceconnect.Eidas3)
	})
}

func TestLevelsAreOrderedAndMarshal(t *testing.T) {
	t.Parallel()
	require.Less(t, franceconnect.Eidas1, franceconnect.Eidas2)
	require.Less(t, franceconnect.Eidas2, franceconnect.Eidas3)
	require.Empty(t, franceconnect.Level(9).String())
	text, err := json.Marshal([]franceconnect.Level{0, 1, 2, 3})
	require.NoError(t, err)
	require.JSONEq(t, `["","eidas1","eidas2","eidas3"]`, string(text))
	var back []franceconnect.Level
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, []franceconnect.Level{0, 1, 2, 3}, back)
	require.Error(t, json.Unmarshal([]byte(`["eidas9"]`), &back))
}
