package main

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// The table of INSEE is in capitals, without accents, sometimes turned round:
// CENTRAFRICAINE (REPUBLIQUE). Its codes and its words are kept; how French
// writes them is taken from the French names of territories in CLDR, or from
// french-ssn, where these are the same words, and from countries.txt for the
// rest. Nothing there can bring in a word of its own: see written.
//
//go:embed countries.txt
var reviewedTxt string

// written is a line of countries.txt.
type written struct {
	today bool
	newer bool   // a code that the table does not have
	iso   string // of a country of today, if it has one
	name  string
}

// countries reads the countries and territories, of today and former.
func countries(table, ssnJSON, cldrJSON []byte, txt string) ([]place, error) {
	labels, err := inseeLabels(table)
	if err != nil {
		return nil, err
	}
	states, err := stateNames(ssnJSON)
	if err != nil {
		return nil, err
	}
	french, err := frenchNames(cldrJSON)
	if err != nil {
		return nil, err
	}
	reviewed, before, err := reviewedNames(txt)
	if err != nil {
		return nil, err
	}
	// The table is of countries abroad. France comes from two others that agree.
	const france = "99100"
	if labels[france] != nil || states[france] != french["FR"] || french["FR"] == "" {
		return nil, errors.New("99100: the sources do not agree that it is France alone")
	}
	labels[france] = []string{strings.ToUpper(french["FR"])}

	for code, w := range reviewed {
		if w.newer && labels[code] != nil {
			return nil, fmt.Errorf("countries.txt: INSEE's table has %s now", code)
		}
		if w.newer {
			labels[code] = []string{w.name}
		}
	}

	byWords := map[string]string{}
	for iso, name := range french {
		if other := byWords[words(name)]; other != "" {
			return nil, fmt.Errorf("CLDR has %s and %s under one name", other, iso)
		}
		byWords[words(name)] = iso
	}
	var all []place
	usedBy := map[string]string{}
	for code, labels := range labels {
		label := name(labels)
		w, ok := reviewed[code]
		delete(reviewed, code)
		switch {
		case ok && w.iso != "" && french[w.iso] == "":
			return nil, fmt.Errorf("%s: CLDR has no %s", code, w.iso)
		case ok && words(w.name) != words(label) && typographic(w.name) != typographic(french[w.iso]):
			return nil, fmt.Errorf("%s: countries.txt has %q, INSEE %q", code, w.name, label)
		case ok:
		case byWords[words(label)] != "":
			w.today, w.iso = true, byWords[words(label)]
			w.name = typographic(french[w.iso])
		case words(states[code]) == words(label) && !strings.Contains(states[code], ","):
			w.today, w.name = true, typographic(states[code])
		default:
			return nil, fmt.Errorf("%s: no source writes %q: add it to countries.txt", code, label)
		}
		if w.iso != "" && usedBy[w.iso] != "" {
			return nil, fmt.Errorf("%s: it is %s, as %s is", code, w.iso, usedBy[w.iso])
		}
		if w.iso != "" {
			usedBy[w.iso] = code
		}
		p := place{code: code, kind: 'P', name: w.name}
		if !w.today {
			p.kind = 'Q' // agree refuses it if french-ssn has it
		}
		p.form, p.phrase = inSentence(p.name)
		p.before = before[code]
		delete(before, code)
		all = append(all, p)
	}
	if len(before) > 0 {
		return nil, fmt.Errorf("countries.txt: INSEE has no %s", slices.Sorted(maps.Keys(before)))
	}
	if len(reviewed) > 0 {
		return nil, fmt.Errorf("countries.txt: INSEE has no %s", slices.Sorted(maps.Keys(reviewed)))
	}
	return all, agree(all, labels, states, french, usedBy)
}

// agree checks the codes against french-ssn: each of its countries is one of
// today here, under a name that has the beginning of a word in common.
func agree(all []place, labels map[string][]string, states, french, usedBy map[string]string) error {
	names := map[string]string{}
	for _, p := range all {
		if p.kind == 'P' {
			names[p.code] = name(labels[p.code]) + " " + p.name
		}
	}
	for iso, code := range usedBy {
		names[code] += " " + french[iso]
	}
	for code, state := range states {
		if names[code] == "" {
			return fmt.Errorf("%s: %q of french-ssn is not here", code, state)
		}
		if otherName[code] != state && !common(names[code], state) {
			return fmt.Errorf("%s: french-ssn has %q, here is %q", code, state, names[code])
		}
	}
	return nil
}

// otherName are the countries that french-ssn has under another name altogether.
var otherName = map[string]string{
	"99148": "Bélarus",
	"99391": "Swaziland",
}

func common(a, b string) bool {
	begin := func(text string) map[string]bool {
		all := map[string]bool{}
		for w := range strings.FieldsSeq(words(text)) {
			if len(w) >= 3 && !slices.Contains([]string{"republique", "iles", "saint", "sainte"}, w) {
				all[w[:3]] = true
			}
		}
		return all
	}
	in := begin(a)
	for w := range begin(b) {
		if in[w] {
			return true
		}
	}
	return false
}

var (
	tableRow   = regexp.MustCompile(`"(99[0-9]{3})":\s*\[([^\]]*)\]`)
	tableLabel = regexp.MustCompile(`"([^"\\]*)"`)
)

// inseeLabels reads the table: a dictionary of lists, in Python.
func inseeLabels(table []byte) (map[string][]string, error) {
	_, text, ok := strings.Cut(string(table), "COUNTRIES = {")
	if !ok {
		return nil, errors.New("countries: no COUNTRIES in the table")
	}
	labels := map[string][]string{}
	for _, row := range tableRow.FindAllStringSubmatch(text, -1) {
		for _, label := range tableLabel.FindAllStringSubmatch(row[2], -1) {
			labels[row[1]] = append(labels[row[1]], label[1])
		}
	}
	if n := strings.Count(text, `"99`); n == 0 || n != len(labels) {
		return nil, fmt.Errorf("countries: %d codes, %d were read", n, len(labels))
	}
	return labels, nil
}

// name returns the label of a code that several territories share: that of all of
// them if there is one, otherwise the first, which is the State they are of.
func name(labels []string) string {
	label := labels[0]
	for _, l := range labels {
		if rest, ok := strings.CutPrefix(l, "TERR. "); ok {
			label = "TERRITOIRES " + rest
		} else if strings.HasPrefix(l, "TERRITOIRES ") {
			label = l
		}
	}
	// VATICAN, ou SAINT-SIEGE
	label, _, _ = strings.Cut(label, ", ou ")
	return label
}

// stateNames reads the States of french-ssn: 100 is 99100.
func stateNames(ssnJSON []byte) (map[string]string, error) {
	short := map[string]string{}
	if err := json.Unmarshal(ssnJSON, &short); err != nil {
		return nil, fmt.Errorf("states: %w", err)
	}
	names := map[string]string{}
	for code, name := range short {
		names["99"+code] = name
	}
	return names, nil
}

// notCountries are the codes of two letters that are not ISO 3166-1's own.
const notCountries = "AC CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ"

// frenchNames reads the territories of CLDR by ISO code.
func frenchNames(cldrJSON []byte) (map[string]string, error) {
	var file struct {
		Main struct {
			Fr struct {
				LocaleDisplayNames struct {
					Territories map[string]string `json:"territories"`
				} `json:"localeDisplayNames"`
			} `json:"fr"`
		} `json:"main"`
	}
	if err := json.Unmarshal(cldrJSON, &file); err != nil {
		return nil, fmt.Errorf("french names: %w", err)
	}
	names := map[string]string{}
	for iso, name := range file.Main.Fr.LocaleDisplayNames.Territories {
		if len(iso) == 2 && !strings.Contains(notCountries, iso) {
			names[iso] = name
		}
	}
	if len(names) == 0 {
		return nil, errors.New("french names: there are none")
	}
	return names, nil
}

// reviewedNames reads countries.txt: names of today, and those before.
func reviewedNames(text string) (names map[string]written, before map[string][]earlier, err error) {
	names, before = map[string]written{}, map[string][]earlier{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.SplitN(line, " ", 3)
		if len(f) == 3 && f[1][0] == '<' {
			until, known, ok := strings.Cut(f[1][1:], "~")
			e := earlier{until: number(until), known: number(until), name: f[2]}
			if ok {
				e.known = number(known)
			}
			if list := before[f[0]]; e.until == 0 || e.known < e.until || len(list) > 0 && list[len(list)-1].until <= e.known {
				return nil, nil, fmt.Errorf("countries.txt: %q is not a day, or not before the line before", line)
			}
			e.form, e.phrase = inSentence(e.name)
			before[f[0]] = append(before[f[0]], e)
			continue
		}
		if len(f) != 3 || names[f[0]] != (written{}) {
			return nil, nil, fmt.Errorf("countries.txt: %q is not a new code, a status and a name", line)
		}
		status, newer := strings.CutPrefix(f[1], "*")
		names[f[0]] = written{today: status != "-", newer: newer, iso: strings.Trim(status, "+-"), name: f[2]}
	}
	return names, before, nil
}

var unaccented = strings.NewReplacer("à", "a", "â", "a", "ã", "a", "å", "a", "ç", "c", "é", "e", "è", "e", "ê", "e", "ë", "e",
	"î", "i", "ï", "i", "í", "i", "ô", "o", "ö", "o", "ó", "o", "û", "u", "ü", "u", "ù", "u", "œ", "oe")

// words returns what two ways to write a name have in common: their words in order of
// the alphabet, without accents and without the small ones.
func words(name string) string {
	w := strings.FieldsFunc(unaccented.Replace(strings.ToLower(name)), func(r rune) bool { return r < 'a' || r > 'z' })
	w = slices.DeleteFunc(w, func(w string) bool {
		return slices.Contains([]string{"d", "de", "du", "des", "et", "l", "la", "le", "les"}, w)
	})
	slices.Sort(w)
	return strings.Join(w, " ")
}
