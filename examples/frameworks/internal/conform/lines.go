package conform

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// isShort counts the lines of main.go, the one file of an example, that are
// neither blank nor a comment.
func isShort(t *testing.T) {
	files, err := os.ReadDir(".")
	require.NoError(t, err)
	for _, f := range files {
		require.Contains(t, []string{"main.go", "main_test.go"}, f.Name())
	}
	text, err := os.ReadFile("main.go")
	require.NoError(t, err)
	lines := 0
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
			lines++
		}
	}
	require.Less(t, lines, 80)
}
