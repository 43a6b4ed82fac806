package main

import (
	"fmt"
	"strings"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

// zshCompletion writes the script for zsh.
func (prog *program) zshCompletion() string {
	b := &strings.Builder{}
	b.WriteString("#compdef franceconnect\n# franceconnect in zsh: source <(franceconnect completion zsh)\n_franceconnect() {\n\tlocal command= word\n\tlocal -a offered\n" +
		"\tfor word in ${words[2,CURRENT-1]}; do\n\t\tcase $word in\n")
	all := prog.completions()
	prog.writeCases(b, all, dialect{
		pattern: func(words string) string { return "(" + words + "))" },
		before:  "$words[CURRENT-1]",
		files:   "_files",
		offer:   func(words string) string { return "compadd -- " + words },
	})
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
	b.WriteString(" ) ;;\n\tesac\n\t_describe franceconnect offered\n\tif [[ $command == keys || $command == fleet ]]; then _files; fi\n}\n" +
		"if [[ $funcstack[1] == _franceconnect ]]; then _franceconnect \"$@\"; else compdef _franceconnect franceconnect; fi\n")
	return b.String()
}
