package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

// A sheet is what is written on the forms, in their order.
type sheet struct {
	Environment string    `json:"environment"`
	Title       string    `json:"title"`
	Note        string    `json:"note,omitempty"` // which FranceConnect the product speaks
	Sections    []section `json:"sections"`
	Facts       string    `json:"facts"` // how old they are
}

// A section is a form, or a step of one.
type section struct {
	Title  string  `json:"title"`
	When   string  `json:"when,omitempty"`  // it is for a version of the product only
	Form   string  `json:"form,omitempty"`  // where it is
	Paste  bool    `json:"paste,omitempty"` // into the settings of a server, as it is
	Fields []field `json:"fields"`
	Done   bool    `json:"-"` // of a step
}

// A field is one of a form, under the label that it has there: the forms are
// French, and so are the labels.
type field struct {
	Label  string   `json:"label"`
	Values []string `json:"values,omitempty"`
	Todo   bool     `json:"todo,omitempty"` // only the team knows it, or what comes before Values
	Note   string   `json:"note,omitempty"`
}

func (s *section) add(label string, values ...string) *field {
	s.Fields = append(s.Fields, field{Label: label, Values: values})
	return &s.Fields[len(s.Fields)-1]
}

// addTodo adds a field that nobody can compute.
func (s *section) addTodo(label, note string) {
	s.Fields = append(s.Fields, field{Label: label, Todo: true, Note: note})
}

// addAnswer adds a field that the team gave, or has to fill in; check is the one
// that looked at it.
func (s *section) addAnswer(prog *program, f findings, check, label, value string, note text.Text) *field {
	if value == "" {
		s.addTodo(label, prog.say(note))
		return &s.Fields[len(s.Fields)-1]
	}
	field := s.add(label, value)
	field.Note = prog.say(note)
	for _, one := range f {
		if one.check == check && (one.verdict == bad || one.verdict == warning) {
			field.Note = prog.say(map[verdict]text.Text{bad: text.Of("à corriger : ", "to be corrected: "), warning: text.Of("attention : ", "warning: ")}[one.verdict]) + prog.say(one.what) + ". " + prog.say(one.action)
		}
	}
	return field
}

// addMobile adds a phone number, in the form that all forms take.
func (s *section) addMobile(prog *program, f findings, label, value string, note text.Text) {
	if number, ok := mobileNumber(value); ok {
		value = number
	}
	s.addAnswer(prog, f, "mobile", label, value, note)
}

// print writes a sheet for reading.
func (s sheet) print(w io.Writer, prog *program) {
	fmt.Fprintln(w, prog.paint(bold, s.Title))
	if s.Note != "" {
		fmt.Fprintln(w, s.Note)
	}
	for _, section := range s.Sections {
		fmt.Fprintln(w, "\n"+prog.paint(bold, section.heading()))
		if section.Form != "" {
			fmt.Fprintln(w, prog.paint(dim, section.Form))
		}
		for _, f := range section.Fields {
			between := prog.say(text.Of(" : ", ": "))
			if section.Paste {
				between = ": "
			}
			fmt.Fprintln(w, "  "+f.Label+between+strings.Join(f.valuesOrTodo(prog), "\n      "))
			if f.Note != "" {
				fmt.Fprintln(w, "      "+prog.paint(dim, "("+f.Note+")"))
			}
		}
	}
	if s.Facts != "" {
		fmt.Fprintln(w, "\n"+s.Facts)
	}
}

// markdown writes a sheet as tables, to be pasted into a wiki or a ticket.
func (s sheet) markdown(w io.Writer, prog *program) {
	fmt.Fprintln(w, "# "+s.Title)
	if s.Note != "" {
		fmt.Fprintln(w, "\n"+cell(s.Note))
	}
	for _, section := range s.Sections {
		fmt.Fprintln(w, "\n## "+cell(section.heading())+"\n")
		if section.Form != "" {
			fmt.Fprintln(w, "<"+section.Form+">\n")
		}
		if section.Paste {
			fmt.Fprintln(w, "```http")
			for _, line := range section.pasted() {
				fmt.Fprintln(w, line)
			}
			fmt.Fprintln(w, "```")
			fmt.Fprintln(w)
		}
		fmt.Fprintln(w, prog.say(text.Of("| champ | valeur | remarque |", "| field | value | note |"))+"\n| --- | --- | --- |")
		for _, f := range section.Fields {
			shown := f.valuesOrTodo(prog)
			for i, value := range shown {
				if f.Todo && i == 0 {
					shown[i] = "**" + cell(value) + "**"
				} else {
					shown[i] = cell(value)
				}
			}
			fmt.Fprintln(w, "| "+cell(f.Label)+" | "+strings.Join(shown, "<br>")+" | "+cell(f.Note)+" |")
		}
	}
	fmt.Fprintln(w, "\n"+s.Facts)
}

// pasted returns the lines of a section that is pasted as it is.
func (s section) pasted() (lines []string) {
	for _, f := range s.Fields {
		lines = append(lines, f.Label+": "+strings.Join(f.Values, " "))
	}
	return lines
}

// cell returns text that is text in a cell, and in a heading: no markup or link.
func cell(s string) string {
	return strings.NewReplacer(`\`, `\\`, "|", `\|`, "\n", " ", "<", "&lt;", "*", `\*`, "[", `\[`, "`", "\\`").Replace(s)
}

// heading returns the title, with the version that it is for.
func (s section) heading() string {
	if s.When == "" {
		return s.Title
	}
	return "[" + s.When + "] " + s.Title
}

// todo stands for what only the team knows.
var todo = text.Of("« à compléter »", "“to be filled in”")

func (f field) valuesOrTodo(prog *program) (all []string) {
	if f.Todo {
		all = append(all, prog.say(todo))
	}
	return append(all, f.Values...)
}
