package cog_test

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/cog"
)

var update = flag.Bool("update", false, "write testdata/countries.golden anew")

func TestTheEmbeddedFileIsWhatTheGeneratorMade(t *testing.T) {
	t.Parallel()
	require.Equal(t, digest, fmt.Sprintf("%x", sha256.Sum256([]byte(cog.Embedded))))
	pins, err := os.ReadFile("generate/sources.go")
	require.NoError(t, err)
	require.Len(t, madeOf, 11)
	for _, s := range madeOf {
		f := strings.Fields(s)
		require.Len(t, f, 3)
		require.Regexp(t, `name:\s+"`+regexp.QuoteMeta(f[0])+`",\s+version:\s+"`+regexp.QuoteMeta(f[1])+`",\s+integrity:\s+"`+regexp.QuoteMeta(f[2])+`"`,
			string(pins), "sources.go of the generator was changed and go run ./generate not run")
	}
	require.Regexp(t, `vintage:\s+"`+cog.Vintage+`"[\s\S]+vintage:\s+"`+cog.CountriesVintage+`"`, string(pins))
}

func TestTheEmbeddedFileIsSmall(t *testing.T) {
	t.Parallel()
	require.Less(t, len(cog.Embedded), 400_000)
	require.Less(t, cog.Size(), 1_200_000, "in memory, with all départements")
}

func TestAFileThatDoesNotHoldWhatItSaysIsRefused(t *testing.T) {
	t.Parallel()
	require.NoError(t, cog.Open(cog.Embedded))
	const head = "franceconnect/cog 2\n1 departments\n01 Ain\n"
	require.NoError(t, cog.Open(head+"2 blocks\n01 3 9\n99 2 9\nabcde"))
	for want, file := range map[string]string{
		"do not begin":       "franceconnect/cog 1\n",
		"are not as long":    cog.Embedded + "x",
		"end too early":      cog.Embedded[:len(cog.Embedded)-1],
		"no sizes":           head + "1 blocks\n01 3\nabc",
		"data end too early": head + "1 blocks\n01 x 9\nabc",
		"are not as long as": head + "0 blocks\n",
	} {
		require.ErrorContains(t, cog.Open(file), want, "%.60q", file)
	}
}

// The file is to be read by a person whenever it changes: it is French, and a
// rule and a table of exceptions made it.
func TestEveryCountryStandsInASentence(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for code := range cog.All() {
		switch p := cog.Find(code, "9999-12-31"); p.Kind {
		case cog.Country:
			fmt.Fprintf(&b, "%s %s | %s\n", code, p, p.In())
		case cog.FormerCountry:
			fmt.Fprintf(&b, "%s %s | %s | former\n", code, p, p.In())
		default:
			continue
		}
		names, until := cog.Before(code)
		for i, name := range names {
			p := cog.Find(code, fmt.Sprintf("%d-01-01", until[i]/10000-1))
			require.Equal(t, name, p.Name, code)
			fmt.Fprintf(&b, "%s %s | %s | until %d\n", code, p, p.In(), until[i])
		}
	}
	if *update {
		require.NoError(t, os.WriteFile("testdata/countries.golden", []byte(b.String()), 0o644))
	}
	want, err := os.ReadFile("testdata/countries.golden")
	require.NoError(t, err)
	require.Equal(t, string(want), b.String())
}

// What README.md and LICENCE-DONNEES.md say in numbers is so.
func TestTheDocumentsCountRight(t *testing.T) {
	t.Parallel()
	n := map[string]int{}
	for code := range cog.All() {
		p := cog.Find(code, "")
		n["codes en tout"]++
		switch {
		case p.Kind == cog.Commune:
			n["communes d’aujourd’hui"]++
		case p.Kind == cog.Arrondissement:
			n["arrondissements municipaux"]++
		case p.Kind == cog.FormerCommune && code[:2] != p.Successor[:2] && code[2:] == p.Successor[2:]:
			n["communes passées d’un département à un autre avec leur numéro (Seine, Seine-et-Oise, Corse…)"]++
		case p.Kind == cog.FormerCommune:
			n["anciennes communes (déléguées, associées, absorbées)"]++
		case p.Kind == cog.Country:
			n["pays et territoires d’aujourd’hui"]++
		default:
			n["anciens pays et territoires"]++
		}
		names, _ := cog.Before(code)
		n["noms antérieurs de ces codes"] += len(names)
	}
	n["octets, compressés"] = len(cog.Embedded)

	licence, err := os.ReadFile("LICENCE-DONNEES.md")
	require.NoError(t, err)
	rows := regexp.MustCompile(`(?m)^\| ([^|]+) \| (\d+) \|$`).FindAllStringSubmatch(string(licence), -1)
	require.Len(t, rows, len(n)+1)
	for _, row := range rows {
		if row[1] != "octets, décompressés" {
			require.Equal(t, strconv.Itoa(n[row[1]]), row[2], row[1])
		}
	}
	require.Contains(t, string(licence), cog.Attribution)

	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	for _, want := range []string{
		fmt.Sprintf("%d codes", n["codes en tout"]),
		fmt.Sprintf("%d of 400 kB", len(cog.Embedded)/1000),
		fmt.Sprintf("%.1f MB", float64(cog.Size())/1e6),
		"vintage " + cog.Vintage,
		fmt.Sprintf("%d earlier names", n["noms antérieurs de ces codes"]),
	} {
		require.Contains(t, string(readme), want)
	}
	_, missing, ok := strings.Cut(string(readme), "\n<!-- missing -->\n")
	require.True(t, ok)
	missing, _, ok = strings.Cut(missing, "\n<!-- /missing -->\n")
	require.True(t, ok)
	codes := regexp.MustCompile(`\b9[79]\d{3}\b`).FindAllString(missing, -1)
	require.NotEmpty(t, codes)
	for _, code := range codes {
		require.False(t, cog.Find(code, "").Known(), "%s is not missing", code)
	}
}
