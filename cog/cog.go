// Package cog has the names behind the codes of INSEE's Code officiel
// géographique, which FranceConnect gives as the birth place and the birth
// country of a person: communes of today, former communes and what they became,
// arrondissements of Paris, Lyon and Marseille, overseas, countries of today and
// former countries.
//
//	born := cog.Find(string(person.BirthPlace))
//	fmt.Println("Lieu de naissance :", born) // Le Havre (Seine-Maritime)
//	fmt.Println("Vous êtes né", born.In())   // au Havre
//
// A code that is not known, or free text as identity providers send it for
// people born abroad, is its own name: nothing here returns an error.
//
// The data are embedded, and read at the first Find, once: LICENCE-DONNEES.md
// has their sources and vintage, [Attribution] the line that their licence asks
// a portal to show, README.md what is missing.
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
	// FormerCountry is one that is no more. The table does not say it: it is told
	// from the others by two lists of today's countries. A code that a State took
	// over from the one before it, as Russia did 99123, is a Country under the
	// name of today.
	FormerCountry
)

// A Place is what a code stands for. What a portal keeps is the code: a Place
// that was stored no longer knows how it stands in a sentence.
type Place struct {
	// Code is the code, in upper case if it is known: 2A004 for 2a004.
	Code string
	// Name is the official name, such as « Paris 7e Arrondissement » or
	// « L’Haÿ-les-Roses », with typographic apostrophes, and Code if the code is
	// not known.
	Name string
	Kind Kind
	// Department is that of a commune, as it is today, and DepartmentCode its
	// code: 75, 2A, 974. Overseas collectivities stand here too: 987 Polynésie
	// française. Both are empty for a country.
	Department, DepartmentCode string
	// Successor is, for a FormerCommune, the code of the commune of today.
	Successor string
	// Borrowed means that Name is that of the Successor, because the data do not
	// have the name that the commune had.
	Borrowed bool

	form form
}

// Find returns the place of a code: five characters, of a commune or of a
// country. It allocates nothing. It never fails: see [Place.Known].
func Find(code string) Place {
	t := table()
	i, ok := t.search(code)
	if !ok {
		return Place{Code: code, Name: code}
	}
	p := t.place(i)
	if p.Kind == Country || p.Kind == FormerCountry {
		return p
	}
	today := p.Code
	if p.Successor != "" {
		today = p.Successor
	}
	p.DepartmentCode = departmentCode(today)
	p.Department = t.departments[p.DepartmentCode]
	if p.Name == "" {
		i, _ := t.search(p.Successor) // read has seen that it is there
		s := t.place(i)
		p.Name, p.form = s.Name, s.form
	}
	return p
}

// Known reports whether the code is one of the data.
func (p Place) Known() bool { return p.Kind != Unknown }

// String returns the place on a line of its own, as people write it: « Paris 7e »,
// « Le Havre (Seine-Maritime) », « Valserhône (commune actuelle, Ain) » where
// the name is borrowed, « Algérie », and the code itself if it is not known.
func (p Place) String() string {
	name, in := p.short(), p.Department
	switch {
	case p.Borrowed:
		in = "commune actuelle, " + in
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

// Current returns the code of today's commune for an old code: 2A004 for 20004. ok is
// false for a code of today and for one that is not known. It is a
// match.Matcher's CurrentPlace.
func Current(code string) (current string, ok bool) {
	p := Find(code)
	return p.Successor, p.Kind == FormerCommune
}

// Names is the data for a package that wants no more than names and not to
// depend on this one.
type Names struct{}

// Place returns what [Place.String] does, and whether the code is known.
func (Names) Place(code string) (name string, ok bool) {
	p := Find(code)
	return p.String(), p.Known()
}

// In returns what [Place.In] does, and whether the code is known. It says where
// the name is borrowed: « à Propriano (commune actuelle) ».
func (Names) In(code string) (phrase string, ok bool) {
	p := Find(code)
	phrase = p.In()
	if p.Borrowed {
		phrase += " (commune actuelle)"
	}
	return phrase, p.Known()
}

// departmentCode returns the start of a commune's code: three characters overseas.
func departmentCode(code string) string {
	if strings.HasPrefix(code, "97") || strings.HasPrefix(code, "98") {
		return code[:3]
	}
	return code[:2]
}
