// Package cog has the names behind the codes of INSEE's Code officiel
// géographique, which FranceConnect gives as the birth place and the birth
// country of a person: communes and the names that they had, former communes and
// what they became, arrondissements of Paris, Lyon and Marseille, overseas,
// countries of today and former countries.
//
//	born := cog.Find(string(who.BirthPlace), who.BirthDate.String())
//	fmt.Println("Lieu de naissance :", born) // Le Havre (Seine-Maritime)
//	fmt.Println("Vous êtes né", born.In())   // au Havre
//
// A name is that of the day of birth: whoever was born in Vire in 1975 has 14762,
// which is Vire Normandie today, and is shown Vire. Where the day does not tell,
// all names that the place may have had are shown, and say so: [Place.Uncertain].
//
// A code that is not known, or free text as identity providers send it for
// people born abroad, is its own name: nothing here returns an error.
//
// The data are embedded, and those of a département are read at the first Find of
// a code in it: LICENCE-DONNEES.md has their sources and vintage, [Attribution]
// the line that their licence asks a portal to show, README.md what is missing.
//
//	cog.go       Find, Place
//	french.go    a place in a sentence
//	table.go     the embedded file
//	sources.go   its vintage and its attribution, written by the generator
//	generate     makes it anew: go run ./generate
package cog

import "strings"

//go:generate go run ./generate

// Kind is what a code stands for.
type Kind uint8

const (
	// Unknown is a code that the data do not have, or no code at all.
	Unknown Kind = iota
	// Commune is a commune of today, overseas included.
	Commune
	// Arrondissement is one of Paris, Lyon or Marseille, where births are
	// registered.
	Arrondissement
	// FormerCommune is one that is part of another today, be it as commune
	// déléguée or associée, or that has another code today.
	FormerCommune
	// Country is a country or territory of today. France is one, 99100.
	Country
	// FormerCountry is one whose code no State has today.
	FormerCountry
)

// A Place is what a code stands for. What a portal keeps is the code: a Place
// that was stored no longer knows how it stands in a sentence.
type Place struct {
	// Code is the code, in upper case if it is known: 2A004 for 2a004.
	Code string
	// Name is the official name on the day of birth, such as « Paris 7e
	// Arrondissement » or « L’Haÿ-les-Roses », with typographic apostrophes, and
	// Code if the code is not known.
	Name string
	Kind Kind
	// Today is the name that the code has today, if it is another than Name:
	// Vire Normandie.
	Today string
	// Uncertain means that the place may have had an earlier name than Name:
	// the day of birth is not known, or the data do not have the day on which
	// the name changed. String and In show them all.
	Uncertain bool
	// Department is that of a commune, as it is today, and DepartmentCode its
	// code: 75, 2A, 974. Overseas collectivities stand here too: 987 Polynésie
	// française. Both are empty for a country.
	Department, DepartmentCode string
	// Successor is, for a FormerCommune, the code of the commune of today.
	Successor string

	form  form
	doubt string // the earlier names that it may have had, as the table has them
	then  string // the département of that time, where it is another
}

// Find returns the place of a code, of a commune or of a country, as it was on a
// day: born is a date of birth as FranceConnect writes it, 1962-08-24, 1962-08-00
// or 1962-00-00, or empty. It allocates nothing but at the first code of a
// département, and never fails: see [Place.Known].
func Find(code, born string) (p Place) {
	t := table()
	b, line, ok := t.search(code)
	if !ok || !p.read(line, born) {
		return Place{Code: code, Name: code}
	}
	if p.Kind == Country || p.Kind == FormerCountry {
		return p
	}
	then := departmentCode(p.Code)
	p.DepartmentCode, p.Department = then, b.department
	if p.Successor != "" {
		p.DepartmentCode = departmentCode(p.Successor)
	}
	if p.DepartmentCode != b.begin {
		p.Department = t.departments[p.DepartmentCode]
	}
	if then != p.DepartmentCode {
		d, ok := divided[then]
		switch {
		case !ok:
			p.then = t.departments[then]
		case birthDays(born).first < d.until:
			p.then = d.name
		}
	}
	return p
}

// divided are the départements whose codes the communes have no more, until the day
// on which they were divided: law 64-707 of 10 July 1964, law 75-356 of 15 May 1975.
var divided = map[string]struct {
	name  string
	until int
}{"75": {"Seine", 19680101}, "78": {"Seine-et-Oise", 19680101}, "20": {"Corse", 19760101}}

// Known reports whether the code is one of the data.
func (p Place) Known() bool { return p.Kind != Unknown }

// String returns the place on a line of its own, as people write it: « Paris 7e »,
// « Le Havre (Seine-Maritime) », « Bondy (Seine, aujourd’hui Seine-Saint-Denis) »,
// « Algérie », and the code itself if it is not known. Where the name is
// Uncertain it has all of them: « Vire, aujourd’hui Vire Normandie (Calvados) ».
func (p Place) String() string {
	name, in := p.short(), p.Department
	if p.Uncertain {
		name = p.names()
	}
	switch {
	case p.then != "" && in == p.short():
		in = p.then
	case p.then != "":
		in = p.then + ", aujourd’hui " + in
	case in == "" || in == name || p.Kind == Arrondissement:
		return name
	}
	if before, ok := strings.CutSuffix(name, ")"); ok { // Château-Chinon (Ville)
		return before + ", " + in + ")"
	}
	return name + " (" + in + ")"
}

// short returns the name without what everybody leaves out.
func (p Place) short() string {
	if p.Kind == Arrondissement {
		return strings.TrimSuffix(p.Name, " Arrondissement")
	}
	return p.Name
}

// names returns those that a place may have had, the first one first.
func (p Place) names() string {
	var names string
	for rest := p.doubt; rest != ""; {
		e := earlier(rest)
		if rest = e.before; names != "" {
			names = ", " + names
		}
		names = e.name + names
	}
	if p.isToday() {
		return names + ", aujourd’hui " + p.short()
	}
	return names + " ou " + p.short()
}

// isToday reports whether Name is the name of today.
func (p Place) isToday() bool { return p.Today == "" && p.Kind != FormerCommune }

// Current returns the code of today's commune for an old code: 2A004 for 20004. ok is
// false for a code of today and for one that is not known. It is a
// match.Matcher's CurrentPlace, for which an absorbed commune and the one of today
// are then one place whatever the birth date.
func Current(code string) (current string, ok bool) {
	p := Find(code, "")
	return p.Successor, p.Kind == FormerCommune
}

// Names is the data for a package that wants no more than names and not to
// depend on this one.
type Names struct{}

// Place returns what [Place.String] does, and whether the code is known.
func (Names) Place(code, born string) (name string, ok bool) {
	p := Find(code, born)
	return p.String(), p.Known()
}

// In returns what [Place.In] does, and whether the code is known.
func (Names) In(code, born string) (phrase string, ok bool) {
	p := Find(code, born)
	return p.In(), p.Known()
}

// departmentCode returns the start of a commune's code: three characters overseas.
func departmentCode(code string) string {
	if code[0] == '9' && (code[1] == '7' || code[1] == '8') {
		return code[:3]
	}
	return code[:2]
}
