// Package proxies has the settings of proxies in front of a portal. try.sh runs
// the proxies themselves.
package proxies

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What people copy from the README is what try.sh has tried.
func TestTheLinesOfTheREADMEAreThoseOfTheFiles(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	for language, file := range map[string]string{"nginx": "nginx.conf", "apache": "apache.conf", "haproxy": "haproxy.cfg", "caddyfile": "Caddyfile"} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		var settings []string
		for line := range strings.Lines(string(text)) {
			settings = append(settings, strings.TrimSpace(line))
		}
		block := regexp.MustCompile("(?s)\n```" + language + "\n(.*?)\n```\n").FindSubmatch(readme)
		require.NotNil(t, block, language)
		for line := range strings.Lines(string(block[1])) {
			require.Contains(t, settings, strings.TrimSpace(line), file)
		}
	}
}
