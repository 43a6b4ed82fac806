package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/settings"
)

// With -reglages, the settings are those of a JSON file, as the portal reads
// them by franceconnect.ConfigFromJSON, and the variables of the same names are
// not looked at. The files that they name are those of the folder -secrets, as
// the portal has them, or of the one that the settings are in. Findings call
// the settings by their keys. The file may also be one of several organisations'
// (organisation_file.go).

// getenvOfFile returns the settings of the file by the names that variables
// have. What is wrong with a file that it names is said here, and its name is
// kept back. A file that has no settings in it is unreadable.
func (p *portal) getenvOfFile(getenv func(string) string) func(string) string {
	content, err := os.ReadFile(p.file)
	if err != nil {
		p.unreadable = true
		p.problems = append(p.problems, &franceconnect.ConfigError{Field: "JSON", French: "désigne un fichier qui ne peut pas être lu", English: "names a file that cannot be read"})
		content = []byte("{}")
	}
	return p.getenvOfJSON(content, cmp.Or(p.secrets, filepath.Dir(p.file)), getenv)
}

// getenvOfJSON returns the settings of a text in the same way. The files that it
// names are those of a folder; if that is "", they are elsewhere, and nothing is
// said of them.
func (p *portal) getenvOfJSON(content []byte, folder string, getenv func(string) string) func(string) string {
	content = p.readOrganisation(content)
	files := os.DirFS(folder) // of which nothing can be read, if there is no such folder
	if root, err := os.OpenRoot(folder); err == nil {
		defer root.Close()
		files = root.FS()
	}
	var object map[string]json.RawMessage
	if json.Unmarshal(bytes.TrimPrefix(content, []byte("\ufeff")), &object) != nil || object == nil {
		p.unreadable = true // and FromJSON says why
	}
	values := settings.FranceConnect.FromJSON(content, files)
	for _, wrong := range values.Problems {
		p.addProblem(wrong)
	}
	named := map[string]string{}
	keys := func(key string) func() (string, *settings.Problem) {
		return func() (string, *settings.Problem) { return values.KeySet(key) }
	}
	for _, f := range []struct {
		key  string
		read func() (string, *settings.Problem)
	}{{"client_secret_file", values.Secret}, {"next_client_secret_file", values.NextSecret}, {"decryption_keys", keys("decryption_keys")}, {"direct_keys", keys("direct_keys")}} {
		if folder == "" && values.Named(f.key) != "" {
			p.keptElsewhere(checkNames[prefix+strings.ToUpper(f.key)])
			named[f.key] = ""
		} else if _, wrong := f.read(); wrong != nil {
			p.addProblem(*wrong)
			named[f.key] = ""
		} else if named[f.key] = values.Named(f.key); named[f.key] == "" {
			named[f.key] = values.Get(f.key)
		} else {
			named[f.key] = filepath.Join(folder, named[f.key])
		}
	}
	return func(name string) string {
		key, ours := strings.CutPrefix(name, prefix)
		key = strings.ToLower(key)
		if !ours || key == "cookie_keys" && p.address != "" && values.Get(key) == "" {
			return getenv(name) // several organisations of one process have one set of keys
		}
		if file, known := named[key]; known {
			return file
		}
		return values.Exactly(key)
	}
}

// addProblem notes what is wrong with a key of the file.
func (p *portal) addProblem(wrong settings.Problem) {
	field := wrong.Name
	if settings.KeyOf(field) != "" || field == "client_secret_variable" {
		field = prefix + strings.ToUpper(field)
	}
	p.problems = append(p.problems, &franceconnect.ConfigError{Field: field, French: wrong.French, English: wrong.English})
}
