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

// offered returns the values to offer for an option.
func (o option) offered() []string {
	if o.only != nil {
		return o.only
	}
	return o.suggest
}

// bashCompletion writes the script for bash.
func (prog *program) bashCompletion() string {
	b := &strings.Builder{}
	b.WriteString("# franceconnect in bash: source <(franceconnect completion bash)\n_franceconnect() {\n" +
		"\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command= word\n\tCOMPREPLY=()\n" +
		"\tfor word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n\t\tcase $word in\n")
	all := prog.completions()
	for _, c := range all {
		fmt.Fprintf(b, "\t\t%s) command=%s; break ;;\n", strings.Join(c.names(), "|"), c.name)
	}
	b.WriteString("\t\tesac\n\tdone\n\tcase $command,$prev in\n")
	value := func(command string, o option) {
		switch {
		case o.isSwitch():
		case o.path:
			fmt.Fprintf(b, "\t%s,-%s) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- \"$cur\"); return ;;\n", command, o.name)
		default:
			fmt.Fprintf(b, "\t%s,-%s) mapfile -t COMPREPLY < <(compgen -W '%s' -- \"$cur\"); return ;;\n", command, o.name, strings.Join(o.offered(), " "))
		}
	}
	for _, o := range prog.programOptions() {
		value("", o)
	}
	for _, c := range all {
		for _, o := range c.options {
			value(c.name, o)
		}
	}
	b.WriteString("\tesac\n\tcase $command in\n")
	for _, c := range all {
		words := slices.Clone(c.words)
		for _, o := range c.options {
			words = append(words, "-"+o.name)
		}
		fmt.Fprintf(b, "\t%s) word='%s' ;;\n", c.name, strings.Join(words, " "))
	}
	b.WriteString("\t*) word='")
	for _, c := range all {
		b.WriteString(c.name + " ")
	}
	for _, o := range prog.programOptions() {
		b.WriteString("-" + o.name + " ")
	}
	b.WriteString("' ;;\n\tesac\n\tmapfile -t COMPREPLY < <(compgen -W \"$word\" -- \"$cur\")\n")
	b.WriteString("\tif ((${#COMPREPLY[@]} == 0)) && [[ $command == keys ]]; then\n\t\tcompopt -o filenames 2>/dev/null\n\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n\tfi\n}\ncomplete -F _franceconnect franceconnect\n")
	return b.String()
}

// zshCompletion writes the script for zsh.
func (prog *program) zshCompletion() string {
	b := &strings.Builder{}
	b.WriteString("#compdef franceconnect\n# franceconnect in zsh: source <(franceconnect completion zsh)\n_franceconnect() {\n\tlocal command= word\n\tlocal -a offered\n" +
		"\tfor word in ${words[2,CURRENT-1]}; do\n\t\tcase $word in\n")
	all := prog.completions()
	for _, c := range all {
		fmt.Fprintf(b, "\t\t(%s)) command=%s; break ;;\n", strings.Join(c.names(), "|"), c.name)
	}
	b.WriteString("\t\tesac\n\tdone\n\tcase $command,$words[CURRENT-1] in\n")
	value := func(command string, o option) {
		switch {
		case o.isSwitch():
		case o.path:
			fmt.Fprintf(b, "\t(%s,-%s)) _files; return ;;\n", command, o.name)
		default:
			fmt.Fprintf(b, "\t(%s,-%s)) compadd -- %s; return ;;\n", command, o.name, strings.Join(o.offered(), " "))
		}
	}
	for _, o := range prog.programOptions() {
		value("", o)
	}
	for _, c := range all {
		for _, o := range c.options {
			value(c.name, o)
		}
	}
	b.WriteString("\tesac\n\tcase $command in\n")
	described := func(name string, what text.Text) {
		fmt.Fprintf(b, " %s", quoted(name+":"+strings.ReplaceAll(prog.say(what), ":", `\:`)))
	}
	for _, c := range all {
		fmt.Fprintf(b, "\t(%s)) offered=(", c.name)
		for _, word := range c.words {
			fmt.Fprintf(b, " %s", quoted(word))
		}
		for _, o := range c.options {
			described("-"+o.name, o.usage)
		}
		b.WriteString(" ) ;;\n")
	}
	b.WriteString("\t(*) offered=(")
	for _, c := range all {
		described(c.name, c.summary)
	}
	for _, o := range prog.programOptions() {
		described("-"+o.name, o.usage)
	}
	b.WriteString(" ) ;;\n\tesac\n\t_describe franceconnect offered\n\tif [[ $command == keys ]]; then _files; fi\n}\n" +
		"if [[ $funcstack[1] == _franceconnect ]]; then _franceconnect \"$@\"; else compdef _franceconnect franceconnect; fi\n")
	return b.String()
}

// fishCompletion writes the script for fish.
func (prog *program) fishCompletion() string {
	b := &strings.Builder{}
	b.WriteString("# franceconnect in fish: franceconnect completion fish | source\ncomplete -c franceconnect -f\n")
	all := prog.completions()
	var names []string
	for _, c := range all {
		names = append(names, c.names()...)
	}
	before := "not __fish_seen_subcommand_from " + strings.Join(names, " ")
	line := func(condition string, o option) {
		fmt.Fprintf(b, "complete -c franceconnect -n %s -o %s -d %s", quoted(condition), o.name, quoted(prog.say(o.usage)))
		switch {
		case o.isSwitch():
		case o.path:
			b.WriteString(" -r -F")
		default:
			fmt.Fprintf(b, " -x -a %s", quoted(strings.Join(o.offered(), " ")))
		}
		b.WriteString("\n")
	}
	for _, c := range all {
		fmt.Fprintf(b, "complete -c franceconnect -n %s -a %s -d %s\n", quoted(before), c.name, quoted(prog.say(c.summary)))
	}
	for _, o := range prog.programOptions() {
		line(before, o)
	}
	for _, c := range all {
		condition := "__fish_seen_subcommand_from " + strings.Join(c.names(), " ")
		if len(c.words) > 0 {
			fmt.Fprintf(b, "complete -c franceconnect -n %s -a %s\n", quoted(condition), quoted(strings.Join(c.words, " ")))
		}
		if c.name == "keys" {
			fmt.Fprintf(b, "complete -c franceconnect -n %s -F\n", quoted(condition))
		}
		for _, o := range c.options {
			line(condition, o)
		}
	}
	return b.String()
}

// quoted puts a text between quotation marks that all three shells know.
func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
