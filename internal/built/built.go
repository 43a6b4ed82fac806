// Package built says of which source a program was made.
package built

import (
	"runtime/debug"
	"strings"
)

// Version returns what a program answers that is asked for its version: its name
// and the version of its module, then what tells its source, as far as Go wrote
// that into it. Installed by its version, that is the module's sum, as in go.sum
// and in the checksum database; made in a checkout, it is the commit, with
// “+dirty” where the files were not those of the commit.
func Version(program string) string {
	info, _ := debug.ReadBuildInfo()
	return describe(program, info)
}

// describe returns the version that a program's build information tells; nil is
// none.
func describe(program string, info *debug.BuildInfo) string {
	if info == nil {
		return program + " (devel)"
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	var known []string
	if commit := settings["vcs.revision"]; commit != "" {
		if settings["vcs.modified"] == "true" {
			commit += "+dirty"
		}
		known = append(known, "commit "+commit)
	}
	if info.Main.Sum != "" {
		known = append(known, info.Main.Sum)
	}
	version := info.Main.Version
	if version == "" {
		version = "(devel)"
	}
	return program + " " + version + " (" + strings.Join(append(known, info.GoVersion), ", ") + ")"
}
