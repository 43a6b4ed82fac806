package main

import (
	"encoding/json"
	"fmt"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

// say returns a text in the language of the call.
func (prog *program) say(t text.Text) string { return t.In(prog.english) }

// sayAll returns texts in the language of the call.
func (prog *program) sayAll(texts []text.Text) []string {
	all := make([]string, len(texts))
	for i, t := range texts {
		all[i] = prog.say(t)
	}
	return all
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

// paint colours text for people at a terminal who did not say no: no-color.org.
func (prog *program) paint(c colour, s string) string {
	if !prog.terminal || prog.getenv("NO_COLOR") != "" || prog.getenv("TERM") == "dumb" {
		return s
	}
	return "\x1b[" + string(c) + "m" + s + "\x1b[0m"
}

// failure says what went wrong, and why if somebody knows.
func (prog *program) failure(what text.Text, why error) int {
	said := prog.say(what)
	if why != nil {
		said += prog.say(text.Of(" : ", ": ")) + why.Error()
	}
	fmt.Fprintln(prog.stderr, "franceconnect: "+said)
	return failed
}
