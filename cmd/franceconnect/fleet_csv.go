package main

import (
	"encoding/csv"
	"strings"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

// writeFleetCSV writes a line for each town, for a spreadsheet: with the mark by
// which Excel knows UTF-8, and semicolons, which a French one wants.
func (prog *program) writeFleetCSV(rows []townRow, compared bool) {
	_, _ = prog.stdout.Write([]byte("\ufeff")) // who closed the pipe does not want it
	w := csv.NewWriter(prog.stdout)
	w.Comma = ';'
	head := []text.Text{text.Of("code", "id"), text.Of("ville", "town"), text.Of("état", "state"), text.Of("environnement", "environment"), text.Of("version", "version"), text.Of("adresse", "address"),
		text.Of("à corriger", "to correct"), text.Of("de qui", "whose"), text.Of("attention", "warnings")}
	if compared {
		head = append(head, text.Of("changement", "change"), text.Of("réglé", "resolved"))
	}
	_ = w.Write(prog.sayAll(head))
	for _, r := range rows {
		var whose []string
		for _, one := range []side{sidePortal, sideRegistration, sideNetwork, sideFranceConnect} {
			if r.town.whose()[one] {
				whose = append(whose, prog.say(sideNames[one]))
			}
		}
		line := []string{r.town.Town, r.town.Name, r.state, r.environment, r.town.Version, r.town.Address,
			strings.Join(prog.long(r.bad), "\n"), strings.Join(whose, ", "), strings.Join(prog.long(r.warned), "\n")}
		if compared {
			line = append(line, r.change, strings.Join(prog.long(r.resolved), "\n"))
		}
		for i := range line {
			line[i] = noFormula(line[i])
		}
		_ = w.Write(line)
	}
	w.Flush()
}

// noFormula keeps a spreadsheet from taking a text for a formula: OWASP, CSV
// Injection. The wide forms of the signs are signs there, too.
func noFormula(cell string) string {
	if strings.IndexAny(strings.TrimLeft(cell, " \u00a0\u202f\r\n"), "=+-@\t＝＋－＠|%") == 0 || strings.HasPrefix(cell, "\r") || strings.HasPrefix(cell, "\n") {
		return "'" + cell
	}
	return cell
}
