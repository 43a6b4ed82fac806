package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"time"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

type language string

const (
	french  language = "fr"
	english language = "en"
)

// of is the text in a language.
func (l language) of(t text.Text) string {
	if l == english {
		return t.English
	}
	return t.French
}

// A world is all that the doctor gets from outside.
type system struct {
	args           []string
	getenv         func(string) string
	stdout, stderr io.Writer
	terminal       bool
	now            func() time.Time
	transport      http.RoundTripper

	// Where the secret is looked for; nil is nowhere.
	files     fs.FS    // the folder in which it is called, or the repository around it
	folder    string   // where in it
	processes fs.FS    // the system's list of them, as Linux has it in /proc
	environ   []string // all variables, as os.Environ has them
}

// A doctor is one call of the command.
type program struct {
	system
	lang   language
	asJSON bool
}

// say is a text in the language of the call.
func (prog *program) say(t text.Text) string { return prog.lang.of(t) }

var usage = text.Of(
	`usage : doctor [-lang fr|en] [-json] COMMANDE

  fiche         la fiche d’inscription, formulaire par formulaire
  verifier      les réglages ; avec -reseau, FranceConnect et le portail aussi
  etapes        le chemin, du compte ProConnect à la production
  erreur CODE   ce que veut dire un code, et que faire
  cles          une clé pour les cookies ; cles dechiffrement FICHIER pour FranceConnect+

Les options d’une commande : doctor COMMANDE -h
`,
	`usage: doctor [-lang fr|en] [-json] COMMAND

  fiche         the registration sheet, form by form
  verifier      the settings; with -reseau, FranceConnect and the portal too
  etapes        the path, from the ProConnect account to production
  erreur CODE   what a code means, and what to do
  cles          a key for the cookies; cles dechiffrement FILE for FranceConnect+

The options of a command: doctor COMMAND -h
`)

// flags are those that every command has.
func (prog *program) flags(command string) *flag.FlagSet {
	flags := flag.NewFlagSet(command, flag.ContinueOnError)
	flags.SetOutput(prog.stderr)
	flags.Func("lang", "`langue / language`: fr, en", func(l string) error {
		if l != string(french) && l != string(english) {
			return errors.New("fr, en")
		}
		prog.lang = language(l)
		return nil
	})
	flags.BoolVar(&prog.asJSON, "json", prog.asJSON, "sortie pour les programmes / output for programs")
	flags.Usage = func() {
		fmt.Fprintln(prog.stderr, prog.say(usage))
		flags.PrintDefaults()
	}
	return flags
}

// parse reads flags. If done, the call ends with the status.
func (prog *program) parse(flags *flag.FlagSet, args []string) (status int, done bool) {
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return succeeded, true
	case err != nil:
		return misused, true
	}
	return 0, false
}

// parseAll reads flags and words in any order.
func (prog *program) parseAll(flags *flag.FlagSet, args []string) (words []string, status int, done bool) {
	for {
		if status, done = prog.parse(flags, args); done {
			return nil, status, true
		}
		if flags.NArg() == 0 {
			return words, 0, false
		}
		words = append(words, flags.Arg(0))
		args = flags.Args()[1:]
	}
}

func (prog *program) usageError(flags *flag.FlagSet, why text.Text) int {
	fmt.Fprintln(prog.stderr, "doctor:", prog.say(why))
	flags.Usage()
	return misused
}

// writeJSON writes a value for programs.
func (prog *program) writeJSON(v any) {
	e := json.NewEncoder(prog.stdout)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	_ = e.Encode(v) // who closed the pipe does not want it
}

// A colour is an SGR number (ECMA-48).
type colour string

const (
	bold   colour = "1"
	red    colour = "31"
	green  colour = "32"
	yellow colour = "33"
	dim    colour = "2"
)

// paint colours for people at a terminal who did not say no: no-color.org.
func (prog *program) paint(c colour, s string) string {
	if !prog.terminal || prog.getenv("NO_COLOR") != "" || prog.getenv("TERM") == "dumb" {
		return s
	}
	return "\x1b[" + string(c) + "m" + s + "\x1b[0m"
}
