package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect/internal/codes"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// shells returns the shells that have a completion script.
func shells() []string { return []string{"bash", "zsh", "fish"} }

// prepareCompletion returns what prints the completion script of a shell.
func (prog *program) prepareCompletion() ([]option, runner) {
	return nil, func(_ context.Context, words []string) int {
		if len(words) != 1 || !slices.Contains(shells(), words[0]) {
			return prog.usageError("completion", text.Of(named(strings.Join(words, " "))+" : il faut un interpréteur, l’un de "+strings.Join(shells(), ", "), named(strings.Join(words, " "))+": want a shell, one of "+strings.Join(shells(), ", ")))
		}
		script := map[string]func() string{"bash": prog.bashCompletion, "zsh": prog.zshCompletion, "fish": prog.fishCompletion}[words[0]]
		fmt.Fprint(prog.stdout, script())
		return succeeded
	}
}

// A completed is one command as completion sees it.
type completed struct {
	command
	options []option
	words   []string
}

// completions returns the commands with their options and the words that they
// know.
func (prog *program) completions() (all []completed) {
	for _, c := range commands() {
		options, _ := c.prepare(prog)
		for _, o := range prog.commonOptions() {
			if o.name != "json" || c.json {
				options = append(options, o)
			}
		}
		one := completed{c, options, c.choices}
		if c.name == "explain" {
			for _, code := range codes.All() {
				one.words = append(one.words, code.Name)
			}
			for _, r := range codes.Reasons() {
				one.words = append(one.words, r.Name)
			}
		}
		all = append(all, one)
	}
	help := completed{command: command{name: "help", french: []string{"aide"}, summary: text.Of("décrit une commande", "describes a command")}}
	for _, c := range all {
		help.words = append(help.words, c.name)
	}
	return append(all, help)
}

// programOptions returns the options that stand before a command.
func (prog *program) programOptions() []option {
	return append(prog.commonOptions(), option{name: "version", usage: text.Of("la version du module", "the version of the module")})
}

// A dialect is what bash and zsh say differently in the script that both have.
type dialect struct {
	pattern func(words string) string // of a case
	before  string                    // the word before the one to complete
	files   string                    // completes the name of a file
	offer   func(words string) string // completes one of words
}

// writeCases writes which word is the command, and what is offered for a value, by
// the word before it.
func (prog *program) writeCases(b *strings.Builder, all []completed, d dialect) {
	for _, c := range all {
		fmt.Fprintf(b, "\t\t%s command=%s; break ;;\n", d.pattern(strings.Join(c.names(), "|")), c.name)
	}
	fmt.Fprintf(b, "\t\tesac\n\tdone\n\tcase $command,%s in\n", d.before)
	before := completed{options: prog.programOptions()}
	for _, c := range append([]completed{before}, all...) {
		for _, o := range c.options {
			if o.isSwitch() {
				continue
			}
			value := d.files
			if !o.path {
				value = d.offer(strings.Join(o.offered(), " "))
			}
			fmt.Fprintf(b, "\t%s %s; return ;;\n", d.pattern(c.name+",-"+o.name), value)
		}
	}
	b.WriteString("\tesac\n\tcase $command in\n")
}

// offered returns the values to offer for an option.
func (o option) offered() []string {
	if o.only != nil {
		return o.only
	}
	return o.suggest
}

// quoted puts a text between quotation marks that all three shells know.
func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
