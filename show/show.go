package show

import (
	"cmp"
	"strings"

	"github.com/franceconnect-go/franceconnect/person"
)

// Places has the names behind the codes of INSEE's Code officiel géographique.
// The type Names of the module github.com/franceconnect-go/franceconnect/cog is
// one; what it takes its names from asks for the line cog.Attribution on a page.
type Places interface {
	// Place is the name on a line of its own, « Le Havre (Seine-Maritime) »,
	// for the code of a commune or of a country, as it was on the day of birth:
	// 1962-08-24, 1962-08-00, 1962-00-00, or empty if there is none. ok is false
	// for a code that is not known, and name is then not used.
	Place(code, born string) (name string, ok bool)
	// In is the name in a French sentence, with its preposition: « au Havre ».
	In(code, born string) (phrase string, ok bool)
}

// A Formatter puts people into words. [French] and [English] make one. It never
// changes, and many goroutines may use it at once.
type Formatter struct {
	*words
	places Places
}

// French is for citizens. If places is nil, places are shown by their codes.
func French(places Places) Formatter { return Formatter{french, places} }

// English is for those who do not read French.
func English(places Places) Formatter { return Formatter{english, places} }

// words are those of a language.
type words struct {
	titles      map[person.Gender]string // before a name
	unspecified string                   // in the place of a title, on a line of its own
	born        map[person.Gender]string
	bornNeutral string
	usageName   string // after a name, before another
	of          func(name string) string

	months                         [12]string
	day                            func(int) string
	onDay, inMonth                 string // before a date
	dayUnknown, dayAndMonthUnknown string
	age                            func(youngest, oldest int) string
	commune, country               string // before a code
	inCommune, inCountry, inCoded  string // before a code or a name, in a sentence
	france, inFrance               string
	algeriaName, inAlgeria         string
	inTown                         func(name string) string
	in                             func(code, born string, places Places) (phrase string, ok bool)
	labels                         labels
}

// Name returns what a page calls somebody: the first given name, and the usage name
// or else the birth name, « Rose Lestang ».
func (l Formatter) Name(who person.Identity) string {
	return join(l.FirstName(who), cmp.Or(tidy(who.UsageName), tidy(who.FamilyName)))
}

// Of returns Name after « de »: « d’Ariane Vautrin », "of Ariane Vautrin".
func (l Formatter) Of(who person.Identity) string {
	if name := l.Name(who); name != "" {
		return l.of(name)
	}
	return ""
}

// FullName returns civil status on one line, with all given names: « Madame Rose,
// Ariane VAUTRIN, nom d’usage Lestang ». A usage name that is the birth name is
// not said again.
func (l Formatter) FullName(who person.Identity) string {
	usage := tidy(who.UsageName)
	family := cmp.Or(tidy(who.FamilyName), usage)
	name := join(l.GivenNames(who), family)
	if name == "" {
		return ""
	}
	if usage != "" && !strings.EqualFold(usage, family) {
		name += l.usageName + usage
	}
	return join(l.Title(who), name)
}

// Title returns « Madame », « Monsieur », "Ms" or "Mr", and empty for who is neither.
func (l Formatter) Title(who person.Identity) string { return l.titles[who.Gender] }

// FirstName returns the first given name: « Rose », « Marie Laure ».
func (l Formatter) FirstName(who person.Identity) string {
	if names := givenNames(who); len(names) > 0 {
		return names[0]
	}
	return ""
}

// GivenNames returns all of them: « Rose, Ariane ».
func (l Formatter) GivenNames(who person.Identity) string {
	return strings.Join(givenNames(who), ", ")
}

// givenNames returns the given names, one by one. Where the list is a guess, that
// of the register, if it has the same words, tells where a name ends.
func givenNames(who person.Identity) []string {
	all := who.GivenNames
	if len(all) == 0 {
		all = strings.Fields(who.GivenName)
	}
	if r := who.RNIPP; r != nil && strings.EqualFold(joined(r.GivenNames), joined(all)) {
		words := strings.Fields(joined(all))
		all = nil
		for _, name := range r.GivenNames {
			n := len(strings.Fields(name))
			all = append(all, strings.Join(words[:n], " "))
			words = words[n:]
		}
	}
	var names []string
	for _, name := range all {
		if name = tidy(name); name != "" {
			names = append(names, name)
		}
	}
	return names
}

func joined(names []string) string { return tidy(strings.Join(names, " ")) }

// tidy returns text on one line, with single spaces.
func tidy[T ~string](s T) T { return T(strings.Join(strings.Fields(string(s)), " ")) }

// join puts a space between two words, if there are two.
func join(a, b string) string { return strings.TrimSpace(a + " " + b) }
