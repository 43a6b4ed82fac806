package main

import (
	"bufio"
	"fmt"
	"html"
	"strings"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

// fleetStyle is that of the page: readable at 320 pixels and on paper, and no
// meaning in colours alone.
const fleetStyle = `body{font:1rem/1.5 Arial,sans-serif;margin:1rem;color:#161616;background:#fff}
h1{font-size:1.5rem}.scroll{overflow-x:auto}.scroll:focus{outline:2px solid #0a76f6;outline-offset:2px}
table{border-collapse:collapse;width:100%}caption{text-align:left;font-weight:bold;padding:.5rem 0}
th,td{border:1px solid #666;padding:.25rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere;min-width:6rem}
thead th{background:#eee}ul{margin:0;padding-left:1.2rem}
.failed{color:#b34000;font-weight:bold}
@media print{.scroll{overflow:visible}tr{break-inside:avoid}thead{display:table-header-group}}`

// writeFleetHTML writes a page of its own, which needs nothing else.
func (prog *program) writeFleetHTML(run *fleetRun, rows []townRow, compared bool) {
	b := bufio.NewWriter(prog.stdout)
	defer b.Flush() // who closed the pipe does not want it
	e := html.EscapeString
	said := func(french, english string) string { return e(prog.say(text.Of(french, english))) }
	prog.beginPage(b, prog.fleetTitle(compared), "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n", fleetStyle)
	fmt.Fprintf(b, "<p>%s</p>\n<ul>\n", said("Le "+run.Date.Format("02/01/2006 à 15:04")+" (UTC)", "On "+run.Date.Format("2006-01-02 at 15:04")+" (UTC)"))
	for _, line := range prog.summaryLines(run) {
		fmt.Fprintf(b, "<li>%s</li>\n", e(line))
	}
	fmt.Fprint(b, "</ul>\n")
	if len(rows) == 0 {
		fmt.Fprintf(b, "<p>%s</p>\n", said("Rien n’a changé.", "Nothing has changed."))
	} else {
		fmt.Fprintf(b, "<div class=\"scroll\" role=\"region\" aria-labelledby=\"towns\" tabindex=\"0\">\n<table>\n<caption id=\"towns\">%s</caption>\n<thead><tr>", said("Les villes", "The towns"))
		head := []string{said("Ville", "Town"), said("État", "State"), said("Environnement", "Environment"), said("À corriger", "To correct"), said("Attention", "Warnings")}
		if compared {
			head = append(head, said("Changement", "Change"), said("Réglé", "Resolved"))
		}
		for _, h := range head {
			fmt.Fprint(b, "<th scope=\"col\">"+h+"</th>")
		}
		fmt.Fprint(b, "</tr></thead>\n<tbody>\n")
		for _, r := range rows {
			prog.writeFleetRow(b, r, compared)
		}
		fmt.Fprint(b, "</tbody>\n</table>\n</div>\n")
	}
	fmt.Fprint(b, "<p>"+e(prog.say(sourcesNote))+"</p>\n</main>\n</html>\n")
}

// writeFleetRow writes one town.
func (prog *program) writeFleetRow(b *bufio.Writer, r townRow, compared bool) {
	e := html.EscapeString
	name, at := e(r.town.Name), []string{}
	if r.town.Town != r.town.Name {
		at = append(at, e(r.town.Town))
	}
	for _, more := range []string{r.town.Address, r.town.Version} {
		if more != "" {
			at = append(at, e(more))
		}
	}
	if len(at) > 0 {
		name += "<br>" + strings.Join(at, "<br>")
	}
	class := ""
	if r.town.State == townToCorrect {
		class = ` class="failed"`
	}
	list := func(all []townFinding) string {
		if len(all) == 0 {
			return "–"
		}
		items := prog.long(all)
		for i := range items {
			items[i] = "<li>" + e(items[i]) + "</li>"
		}
		return "<ul>" + strings.Join(items, "") + "</ul>"
	}
	sign := marks[townStates[r.town.State].verdict].sign
	fmt.Fprintf(b, "<tr><th scope=\"row\">%s</th><td%s>%s %s</td><td>%s</td><td>%s</td><td>%s</td>", name, class, e(sign), e(r.state), e(r.environment), list(r.bad), list(r.warned))
	if compared {
		fmt.Fprintf(b, "<td>%s</td><td>%s</td>", e(r.change), list(r.resolved))
	}
	fmt.Fprint(b, "</tr>\n")
}
