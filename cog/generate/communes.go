package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

//go:embed communes.txt
var decidedTxt string

// commune is a row of communes.json.
type commune struct {
	Code        string   `json:"code"`
	Name        string   `json:"nom"`
	Type        string   `json:"type"`
	Liaison     *int     `json:"typeLiaison"`
	Department  string   `json:"departement"`
	Head        string   `json:"chefLieu"`
	FormerCodes []string `json:"anciensCodes"`
	NewCode     string   `json:"nouveauCode"`       // of 2019
	Absorbing   string   `json:"communeAbsorbante"` // of 2019
}

// registers are the files about communes.
type registers struct {
	departments []byte
	history     []byte   // of 1943 to the first vintage
	lapsed      []byte   // of 2019, with the communes that were absorbed
	vintages    [][]byte // in the order of their years
	years       []string
	decided     string // communes.txt
}

// register is what is known of communes while the files are read.
type register struct {
	today     map[string]commune
	names     map[string][]period
	successor map[string]string
	decided   map[string]decision
	used      map[string]bool
}

// decision is a line of communes.txt.
type decision struct{ today, name string }

// communes reads the communes of today, their arrondissements, those that were, and
// the names that all of them had.
func communes(in registers) (departments map[string]string, all []place, err error) {
	if departments, err = departmentNames(in.departments); err != nil {
		return nil, nil, err
	}
	r := register{today: map[string]commune{}, successor: map[string]string{}, used: map[string]bool{}}
	if r.decided, err = decisions(in.decided); err != nil {
		return nil, nil, err
	}
	history, err := events(in.history)
	if err != nil {
		return nil, nil, err
	}
	r.names = history.names()
	var rows, of2023, lapsed []commune
	for i, file := range in.vintages {
		rows = nil
		if err := json.Unmarshal(file, &rows); err != nil {
			return nil, nil, fmt.Errorf("communes of %s: %w", in.years[i], err)
		}
		if err := r.vintage(rows, in.years[max(i-1, 0)], in.years[i]); err != nil {
			return nil, nil, err
		}
		if in.years[i] == "2023" {
			of2023 = rows
		}
	}
	if err := json.Unmarshal(in.lapsed, &lapsed); err != nil {
		return nil, nil, fmt.Errorf("lapsed communes: %w", err)
	}
	if err := r.readToday(rows); err != nil {
		return nil, nil, err
	}
	for _, old := range []func() error{
		func() error { return r.former(rows) },
		func() error { return r.mayotte(of2023) },
		func() error { return r.lapsed(lapsed) },
		func() error { return r.agree(history) },
		r.decide,
	} {
		if err := old(); err != nil {
			return nil, nil, err
		}
	}
	all, err = r.places()
	return departments, all, err
}

// readToday keeps the rows of today. Each must be of the département that its code
// says.
func (r *register) readToday(rows []commune) error {
	for _, row := range rows {
		switch row.Type {
		case "commune-actuelle", "arrondissement-municipal":
			if r.today[row.Code].Code != "" {
				return fmt.Errorf("commune %s: there are two of today", row.Code)
			}
			r.today[row.Code] = row
		case "commune-deleguee", "commune-associee":
		default:
			return fmt.Errorf("commune %s: type %q is not known", row.Code, row.Type)
		}
	}
	for _, row := range rows {
		if err := row.check(); err != nil {
			return err
		}
	}
	return nil
}

// former keeps what the rows of today say of communes that were.
func (r *register) former(rows []commune) error {
	heads := map[string]string{}
	for _, row := range rows {
		if row.Head == "" {
			continue
		}
		name := typographic(row.Name)
		if r.today[row.Code].Code != "" { // it gave its code to the commune of today
			if !slices.ContainsFunc(r.names[row.Code], func(p period) bool { return p.name == name }) {
				return fmt.Errorf("commune %s: it was %q, which the history does not know", row.Code, row.Name)
			}
			continue
		}
		if heads[row.Code] != "" {
			return fmt.Errorf("commune %s: there are two", row.Code)
		}
		heads[row.Code] = row.Head
		if len(r.names[row.Code]) == 0 {
			r.names[row.Code] = []period{{name: name}}
		}
	}
	for _, row := range rows {
		for _, code := range row.FormerCodes {
			if r.today[code].Code != "" {
				return fmt.Errorf("commune %s: of today and former", code)
			}
			if other := r.successor[code]; other != "" {
				return fmt.Errorf("commune %s: it became %s and %s", code, other, row.Code)
			}
			r.successor[code] = row.Code
		}
	}
	for _, code := range slices.Sorted(maps.Keys(heads)) {
		if err := r.become(code, heads[code], "its chef-lieu"); err != nil {
			return err
		}
	}
	return nil
}

// become says what a former commune became, which is what others said of it or
// what communes.txt decides.
func (r *register) become(code, today, by string) error {
	if d, ok := r.decided[code]; ok && d.today != "" {
		if r.successor[code] != d.today || today != d.today {
			r.used[code] = true
		}
		today, r.successor[code] = d.today, d.today
	}
	if r.today[today].Type != "commune-actuelle" {
		return fmt.Errorf("commune %s: %q, which it became by %s, is no commune of today", code, today, by)
	}
	if other := r.successor[code]; other != "" && other != today {
		return fmt.Errorf("commune %s: it became %s, and %s by %s", code, other, today, by)
	}
	r.successor[code] = today
	return nil
}

// mayotte keeps the codes that the communes of Mayotte had before it was a
// département, 98511 for 97611: the one vintage that has them in this order is
// right, as INSEE left their numbers.
func (r *register) mayotte(rows []commune) error {
	for _, row := range rows {
		for _, code := range row.FormerCodes {
			if !strings.HasPrefix(code, "985") {
				continue
			}
			if code[3:] != row.Code[3:] {
				return fmt.Errorf("commune %s: it is no former code of %s", code, row.Code)
			}
			r.names[code] = []period{{name: typographic(row.Name)}}
			if err := r.become(code, row.Code, "the vintage of 2023"); err != nil {
				return err
			}
		}
	}
	// Indochina had this one until it was divided, on 21 July 1954.
	if p := r.names["98506"]; len(p) > 0 {
		r.names["98506"] = []period{{name: "?", until: 19540721}, {name: p[0].name, known: 19540721}}
	}
	return nil
}

// lapsed keeps what the table of 2019 says of communes that were.
func (r *register) lapsed(rows []commune) error {
	went := map[string]string{}
	for _, row := range rows {
		for _, to := range []string{row.Absorbing, row.NewCode, row.Head} {
			if to != "" && went[row.Code] == "" && to != row.Code {
				went[row.Code] = to
			}
		}
	}
	for _, row := range rows {
		switch row.Type {
		case "commune-absorbee", "ancien-code", "commune-associee", "commune-deleguee", "commune-perimee":
		default:
			continue
		}
		name := typographic(row.Name)
		if r.today[row.Code].Code == "" {
			if err := r.named(row.Code, name); err != nil {
				return err
			}
			to := went[row.Code]
			for range 4 { // what it became is no more either
				if r.today[to].Code != "" {
					break
				}
				if next := r.successor[to]; next != "" {
					to = next
				} else {
					to = went[to]
				}
			}
			if to != "" {
				if err := r.become(row.Code, to, "the table of 2019"); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// named says the name of a commune that was: one that the history has, if it has it.
func (r *register) named(code, name string) error {
	known := r.names[code]
	has := slices.ContainsFunc(known, func(p period) bool { return p.name == name })
	if d := r.decided[code]; d.name != "" {
		r.used[code] = r.used[code] || !has
		name, has = d.name, slices.ContainsFunc(known, func(p period) bool { return p.name == d.name })
	}
	if len(known) == 0 {
		r.names[code] = []period{{name: name}}
		return nil
	}
	if !has {
		return fmt.Errorf("commune %s: it was %q, which the history does not know", code, name)
	}
	return nil
}

// agree checks what the history says that communes became, as far as it says it.
func (r *register) agree(h history) error {
	for _, code := range slices.Sorted(maps.Keys(r.names)) {
		to := h.became(code)
		if r.today[code].Code != "" || to == "" || to == code {
			continue
		}
		if next := r.successor[to]; next != "" {
			to = next
		}
		if err := r.become(code, to, "the history"); err != nil {
			return err
		}
	}
	return nil
}

// decide takes from communes.txt what no package has.
func (r *register) decide() error {
	for _, code := range slices.Sorted(maps.Keys(r.decided)) {
		d := r.decided[code]
		if len(r.names[code]) == 0 || r.successor[code] == "" {
			r.used[code] = true
		}
		if len(r.names[code]) == 0 && d.name != "" {
			r.names[code] = []period{{name: d.name}}
		}
		if !r.used[code] {
			return fmt.Errorf("communes.txt: %s decides nothing", code)
		}
		if err := r.become(code, d.today, "communes.txt"); err != nil {
			return err
		}
	}
	return nil
}

// places returns all, with the article that a name begins with.
func (r *register) places() ([]place, error) {
	var all []place
	for _, code := range slices.Sorted(maps.Keys(r.names)) {
		periods := r.names[code]
		last := periods[len(periods)-1]
		p := place{code: code, kind: 'F', name: last.name, successor: r.successor[code]}
		p.form, p.phrase = stands(code, last.name)
		switch r.today[code].Type {
		case "commune-actuelle":
			p.kind, p.successor = 'C', ""
		case "arrondissement-municipal":
			p.kind, p.successor = 'A', ""
		default:
			if p.successor == "" {
				return nil, fmt.Errorf("commune %s: no source says what it became", code)
			}
		}
		for i := len(periods) - 2; i >= 0; i-- {
			form, _ := stands("", periods[i].name)
			p.before = append(p.before, earlier{until: periods[i].until, known: periods[i+1].known, form: form, name: periods[i].name})
		}
		all = append(all, p)
	}
	for code := range r.successor {
		if len(r.names[code]) == 0 {
			return nil, fmt.Errorf("commune %s: no source has its name", code)
		}
	}
	return all, nil
}

func departmentNames(departementsJSON []byte) (map[string]string, error) {
	var rows []struct {
		Code string `json:"code"`
		Name string `json:"nom"`
	}
	if err := json.Unmarshal(departementsJSON, &rows); err != nil {
		return nil, fmt.Errorf("departments: %w", err)
	}
	names := map[string]string{}
	for _, r := range rows {
		names[r.Code] = typographic(r.Name)
	}
	return names, nil
}

func decisions(text string) (map[string]decision, error) {
	all := map[string]decision{}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.SplitN(line, " ", 3)
		if len(f) < 2 || all[f[0]] != (decision{}) {
			return nil, fmt.Errorf("communes.txt: %q is not a new code, one of today and perhaps a name", line)
		}
		all[f[0]] = decision{f[1], strings.Join(f[2:], "")}
	}
	return all, nil
}

var articles = []string{2: "Le ", 3: "La ", 4: "Les ", 5: "L’", 6: "Aux ", 7: "Las ", 8: "Los "}

func article(name string) int {
	return slices.IndexFunc(articles, func(a string) bool { return a != "" && strings.HasPrefix(name, a) })
}

// check compares a row with itself. INSEE's typeLiaison gives the article, which the
// name has too: both must agree, but for the overseas collectivities, which have
// none, and 0, which some have that begin with an article.
func (row commune) check() error {
	today := row.Code
	if row.Head != "" {
		today = row.Head
	}
	if want := departmentOf(today); row.Department != want {
		return fmt.Errorf("commune %s: department %q, want %q", row.Code, row.Department, want)
	}
	has := article(typographic(row.Name))
	if l := row.Liaison; l != nil && (*l > 1 && *l != has || *l == 1 && has > 0) {
		return fmt.Errorf("commune %s: %s: typeLiaison is %d", row.Code, row.Name, *l)
	}
	return nil
}

// stands says how the name of a commune stands in a sentence.
func stands(code, name string) (form byte, phrase string) {
	switch has := article(name); {
	case irregularCommunes[code] != "":
		return 'p', irregularCommunes[code]
	case has == 2:
		return 'u', ""
	case has == 4, has == 6:
		return 'x', ""
	}
	return 'a', ""
}

func departmentOf(code string) string {
	if strings.HasPrefix(code, "97") || strings.HasPrefix(code, "98") {
		return code[:3]
	}
	return code[:2]
}

// irregularCommunes are the places without inhabitants, which have a code and no
// article.
var irregularCommunes = map[string]string{
	"98411": "aux îles Saint-Paul et Nouvelle-Amsterdam",
	"98412": "dans l’archipel des Kerguelen",
	"98413": "dans l’archipel des Crozet",
	"98414": "en Terre-Adélie",
	"98415": "aux îles Éparses de l’océan Indien",
	"98901": "sur l’île de Clipperton",
}
