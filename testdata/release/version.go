package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

const root = "github.com/franceconnect-go/franceconnect"

// modules are those that are published: the root's, and the folders of the
// others. A release tags them all, as v1.2.3 and cog/v1.2.3.
var modules = []string{"", "cog", "redisstore", "fcotel"}

// modulePath returns the path of the module in a folder.
func modulePath(folder string) string { return strings.TrimSuffix(root+"/"+folder, "/") }

// A release is what the commit that is checked out would be published as.
type release struct {
	version string // of all modules, as in v1.2.3
	commit  string // its hash, in hexadecimal digits
	clone   string // the commit, without what else is in the folder
	proxy   string // of our modules, as a folder
	cache   string // the module cache, of nothing but this release
	built   string // the build cache, if not that of this machine
}

// newRelease makes the modules of a release below a folder. What is not
// committed would not be in it, and is an error.
func newRelease(scratch string) (*release, error) {
	top, err := output("", "git", "rev-parse", "--show-toplevel")
	if err != nil {
		return nil, err
	}
	changed, err := output(top, "git", "status", "--porcelain", "--untracked-files=no")
	if err != nil {
		return nil, err
	}
	if changed != "" {
		return nil, fmt.Errorf("commit first; these changes would not be released:\n%s", changed)
	}
	r := &release{clone: filepath.Join(scratch, "clone"), proxy: filepath.Join(scratch, "proxy"), cache: filepath.Join(scratch, "modules")}
	if _, err := output("", "git", "clone", "--quiet", "--shared", top, r.clone); err != nil {
		return nil, err
	}
	if r.version, err = newest(filepath.Join(r.clone, "CHANGELOG.md")); err != nil {
		return nil, err
	}
	if r.commit, err = output(r.clone, "git", "rev-parse", "HEAD"); err != nil {
		return nil, err
	}
	return r, r.makeProxy()
}

// newest returns the version of the newest heading of a changelog.
func newest(changelog string) (string, error) {
	text, err := os.ReadFile(changelog)
	if err != nil {
		return "", err
	}
	heading := regexp.MustCompile(`(?m)^## (.*)$`).FindStringSubmatch(string(text))
	if heading == nil {
		return "", fmt.Errorf("%s has no version", changelog)
	}
	version, _, _ := strings.Cut(heading[1], " ")
	if !regexp.MustCompile(`^\d+\.\d+\.\d+$`).MatchString(version) {
		return "", fmt.Errorf("the newest heading of %s, %q, is no version", changelog, heading[1])
	}
	return "v" + version, nil
}

// output returns what a command prints, without the last end of line.
func output(folder, name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Stderr = folder, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w", cmd, err)
	}
	return strings.TrimSuffix(string(out), "\n"), nil
}
