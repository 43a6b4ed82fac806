package match

import (
	"fmt"
	"log/slog"
	"strings"

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
	// false for a code it does not know and for one that is current. Two old
	// codes are two places, whatever became of them. If nil, codes are compared
	// as they are.
	CurrentPlace func(code string) (current string, ok bool)
}

// Compare compares a person with a record by the zero Matcher.
func Compare(who person.Identity, r Record) Result { return Matcher{}.Compare(who, r) }

// Compare compares a person with a record. It does not fail: what cannot be
// compared is Missing or Differs.
func (m Matcher) Compare(who person.Identity, r Record) Result {
	a, b := newCompared(who), r.compared()
	answer := Result{Grade: Exact, Reasons: []Reason{
		{GivenNames, givenNames(a.givenNames, b.givenNames, m.GivenNamesCutAt)},
		{FamilyName, familyName(a, b, m.FamilyNameCutAt)},
		{Gender, writing(a.gender, b.gender)},
		{BirthDate, birthDate(a.birthDate, b.birthDate)},
		{BirthPlace, m.birthPlace(a, b)},
		{BirthCountry, birthCountry(a, b)},
	}}
	for _, reason := range answer.Reasons {
		answer.Grade = min(answer.Grade, reason.grade())
	}
	// Told, not weighed: it is no part of the pivot.
	if usage := writing(a.usageName, b.usageName); usage[0] != Missing {
		answer.Reasons = append(answer.Reasons, Reason{UsageName, usage})
	}
	return answer
}

// A person is either side.
type compared struct {
	givenNames                       []string
	familyName, usageName            string
	gender, birthPlace, birthCountry string
	birthDate                        person.BirthDate
}

func newCompared(who person.Identity) compared {
	p := who.CivilStatus()
	if len(p.GivenNames) == 0 {
		p.GivenNames = strings.Fields(p.GivenName)
	}
	return compared{
		p.GivenNames, p.FamilyName, who.UsageName,
		string(p.Gender), string(p.BirthPlace), string(p.BirthCountry), p.BirthDate,
	}
}

func (r Record) compared() compared {
	return compared{
		split(r.GivenNames), r.FamilyName, r.UsageName,
		string(r.Gender), string(r.BirthPlace), string(r.BirthCountry), r.BirthDate,
	}
}

// split finds the given names in a column. Where there is a comma, a space is
// part of a name.
func split(column string) []string {
	comma := func(r rune) bool { return r == ',' || r == ';' }
	if !strings.ContainsFunc(column, comma) {
		return strings.Fields(column)
	}
	var names []string
	for name := range strings.FieldsFuncSeq(column, comma) {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	return names
}
