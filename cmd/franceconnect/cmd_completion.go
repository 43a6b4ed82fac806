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
			return prog.usageError("completion", text.Of("il faut un interpréteur : "+strings.Join(shells(), ", "), "want a shell: "+strings.Join(shells(), ", ")))
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

// eachOption calls do with each option, of the program ("") and of each command.
func (prog *program) eachOption(all []completed, do func(command string, o option)) {
	for _, o := range prog.programOptions() {
		do("", o)
	}
	for _, c := range all {
		for _, o := range c.options {
			do(c.name, o)
		}
	}
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
