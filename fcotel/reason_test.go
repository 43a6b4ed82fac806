package fcotel

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// source is what a folder's own files say, or those of a name, tests left out.
func source(t *testing.T, folder string, named ...string) (files []*ast.File) {
	names, err := filepath.Glob(filepath.Join(folder, "*.go"))
	require.NoError(t, err)
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") || len(named) > 0 && !slices.Contains(named, filepath.Base(name)) {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		files = append(files, f)
	}
	require.NotEmpty(t, files)
	return files
}

// given are the expressions that a Reason is given in some files.
func given(files []*ast.File) (all []ast.Expr) {
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.KeyValueExpr:
				if name, ok := n.Key.(*ast.Ident); ok && name.Name == "Reason" {
					all = append(all, n.Value)
				}
			case *ast.AssignStmt:
				for i, to := range n.Lhs {
					if s, ok := to.(*ast.SelectorExpr); ok && s.Sel.Name == "Reason" {
						all = append(all, n.Rhs[i])
					}
				}
			}
			return true
		})
	}
	return all
}

// texts are the texts that a function is called with, at one place.
func texts(files []*ast.File, function string, place int) (all []string) {
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) <= place {
				return true
			}
			name := ""
			switch f := call.Fun.(type) {
			case *ast.Ident:
				name = f.Name
			case *ast.SelectorExpr:
				name = f.Sel.Name
			}
			if s, ok := text(call.Args[place]); ok && name == function {
				all = append(all, s)
			}
			return true
		})
	}
	return all
}

// returned are the texts that a function returns.
func returned(files []*ast.File, function string) (all []string) {
	for _, f := range files {
		for _, d := range f.Decls {
			if d, ok := d.(*ast.FuncDecl); ok && d.Name.Name == function {
				ast.Inspect(d, func(n ast.Node) bool {
					if r, ok := n.(*ast.ReturnStmt); ok {
						for _, e := range r.Results {
							if s, ok := text(e); ok && s != "" {
								all = append(all, s)
							}
						}
					}
					return true
				})
			}
		}
	}
	return all
}

func text(e ast.Expr) (string, bool) {
	l, ok := e.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(l.Value)
	return s, err == nil
}

// The list is what the root, proconnect and their internals can say, and no more. A Reason
// made in a way that is not known here fails the test.
func TestEveryReasonOfTheSourceIsKnownAndNoOther(t *testing.T) {
	t.Parallel()
	said := slices.Concat(source(t, ".."), source(t, "../proconnect"), source(t, "../internal/failure"))
	provider := source(t, "../internal/provider")
	calls := append(texts(provider, "startCall", 2), texts(provider, "o", 1)...)
	slices.Sort(calls)
	calls = slices.Compact(calls)
	tokens := texts(said, "Token", 0)
	require.ElementsMatch(t, []string{"token", "userinfo", "keys"}, calls)
	slices.Sort(tokens)
	tokens = slices.Compact(tokens)
	require.Equal(t, []string{"ami_token", "id_token", "userinfo"}, tokens)

	found := map[string]bool{}
	for _, e := range given(said) {
		if s, ok := text(e); ok {
			found[s] = true
			continue
		}
		if _, ok := e.(*ast.Ident); ok { // of a request
			for _, word := range append(texts(said, "Request", 0), returned(source(t, "../internal/browser"), "ReadCallback")...) {
				found[word] = true
			}
			continue
		}
		if _, ok := e.(*ast.SelectorExpr); ok { // of the login's cookie
			for _, e := range given(source(t, "../internal/logincookie")) {
				word, ok := text(e)
				require.True(t, ok, "a Reason of a cookie is not a text")
				found[word] = true
			}
			continue
		}
		sum, ok := e.(*ast.BinaryExpr)
		require.True(t, ok, "a Reason is neither a text nor a sum")
		if end, ok := text(sum.Y); ok { // p.Call + ".refused"
			for _, call := range calls {
				found[call+end] = true
			}
			continue
		}
		for _, name := range tokens { // what + "." + t.Reason
			files := []string{"claims.go", "jwe.go", "jws.go", "token.go"}
			if name == "ami_token" { // which has neither an encryption nor a userinfo
				files = []string{"apptoken.go", "jws.go"}
				found[name+".claims"] = true
			}
			for _, e := range given(source(t, "../internal/token", files...)) {
				word, ok := text(e)
				require.True(t, ok, "a Reason of a token is not a text")
				found[name+"."+word] = true
			}
		}
	}
	delete(found, "discovery.document") // of Discover, which has no event
	require.ElementsMatch(t, slices.Sorted(maps.Keys(found)), slices.Sorted(maps.Keys(reasons)))

	// franceconnect explain knows them all.
	file, err := os.ReadFile("../internal/codes/codes.json")
	require.NoError(t, err)
	var table struct{ Reasons []struct{ Names []string } }
	require.NoError(t, json.Unmarshal(file, &table))
	explained := []string(nil)
	for _, row := range table.Reasons {
		explained = append(explained, row.Names...)
	}
	found["discovery.document"] = true
	require.ElementsMatch(t, slices.Sorted(maps.Keys(found)), explained)
}

func TestEveryReasonOfTheVectorsIsKnown(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../testdata/vectors/*.txt")
	require.NoError(t, err)
	seen := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for line := range strings.SplitSeq(string(text), "\n") {
			if reason, ok := strings.CutPrefix(line, "reason: "); ok {
				seen++
				require.Contains(t, reasons, reason, file)
			}
		}
	}
	require.Greater(t, seen, 80)
}
