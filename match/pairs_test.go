package match_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/match"
	"github.com/franceconnect-go/franceconnect/person"
)

// camille is whom the rows of pairs.txt change, on both sides.
func camille() (person.Identity, match.Record) {
	who := person.Identity{Pivot: person.Pivot{
		GivenNames: []string{"Camille", "Rose", "Ariane"}, FamilyName: "Vautrin", Gender: person.Female,
		BirthDate: person.BirthDate{Year: 1984, Month: 2, Day: 29}, BirthPlace: "69123", BirthCountry: person.France,
	}}
	return who, match.Record{
		GivenNames: "Camille Rose Ariane", FamilyName: "Vautrin", Gender: person.Female,
		BirthDate: who.BirthDate, BirthPlace: "69123", BirthCountry: person.France,
	}
}

// current stands for a list of communes.
func current(code string) (string, bool) {
	now, ok := map[string]string{"20004": "2A004", "01015": "01033", "01091": "01033"}[code]
	return now, ok
}

type pair struct {
	line       int
	text, what string
	fields     []match.Field // that the row is about
	matcher    match.Matcher
	who        person.Identity
	record     match.Record
	grade      string
	reasons    []string
}

func pairs(t *testing.T) []pair {
	text, err := os.ReadFile("testdata/pairs.txt")
	require.NoError(t, err)
	var all []pair
	for i, line := range strings.Split(string(text), "\n") {
		if strings.HasPrefix(line, "#") || line == "" {
			continue
		}
		cells := strings.Split(line, "|")
		require.Len(t, cells, 6, "line %d", i+1)
		for j, cell := range cells {
			cells[j], err = strconv.Unquote(`"` + strings.ReplaceAll(strings.TrimSpace(cell), "␣", " ") + `"`)
			require.NoError(t, err, "line %d", i+1)
		}
		p := pair{line: i + 1, text: line, grade: cells[3], reasons: strings.Fields(cells[4]), what: cells[5]}
		p.set(t, cells[0], cells[1], cells[2])
		all = append(all, p)
	}
	return all
}

// set changes both sides of camille.
func (p *pair) set(t *testing.T, kind, here, there string) {
	p.who, p.record = camille()
	p.matcher.CurrentPlace = current
	kind, column, short := strings.Cut(kind, "@")
	cutAt := 0
	if short {
		n, err := strconv.Atoi(column)
		require.NoError(t, err, p.line)
		cutAt = n
	}
	date := func(text string) (d person.BirthDate) {
		require.NoError(t, d.UnmarshalText([]byte(text)), p.line)
		return d
	}
	switch kind {
	case "given":
		p.fields = []match.Field{match.GivenNames}
		p.matcher.GivenNamesCutAt = cutAt
		p.who.GivenNames, p.record.GivenNames = strings.FieldsFunc(here, func(r rune) bool { return r == ';' }), there
	case "name":
		p.fields = []match.Field{match.FamilyName, match.UsageName}
		p.matcher.FamilyNameCutAt = cutAt
		p.who.FamilyName, p.who.UsageName, _ = strings.Cut(here, "/")
		p.record.FamilyName, p.record.UsageName, _ = strings.Cut(there, "/")
		p.record.FamilyName = strings.ReplaceAll(p.record.FamilyName, "%", "/")
	case "names":
		p.fields = []match.Field{match.GivenNames, match.FamilyName, match.UsageName}
		a, b := strings.Split(here, "/"), strings.Split(there, "/")
		require.Len(t, a, 3, p.line)
		require.Len(t, b, 3, p.line)
		p.who.GivenNames = strings.FieldsFunc(a[0], func(r rune) bool { return r == ';' })
		p.who.FamilyName, p.who.UsageName = a[1], a[2]
		p.record.GivenNames, p.record.FamilyName, p.record.UsageName = b[0], b[1], b[2]
	case "date":
		p.fields = []match.Field{match.BirthDate}
		p.who.BirthDate, p.record.BirthDate = date(here), date(there)
	case "person":
		p.fields = []match.Field{match.Gender, match.BirthPlace, match.BirthCountry}
		a, b := strings.Split(here, "/"), strings.Split(there, "/")
		if len(a) == 4 { // and when
			p.who.BirthDate, p.record.BirthDate = date(a[3]), date(b[3])
			p.fields, a, b = append(p.fields, match.BirthDate), a[:3], b[:3]
		}
		require.Len(t, a, 3, p.line)
		require.Len(t, b, 3, p.line)
		p.who.Gender, p.who.BirthPlace, p.who.BirthCountry = person.Gender(a[0]), person.Place(a[1]), person.Place(a[2])
		p.record.Gender, p.record.BirthPlace, p.record.BirthCountry = person.Gender(b[0]), person.Place(b[1]), person.Place(b[2])
	default:
		require.Fail(t, "no such kind", "line %d: %s", p.line, kind)
	}
}

// TestPairs reads each row both ways: as it is, and with the sides exchanged.
func TestPairs(t *testing.T) {
	t.Parallel()
	all := pairs(t)
	seen, namesAndDates := map[string]int{}, 0
	for _, p := range all {
		require.Zero(t, seen[p.text], "twice: %s", p.text)
		seen[p.text]++
		if !strings.HasPrefix(p.text, "person") {
			namesAndDates++
		}
		t.Run(strconv.Itoa(p.line)+" "+p.what, func(t *testing.T) {
			t.Parallel()
			about := map[match.Field]bool{}
			for _, f := range p.fields {
				about[f] = true
			}
			answer := p.matcher.Compare(p.who, p.record)
			var found []string
			for _, r := range answer.Reasons {
				if !about[r.Field] {
					require.Equal(t, []match.Finding{match.Same}, r.Found, "%s in %s", r, p.text)
				}
				for _, f := range r.Found {
					if f != match.Same {
						found = append(found, string(r.Field)+"."+string(f))
					}
				}
			}
			require.Equal(t, strings.Join(p.reasons, " "), strings.Join(found, " "), p.text)
			require.Equal(t, p.grade, answer.Grade.String(), p.text)
			require.Equal(t, p.grade == "exact" || p.grade == "folded", answer.SafeToLink(), p.text)
			if p.matcher.GivenNamesCutAt+p.matcher.FamilyNameCutAt == 0 { // a column is the record's alone
				require.Equal(t, answer.Grade, p.matcher.Compare(identity(p.record), record(p.who)).Grade, p.text)
			}
		})
	}
	require.GreaterOrEqual(t, namesAndDates, 150)
}

// identity is a record as if it had come from FranceConnect.
func identity(r match.Record) person.Identity {
	return person.Identity{UsageName: r.UsageName, Pivot: person.Pivot{
		GivenName: strings.NewReplacer(",", " ", ";", " ").Replace(r.GivenNames), FamilyName: r.FamilyName, Gender: r.Gender,
		BirthDate: r.BirthDate, BirthPlace: r.BirthPlace, BirthCountry: r.BirthCountry,
	}}
}

// record is a person as if a portal had written down everything.
func record(who person.Identity) match.Record {
	return match.Record{
		GivenNames: strings.Join(who.GivenNames, ", "), FamilyName: who.FamilyName, UsageName: who.UsageName, Gender: who.Gender,
		BirthDate: who.BirthDate, BirthPlace: who.BirthPlace, BirthCountry: who.BirthCountry,
	}
}
