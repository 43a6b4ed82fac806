package franceconnect_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The words that a sentence of each language can hardly do without.
var (
	frenchWords  = regexp.MustCompile(`(?i)\b(le|la|les|une|des|du|est|sont|pas|qui|avec|dans|sans|ou)\b`)
	englishWords = regexp.MustCompile(`(?i)\b(the|is|are|has|of|and|not|with|without|which|this|that)\b`)
	quoted       = regexp.MustCompile(`“[^”]*”|«[^»]*»|\(de, du, le\)`) // what a form, a button or a name says, in its own language
)

// What is said in two languages is a pair, the French one first: arguments of
// text.Of and of what takes the name of a field before them, the fields of a
// ConfigError, or a value of a map of pairs.
func TestFrenchIsSaidInFrenchAndEnglishInEnglish(t *testing.T) {
	t.Parallel()
	pairs := 0
	for _, dir := range []string{".", "internal", "cmd", "match", "show", "link", "proconnect"} {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.IsDir() && dir == "." && path != "." {
				return filepath.SkipDir
			}
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			files := token.NewFileSet()
			file, err := parser.ParseFile(files, path, nil, 0)
			require.NoError(t, err)
			ast.Inspect(file, func(n ast.Node) bool {
				for _, pair := range pairsIn(n) {
					pairs++
					french, english := pair[0], pair[1]
					require.NotRegexp(t, englishWords, literals(french), files.Position(french.Pos()))
					require.NotRegexp(t, frenchWords, literals(english), files.Position(english.Pos()))
					require.False(t, saysAnError(french), "an error is in English: %s", files.Position(french.Pos()))
				}
				return true
			})
			return nil
		})
		require.NoError(t, err)
	}
	require.Greater(t, pairs, 300)
}

// pairsIn returns the pairs that an expression has itself.
func pairsIn(n ast.Node) (pairs [][2]ast.Expr) {
	switch n := n.(type) {
	case *ast.CallExpr:
		if len(n.Args) >= 2 && takesAPair(n) {
			pairs = append(pairs, [2]ast.Expr(n.Args[len(n.Args)-2:]))
		}
	case *ast.CompositeLit:
		fields := map[string]ast.Expr{}
		table, _ := n.Type.(*ast.MapType)
		for _, e := range n.Elts {
			field, ok := e.(*ast.KeyValueExpr)
			if !ok {
				continue
			}
			if name, ok := field.Key.(*ast.Ident); ok {
				fields[name.Name] = field.Value
			}
			if pair, ok := field.Value.(*ast.CompositeLit); ok && table != nil && len(pair.Elts) == 2 {
				if _, array := table.Value.(*ast.ArrayType); array {
					pairs = append(pairs, [2]ast.Expr(pair.Elts))
				}
			}
		}
		if fields["French"] != nil && fields["English"] != nil {
			pairs = append(pairs, [2]ast.Expr{fields["French"], fields["English"]})
		}
	}
	return pairs
}

// saysAnError reports whether an expression has the text of an error in it.
func saysAnError(e ast.Expr) (found bool) {
	ast.Inspect(e, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Name == "Error" {
			found = true
		}
		return true
	})
	return found
}

// takesAPair reports whether the last two arguments of a call are a pair.
func takesAPair(call *ast.CallExpr) bool {
	switch f := call.Fun.(type) {
	case *ast.SelectorExpr:
		x, _ := f.X.(*ast.Ident)
		return x != nil && x.Name == "text" && f.Sel.Name == "Of" || (f.Sel.Name == "add" || f.Sel.Name == "problem" || f.Sel.Name == "Refuse") && len(call.Args) == 3
	case *ast.Ident:
		return f.Name == "wrong" && len(call.Args) == 3
	}
	return false
}

// literals returns the texts that are written in an expression.
func literals(e ast.Expr) string {
	var all []string
	ast.Inspect(e, func(n ast.Node) bool {
		if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
			all = append(all, l.Value)
		}
		return true
	})
	return quoted.ReplaceAllString(strings.Join(all, " "), "")
}
