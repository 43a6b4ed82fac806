package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// A townRow is one town in a table, in one language.
type townRow struct {
	town        townReport
	change      string // since an earlier run; empty if nothing is compared
	state       string
	environment string
	bad, warned []townFinding
	resolved    []townFinding
}

var townStates = map[townState]struct {
	verdict verdict // whose sign and colour it has
	name    text.Text
}{
	townReady:     {good, text.Of("prête", "ready")},
	townToCorrect: {bad, text.Of("à corriger", "to correct")},
	townOff:       {skipped, text.Of("désactivée", "off")},
	townGone:      {skipped, text.Of("n’y est plus", "gone")},
}

// rowsOfTowns returns one row for each town.
func (prog *program) rowsOfTowns(run *fleetRun) (rows []townRow) {
	for _, t := range run.Towns {
		rows = append(rows, prog.rowOf(t))
	}
	return rows
}

// rowsOfChanges returns one row for each town that has changed.
func (prog *program) rowsOfChanges(all townChanges) (rows []townRow) {
	for _, c := range all {
		r := prog.rowOf(c.Now)
		r.resolved = c.Resolved
		said := []string{prog.say(text.Of("nouvelle", "new"))}
		if c.Kind == "gone" {
			said = []string{prog.say(text.Of("retirée", "removed"))}
		}
		if c.Kind == "changed" {
			said = nil
			if c.Was != c.Now.State {
				said = append(said, prog.say(text.Of("était ", "was ").Then(townStates[c.Was].name)))
			}
			if c.WasOn != "" {
				said = append(said, prog.say(text.Of("était sur "+c.WasOn, "was on "+c.WasOn)))
			}
			if said == nil {
				said = append(said, prog.say(text.Of("autres constats", "other findings")))
			}
		}
		r.change = strings.Join(said, ", ")
		rows = append(rows, r)
	}
	return rows
}

func (prog *program) rowOf(t townReport) townRow {
	r := townRow{town: t, state: prog.say(townStates[t.State].name), environment: t.Environment}
	if t.Platform == franceconnect.V1 && !strings.HasSuffix(t.Environment, "v1") {
		r.environment += " (v1)"
	}
	for _, one := range t.Findings {
		if one.Verdict == bad {
			r.bad = append(r.bad, one)
		} else {
			r.warned = append(r.warned, one)
		}
	}
	return r
}

// short names findings by their checks, each once, and whose they are.
func (prog *program) short(all []townFinding) string {
	var said []string
	for _, one := range all {
		name := prog.say(titles[one.Check]) + " [" + prog.say(sideNames[one.Whose]) + "]"
		if !slices.Contains(said, name) {
			said = append(said, name)
		}
	}
	return strings.Join(said, ", ")
}

// long says findings whole, one a line.
func (prog *program) long(all []townFinding) []string {
	said := make([]string, len(all))
	for i, one := range all {
		said[i] = prog.say(titles[one.Check]) + prog.say(text.Of(" : ", ": ")) + one.What + " [" + prog.say(sideNames[one.Whose]) + "]"
		for _, more := range []string{one.Action, one.Form} {
			if more != "" {
				said[i] += " → " + more
			}
		}
	}
	return said
}

// summaryLines says how the towns are, in a few lines.
func (prog *program) summaryLines(run *fleetRun) []string {
	s := run.Summary
	count := func(n int, french, frenchMany, english, englishMany string) string {
		t := text.Of(french, english)
		if n > 1 || n == 0 && prog.english {
			t = text.Of(frenchMany, englishMany)
		}
		return strconv.Itoa(n) + " " + prog.say(t)
	}
	first := []string{count(s.Ready, "prête", "prêtes", "ready", "ready")}
	if s.Warned > 0 {
		first[0] += prog.say(text.Of(" (dont "+strconv.Itoa(s.Warned)+" avec un avertissement)", " ("+strconv.Itoa(s.Warned)+" of them with a warning)"))
	}
	first = append(first, count(s.ToCorrect, "à corriger", "à corriger", "to correct", "to correct"))
	if s.Off > 0 {
		first = append(first, count(s.Off, "désactivée", "désactivées", "off", "off"))
	}
	lines := []string{count(s.Towns, "ville", "villes", "town", "towns") + prog.say(text.Of(" : ", ": ")) + strings.Join(first, ", ")}
	if s.V1 > 0 {
		lines = append(lines, prog.say(text.Of("Encore sur la v1, qui ferme : ", "Still on v1, which is closing: "))+strconv.Itoa(s.V1))
	}
	var whose []string
	for _, one := range []side{sidePortal, sideRegistration, sideNetwork, sideFranceConnect} {
		if s.Whose[one] > 0 {
			whose = append(whose, prog.say(sideNames[one])+" "+strconv.Itoa(s.Whose[one]))
		}
	}
	if whose != nil {
		lines = append(lines, prog.say(text.Of("Ce qui manque est du côté de : ", "What is missing is with: "))+strings.Join(whose, ", "))
	}
	if run.Network {
		lines = append(lines, prog.say(text.Of("Interrogées : ", "Asked: "))+strconv.Itoa(s.Asked))
	} else {
		lines = append(lines, prog.say(text.Of("Les réglages seuls ont été regardés ; FranceConnect et les portails : -reseau", "The settings alone were looked at; FranceConnect and the portals: -reseau")))
	}
	if left := s.Towns - s.Secrets; left > 0 {
		lines = append(lines, prog.say(text.Of("Secrets qui ne sont pas ici, et n’ont pas été regardés : ", "Secrets that are not here, and were not looked at: "))+strconv.Itoa(left))
	}
	if run.Stopped != "" {
		lines = append(lines, prog.say(text.Of("Incomplet : ", "Not complete: "))+run.Stopped)
	}
	if run.Ignored != nil {
		lines = append(lines, prog.say(text.Of("Colonnes qui ne disent rien ici : ", "Columns that say nothing here: "))+strings.Join(run.Ignored, ", "))
	}
	return lines
}

// fleetTitle is that of a page, and says whether all towns are there.
func (prog *program) fleetTitle(changes bool) string {
	if changes {
		return prog.say(text.Of("FranceConnect dans les villes : ce qui a changé", "FranceConnect in the towns: what has changed"))
	}
	return prog.say(text.Of("FranceConnect dans les villes", "FranceConnect in the towns"))
}

// writeFleet writes rows in a format. Changes are nil if nothing is compared.
func (prog *program) writeFleet(format string, run *fleetRun, rows []townRow, changes townChanges) {
	compared := changes != nil
	if prog.asJSON {
		format = "json"
	}
	switch format {
	case "csv":
		prog.writeFleetCSV(rows, compared)
	case "json":
		prog.writeFleetJSON(run, changes)
	case "html":
		prog.writeFleetHTML(run, rows, compared)
	case "junit":
		prog.writeFleetJUnit(run, rows, compared)
	default:
		prog.writeFleetTable(run, rows, compared)
	}
}

// writeFleetJSON writes the run, or in the place of its towns what has changed.
func (prog *program) writeFleetJSON(run *fleetRun, changes townChanges) {
	if changes == nil {
		_ = run.write(prog.stdout) // who closed the pipe does not want it
		return
	}
	_ = writeLines(prog.stdout, run, "changes", changes)
}

// writeFleetTable writes a line for each town, for reading.
func (prog *program) writeFleetTable(run *fleetRun, rows []townRow, compared bool) {
	const widest = 40
	wide := func(of func(townRow) string) int {
		most := 0
		for _, r := range rows {
			most = max(most, min(widest, utf8.RuneCountInString(of(r))))
		}
		return most
	}
	pad := func(s string, to int) string { return s + strings.Repeat(" ", max(0, to-utf8.RuneCountInString(s))) }
	columns := []func(townRow) string{
		func(r townRow) string { return r.town.Name },
		func(r townRow) string { return r.state },
		func(r townRow) string { return r.environment },
	}
	if slices.ContainsFunc(rows, func(r townRow) bool { return r.town.Version != "" }) {
		columns = append(columns, func(r townRow) string { return r.town.Version })
	}
	if compared {
		columns = append(columns, func(r townRow) string { return r.change })
	}
	widths := make([]int, len(columns))
	for i, of := range columns {
		widths[i] = wide(of)
	}
	for _, r := range rows {
		m := marks[townStates[r.town.State].verdict]
		if r.town.State == townReady && r.warned != nil {
			m = marks[warning]
		}
		var line strings.Builder
		line.WriteString(prog.paint(m.colour, m.sign))
		for i, of := range columns {
			line.WriteString(" " + pad(of(r), widths[i]) + " ")
		}
		var said []string
		if r.bad != nil {
			said = append(said, prog.short(r.bad))
		}
		if r.warned != nil {
			said = append(said, prog.say(text.Of("attention : ", "warning: "))+prog.short(r.warned))
		}
		if r.resolved != nil {
			said = append(said, prog.say(text.Of("réglé : ", "resolved: "))+prog.short(r.resolved))
		}
		fmt.Fprintln(prog.stdout, strings.TrimRight(line.String()+" "+strings.Join(said, prog.say(text.Of(" ; ", "; "))), " "))
	}
	if len(rows) == 0 {
		fmt.Fprintln(prog.stdout, prog.say(text.Of("Rien n’a changé.", "Nothing has changed.")))
	}
	fmt.Fprintln(prog.stdout)
	for _, line := range prog.summaryLines(run) {
		fmt.Fprintln(prog.stdout, line)
	}
}
