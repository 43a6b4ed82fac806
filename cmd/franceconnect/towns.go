package main

import (
	"cmp"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/cmd/franceconnect/internal/profile"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// A town is one portal of a fleet, before its settings are understood.
type town struct {
	key, name    string
	file         string // its settings are in, if content does not have them
	content      []byte
	secrets      string // folder of the files that they name; "" if it is not here
	address      string // of the portal, beside the settings
	callback     string // path; "" is the one of all
	loggedOut    string
	version      string // of the editor’s product
	secretless   bool   // the list has no place for the secret
	granted      []string
	registration registration
	cells        map[string]string // where in a list the settings are
	problems     []*franceconnect.ConfigError
}

const (
	maxTownFile = 1 << 20  // of one town
	maxTowns    = 64 << 20 // of a list of them
)

// readTowns reads the towns of a folder of settings, or of a CSV, in the order of
// their names or lines. It returns the columns that say nothing to it, and what is
// wrong with the whole.
func readTowns(source, secrets string) (towns []town, ignored []string, wrong text.Text) {
	info, err := os.Stat(source)
	unread := text.Of("ni un dossier de réglages ni une liste de villes qui peut être lue", "neither a folder of settings nor a list of towns that can be read")
	switch {
	case err != nil:
		return nil, nil, unread
	case info.IsDir():
		towns, wrong = readTownFolder(source, secrets)
		return towns, nil, wrong
	case !info.Mode().IsRegular() || info.Size() > maxTowns:
		return nil, nil, text.Of("ce n’est pas un fichier ordinaire de 64 Mo au plus", "this is not an ordinary file of 64 MB at most")
	}
	content, err := os.ReadFile(source)
	if err != nil {
		return nil, nil, unread
	}
	return readTownList(content, secrets)
}

// readTownFolder finds the files of examples/organisations, or of settings alone:
// what ends in .json and does not begin with a dot. Each is read when its turn
// comes.
func readTownFolder(folder, secrets string) (towns []town, wrong text.Text) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, text.Of("ce dossier ne peut pas être lu", "this folder cannot be read")
	}
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() || strings.HasPrefix(name, ".") || !strings.EqualFold(filepath.Ext(name), ".json") {
			continue
		}
		key := strings.TrimSuffix(name, filepath.Ext(name))
		t := town{key: plainName(key), file: filepath.Join(folder, name)}
		if secrets != "" {
			t.secrets = filepath.Join(secrets, key)
		}
		towns = append(towns, t)
	}
	if towns == nil {
		return nil, text.Of("aucun fichier de ce dossier ne finit par .json", "no file of this folder ends in .json")
	}
	return towns, text.Text{}
}

// portal returns the portal of a town, its settings read.
func (t town) portal(model portal) *portal {
	p := &model
	p.content, p.secrets, p.address, p.cells = t.content, t.secrets, t.address, t.cells
	p.registration, p.grantedScopes, p.problems = t.registration, slices.Clone(t.granted), slices.Clone(t.problems)
	p.paths.callback = cmp.Or(t.callback, p.paths.callback)
	if t.loggedOut != "" {
		p.paths.loggedOut, p.paths.saidLoggedOut = t.loggedOut, true
	}
	p.keptElsewhere("cookie-keys")
	if t.secretless {
		p.keptElsewhere("client-secret")
	}
	if p.content == nil {
		if p.content = readOrdinary(t.file); p.content == nil {
			p.content, p.unreadable = []byte("{}"), true
			p.problems = append(p.problems, &franceconnect.ConfigError{Field: "JSON", French: "désigne un fichier qui ne peut pas être lu", English: "names a file that cannot be read"})
		}
	}
	if d := p.product.profile; d != nil && d.FirstV2 != "" && t.version != "" {
		if p.product.version = t.version; !profile.IsVersion(t.version) {
			p.product.version = ""
			p.problems = append(p.problems, &franceconnect.ConfigError{Field: "version", French: "n’est pas une version, en nombres et en points", English: "is not a version, in numbers and dots"})
		}
	}
	p.readSettings(func(string) string { return "" }) // the variables are those of another portal
	p.buildClient()
	// Where the product’s addresses are not known, no client was made, which would
	// have said so.
	for _, must := range []struct{ check, field, value string }{{"client-id", "ClientID", p.config.ClientID}, {"client-secret", "ClientSecret", string(p.config.ClientSecret)}} {
		if must.value == "" && !p.unreadable && !p.elsewhere[must.check] && !p.hasProblem(must.check) {
			p.problems = append(p.problems, &franceconnect.ConfigError{Field: must.field, French: "est absent", English: "is missing"})
		}
	}
	return p
}

// readOrdinary returns an ordinary file that is not too large, or nil: a pipe
// would keep all towns waiting for one.
func readOrdinary(file string) []byte {
	info, err := os.Stat(file)
	if err != nil || !info.Mode().IsRegular() {
		return nil
	}
	f, err := os.Open(file)
	if err != nil {
		return nil
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, maxTownFile+1))
	if err != nil || len(content) > maxTownFile || content == nil {
		return nil
	}
	return content
}

// plainName returns a name as it may be shown: one line, nothing that steers a
// terminal or turns the text around, and not endless.
func plainName(name string) string {
	name = strings.Join(strings.Fields(visible(name)), " ")
	if runes := []rune(name); len(runes) > 80 {
		name = string(runes[:79]) + "…"
	}
	return name
}
