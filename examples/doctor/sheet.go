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
}

// A section is a form, or a step of one.
type section struct {
	Title  string  `json:"title"`
	Form   string  `json:"form,omitempty"` // where it is
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

// print writes a sheet for reading.
func (s sheet) print(w io.Writer, d *doctor) {
	fmt.Fprintln(w, d.paint(bold, s.Title))
	for _, section := range s.Sections {
		fmt.Fprintln(w, "\n"+d.paint(bold, section.Title))
		if section.Form != "" {
			fmt.Fprintln(w, d.paint(dim, section.Form))
		}
		for _, f := range section.Fields {
			fmt.Fprintln(w, "  "+f.Label+d.say(text{" : ", ": "})+strings.Join(f.shown(d), "\n      "))
			if f.Note != "" {
				fmt.Fprintln(w, "      "+d.paint(dim, "("+f.Note+")"))
			}
		}
	}
}

// markdown writes a sheet as tables, to be pasted into a wiki or a ticket.
func (s sheet) markdown(w io.Writer, d *doctor) {
	fmt.Fprintln(w, "# "+s.Title)
	for _, section := range s.Sections {
		fmt.Fprintln(w, "\n## "+section.Title+"\n")
		if section.Form != "" {
			fmt.Fprintln(w, "<"+section.Form+">\n")
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
