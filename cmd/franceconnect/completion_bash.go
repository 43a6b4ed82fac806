package main

import (
	"fmt"
	"slices"
	"strings"
)

// bashCompletion writes the script for bash.
func (prog *program) bashCompletion() string {
	b := &strings.Builder{}
	b.WriteString("# franceconnect in bash: source <(franceconnect completion bash)\n_franceconnect_files() {\n\tlocal IFS=$'\\n'\n\tcompopt -o filenames 2>/dev/null\n\tCOMPREPLY=($(compgen -f -- \"$cur\"))\n}\n_franceconnect() {\n" +
		"\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command= word\n\tCOMPREPLY=()\n" +
		"\tfor word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n\t\tcase $word in\n")
	all := prog.completions()
	prog.writeCases(b, all, dialect{
		pattern: func(words string) string { return words + ")" },
		before:  "$prev",
		files:   "_franceconnect_files",
		offer:   func(words string) string { return "COMPREPLY=($(compgen -W '" + words + "' -- \"$cur\"))" },
	})
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
	b.WriteString("' ;;\n\tesac\n\tCOMPREPLY=($(compgen -W \"$word\" -- \"$cur\"))\n")
	b.WriteString("\tif ((${#COMPREPLY[@]} == 0)) && [[ $command == keys || $command == fleet ]]; then\n\t\t_franceconnect_files\n\tfi\n}\ncomplete -F _franceconnect franceconnect\n")
	return b.String()
}
