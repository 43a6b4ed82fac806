package franceconnect_test

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// testdata/exported.txt has the exported names of the version that UPGRADING.md
// begins at. Each that is no more is named there; members go with their type.
func TestUPGRADINGNamesEveryExportedNameThatIsNoMore(t *testing.T) {
	t.Parallel()
	before, err := os.ReadFile("testdata/exported.txt")
	require.NoError(t, err)
	text, err := os.ReadFile("UPGRADING.md")
	require.NoError(t, err)
	now := exported(t, published...)
	require.Contains(t, now, "Client.Callback")
	var said []string
	for _, span := range spans(string(text)) {
		name, _, _ := strings.Cut(span, "(")
		said = append(said, name)
	}
	for name := range strings.FieldsSeq(string(before)) {
		owner := name[:max(0, strings.LastIndex(name, "."))]
		told := slices.Contains(now, name) || slices.Contains(said, name) || slices.Contains(said, owner)
		require.True(t, told, "%s is gone, and UPGRADING.md does not say so", name)
	}
}

// What is to be written now is there: a name, or after one with its type a member
// alone. What is no name, such as a call, is for the reader.
func TestUPGRADINGLeadsToNamesThatAreThere(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("UPGRADING.md")
	require.NoError(t, err)
	names, _, ok := strings.Cut(string(text), "\n## Behaviour")
	require.True(t, ok)
	now := exported(t, append(published, "person")...)
	for _, row := range rowsOf(names, "| before | now |\n") {
		for _, span := range spans(row[1]) {
			if !ast.IsExported(span[strings.LastIndex(span, ".")+1:]) || strings.ContainsAny(span, "( ") {
				continue
			}
			require.True(t, slices.ContainsFunc(now, func(name string) bool {
				return name == span || name == "person."+span || strings.HasSuffix(name, "."+span)
			}), "%s is nowhere", span)
		}
	}
}

// Code in a comment is compiled by nobody, and a name in a text is not either.
func TestTextsAndCommentsNameWhatIsExported(t *testing.T) {
	t.Parallel()
	now := exported(t, "person", "match", "show", "link", "cog")
	texts := append(append(frenchPages(t), englishPages(t)...), "SECURITY.md", "cog/README.md")
	for _, folder := range []string{".", "person", "match", "show", "link", "cog", "examples/linking"} {
		sources, err := filepath.Glob(folder + "/*.go")
		require.NoError(t, err)
		texts = append(texts, slices.DeleteFunc(sources, func(path string) bool { return strings.HasSuffix(path, "_test.go") })...)
	}
	found := 0
	for _, path := range texts {
		for _, name := range regexp.MustCompile(`\b(?:person|match|show|link|cog)\.[A-Z]\w*`).FindAllString(readText(t, path), -1) {
			require.True(t, slices.Contains(now, name), "%s: %s is nowhere", path, name)
			found++
		}
	}
	require.Greater(t, found, 100)
}

// published are the packages that others imported before, and do.
var published = []string{".", "link", "match", "show", "recipient", "cog", "redisstore", "fcotel", "testdata/mockidp", "testdata/mockidp/attack"}

// exported returns the exported names of packages, with fields and methods, as
// UPGRADING.md writes them: those of the root without its name.
func exported(t *testing.T, packages ...string) (names []string) {
	t.Helper()
	for _, folder := range packages {
		prefix := filepath.Base(folder) + "."
		if folder == "." {
			prefix = ""
		}
		set := token.NewFileSet()
		sources, err := filepath.Glob(folder + "/*.go")
		require.NoError(t, err)
		var files []*ast.File
		for _, source := range sources {
			if !strings.HasSuffix(source, "_test.go") {
				file, err := parser.ParseFile(set, source, nil, parser.ParseComments)
				require.NoError(t, err)
				files = append(files, file)
			}
		}
		p, err := doc.NewFromFiles(set, files, folder)
		require.NoError(t, err)
		add := func(owner string, more ...string) {
			for _, name := range more {
				if ast.IsExported(name) {
					names = append(names, prefix+owner+name)
				}
			}
		}
		funcs := func(owner string, all []*doc.Func) {
			for _, f := range all {
				add(owner, f.Name)
			}
		}
		values := func(all []*doc.Value) {
			for _, v := range all {
				add("", v.Names...)
			}
		}
		values(slices.Concat(p.Consts, p.Vars))
		funcs("", p.Funcs)
		for _, named := range p.Types {
			add("", named.Name)
			values(slices.Concat(named.Consts, named.Vars))
			funcs("", named.Funcs)
			funcs(named.Name+".", named.Methods)
			ast.Inspect(named.Decl, func(n ast.Node) bool {
				if f, ok := n.(*ast.Field); ok {
					for _, name := range f.Names {
						add(named.Name+".", name.Name)
					}
				}
				_, isFunc := n.(*ast.FuncType)
				return !isFunc
			})
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
