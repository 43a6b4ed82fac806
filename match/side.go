package match

import (
	"strings"
	"unicode"

	"github.com/franceconnect-go/franceconnect/person"
)

// A text is what is written, and the letters that it is compared by.
type text struct{ as, letters string }

// A side is a person, or a record: its texts and their letters.
type side struct {
	given text
	first string   // the letters of the first given name
	words []string // the letters of the words of given names

	family, usage          text
	gender, place, country text
	born                   person.BirthDate
}

// fill takes a person.
func (s *side) fill(who person.Identity) {
	p := who.CivilStatus()
	names := p.GivenNames
	if len(names) == 0 {
		names = strings.Fields(p.GivenName)
	}
	s.given.as = strings.Join(names, " ")
	s.family.as, s.usage.as = p.FamilyName, who.UsageName
	s.gender.as, s.place.as, s.country.as = string(p.Gender), string(p.BirthPlace), string(p.BirthCountry)
	s.born = p.BirthDate
	s.fold(names, &side{})
}

// fillRecord takes a record, to be compared with a person, of whom it takes what
// is written in the same way.
func (s *side) fillRecord(r *Record, who *side) {
	s.given.as = r.GivenNames
	s.family.as, s.usage.as = r.FamilyName, r.UsageName
	s.gender.as, s.place.as, s.country.as = string(r.Gender), string(r.BirthPlace), string(r.BirthCountry)
	s.born = r.BirthDate
	var names []string
	if !isTidy(r.GivenNames) {
		names, s.given.as = split(r.GivenNames)
	}
	s.fold(names, who)
}

// fold folds all texts into one string, of which each has a part. Without names
// they are the words of the text.
func (s *side) fold(names []string, other *side) {
	var few [128]byte
	var fewEnds [12]int
	buf, ends, first := few[:0], fewEnds[:0], 0
	switch {
	case s.given.as == other.given.as && other.words != nil:
		s.given, s.first, s.words = other.given, other.first, other.words
	case names == nil:
		word, rest, _ := strings.Cut(s.given.as, " ")
		buf, ends = appendWords(buf, ends, word)
		first = len(buf)
		buf, ends = appendWords(buf, ends, rest)
	default:
		for i, name := range names {
			if buf, ends = appendWords(buf, ends, name); i == 0 {
				first = len(buf)
			}
		}
	}
	given := len(buf)
	texts := [...]*text{&s.family, &s.usage, &s.gender, &s.place, &s.country}
	others := [...]*text{&other.family, &other.usage, &other.gender, &other.place, &other.country}
	var starts [len(texts) + 1]int
	for i, t := range texts {
		starts[i] = len(buf)
		if t.as == others[i].as {
			t.letters = others[i].letters
		} else {
			buf = appendFold(buf, t.as, all)
		}
	}
	starts[len(texts)] = len(buf)
	if len(buf) == 0 {
		return
	}
	letters := string(buf)
	if given > 0 {
		s.given.letters, s.first = letters[:given], letters[:first]
		s.words = make([]string, len(ends))
		from := 0
		for i, end := range ends {
			s.words[i] = letters[from:end]
			from = end
		}
	}
	for i, t := range texts {
		if starts[i] < starts[i+1] {
			t.letters = letters[starts[i]:starts[i+1]]
		}
	}
	if placeholderName(s.given.letters) {
		s.given.letters, s.first, s.words = "", "", nil
	}
	if placeholderName(s.family.letters) {
		s.family.letters = ""
	}
}

// appendWords appends the letters of the words of a given name, and where each
// ends. An apostrophe is inside one: M'Hamed.
func appendWords(buf []byte, ends []int, name string) ([]byte, []int) {
	from := 0
	for i, r := range name {
		if kindOf(r)&(spaces|hyphens) != 0 {
			buf, ends = appendWord(buf, ends, name[from:i])
			from = i
		}
	}
	return appendWord(buf, ends, name[from:])
}

func appendWord(buf []byte, ends []int, word string) ([]byte, []int) {
	n := len(buf)
	if buf = appendFold(buf, word, all); len(buf) > n {
		ends = append(ends, len(buf))
	}
	return buf, ends
}

// isTidy reports whether a column has its given names with one space between two.
func isTidy(column string) bool {
	before := ' '
	for _, r := range column {
		if r == ' ' && before == ' ' || r == ',' || r == ';' || r != ' ' && unicode.IsSpace(r) {
			return false
		}
		before = r
	}
	return before != ' ' || column == ""
}

// split finds the given names in a column, and writes them with one space
// between two. Where there is a comma, a space is part of a name.
func split(column string) ([]string, string) {
	if !strings.ContainsAny(column, ",;") {
		names := strings.Fields(column)
		return names, strings.Join(names, " ")
	}
	names := []string{}
	for name := range strings.FieldsFuncSeq(column, func(r rune) bool { return r == ',' || r == ';' }) {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	return names, strings.Join(names, " ")
}

// placeholderName reports whether letters stand for no name, as forms and
// registers fill in the field of somebody who has none: a word for it, or no
// letter but X. No letters are none.
func placeholderName(letters string) bool {
	switch letters {
	case "SANSNOM", "SANSPRENOM", "SANSPRENOMS", "SANSNOMPATRONYMIQUE", "SANSNOMDEFAMILLE", "SNP", "PASDENOM", "PASDEPRENOM",
		"NEANT", "INCONNU", "INCONNUE", "NONCONNU", "NONCOMMUNIQUE", "NONRENSEIGNE", "NULL", "FNU", "LNU":
		return true
	}
	return !strings.ContainsFunc(letters, func(r rune) bool { return r != 'X' && unicode.IsLetter(r) })
}

// otherWriting stands for the foldings that it takes, until they are asked for.
const otherWriting Finding = ""

// written compares two texts that are either the same, or the same but for
// their writing, or not.
func written(a, b text) Finding {
	switch {
	case a.letters == "" || b.letters == "":
		return Missing
	case a.letters != b.letters:
		return Differs
	case sameText(a.as, b.as):
		return Same
	}
	return otherWriting
}
