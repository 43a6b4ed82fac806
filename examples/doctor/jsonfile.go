package main

import (
	"os"
	"regexp"
	"strings"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/settings"
)

// With -reglages, the settings are those of a JSON file, as the portal reads
// them by franceconnect.ConfigFromJSON, and the variables of the same names are
// not looked at. Findings call them by their keys.

// fromFile is getenv of the file, for the names that it may have.
func (p *portal) fromFile(getenv func(string) string) func(string) string {
	text, err := os.ReadFile(p.file)
	if err != nil {
		p.problems = append(p.problems, &franceconnect.ConfigError{Field: "JSON", French: "désigne un fichier qui ne peut pas être lu", English: "names a file that cannot be read"})
		text = []byte("{}")
	}
	values := settings.FromJSON(text)
	for _, wrong := range values.Problems {
		field := wrong.Name
		if field != "JSON" {
			field = prefix + strings.ToUpper(field)
		}
		p.problems = append(p.problems, &franceconnect.ConfigError{Field: field, French: wrong.French, English: wrong.English})
	}
	secret := values.Get("client_secret_variable")
	return func(name string) string {
		key, ours := strings.CutPrefix(name, prefix)
		if !ours || name == secret {
			return getenv(name)
		}
		return values.Exactly(strings.ToLower(key))
	}
}

var ourVariable = regexp.MustCompile(prefix + `[A-Z_]+`)

// asKeys writes the names of variables as keys of the file.
func asKeys(said string) string {
	return ourVariable.ReplaceAllStringFunc(said, func(name string) string {
		return strings.ToLower(strings.TrimPrefix(name, prefix))
	})
}
