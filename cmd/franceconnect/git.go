package main

import (
	"bytes"
	"encoding/binary"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

// A repository is what git keeps of a folder, read from git's own files; no git
// is run. The excludes of a person's own configuration are not looked at.
type repository struct {
	root    fs.FS
	tracked map[string]bool
}

// openRepository reads the index (gitformat-index(5)). Not ok is no repository,
// or one whose index is elsewhere, as in a worktree.
func openRepository(root fs.FS) (r repository, ok bool) {
	index, err := fs.ReadFile(root, ".git/index")
	if err != nil {
		if info, err := fs.Stat(root, ".git"); err != nil || !info.IsDir() {
			return r, false
		}
		return repository{root, nil}, true // nothing was ever added
	}
	hash := 20
	if config, err := fs.ReadFile(root, ".git/config"); err == nil && bytes.Contains(bytes.ToLower(config), []byte("sha256")) {
		hash = 32
	}
	tracked, ok := readIndex(index, hash)
	return repository{root, tracked}, ok
}

// readIndex lists the files of an index, of version 2, 3 or 4.
func readIndex(index []byte, hash int) (tracked map[string]bool, ok bool) {
	const header = 12
	if len(index) < header || string(index[:4]) != "DIRC" {
		return nil, false
	}
	version, entries := binary.BigEndian.Uint32(index[4:]), binary.BigEndian.Uint32(index[8:])
	tracked = map[string]bool{}
	at, name := header, ""
	for range entries {
		fixed := 40 + hash + 2 // ten numbers, the hash, the flags
		if len(index) < at+fixed {
			return nil, false
		}
		if extended := index[at+fixed-2]&0x40 != 0; version >= 3 && extended {
			fixed += 2
		}
		rest := index[min(at+fixed, len(index)):]
		kept, width := 0, 0
		if version == 4 { // the name is what changed since the last one
			strip, n := offset(rest)
			if n == 0 || strip > len(name) {
				return nil, false
			}
			kept, width, rest = len(name)-strip, n, rest[n:]
		}
		end := bytes.IndexByte(rest, 0)
		if end < 0 {
			return nil, false
		}
		name = name[:kept] + string(rest[:end])
		tracked[name] = true
		if at += fixed + width + end + 1; version < 4 {
			at += (8 - (at-header)%8) % 8 // entries are padded to eights
		}
	}
	return tracked, true
}

// offset reads a number as packs write them; n is how many bytes it took.
func offset(b []byte) (value, n int) {
	for n < len(b) && n < 4 {
		c := b[n]
		if n++; n > 1 {
			value++
		}
		if value = value<<7 | int(c&0x7f); c&0x80 == 0 {
			return value, n
		}
	}
	return 0, 0
}

// ignores reports whether a file would be left out by git add: gitignore(5).
func (r repository) ignores(name string) bool {
	lists := []string{".git/info/exclude"}
	for dir := path.Dir(name); ; dir = path.Dir(dir) {
		lists = slices.Insert(lists, 1, path.Join(dir, ".gitignore"))
		if dir == "." {
			break
		}
	}
	parts := strings.Split(name, "/")
	for i := range parts { // what is in an ignored folder is ignored
		ignored := false
		for _, list := range lists {
			below := path.Dir(list)
			if below == ".git/info" {
				below = "."
			}
			here := strings.Join(parts[:i+1], "/")
			if below != "." {
				inside, ok := strings.CutPrefix(here, below+"/")
				if !ok {
					continue
				}
				here = inside
			}
			text, err := fs.ReadFile(r.root, list)
			if err != nil {
				continue
			}
			for line := range strings.Lines(string(text)) {
				if pattern, no := strings.CutPrefix(strings.TrimRight(line, " \t\r\n"), "!"); matchesIgnore(pattern, here, i < len(parts)-1) {
					ignored = !no
				}
			}
		}
		if ignored {
			return true
		}
	}
	return false
}

// matchesIgnore reports whether a line of a .gitignore is about a path.
func matchesIgnore(pattern, name string, isDir bool) bool {
	if pattern == "" || strings.HasPrefix(pattern, "#") {
		return false
	}
	pattern, dirs := strings.CutSuffix(pattern, "/")
	if dirs && !isDir {
		return false
	}
	if !strings.Contains(pattern, "/") {
		name = path.Base(name)
	}
	form := regexp.QuoteMeta(strings.TrimPrefix(pattern, "/"))
	form = strings.NewReplacer(`\*\*/`, `(.*/)?`, `/\*\*`, `/.*`, `\*`, `[^/]*`, `\?`, `[^/]`, `\[`, `[`, `\]`, `]`, `\\\#`, `#`, `\\!`, `!`).Replace(form)
	matched, err := regexp.MatchString("^"+form+"$", name)
	return err == nil && matched
}
