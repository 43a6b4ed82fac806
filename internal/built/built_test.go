package built

import (
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAProgramSaysOfWhichSourceItIs(t *testing.T) {
	t.Parallel()
	const commit = "d1b81ef3a76d1a2b4c5e6f708192a3b4c5d6e7f8"
	in := func(modified string) []debug.BuildSetting {
		return []debug.BuildSetting{{Key: "-trimpath", Value: "true"}, {Key: "vcs.revision", Value: commit}, {Key: "vcs.modified", Value: modified}}
	}
	for want, info := range map[string]*debug.BuildInfo{
		"fc (devel)":                    nil,
		"fc (devel) (go1.26.8)":         {GoVersion: "go1.26.8"},
		"fc v0.1.0 (h1:abc=, go1.26.8)": {GoVersion: "go1.26.8", Main: debug.Module{Version: "v0.1.0", Sum: "h1:abc="}},
		"fc v0.1.0 (commit " + commit + ", go1.26.8)": {
			GoVersion: "go1.26.8", Main: debug.Module{Version: "v0.1.0"}, Settings: in("false")},
		"fc v0.1.1-0.20261001000000-d1b81ef3a76d+dirty (commit " + commit + "+dirty, go1.26.8)": {
			GoVersion: "go1.26.8", Main: debug.Module{Version: "v0.1.1-0.20261001000000-d1b81ef3a76d+dirty"}, Settings: in("true")},
	} {
		require.Equal(t, want, describe("fc", info))
	}
	require.Regexp(t, `^fc \S+ \(.*go\d`, Version("fc"))
}
