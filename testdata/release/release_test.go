package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	cdx "github.com/CycloneDX/cyclonedx-go"
	"github.com/stretchr/testify/require"
)

// rehearsed is the release of this commit. With RELEASE_CHECK=whole, the
// programs are made for all systems and the second time without a cache, which
// takes minutes.
var rehearsed *release

var whole = os.Getenv("RELEASE_CHECK") == "whole"

func TestMain(m *testing.M) {
	scratch, err := os.MkdirTemp("", "release")
	if err == nil {
		rehearsed, err = newRelease(scratch)
	}
	if err == nil { // once, not by each of the tests at a time
		here := runtime.GOOS + "/" + runtime.GOARCH
		err = rehearsed.install(context.Background(), here, rehearsed.version, func(program, _ string) string { return filepath.Join(scratch, program) })
	}
	status := 1
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	} else {
		status = m.Run()
	}
	if err := os.RemoveAll(scratch); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(status)
}

// execute runs a command with the release in an otherwise empty world.
func execute(t *testing.T, folder string, args ...string) string {
	t.Helper()
	out, err := rehearsed.command(t.Context(), folder, args...).CombinedOutput()
	require.NoError(t, err, "%s\n%s", strings.Join(args, " "), out)
	return string(out)
}

// portal is a new module with one file, to which a module of ours is added.
func portal(t *testing.T, module, name, text string) string {
	t.Helper()
	folder := t.TempDir()
	execute(t, folder, "go", "mod", "init", "example.org/portal")
	require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	execute(t, folder, "go", "get", modulePath(module)+"@latest")
	mod, err := os.ReadFile(filepath.Join(folder, "go.mod"))
	require.NoError(t, err)
	require.Contains(t, string(mod), modulePath(module)+" "+rehearsed.version)
	execute(t, folder, "go", "mod", "tidy")
	return folder
}

// committed returns a file of the release.
func committed(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(rehearsed.clone, name))
	require.NoError(t, err)
	return string(text)
}

// The examples are the code of the READMEs.
func TestWhoGetsAModuleRunsItsExamples(t *testing.T) {
	t.Parallel()
	for _, module := range []string{"", "cog", "redisstore"} {
		t.Run(modulePath(module), func(t *testing.T) {
			t.Parallel()
			folder := portal(t, module, "example_test.go", committed(t, filepath.Join(module, "example_test.go")))
			if module == "" {
				require.NoError(t, os.CopyFS(filepath.Join(folder, "testdata/settings"), os.DirFS(filepath.Join(rehearsed.clone, "testdata/settings"))))
			}
			execute(t, folder, "go", "test", ".")
		})
	}
}

func TestWhoGetsFcotelCompilesTheCodeOfItsREADME(t *testing.T) {
	t.Parallel()
	_, code, ok := strings.Cut(committed(t, "fcotel/README.md"), "```go\n")
	require.True(t, ok)
	code, _, _ = strings.Cut(code, "```")
	folder := portal(t, "fcotel", "portal.go", `package portal

import (
	"log/slog"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/fcotel"
)

func open(config franceconnect.Config) error {
	`+code+`
	_ = fc
	return err
}
`)
	execute(t, folder, "go", "vet", ".")
}

func TestWhoGetsTheLibraryAttacksTheirPortalAndVendorsIt(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/portal_test.go")
	require.NoError(t, err)
	folder := portal(t, "", "portal_test.go", string(text))
	execute(t, folder, "go", "mod", "vendor")
	require.Contains(t, execute(t, folder, "go", "test", "-v", "-mod=vendor", "."), "--- PASS: TestAttacks/login-csrf")
}

func TestTheProgramsAreInstalledAndRun(t *testing.T) {
	t.Parallel()
	here := runtime.GOOS + "/" + runtime.GOARCH
	bin := t.TempDir()
	require.NoError(t, rehearsed.install(t.Context(), here, "latest", func(program, suffix string) string { return filepath.Join(bin, program+suffix) }))
	sum, err := os.ReadFile(filepath.Join(rehearsed.cache, "cache/download", root, "@v", rehearsed.version+".ziphash"))
	require.NoError(t, err)
	for _, program := range programs {
		require.Equal(t, program+" "+rehearsed.version+" ("+string(sum)+", "+runtime.Version()+")\n", execute(t, bin, filepath.Join(bin, program), "-version"))
	}
	require.Contains(t, execute(t, bin, filepath.Join(bin, "mockfranceconnect"), "help"), "usage: mockfranceconnect")
	for program, args := range map[string][]string{"franceconnect": {"explain", "Y030007"}, "mockfranceconnect": {"-bad", "list"}} {
		out := execute(t, bin, append([]string{"go", "run", root + "/cmd/" + program + "@latest"}, args...)...)
		require.NotEmpty(t, out)
	}
}

func TestTwoReleasesOfOneCommitAreTheSame(t *testing.T) {
	t.Parallel()
	systems := []string{runtime.GOOS + "/" + runtime.GOARCH}
	if whole {
		systems = platforms
	}
	first, second := filepath.Join(t.TempDir(), "dist"), t.TempDir()
	require.NoError(t, rehearsed.dist(t.Context(), first, systems))
	again, err := newRelease(t.TempDir())
	require.NoError(t, err)
	if whole {
		again.built = t.TempDir()
	}
	require.NoError(t, again.dist(t.Context(), second, systems))

	sums := func(folder string) string {
		text, err := os.ReadFile(filepath.Join(folder, "SHA256SUMS"))
		require.NoError(t, err)
		return string(text)
	}
	require.Equal(t, sums(first), sums(second))
	require.Equal(t, len(systems)*len(programs)*2+4, strings.Count(sums(first), "\n"), "programs, what is in them, page, licences, recipe, commit")
	requireWhole(t, first, sums(first), systems)
}

// requireWhole holds that a folder is what its sums say, and that what is said
// of each program is true.
func requireWhole(t *testing.T, folder, sums string, systems []string) {
	t.Helper()
	require.NoError(t, os.Remove(filepath.Join(folder, "SHA256SUMS")))
	require.NoError(t, writeSums(folder))
	again, err := os.ReadFile(filepath.Join(folder, "SHA256SUMS"))
	require.NoError(t, err)
	require.Equal(t, sums, string(again))
	head, err := output("", "git", "rev-parse", "HEAD")
	require.NoError(t, err)
	commit, err := os.ReadFile(filepath.Join(folder, "COMMIT"))
	require.NoError(t, err)
	require.Equal(t, head+"\n", string(commit))
	licenses, err := os.ReadFile(filepath.Join(folder, "LICENSES.txt"))
	require.NoError(t, err)
	bills, err := filepath.Glob(filepath.Join(folder, "*.cdx.json"))
	require.NoError(t, err)
	require.Len(t, bills, len(systems)*len(programs))
	for _, file := range bills {
		f, err := os.Open(file)
		require.NoError(t, err)
		var bill cdx.BOM
		require.NoError(t, cdx.NewBOMDecoder(f, cdx.BOMFileFormatJSON).Decode(&bill))
		require.NoError(t, f.Close())
		main := bill.Metadata.Component
		require.Equal(t, root+"@"+rehearsed.version, main.Name+"@"+main.Version)
		require.Contains(t, sums, (*main.Hashes)[0].Value+"  "+strings.TrimSuffix(filepath.Base(file), ".cdx.json")+"\n")
		require.Contains(t, *main.Properties, cdx.Property{Name: "vcs.revision", Value: head})
		var names []string
		for _, c := range *bill.Components {
			names = append(names, c.Name)
			require.NotEmpty(t, c.Version, c.Name)
			if c.Name != "std" {
				require.Contains(t, string(licenses), "\n== "+c.Name+": ", "its licence")
			}
		}
		require.Contains(t, names, "std")
		require.Contains(t, names, "github.com/go-jose/go-jose/v4")
	}
}

func TestWhatIsNotCommittedIsNotReleased(t *testing.T) {
	t.Chdir(rehearsed.clone)
	require.NoError(t, os.WriteFile("LICENSE", []byte("another\n"), 0o600))
	_, err := newRelease(t.TempDir())
	require.ErrorContains(t, err, "commit first")
	_, err = output("", "git", "checkout", "--quiet", "LICENSE")
	require.NoError(t, err)
}

// Golden files are compared byte by byte, and pages are sent as they are.
func TestLinesEndAsTheyDoOnWindowsToo(t *testing.T) {
	t.Parallel()
	checkout := filepath.Join(t.TempDir(), "windows")
	_, err := output("", "git", "clone", "--quiet", "--config", "core.autocrlf=true", rehearsed.clone, checkout)
	require.NoError(t, err)
	files, err := output(checkout, "git", "ls-files", "--eol")
	require.NoError(t, err)
	require.Contains(t, files, "w/lf")
	require.NotContains(t, files, "w/crlf")
}

func TestAFolderWithSomethingInItIsLeftAlone(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "franceconnect-plan9-amd64"), nil, 0o600))
	require.ErrorContains(t, rehearsed.dist(t.Context(), folder, nil), "is not empty")
}

// What is made first is a program for this machine.
func TestAReleaseThatWasInterruptedHasNoFolder(t *testing.T) {
	t.Parallel()
	here := runtime.GOOS + "/" + runtime.GOARCH
	over, cancel := context.WithCancel(t.Context())
	cancel()
	for name, made := range map[string]struct {
		ctx       context.Context
		platforms []string
		says      string
	}{
		"a step that fails":        {t.Context(), []string{here, "linux/pdp11"}, "pdp11"},
		"no time left":             {over, []string{here}, context.Canceled.Error()},
		"no time left for the end": {over, nil, context.Canceled.Error()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			beside := t.TempDir()
			require.ErrorContains(t, rehearsed.dist(made.ctx, filepath.Join(beside, "dist"), made.platforms), made.says)
			left, err := os.ReadDir(beside)
			require.NoError(t, err)
			require.Empty(t, left)
		})
	}
}

func TestTheNewestHeadingOfTheChangelogIsTheVersion(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "CHANGELOG.md")
	for text, want := range map[string]string{
		"# Changelog\n\n## 1.2.3 - Unreleased\n\n## 1.2.2 - 2026-12-01\n": "v1.2.3",
		"# Changelog\n\n## 1.2.3 - 2026-12-24\n":                          "v1.2.3",
		"# Changelog\n\n## Unreleased\n\n## 1.2.3 - 2026-12-24\n":         "",
		"# Changelog\n": "",
	} {
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		got, err := newest(file)
		require.Equal(t, want, got)
		require.Equal(t, want == "", err != nil)
	}
}
