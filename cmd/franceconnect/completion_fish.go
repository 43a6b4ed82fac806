package main

import (
	"fmt"
	"strings"
)

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
		if c.name == "keys" || c.name == "fleet" {
			fmt.Fprintf(b, "complete -c franceconnect -n %s -F\n", quoted(condition))
		}
		for _, o := range c.options {
			line(condition, o)
		}
	}
	return b.String()
}
