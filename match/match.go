package match

import (
	"fmt"
	"log/slog"

	"github.com/franceconnect-go/franceconnect/person"
)

// A Record is what a portal knows about a person, as its database has it. Any
// field may be empty; one that is not known must be, since no value stands for
// "unknown" here. It prints and logs as a placeholder.
type Record struct {
	GivenNames string // all that there are, separated by spaces or by commas: "Camille Rose", "Marie Laure, Solange"
	FamilyName string // at birth
	UsageName  string // of marriage or of use

	Gender    person.Gender
	BirthDate person.BirthDate // person.ParseBirthDate reads 1962-08-24, 1962-08-00 and 1962-00-00

	// Codes of the Code officiel géographique, as in person.Pivot. France
	// is not supplied where only a commune is known.
	BirthPlace   person.Place
	BirthCountry person.Place
}

// Format prints a placeholder, for every verb.
func (Record) Format(s fmt.State, _ rune) { fmt.Fprint(s, placeholder) }

// LogValue logs a placeholder.
func (Record) LogValue() slog.Value { return slog.StringValue(placeholder) }

const placeholder = "record"

// A Matcher is what there is to know about a portal's database as a whole. Its
// zero value is a database that keeps names whole, and codes as FranceConnect
// has them.
type Matcher struct {
	// GivenNamesCutAt and FamilyNameCutAt are the lengths, in characters, at
	// which names were once cut off, usage names as family names; 0 is never.
	// A name that fills its column may go on, and is Partial at most.
	GivenNamesCutAt int
	FamilyNameCutAt int

	// CurrentPlace gives the code of today for an old code of a commune: 2A004
	// for 20004, that of the commune into which another was merged. ok is
	// false for a code it does not know and for one that is current. An old code
	// and the one of today are one place whatever the birth date, since nobody
	// knows which databases bring codes up to date: for births before Pringy
	// became a part of Annecy, too, the two are one. Two old codes are two places,
	// whatever became of them. If nil, codes are compared as they are.
	CurrentPlace func(code string) (current string, ok bool)
}

// Compare compares a person with a record by the zero Matcher.
func Compare(who person.Identity, r Record) Result { return Matcher{}.Compare(who, r) }

// Compare compares a person with a record. It does not fail: what cannot be
// compared is Missing or Differs.
func (m Matcher) Compare(who person.Identity, r Record) Result {
	p := Prepared{matcher: m}
	p.who.fill(who)
	return p.Compare(r)
}

// Prepare returns a person to be compared with many records.
func (m Matcher) Prepare(who person.Identity) *Prepared {
	p := &Prepared{matcher: m}
	p.who.fill(who)
	return p
}

// A Prepared is a person whose names are folded, so that it is done once for
// many records. It prints and logs as a placeholder. Several goroutines may use
// one.
type Prepared struct {
	matcher Matcher
	who     side
}

// Format prints a placeholder, for every verb.
func (Prepared) Format(s fmt.State, _ rune) { fmt.Fprint(s, "person") }

// LogValue logs a placeholder.
func (Prepared) LogValue() slog.Value { return slog.StringValue("person") }

// Compare is [Matcher.Compare] of the person.
func (p *Prepared) Compare(r Record) Result {
	var other side
	other.fillRecord(&r, &p.who)
	a, b, m := &p.who, &other, p.matcher

	given, order := givenNames(a, b, m.GivenNamesCutAt)
	family := familyName(a, b, m.FamilyNameCutAt)
	given, family = oneName(a, b, given, family)
	date := birthDate(a.born, b.born)
	given, family, date = slip(a, b, given, family, date)

	// One allocation for the answer about nearly everybody.
	room := new(struct {
		reasons [7]Reason
		found   [12]Finding
	})
	list := reasons{all: room.reasons[:0], found: room.found[:0], grade: Exact}
	list.add(GivenNames, given, a.given, b.given)
	if order != "" {
		last := &list.all[0]
		list.found = append(list.found, order)
		last.Found = list.found[0:2:2]
	}
	list.add(FamilyName, family, a.family, b.family)
	list.add(Gender, written(a.gender, b.gender), a.gender, b.gender)
	list.add(BirthDate, date, text{}, text{})
	list.add(BirthPlace, m.birthPlace(a, b), a.place, b.place)
	list.add(BirthCountry, birthCountry(a, b), a.country, b.country)
	// Told, not weighed: it is no part of the pivot.
	if usage := written(a.usage, b.usage); usage != Missing {
		grade := list.grade
		list.add(UsageName, usage, a.usage, b.usage)
		list.grade = grade
	}
	return Result{Grade: list.grade, Reasons: list.all}
}

// reasons are those of an answer while it is made.
type reasons struct {
	all   []Reason
	found []Finding
	grade Grade
}

// add adds what was found about a field; instead of another writing, what makes
// it one.
func (l *reasons) add(of Field, f Finding, a, b text) {
	from := len(l.found)
	if f == otherWriting {
		l.found = needed(l.found, a.as, b.as)
		l.grade = min(l.grade, Folded)
	} else {
		l.found = append(l.found, f)
		l.grade = min(l.grade, f.grade(of))
	}
	l.all = append(l.all, Reason{of, l.found[from:len(l.found):len(l.found)]})
}
