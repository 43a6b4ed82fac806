package main

import (
	"fmt"
	"io"
	"strings"
)

// A sheet is what is written on the forms, in their order.
type sheet struct {
	Environment string    `json:"environment"`
	Title       string    `json:"title"`
	Sections    []section `json:"sections"`
	Facts       string    `json:"facts"` // how old they are
}

// A section is a form, or a step of one.
type section struct {
	Title  string  `json:"title"`
	Form   string  `json:"form,omitempty"`  // where it is
	Paste  bool    `json:"paste,omitempty"` // into the settings of a server, as it is
	Fields []field `json:"fields"`
}

// A field is one of a form, under the label that it has there: the forms are
// French, and so are the labels.
type field struct {
	Label  string   `json:"label"`
	Values []string `json:"values,omitempty"`
	Todo   bool     `json:"todo,omitempty"` // only the team knows it
	Note   string   `json:"note,omitempty"`
}

func (s *section) is(label string, values ...string) *field {
	s.Fields = append(s.Fields, field{Label: label, Values: values})
	return &s.Fields[len(s.Fields)-1]
}

// todo is a field that nobody can compute.
func (s *section) todo(label, note string) {
	s.Fields = append(s.Fields, field{Label: label, Todo: true, Note: note})
}

// given is a field that the team gave, or has to fill in; check is the one that
// looked at it.
func (s *section) given(d *doctor, f findings, check, label, value string, note text) {
	if value == "" {
		s.todo(label, d.say(note))
		return
	}
	field := s.is(label, value)
	field.Note = d.say(note)
	for _, one := range f {
		if one.check == check && (one.verdict == bad || one.verdict == warning) {
			field.Note = d.say(map[verdict]text{bad: {"à corriger : ", "to be corrected: "}, warning: {"attention : ", "warning: "}}[one.verdict]) + d.say(one.what) + ". " + d.say(one.action)
		}
	}
}

// mobile is a phone number, in the form that all forms take.
func (s *section) mobile(d *doctor, f findings, label, value string, note text) {
	if number, ok := mobileNumber(value); ok {
		value = number
	}
	s.given(d, f, "mobile", label, value, note)
}

// print writes a sheet for reading.
func (s sheet) print(w io.Writer, d *doctor) {
	fmt.Fprintln(w, d.paint(bold, s.Title))
	for _, section := range s.Sections {
		fmt.Fprintln(w, "\n"+d.paint(bold, section.Title))
		if section.Form != "" {
			fmt.Fprintln(w, d.paint(dim, section.Form))
		}
		for _, f := range section.Fields {
			between := d.say(text{" : ", ": "})
			if section.Paste {
				between = ": "
			}
			fmt.Fprintln(w, "  "+f.Label+between+strings.Join(f.shown(d), "\n      "))
			if f.Note != "" {
				fmt.Fprintln(w, "      "+d.paint(dim, "("+f.Note+")"))
			}
		}
	}
	fmt.Fprintln(w, "\n"+s.Facts)
}

// markdown writes a sheet as tables, to be pasted into a wiki or a ticket.
func (s sheet) markdown(w io.Writer, d *doctor) {
	fmt.Fprintln(w, "# "+s.Title)
	for _, section := range s.Sections {
		fmt.Fprintln(w, "\n## "+section.Title+"\n")
		if section.Form != "" {
			fmt.Fprintln(w, "<"+section.Form+">\n")
		}
		if section.Paste {
			fmt.Fprintln(w, "```http")
			for _, f := range section.Fields {
				fmt.Fprintln(w, f.Label+": "+strings.Join(f.Values, " "))
			}
			fmt.Fprintln(w, "```")
			fmt.Fprintln(w)
		}
		fmt.Fprintln(w, d.say(text{"| champ | valeur | remarque |", "| field | value | note |"})+"\n| --- | --- | --- |")
		for _, f := range section.Fields {
			shown := f.shown(d)
			for i, value := range shown {
				if f.Todo {
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

// cell keeps a value inside its cell.
func cell(s string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ", "<", "&lt;", "*", `\*`).Replace(s)
}

func (f field) shown(d *doctor) []string {
	if f.Todo {
		return []string{d.say(text{"« à compléter »", "“to be filled in”"})}
	}
	return append([]string(nil), f.Values...)
}
