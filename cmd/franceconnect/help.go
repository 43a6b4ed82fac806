package main

import (
	"fmt"
	"runtime/debug"
	"strings"
	"unicode"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

// commonOptions returns the options of the program and of every command.
func (prog *program) commonOptions() []option {
	return []option{
		{
			name: "lang", value: text.Of("langue", "language"), usage: text.Of("fr ou en", "fr or en"), initial: "fr", only: []string{"fr", "en"},
			set: func(l string) text.Text { prog.english = l == "en"; return text.Text{} },
		},
		switchOption("json", &prog.asJSON, text.Of("écrit pour les programmes", "writes for programs")),
	}
}

// printHelp lists the commands.
func (prog *program) printHelp() {
	fmt.Fprintln(prog.stdout, prog.say(text.Of("usage : franceconnect [-lang fr|en] [-json] COMMANDE", "usage: franceconnect [-lang fr|en] [-json] COMMAND"))+"\n")
	for _, c := range commands() {
		also := ""
		if len(c.french) > 0 {
			also = " (" + c.french[0] + ")"
		}
		fmt.Fprintf(prog.stdout, "  %-20s %s\n", c.name+also, prog.say(c.summary))
	}
	fmt.Fprintln(prog.stdout, "\n"+prog.say(text.Of("franceconnect help COMMANDE décrit une commande ; franceconnect -version donne la version.",
		"franceconnect help COMMAND describes a command; franceconnect -version prints the version.")))
}

// help prints the help of the program, or of the command that is named.
func (prog *program) help(args []string) int {
	words, err := parse(args, prog.commonOptions())
	switch {
	case err != nil && !err.help:
		return prog.usageError("", err.why)
	case err != nil || len(words) == 0:
		prog.printHelp()
		return succeeded
	}
	c, ok := findCommand(words[0])
	if !ok || len(words) > 1 {
		return prog.usageError("", noCommand(strings.Join(words, " ")))
	}
	prog.printCommandHelp(c)
	return succeeded
}

// noCommand says that there is no command of a name.
func noCommand(name string) text.Text {
	return text.Of(named(name)+" : il n’y a pas de commande de ce nom", named(name)+": there is no command of this name")
}

// printCommandHelp describes a command and its options.
func (prog *program) printCommandHelp(c command) {
	line := prog.say(text.Of("usage : ", "usage: ")) + "franceconnect " + c.name + prog.say(text.Of(" [OPTIONS]", " [OPTIONS]"))
	if words := prog.say(c.words); words != "" {
		line += " " + words
	}
	fmt.Fprintln(prog.stdout, line)
	if len(c.french) > 0 {
		fmt.Fprintln(prog.stdout, prog.say(text.Of("autres noms : ", "other names: "))+strings.Join(c.french, ", "))
	}
	fmt.Fprintln(prog.stdout, "\n"+prog.say(c.summary)+"\n")
	options, _ := c.prepare(prog)
	for _, o := range append(options, prog.commonOptions()...) {
		if o.name == "json" && !c.json {
			continue
		}
		fmt.Fprintln(prog.stdout, "  "+strings.TrimSpace("-"+o.name+" "+prog.say(o.value)))
		usage := prog.say(o.usage)
		if o.initial != "" {
			usage += prog.say(text.Of(" (par défaut : ", " (default: ")) + o.initial + ")"
		}
		fmt.Fprintln(prog.stdout, "        "+usage)
	}
}

// named repeats a word of the command line in what is wrong with it, if it is short:
// a long one may be a secret in the wrong place.
func named(word string) string {
	if word = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '?'
	}, word); len(word) <= 40 {
		return word
	}
	return "…"
}

// usageError says in two lines what is wrong with the command line, and where
// help is.
func (prog *program) usageError(command string, why text.Text) int {
	fmt.Fprintln(prog.stderr, "franceconnect: "+prog.say(why))
	fmt.Fprintln(prog.stderr, prog.say(text.Of("Pour l’aide : ", "For help: "))+strings.TrimSpace("franceconnect help "+command))
	return misused
}

// printVersion prints the version of the module, as the program was built.
func (prog *program) printVersion() {
	version := "(devel)"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		version = info.Main.Version
	}
	fmt.Fprintln(prog.stdout, "franceconnect "+version)
}
