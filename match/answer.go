package match

import (
	"log/slog"
	"strings"
)

// A Grade is how alike a person and a record are; the package comment has the
// rules. Grades are ordered: Different < Near < Partial < Folded < Exact.
type Grade int

// The grades.
const (
	Different Grade = iota
	Near
	Partial
	Folded
	Exact
)

// String returns "different", "near", "partial", "folded" or "exact".
func (g Grade) String() string {
	names := [...]string{"different", "near", "partial", "folded", "exact"}
	if g < 0 || int(g) >= len(names) {
		return "unknown"
	}
	return names[g]
}

// A Field is one of those that are compared.
type Field string

// The identité pivot, and the usage name beside it.
const (
	GivenNames   Field = "given_names"
	FamilyName   Field = "family_name"
	Gender       Field = "gender"
	BirthDate    Field = "birth_date"
	BirthPlace   Field = "birth_place"
	BirthCountry Field = "birth_country"
	UsageName    Field = "usage_name" // told only if both sides have one, and never weighed
)

// A Finding is what was found about a field: a stable word.
type Finding string

// The findings, by what they leave of the grade.
const (
	Same      Finding = "same"
	NotNeeded Finding = "not_needed" // birth place of people whose birth country is another than France

	// Folded at most: the same but for these. A field may have several.
	Accents     Finding = "accents"
	Ligatures   Finding = "ligatures" // œ, æ, ß, ø, ł, and forms for show, as ﬁ
	Case        Finding = "case"
	Hyphens     Finding = "hyphens"
	Apostrophes Finding = "apostrophes"
	Dots        Finding = "dots"
	Spaces      Finding = "spaces"
	Particles   Finding = "particles" // the space after one: « Le Goff », « Legoff »
	OldCode     Finding = "old_code"  // of the same commune

	// Partial at most: the same in part.
	FirstOnly       Finding = "first_only"       // one side has the first given name alone
	SomeMissing     Finding = "some_missing"     // one side has some of the other's given names
	Order           Finding = "order"            // of given names, or of the words of a birth name: « Garcia Martinez », « TOUR DE LA »
	ParticleMissing Finding = "particle_missing" // « de Martin », « Martin »
	UsageForBirth   Finding = "usage_for_birth"  // one side's birth name is the other's usage name
	UsageOnly       Finding = "usage_only"       // birth names differ or are missing, usage names do not
	OneColumn       Finding = "one_column"       // one side has two names in a column, or both joined, and one is the other's: « DUPONT épouse MARTIN »
	OtherColumn     Finding = "other_column"     // of who has one name alone: given name here, family name there, or in both
	MissingOnBoth   Finding = "missing_on_both"  // given names, or the family name, of who has one name alone
	CutOff          Finding = "cut_off"          // the record's fills its column, and may go on
	PartUnknown     Finding = "part_unknown"     // of the date; what both know is the same
	Presumed        Finding = "presumed"         // unknown on one side, a first of the month or of January on the other
	NotComparable   Finding = "not_comparable"   // a country on one side, a French commune of the time on the other: Algeria before 3 July 1962

	// Near at most: one slip away.
	Typo      Finding = "typo"      // one letter typed wrong, left out, doubled or exchanged with the next
	Shortened Finding = "shortened" // one is the beginning of the other, a nickname for it, or has St for Saint
	Initial   Finding = "initial"   // initials of given names: « J.-B. », « JB »
	Damaged   Finding = "damaged"   // characters lost to ?, read in the wrong encoding or escaped for HTML
	Umlauts   Finding = "umlauts"   // ü written ue
	DayMonth  Finding = "day_month" // day and month exchanged
	OneDigit  Finding = "one_digit" // one digit of the date typed wrong, or two exchanged

	// Partial at most, and Different for a name or the birth date.
	Missing Finding = "missing" // on one side or both
	Differs Finding = "differs"
)

// grade returns what a finding leaves of it.
func (f Finding) grade(of Field) Grade {
	switch f {
	case Same, NotNeeded:
		return Exact
	case Accents, Ligatures, Case, Hyphens, Apostrophes, Dots, Spaces, Particles, OldCode:
		return Folded
	case Typo, Shortened, Initial, Damaged, Umlauts, DayMonth, OneDigit:
		return Near
	case Missing, Differs:
		if of == GivenNames || of == FamilyName || of == BirthDate {
			return Different
		}
	}
	return Partial
}

// A Reason is what was found about a field. It has no personal value.
type Reason struct {
	Field Field
	Found []Finding // one, or the foldings that it took, or SomeMissing and Order
}

// String returns its words, for a log: "family_name=case,accents".
func (r Reason) String() string {
	var s strings.Builder
	s.WriteString(string(r.Field) + "=")
	for i, f := range r.Found {
		if i > 0 {
			s.WriteString(",")
		}
		s.WriteString(string(f))
	}
	return s.String()
}

// grade returns the lowest that a finding leaves.
func (r Reason) grade() Grade {
	g := Exact
	for _, f := range r.Found {
		g = min(g, f.grade(r.Field))
	}
	return g
}

// A Result is how alike a person and a record are, and why. It holds no
// personal value: it can be logged and kept with the decision.
type Result struct {
	Grade   Grade
	Reasons []Reason // one for each field of the pivot, and perhaps UsageName
}

// SafeToLink reports whether the person may be given the account without any other
// proof: all six fields of the identité pivot are the same, at least after
// folding (the birth place is not needed of people born abroad), and no part of
// them is unknown. That is half of the rule. The other half is the portal's:
// the record must itself have been verified, against an identity document or
// FranceConnect, since anybody can type in a neighbour's civil status; and it
// must be the only one that Links.
func (a Result) SafeToLink() bool { return a.Grade >= Folded }

// Fields returns those which are not the same even after folding: what makes an
// answer Partial, or Different.
func (a Result) Fields() []Field {
	var all []Field
	for _, r := range a.Reasons {
		if r.Field != UsageName && r.grade() < Folded {
			all = append(all, r.Field)
		}
	}
	return all
}

// String returns the grade and the reasons, for a log:
// "folded given_names=same family_name=case …".
func (a Result) String() string {
	var s strings.Builder
	s.WriteString(a.Grade.String())
	for _, r := range a.Reasons {
		s.WriteString(" " + r.String())
	}
	return s.String()
}

// LogValue logs String.
func (a Result) LogValue() slog.Value { return slog.StringValue(a.String()) }
