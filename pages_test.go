package franceconnect_test

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// pagesOf returns the files of the French guide, or those that match another
// pattern, behind the README that leads to them.
func pagesOf(t *testing.T, readme, pattern string) []string {
	files, err := filepath.Glob(pattern)
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for i, file := range files {
		files[i] = filepath.ToSlash(file)
	}
	return append([]string{readme}, files...)
}

func frenchPages(t *testing.T) []string { return pagesOf(t, "README.fr.md", "docs/fr/*.md") }

func englishPages(t *testing.T) []string { return pagesOf(t, "README.md", "docs/*.md") }

// Links lead somewhere: to files that are there, and to their headings. Every page
// is led to.
func TestTheLinksOfThePagesLeadSomewhere(t *testing.T) {
	t.Parallel()
	for _, pages := range [][]string{frenchPages(t), englishPages(t)} {
		led := map[string]bool{}
		for _, file := range pages {
			text := fenced.ReplaceAllString(readText(t, file), "")
			for _, m := range regexp.MustCompile(`\]\(([^)]+)\)`).FindAllStringSubmatch(text, -1) {
				to, anchor, deep := strings.Cut(m[1], "#")
				if to == "https:" || strings.HasPrefix(to, "https://") {
					continue
				}
				to = path.Join(path.Dir(file), to)
				if m[1][0] == '#' {
					to = file
				}
				_, err := os.Stat(to)
				require.NoError(t, err, file)
				require.True(t, !deep || slices.Contains(anchorsOf(t, to), anchor), "%s: %s", file, m[1])
				led[to] = true
			}
		}
		for _, file := range pages[1:] {
			require.True(t, led[file], "nothing leads to %s", file)
		}
	}
}

// anchorsOf returns those of the headings of a page, as GitHub makes them.
func anchorsOf(t *testing.T, file string) (anchors []string) {
	for _, m := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(fenced.ReplaceAllString(readText(t, file), ""), -1) {
		slug := regexp.MustCompile(`[^\pL\pN _-]`).ReplaceAllString(strings.ToLower(m[1]), "")
		anchors = append(anchors, strings.ReplaceAll(slug, " ", "-"))
	}
	return anchors
}

// Whoever begins a page finishes it; reference tables are as long as their facts.
func TestPagesAreShort(t *testing.T) {
	t.Parallel()
	for _, file := range append(frenchPages(t), englishPages(t)...) {
		text := fenced.ReplaceAllString(readText(t, file), "")
		most := 1500
		switch file {
		case "docs/fr/codes.md", "docs/fr/exigences.md":
			continue
		case "README.md":
			most = 900
		case "README.fr.md":
			most, text = 250, regexp.MustCompile(`(?m)^\|.*$`).ReplaceAllString(text, "")
		}
		require.LessOrEqual(t, len(strings.Fields(strings.ReplaceAll(text, "|", " "))), most, file)
	}
}

// A table is as wide as the longest piece of each column that no browser breaks; at
// GitHub it has 838 pixels. A letter there has 8.5 at most, on average of a word, one of
// code 8.2; a cell has 27 around it, code 11.
func TestNoTableIsWiderThanGitHubShowsIt(t *testing.T) {
	t.Parallel()
	for _, file := range append(frenchPages(t), englishPages(t)...) {
		for _, table := range regexp.MustCompile(`(?m)(?:^\|.*\n)+`).FindAllString(readText(t, file), -1) {
			var widths []float64
			for line := range strings.Lines(table) {
				for i, cell := range strings.Split(strings.Trim(line, "|\n"), "|") {
					widths = append(widths, make([]float64, max(0, i+1-len(widths)))...)
					widths[i] = max(widths[i], widest(cell))
				}
			}
			wide := 1.0
			for _, w := range widths {
				wide += w + 27
			}
			require.LessOrEqual(t, wide, 838.0, "%s: %.0f: %.200s", file, widths, table)
		}
	}
}

// widest returns how wide the widest piece of a cell is that stays in one line.
func widest(cell string) (most float64) {
	cell = regexp.MustCompile(`\]\([^)]*\)`).ReplaceAllString(cell, "]")
	for i, part := range strings.Split(cell, "`") {
		letter, around := 8.5, 0.0
		if i%2 == 1 {
			letter, around = 8.2, 11
		}
		for _, piece := range regexp.MustCompile(` |(?:\pL)-`).Split(strings.Trim(part, "*[]"), -1) {
			if piece = strings.Trim(piece, "*[]<>"); !strings.HasPrefix(piece, "---") {
				most = max(most, letter*float64(1+len([]rune(piece)))+around)
			}
		}
	}
	return most
}

// A number of a page is the one of the code that testdata/numbers.tsv has beside it;
// those of docs/comparison.md are RESULTS.md's.
func TestTheNumbersOfThePagesAreThoseOfTheCode(t *testing.T) {
	t.Parallel()
	plain := func(file string) string { return strings.Join(strings.Fields(readText(t, file)), " ") }
	for line := range strings.Lines(readText(t, "testdata/numbers.tsv")) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		require.Len(t, cells, 4, line)
		require.True(t, strings.Contains(plain(cells[0]), cells[1]), "%s does not say: %s", cells[0], cells[1])
		require.True(t, strings.Contains(plain(cells[2]), strings.Join(strings.Fields(cells[3]), " ")), "%s says %s, and %s no longer has %s", cells[0], cells[1], cells[2], cells[3])
	}
	var measured [][]string // the page has no room for the column of ProConnect
	for _, row := range rowsOf(readText(t, "testdata/bench/RESULTS.md"), "| | floor | ours | ours at ProConnect | go-oidc | zitadel | cap | golang-jwt | go-jose | go-jose+go-oidc |\n") {
		measured = append(measured, slices.Delete(row, 3, 4))
	}
	for _, row := range rowsOf(readText(t, "docs/comparison.md"), "| | floor | ours | go-oidc | zitadel | cap | golang-jwt | go-jose | go-jose+go-oidc |\n") {
		require.Contains(t, measured, row)
	}
}
