package franceconnect_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/franceconnect-go/franceconnect"

// imports are those of a package's own files, tests left out.
func imports(t *testing.T, pattern string) map[string][]string {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", pattern).Output()
	require.NoError(t, err)
	all := map[string][]string{}
	for d := json.NewDecoder(strings.NewReader(string(out))); d.More(); {
		var p struct {
			ImportPath string
			Imports    []string
		}
		require.NoError(t, d.Decode(&p))
		all[p.ImportPath] = p.Imports
	}
	require.NotEmpty(t, all, pattern)
	return all
}

func TestInternalPackagesImportNeitherTheRootNorOneAnotherButText(t *testing.T) {
	t.Parallel()
	for path, all := range imports(t, "./internal/...") {
		for _, i := range all {
			may := i == module+"/internal/text" || path == module+"/internal/failure" && strings.HasPrefix(i, module+"/internal/")
			require.False(t, strings.HasPrefix(i, module) && !may, "%s imports %s", path, i)
		}
	}
}

func TestTheMockKnowsNothingOfTheLibrary(t *testing.T) {
	t.Parallel()
	for _, below := range []string{"./testdata/mockidp/...", "./testdata/careless", "./cmd/mockfranceconnect"} {
		for path, all := range imports(t, below) {
			for _, i := range all {
				require.NotEqual(t, "testing", i, "it is linked into programs")
				first, _, _ := strings.Cut(i, "/")
				require.True(t, !strings.Contains(first, ".") || strings.HasPrefix(i, "github.com/go-jose/go-jose/v4") || i == module+"/testdata/mockidp" || path == module+"/cmd/mockfranceconnect" && (i == module+"/internal/built" || i == module+"/testdata/mockidp/attack"), "%s imports %s", path, i)
			}
		}
	}
}

func TestEachRoomImportsThoseOfOursThatTheMapSays(t *testing.T) {
	t.Parallel()
	for room, may := range map[string][]string{
		".": {"/internal", "/person"}, "./person": {}, "./match": {"/person"}, "./show": {"/person"}, "./recipient": {"/person"}, "./link": {"", "/person", "/match"}, "./proconnect": {"", "/internal"},
	} {
		for path, all := range imports(t, room) {
			for _, i := range all {
				ours, is := strings.CutPrefix(i, module)
				if strings.HasPrefix(ours, "/internal/") {
					ours = "/internal"
				}
				require.True(t, !is || slices.Contains(may, ours), "%s imports %s", path, i)
			}
		}
	}
}

func TestTheKitOfTestsIsInNoProgram(t *testing.T) {
	t.Parallel()
	for _, pattern := range []string{"./...", "./testdata/mockidp/...", "./testdata/careless"} {
		for path, all := range imports(t, pattern) {
			require.NotContains(t, all, module+"/testdata/portaltest", path)
		}
	}
}

func TestNoTypeOfADependencyIsInTheAPI(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("go", "doc", "-all", ".").Output()
	require.NoError(t, err)
	require.Contains(t, string(out), "func New(config Config) (*Client, error)")
	for _, name := range []string{"jose.", "oidc.", "oauth2.", "token.", "provider.", "login."} {
		for line := range strings.SplitSeq(string(out), "\n") {
			if strings.HasPrefix(line, "func ") || strings.HasPrefix(line, "type ") {
				if line == "func (s *Session) TokenSource() oauth2.TokenSource" {
					continue // the one that client libraries take
				}
				require.NotContains(t, line, name)
			}
		}
	}
}

// Each exported name of the root has to earn its place.
func TestTheAPIIsSmall(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("go", "doc", "-all", ".").Output()
	require.NoError(t, err)
	types := regexp.MustCompile(`(?m)^type [A-Z]\w*`).FindAllString(string(out), -1)
	functions := regexp.MustCompile(`(?m)^func [A-Z]\w*`).FindAllString(string(out), -1)
	require.NotEmpty(t, types)
	require.NotEmpty(t, functions)
	require.LessOrEqual(t, len(types), 21, "%q", types)
	require.LessOrEqual(t, len(functions), 14, "%q", functions)
}

// The map leads to files and folders, by their paths from the top.
func TestTheMapLeadsSomewhere(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("CONTRIBUTING.md")
	require.NoError(t, err)
	rooms, _, ok := strings.Cut(string(text), "\n## A release")
	require.True(t, ok)
	paths := 0
	for _, m := range regexp.MustCompile("`([^`\n]+)`").FindAllStringSubmatch(rooms, -1) {
		path := m[1]
		if first, _, deep := strings.Cut(path, "/"); !deep && !strings.HasSuffix(path, ".go") || strings.Contains(first, ".com") || strings.Contains(first, ".org") || strings.Contains(path, "NAME") {
			continue // a name, a command, a module, or a pattern
		}
		paths++
		_, err := os.Stat(path)
		require.NoError(t, err)
	}
	require.NotZero(t, paths)
}

func TestEveryPackageBelowTestdataIsInTheMakefile(t *testing.T) {
	t.Parallel()
	makefile := readText(t, "Makefile")
	_, list, ok := strings.Cut(makefile, "\nTESTDATA := ")
	require.True(t, ok)
	list, _, _ = strings.Cut(list, "\n")
	var found []string
	err := filepath.WalkDir("testdata", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if _, err := os.Stat(filepath.Join(path, "go.mod")); d.IsDir() && err == nil {
			return filepath.SkipDir // a module of its own
		}
		if dir := "./" + filepath.ToSlash(filepath.Dir(path)); strings.HasSuffix(path, ".go") && !slices.Contains(found, dir) {
			found = append(found, dir)
		}
		return nil
	})
	require.NoError(t, err)
	named := strings.Fields(list)
	slices.Sort(named)
	slices.Sort(found)
	require.Equal(t, found, named)
}

// What is not in this module is tested too.
func TestEveryModuleIsInTheMakefile(t *testing.T) {
	t.Parallel()
	makefile := readText(t, "Makefile")
	var named, found []string
	for _, list := range []string{"\nMODULES  := ", "\nTOOLS    := "} {
		_, rest, ok := strings.Cut(makefile, list)
		require.True(t, ok, list)
		line, _, _ := strings.Cut(rest, "\n")
		named = append(named, strings.Fields(line)...)
	}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Name() == "go.mod" && path != "go.mod" {
			found = append(found, filepath.ToSlash(filepath.Dir(path)))
		}
		return err
	})
	require.NoError(t, err)
	slices.Sort(named)
	slices.Sort(found)
	require.Equal(t, found, named)
}
