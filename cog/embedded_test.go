package cog_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"flag"
	"fmt"
	"io"
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
	require.Equal(t, digest, fmt.Sprintf("%x", sha256.Sum256(cog.Embedded)))
	pins, err := os.ReadFile("generate/sources.go")
	require.NoError(t, err)
	require.Len(t, madeOf, 4)
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
	require.Less(t, len(cog.Embedded), 600_000)
	require.Less(t, cog.TextSize(), 1_500_000, "in memory")
}

func TestADamagedFileIsNoticed(t *testing.T) {
	t.Parallel()
	require.NoError(t, cog.Read(cog.Embedded))
	// One bit wrong, at places all over the file. The first ten bytes are gzip's
	// header, where a time or a system may be anything.
	for i := 10; i < len(cog.Embedded); i += len(cog.Embedded) / 12 {
		file := bytes.Clone(cog.Embedded)
		file[i] ^= 0x10
		require.Error(t, cog.Read(file), "byte %d", i)
	}
	for i := len(cog.Embedded) - 8; i < len(cog.Embedded); i++ {
		file := bytes.Clone(cog.Embedded)
		file[i] ^= 0x10
		require.Error(t, cog.Read(file), "byte %d, of the checksum", i)
	}
	for _, n := range []int{0, 3, 10, 1000, len(cog.Embedded) - 1} {
		require.Error(t, cog.Read(cog.Embedded[:n]), "%d bytes", n)
	}
	require.Error(t, cog.Read(append(bytes.Clone(cog.Embedded), 0, 0, 0, 0)))
	require.ErrorContains(t, cog.Read(append(bytes.Clone(cog.Embedded), cog.Embedded...)), "not as long as it says")
	huge := bytes.Clone(cog.Embedded)
	copy(huge[len(huge)-4:], "\xff\xff\xff\xff")
	require.ErrorContains(t, cog.Read(huge), "too long")
}

func compress(t *testing.T, text string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := io.WriteString(z, text)
	require.NoError(t, err)
	require.NoError(t, z.Close())
	return b.Bytes()
}

func TestAFileThatSaysNonsenseIsRefused(t *testing.T) {
	t.Parallel()
	const head = "franceconnect/cog 1\n1 departments\n01 Ain\n"
	require.NoError(t, cog.Read(compress(t, head+"3 places\n01001Ca-----Ici\n01002B-01001\n99100Pe-----France\n")))
	for want, text := range map[string]string{
		"does not begin":          "franceconnect/cog 2\n",
		"number of departments":   "franceconnect/cog 1\nmany\n",
		"no code and name":        "franceconnect/cog 1\n1 departments\n01\n",
		"number of places":        head + "many\n",
		"not so many lines":       head + "-1 places\n01001Ca-----Ici\n",
		"1 places of 2":           head + "2 places\n01001Ca-----Ici\n",
		"2 places of 1":           head + "1 places\n01001Ca-----Ici\n01002Ca-----Ici\n",
		"too short":               head + "1 places\n01001Ca\n",
		`"01001": not in order`:   head + "2 places\n01002Ca-----Ici\n01001Ca-----Ici\n",
		`"01002": not in order`:   head + "2 places\n01002Ca-----Ici\n01002Ca-----Ici\n",
		`"01003" is no commune`:   head + "1 places\n01001B-01003\n",
		`"01002" is no commune`:   head + "2 places\n01001B-01002\n01002B-01001\n",
		`"0100x": not in order`:   head + "1 places\n0100xCa-----Ici\n",
		"no department":           head + "1 places\n02001Ca-----Ici\n",
		"kind is not known":       head + "1 places\n01001Xa-----Ici\n",
		"name or its successor":   head + "1 places\n01001Ca-----\n",
		"successor is missing":    head + "2 places\n01001Ca-----Ici\n01002Ca01001Ici\n",
		"phrase is missing":       head + "1 places\n01001Cp-----Ici\n",
		"form is not known":       head + "1 places\n01001Cz-----Ici\n",
		`successor "" is no comm`: head + "1 places\n01001Fa-----Ici\n",
	} {
		require.ErrorContains(t, cog.Read(compress(t, text)), want, text)
	}
}

func FuzzReadNeverPanics(f *testing.F) {
	f.Add("franceconnect/cog 1\n1 departments\n01 Ain\n3 places\n01001Ca-----Ici\n01002B-01001\n99100Pe-----France\n")
	f.Add("franceconnect/cog 1\n0 departments\n0 places\n")
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		_ = cog.Read(compress(t, text))
		_ = cog.Read([]byte(text))
	})
}

// The file is to be read by a person whenever it changes: it is French, and a
// rule and a table of exceptions made it.
func TestEveryCountryStandsInASentence(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for code := range cog.All() {
		switch p := cog.Find(code); p.Kind {
		case cog.Country:
			fmt.Fprintf(&b, "%s %s | %s\n", code, p, p.In())
		case cog.FormerCountry:
			fmt.Fprintf(&b, "%s %s | %s | former\n", code, p, p.In())
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
		p := cog.Find(code)
		n["codes en tout"]++
		switch {
		case p.Kind == cog.Commune:
			n["communes d’aujourd’hui"]++
		case p.Kind == cog.Arrondissement:
			n["arrondissements municipaux"]++
		case p.Borrowed:
			n["anciens codes dont seule la commune d’aujourd’hui est connue"]++
		case p.Kind == cog.FormerCommune && code[:2] != p.Successor[:2] && code[2:] == p.Successor[2:]:
			n["communes passées d’un département à un autre avec leur numéro (Seine, Seine-et-Oise, Corse…)"]++
		case p.Kind == cog.FormerCommune:
			n["anciennes communes qui ont gardé un nom (déléguées, associées)"]++
		case p.Kind == cog.Country:
			n["pays et territoires d’aujourd’hui"]++
		default:
			n["anciens pays et territoires"]++
		}
	}
	n["octets, compressés"] = len(cog.Embedded)
	z, err := gzip.NewReader(bytes.NewReader(cog.Embedded))
	require.NoError(t, err)
	size, err := io.Copy(io.Discard, z)
	require.NoError(t, err)
	n["octets, décompressés"] = int(size)

	licence, err := os.ReadFile("LICENCE-DONNEES.md")
	require.NoError(t, err)
	rows := regexp.MustCompile(`(?m)^\| ([^|]+) \| (\d+) \|$`).FindAllStringSubmatch(string(licence), -1)
	require.Len(t, rows, len(n))
	for _, row := range rows {
		require.Equal(t, strconv.Itoa(n[row[1]]), row[2], row[1])
	}
	require.Contains(t, string(licence), cog.Attribution)

	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	for _, want := range []string{
		fmt.Sprintf("%d codes", n["codes en tout"]),
		fmt.Sprintf("%d of 600 kB", len(cog.Embedded)/1000),
		fmt.Sprintf("%.1f MB", float64(cog.TextSize())/1e6),
		"vintage " + cog.Vintage,
		fmt.Sprintf("%d former codes", n["anciens codes dont seule la commune d’aujourd’hui est connue"]),
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
		require.False(t, cog.Find(code).Known(), "%s is not missing", code)
	}
}
