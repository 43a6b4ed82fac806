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
)

// A text is one thing said in both languages.
type text struct{ French, English string }

type language string

const (
	french  language = "fr"
	english language = "en"
)

// of is the text in a language.
func (l language) of(t text) string {
	if l == english {
		return t.English
	}
	return t.French
}

// A world is all that the doctor gets from outside.
type world struct {
	args      []string
	getenv    func(string) string
	out, errs io.Writer
	terminal  bool
	now       func() time.Time
	transport http.RoundTripper

	// Where the secret is looked for; nil is nowhere.
	here      fs.FS    // the folder in which it is called, or the repository around it
	at        string   // where in it
	processes fs.FS    // the system's list of them, as Linux has it in /proc
	environ   []string // all variables, as os.Environ has them
}

// A doctor is one call of the command.
type doctor struct {
	world
	lang   language
	asJSON bool
}

// say is a text in the language of the call.
func (d *doctor) say(t text) string { return d.lang.of(t) }

var usage = text{
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
`}

// flags are those that every command has.
func (d *doctor) flags(command string) *flag.FlagSet {
	flags := flag.NewFlagSet(command, flag.ContinueOnError)
	flags.SetOutput(d.errs)
	flags.Func("lang", "`langue / language`: fr, en", func(l string) error {
		if l != string(french) && l != string(english) {
			return errors.New("fr, en")
		}
		d.lang = language(l)
		return nil
	})
	flags.BoolVar(&d.asJSON, "json", d.asJSON, "sortie pour les programmes / output for programs")
	flags.Usage = func() {
		fmt.Fprintln(d.errs, d.say(usage))
		flags.PrintDefaults()
	}
	return flags
}

// parse reads flags. If done, the call ends with the status.
func (d *doctor) parse(flags *flag.FlagSet, args []string) (status int, done bool) {
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return succeeded, true
	case err != nil:
		return misused, true
	}
	return 0, false
}

// parseAll reads flags and words in any order.
func (d *doctor) parseAll(flags *flag.FlagSet, args []string) (words []string, status int, done bool) {
	for {
		if status, done = d.parse(flags, args); done {
			return nil, status, true
		}
		if flags.NArg() == 0 {
			return words, 0, false
		}
		words = append(words, flags.Arg(0))
		args = flags.Args()[1:]
	}
}

func (d *doctor) misuse(flags *flag.FlagSet, why text) int {
	fmt.Fprintln(d.errs, "doctor:", d.say(why))
	flags.Usage()
	return misused
}

// writeJSON writes a value for programs.
func (d *doctor) writeJSON(v any) {
	e := json.NewEncoder(d.out)
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
func (d *doctor) paint(c colour, s string) string {
	if !d.terminal || d.getenv("NO_COLOR") != "" || d.getenv("TERM") == "dumb" {
		return s
	}
	return "\x1b[" + string(c) + "m" + s + "\x1b[0m"
}
