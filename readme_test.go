package franceconnect_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
)

// The code of the README is the one that compiles.
func TestTheREADMEShowsTheExample(t *testing.T) {
	t.Parallel()
	require.Contains(t, dedented(readText(t, "example_test.go")), dedented(codeBelow(t, "README.md", inYourPortal)))
}

// doc.go shows the code of the README, line by line.
func TestTheDocumentationShowsTheREADMEsCode(t *testing.T) {
	t.Parallel()
	doc := regexp.MustCompile(`(?m)^//\t?`).ReplaceAllString(readText(t, "doc.go"), "")
	require.Contains(t, doc, codeBelow(t, "README.md", inYourPortal))
}

const inYourPortal = "## In your portal"

// codeBelow returns the code of a page that stands below a line.
func codeBelow(t *testing.T, file, line string) string {
	_, code, ok := strings.Cut(readText(t, file), line+"\n\n```go\n")
	require.True(t, ok, line)
	code, _, ok = strings.Cut(code, "```")
	require.True(t, ok, line)
	return code
}

func readText(t testing.TB, file string) string {
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(text)
}

func dedented(code string) string {
	return regexp.MustCompile(`(?m)^\t+`).ReplaceAllString(code, "")
}

// The environments are the presets, at the addresses that are built in.
func TestTheSettingsHaveTheEnvironments(t *testing.T) {
	t.Parallel()
	rows := rowsOf(readText(t, "docs/settings.md"), "| preset | name | platform | where |\n")
	var want [][]string
	for name, preset := range presetsByName(t) {
		platform, _, _ := strings.Cut(preset.String(), ",")
		host := strings.TrimSuffix(strings.TrimPrefix(preset.Parts().Issuer, "https://"), "/api/v2")
		want = append(want, []string{"`" + name + "`", "`" + string(preset) + "`", strings.TrimPrefix(platform, "FranceConnect v"), "`" + host + "`"})
	}
	for _, row := range rows {
		row[2] = strings.TrimPrefix(row[2], "v") // v2 is FranceConnect v2
	}
	require.ElementsMatch(t, want, rows)
}

// presetsByName reads the names of the presets from where they are declared.
func presetsByName(t *testing.T) map[string]franceconnect.Preset {
	source := readText(t, "environments.go")
	all := map[string]franceconnect.Preset{}
	for _, m := range regexp.MustCompile(`(?m)^\t(\w+) +Preset = "([a-z0-9-]+)"`).FindAllStringSubmatch(source, -1) {
		all[m[1]] = franceconnect.Preset(m[2])
	}
	require.NotEmpty(t, all)
	return all
}

// Every test and every vector that SECURITY.md names is there.
func TestSECURITYNamesWhatExists(t *testing.T) {
	t.Parallel()
	text := readText(t, "SECURITY.md")
	var all strings.Builder
	for _, dir := range []string{".", "internal/bearer", "internal/token", "internal/provider", "internal/logincookie", "testdata/mockidp/attack", "examples/portal", "examples/organisations", "examples/metrics", "proconnect"} {
		files, err := os.ReadDir(dir)
		require.NoError(t, err)
		for _, f := range files {
			if strings.HasSuffix(f.Name(), "_test.go") {
				all.WriteString(readText(t, dir+"/"+f.Name()))
			}
		}
	}
	tests := regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z]+)`").FindAllStringSubmatch(text, -1)
	require.NotEmpty(t, tests)
	for _, name := range tests {
		require.True(t, strings.Contains(all.String(), "func "+name[1]+"("), name[1])
	}
	vectors, err := os.ReadDir("testdata/vectors")
	require.NoError(t, err)
	patterns := regexp.MustCompile("`([a-z*][a-z-]+[a-z*])`").FindAllStringSubmatch(text, -1)
	require.NotEmpty(t, patterns)
	for _, p := range patterns {
		if !strings.Contains(p[1], "*") && !strings.Contains(p[1], "-") {
			continue // a claim or a header
		}
		match := regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(p[1]), `\*`, ".*") + `\.txt$`)
		found := false
		for _, v := range vectors {
			found = found || match.MatchString(v.Name())
		}
		require.True(t, found, p[1])
	}
}
