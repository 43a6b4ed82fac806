package main

import (
	_ "embed"
	"fmt"
	"html"
	"io"
	"strings"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

//go:embed paper.css
var paperCSS string

// A paper is a sheet for people who print it, with boxes to tick.
type paper struct {
	sheet
	tick tick
}

// A tick says what has a box.
type tick int

const (
	nothing tick = iota
	sections
	fields
)

// beginPage writes what every page of the program begins with, up to its heading;
// policy is an element before the title, or "".
func (prog *program) beginPage(w io.Writer, title, policy, style string) {
	title = html.EscapeString(title)
	fmt.Fprintf(w, "<!doctype html>\n<html lang=%q>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n%s<title>%s</title>\n<style>%s</style>\n<main>\n<h1>%s</h1>\n",
		prog.say(text.Of("fr", "en")), policy, title, style, title)
}

// html writes the paper as a page that needs no other file. It is written by
// hand: package html/template adds a megabyte to the program in the page of page.
func (p paper) html(w io.Writer, prog *program) {
	one := func(element, attributes, content string) {
		if content != "" {
			fmt.Fprintf(w, "<%s%s>%s</%s>\n", element, attributes, html.EscapeString(content), element)
		}
	}
	box := func(in tick, done bool) string {
		switch {
		case p.tick != in:
			return ""
		case done:
			return "☑ "
		}
		return "☐ "
	}
	prog.beginPage(w, p.Title, "", "\n"+paperCSS)
	one("p", "", p.Note)
	for _, s := range p.Sections {
		fmt.Fprintln(w, "<section>")
		if s.heading() != "" {
			one("h2", "", box(sections, s.Done)+s.heading())
		}
		if s.Form != "" {
			fmt.Fprint(w, "<p>")
			shown := s.Form
			if strings.HasPrefix(shown, "mailto:") {
				shown = prog.say(text.Of("Ouvrir dans la messagerie", "Open in the mail program"))
			}
			one("a", fmt.Sprintf(` href="%s"`, html.EscapeString(s.Form)), shown)
			fmt.Fprintln(w, "</p>")
		}
		if s.Paste {
			fmt.Fprint(w, "<pre><code>")
			for _, line := range s.pasted() {
				fmt.Fprintln(w, html.EscapeString(line))
			}
			fmt.Fprintln(w, "</code></pre>")
		}
		fmt.Fprintln(w, "<dl>")
		for _, f := range s.Fields {
			one("dt", "", box(fields, false)+f.Label)
			if f.Todo {
				one("dd", ` class="todo"`, prog.say(todo))
			}
			for _, value := range f.Values {
				one("dd", "", value)
			}
			one("dd", ` class="note"`, f.Note)
		}
		fmt.Fprintln(w, "</dl>\n</section>")
	}
	one("p", ` class="note"`, p.Facts)
	fmt.Fprintln(w, "</main>\n</html>")
}
