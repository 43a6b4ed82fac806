package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// event is a row of historique-communes.json: a commune from one change to the
// next. INSEE's changes begin in 1943.
type event struct {
	ID        string `json:"id"`
	Code      string `json:"code"`
	Name      string `json:"nom"`
	Type      string `json:"type"` // COM; what became part of one is COMP, COMD or COMA
	Start     string `json:"dateDebut"`
	End       string `json:"dateFin"`
	Successor string `json:"successeur"`
	Pole      string `json:"pole"` // of a part
}

// history is the rows by their id, and those of communes by code, the first first.
type history struct {
	byID   map[string]event
	byCode map[string][]event
}

// period is a name of a code. Days are numbers, 20190101, and 0 where they are not
// known: until is the first on which it was no more, known the first on which it
// is known to be, which may be later than its predecessor's end.
type period struct {
	name         string
	known, until int
}

func events(historyJSON []byte) (history, error) {
	var rows []event
	h := history{map[string]event{}, map[string][]event{}}
	if err := json.Unmarshal(historyJSON, &rows); err != nil {
		return h, fmt.Errorf("history: %w", err)
	}
	for _, e := range rows {
		if h.byID[e.ID].ID != "" {
			return h, fmt.Errorf("history: there are two %s", e.ID)
		}
		for _, day := range []string{e.Start, e.End} {
			if _, err := strconv.Atoi(strings.ReplaceAll("0"+day, "-", "")); err != nil {
				return h, fmt.Errorf("history: %s: %w", e.ID, err)
			}
		}
		h.byID[e.ID] = e
		if e.Type == "COM" {
			h.byCode[e.Code] = append(h.byCode[e.Code], e)
		}
	}
	for _, list := range h.byCode {
		slices.SortFunc(list, func(a, b event) int { return strings.Compare(a.Start, b.Start) })
	}
	return h, nil
}

// number returns 20190101 for 2019-01-01, and 0 for nothing.
func number(day string) int {
	n, _ := strconv.Atoi(strings.ReplaceAll(day, "-", ""))
	return n
}

// names returns those of each code. A commune that merged without another name goes
// on.
func (h history) names() map[string][]period {
	all := map[string][]period{}
	for code, list := range h.byCode {
		var periods []period
		for _, e := range list {
			name, end := typographic(e.Name), number(e.End)
			if last := len(periods) - 1; last >= 0 && periods[last].name == name {
				periods[last].until = end
				continue
			}
			periods = append(periods, period{name, number(e.Start), end})
		}
		all[code] = periods
	}
	return all
}

// became returns the code of the commune that a former one is in when the history
// ends, and nothing where it does not say.
func (h history) became(code string) string {
	list := h.byCode[code]
	if len(list) == 0 {
		return ""
	}
	e := list[len(list)-1]
	for range 100 {
		next := e.Successor
		if e.Type == "COM" && e.End == "" {
			return e.Code
		}
		if next == "" {
			next = e.Pole
		}
		e = h.byID[next]
	}
	return ""
}

// vintage adds the names of 1 January of a year, of which the one before is known
// too: a name that is new came on one of the days between.
func (r *register) vintage(rows []commune, before, year string) error {
	for _, row := range rows {
		if row.Type != "commune-actuelle" && row.Type != "arrondissement-municipal" {
			continue
		}
		name, periods := typographic(row.Name), r.names[row.Code]
		last := len(periods) - 1
		switch {
		case last < 0:
			periods = []period{{name: name}}
		case periods[last].name == name:
			periods[last].until = 0
		case before == year:
			return fmt.Errorf("commune %s: it is %q, and %q in the history", row.Code, name, periods[last].name)
		default:
			if periods[last].until == 0 {
				periods[last].until = number(before + "-01-02") // it was the name on the first
			}
			periods = append(periods, period{name: name, known: number(year + "-01-01")})
		}
		r.names[row.Code] = periods
	}
	return nil
}
