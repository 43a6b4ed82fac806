package main

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

// The indexes in testdata were written by git 2.39.5; version 3 has one more
// file, which was to be added.
func TestTheIndexIsReadAsGitWroteIt(t *testing.T) {
	t.Parallel()
	all := []string{".env", "a/deep/.env", "a/longer-name-of-a-file.txt", "readme.txt"}
	for name, want := range map[string][]string{
		"index-v2": all, "index-v3": {".env", "a/deep/.env", "a/longer-name-of-a-file.txt", "later", "readme.txt"}, "index-v4": all, "index-sha256": {".env", "a/b"},
	} {
		index, err := os.ReadFile(filepath.Join("testdata", name))
		require.NoError(t, err)
		root := fstest.MapFS{".git/index": {Data: index}}
		if name == "index-sha256" {
			root[".git/config"] = &fstest.MapFile{Data: []byte("[extensions]\n\tobjectFormat = SHA256\n")}
		}
		r, ok := openRepository(root)
		require.True(t, ok, name)
		require.Equal(t, want, slices.Sorted(maps.Keys(r.tracked)), name)
	}
	index, err := os.ReadFile(filepath.Join("testdata", "index-v2"))
	require.NoError(t, err)
	for cut := range index {
		readIndex(index[:cut], 20) // and does not panic
	}
	for _, here := range []fstest.MapFS{{}, {".git": {Data: []byte("gitdir: elsewhere")}}, {".git/index": {Data: []byte("DIRC")}}} {
		_, ok := openRepository(here)
		require.False(t, ok)
	}
	_, ok := openRepository(fstest.MapFS{".git": {Mode: fs.ModeDir}})
	require.True(t, ok, "a repository to which nothing was added")
}

// As git writes the offsets of packs.
func TestOffset(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]int{"\x00": {0, 1}, "\x7f": {127, 1}, "\x80\x00": {128, 2}, "\x80\x7f": {255, 2}, "\x81\x00x": {256, 2}, "\x80\x80\x00": {16512, 3}, "": {}, "\x80": {}} {
		value, n := offset([]byte(text))
		require.Equal(t, want, [2]int{value, n}, "%x", text)
	}
}

func FuzzAnIndexIsReadOrRefused(f *testing.F) {
	for _, name := range []string{"index-v2", "index-v3", "index-v4", "index-sha256"} {
		index, err := os.ReadFile(filepath.Join("testdata", name))
		require.NoError(f, err)
		f.Add(index)
	}
	f.Fuzz(func(t *testing.T, index []byte) {
		for _, hash := range []int{20, 32} {
			tracked, ok := readIndex(index, hash)
			require.True(t, ok || tracked == nil)
			require.LessOrEqual(t, len(tracked), len(index)/62)
		}
	})
}

// gitignore(5), as far as it is needed.
func TestIgnored(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		lists   map[string]string
		name    string
		ignored bool
	}{
		{nil, ".env", false},
		{map[string]string{".gitignore": ".env\n"}, ".env", true},
		{map[string]string{".gitignore": ".env\r\n"}, "a/b/.env", true},
		{map[string]string{".gitignore": "# .env\n\n"}, ".env", false},
		{map[string]string{".gitignore": "/.env"}, "a/.env", false},
		{map[string]string{".gitignore": "/.env"}, ".env", true},
		{map[string]string{".gitignore": "*.env"}, "prod.env", true},
		{map[string]string{".gitignore": ".env.*"}, ".env.local", true},
		{map[string]string{".gitignore": ".env.?"}, ".env.local", false},
		{map[string]string{".gitignore": ".env*\n!.env.local"}, ".env.local", false},
		{map[string]string{".gitignore": "secrets/"}, "a/secrets/x", true},
		{map[string]string{".gitignore": "secrets/"}, "secrets", false},
		{map[string]string{".gitignore": "secrets/\n!secrets/x"}, "secrets/x", true},
		{map[string]string{".gitignore": "a/*.txt"}, "a/x.txt", true},
		{map[string]string{".gitignore": "a/*.txt"}, "b/a/x.txt", false},
		{map[string]string{".gitignore": "a/*"}, "a/b/x", true},
		{map[string]string{".gitignore": "**/x"}, "x", true},
		{map[string]string{".gitignore": "a/**/x"}, "a/b/c/x", true},
		{map[string]string{".gitignore": "a/**"}, "a/b/c", true},
		{map[string]string{".gitignore": "[ab].env"}, "b.env", true},
		{map[string]string{"a/.gitignore": "/x"}, "a/x", true},
		{map[string]string{"a/.gitignore": "/x"}, "x", false},
		{map[string]string{".gitignore": "x", "a/.gitignore": "!x"}, "a/x", false},
		{map[string]string{".git/info/exclude": ".env"}, "a/.env", true},
		{map[string]string{"a/.gitignore": "a"}, "a/x", false},
		{map[string]string{".gitignore": "#x"}, "#x", false},
		{map[string]string{".gitignore": "(["}, "([", false},
	} {
		root := fstest.MapFS{}
		for name, text := range c.lists {
			root[name] = &fstest.MapFile{Data: []byte(text)}
		}
		require.Equal(t, c.ignored, repository{root: root}.ignores(c.name), "%v %s", c.lists, c.name)
	}
}

func TestSurroundings(t *testing.T) {
	root := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(root, ".git"), 0o755))
	require.NoError(t, os.MkdirAll(filepath.Join(root, "a", "b"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(root, "x"), nil, 0o600))
	t.Chdir(filepath.Join(root, "a", "b"))
	here, at := workingTree()
	require.Equal(t, "a/b", at)
	_, err := fs.Stat(here, "x")
	require.NoError(t, err)

	alone := t.TempDir()
	t.Chdir(alone)
	_, at = workingTree()
	require.Equal(t, ".", at)
}
