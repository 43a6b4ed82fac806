package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// commune is a row of communes.json.
type commune struct {
	Code        string   `json:"code"`
	Name        string   `json:"nom"`
	Type        string   `json:"type"`
	Liaison     *int     `json:"typeLiaison"`
	Department  string   `json:"departement"`
	Head        string   `json:"chefLieu"`
	FormerCodes []string `json:"anciensCodes"`
}

// communes reads the communes of today, their arrondissements, and what is known
// of those that were.
func communes(communesJSON, departementsJSON []byte) (departments map[string]string, all []place, err error) {
	var rows []commune
	if err := json.Unmarshal(communesJSON, &rows); err != nil {
		return nil, nil, fmt.Errorf("communes: %w", err)
	}
	if departments, err = departmentNames(departementsJSON); err != nil {
		return nil, nil, err
	}
	known := map[string]place{}
	successor := map[string]string{}
	for _, r := range rows {
		if r.Type != "commune-actuelle" {
			continue
		}
		if known[r.Code] != (place{}) {
			return nil, nil, fmt.Errorf("commune %s: there are two of today", r.Code)
		}
		known[r.Code] = place{code: r.Code, kind: 'C', name: typographic(r.Name)}
		for _, former := range r.FormerCodes {
			if s := successor[former]; s != "" {
				return nil, nil, fmt.Errorf("commune %s: it became %s and %s", former, s, r.Code)
			}
			successor[former] = r.Code
		}
	}
	for _, r := range rows {
		p := place{code: r.Code, name: typographic(r.Name)}
		switch r.Type {
		case "commune-actuelle":
			p = known[r.Code]
		case "arrondissement-municipal":
			p.kind = 'A'
		case "commune-deleguee", "commune-associee":
			if known[r.Code].kind == 'C' {
				continue // it gave its code to the commune of today, whose name it is
			}
			p.kind, p.successor = 'F', successor[r.Code]
			if p.successor == "" {
				p.successor = r.Head
			}
		default:
			return nil, nil, fmt.Errorf("commune %s: type %q is not known", r.Code, r.Type)
		}
		if q := known[r.Code]; q.code != "" && q != p {
			return nil, nil, fmt.Errorf("commune %s: there are two", r.Code)
		}
		if err := p.settle(r); err != nil {
			return nil, nil, err
		}
		known[r.Code] = p
	}
	for former, today := range successor {
		if known[former].kind == 'C' {
			return nil, nil, fmt.Errorf("commune %s: of today and former", former)
		}
		if known[former].code == "" {
			known[former] = place{code: former, kind: nameless(former, today), form: '-', successor: today}
		}
	}
	for _, p := range known {
		if p.kind == 'F' && known[p.successor].kind != 'C' {
			return nil, nil, fmt.Errorf("commune %s: %q, which it became, is no commune of today", p.code, p.successor)
		}
		all = append(all, p)
	}
	return departments, all, nil
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

// nameless returns the kind of a former code that has no name of its own in the data.
// Where a département was divided (Seine and Seine-et-Oise in 1968, Corsica in
// 1976), communes went over to another with their number: such a code is the
// same commune. Any other may be one that was absorbed.
func nameless(former, today string) byte {
	if former[2:] == today[2:] {
		return 'F'
	}
	return 'B'
}

// settle checks a row and says how its name stands in a sentence. INSEE's
// typeLiaison gives the article, which the name has too: both must agree, but
// for the overseas collectivities, which have none, and 0, which some have that
// begin with an article.
func (p *place) settle(r commune) error {
	today := p.code
	if p.successor != "" {
		today = p.successor
	}
	if want := departmentOf(today); r.Department != want {
		return fmt.Errorf("commune %s: department %q, want %q", r.Code, r.Department, want)
	}
	articles := []string{2: "Le ", 3: "La ", 4: "Les ", 5: "L’", 6: "Aux ", 7: "Las ", 8: "Los "}
	has := slices.IndexFunc(articles, func(a string) bool { return a != "" && strings.HasPrefix(p.name, a) })
	if l := r.Liaison; l != nil && *l > 1 && *l != has {
		return fmt.Errorf("commune %s: %s: typeLiaison is %d", r.Code, r.Name, *l)
	}
	if l := r.Liaison; l != nil && *l == 1 && has > 0 {
		return fmt.Errorf("commune %s: %s: typeLiaison is %d", r.Code, r.Name, *l)
	}
	switch {
	case irregularCommunes[p.code] != "":
		p.form, p.phrase = 'p', irregularCommunes[p.code]
	case has == 2:
		p.form = 'u'
	case has == 4, has == 6:
		p.form = 'x'
	default:
		p.form = 'a'
	}
	return nil
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
