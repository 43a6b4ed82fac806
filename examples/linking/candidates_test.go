package linking_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/examples/linking"
	"github.com/franceconnect-go/franceconnect/link"
	"github.com/franceconnect-go/franceconnect/match"
	"github.com/franceconnect-go/franceconnect/person"
)

// A town is invented people whose names are as unevenly common as names are, by
// Zipf's law: the same for the same seed.
type town struct {
	*rand.Rand
	given, family *rand.Zipf
	from, years   int
	yearOnly      int // of one in so many the year of birth alone is known
}

func newTown(seed uint64, from, years, yearOnly int) town {
	r := rand.New(rand.NewPCG(seed, 18))
	return town{r, rand.NewZipf(r, 1.2, 12, 1_499), rand.NewZipf(r, 1.1, 40, 79_999), from, years, yearOnly}
}

var syllables = strings.Fields("ba bel car dan del dor fa fon gar gri la len mar mon nor pa per ra ros sal ser ta tor val vin")

// nth is the n-th name there is.
func nth(n uint64, end string) string {
	var s strings.Builder
	if n%17 == 3 {
		s.WriteString("de ")
	}
	for n += 25; n > 0; n /= 25 {
		s.WriteString(syllables[n%25])
	}
	return s.String() + end
}

func (t town) person() person.Identity {
	p := person.Pivot{FamilyName: strings.ToUpper(nth(t.family.Uint64(), "")), Gender: person.Female, BirthPlace: "69123", BirthCountry: person.France,
		BirthDate: person.BirthDate{Year: t.from + t.IntN(t.years)}}
	if t.IntN(t.yearOnly) > 0 {
		p.BirthDate.Month, p.BirthDate.Day = time.Month(1+t.IntN(12)), 1+t.IntN(28)
	}
	for range 1 + t.IntN(3) {
		p.GivenNames = append(p.GivenNames, nth(t.given.Uint64(), "é"))
	}
	who := person.Identity{Pivot: p}
	if t.IntN(3) == 0 {
		who.UsageName = nth(t.family.Uint64(), "")
	}
	return who
}

// kept is what a portal has of a person.
func kept(who person.Identity) match.Record {
	return match.Record{GivenNames: strings.Join(who.GivenNames, " "), FamilyName: who.FamilyName, UsageName: who.UsageName, Gender: who.Gender,
		BirthDate: who.BirthDate, BirthPlace: who.BirthPlace, BirthCountry: who.BirthCountry}
}

// fill inserts accounts, with their keys, fifty at once: SQLite takes $1 for a
// name, and is slow with thousands of them.
func fill(t testing.TB, a linking.Accounts, records []match.Record) {
	t.Helper()
	tx, err := a.DB.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	defer tx.Rollback()
	const columns = 12
	for from := 0; from < len(records); from += 50 {
		var values []string
		var args []any
		for i, r := range records[from:min(from+50, len(records))] {
			family, given := r.Key()
			var row []string
			for _, v := range []any{fmt.Sprint(from + i), r.GivenNames, r.FamilyName, r.UsageName, string(r.Gender), r.BirthDate.Year,
				int(r.BirthDate.Month), r.BirthDate.Day, string(r.BirthPlace), string(r.BirthCountry), family, given} {
				args = append(args, v)
				row = append(row, fmt.Sprintf("$%d", len(args)))
			}
			require.Len(t, row, columns)
			values = append(values, "("+strings.Join(row, ", ")+")")
		}
		_, err := tx.ExecContext(t.Context(), `INSERT INTO accounts (id, given_names, family_name, usage_name, gender,
			birth_year, birth_month, birth_day, birth_place, birth_country, family_key, given_key) VALUES `+strings.Join(values, ", "), args...)
		require.NoError(t, err)
	}
	require.NoError(t, tx.Commit())
}

// slips are what records have, each with whether the account is found by the
// SQL. What is not found is not a candidate, and the person is new.
var slips = []struct {
	name  string
	found bool
	make  func(*match.Record)
}{
	{"a letter of the birth name wrong", true, func(r *match.Record) { r.FamilyName = "Vautrim" }},
	{"a letter of a given name left out", true, func(r *match.Record) { r.GivenNames = "Camile Rose Ariane" }},
	{"a nickname", true, func(r *match.Record) { r.GivenNames = "Cam" }},
	{"the second given name", true, func(r *match.Record) { r.GivenNames = "Rose" }},
	{"initials", true, func(r *match.Record) { r.GivenNames = "C. R. A." }},
	{"given names glued", true, func(r *match.Record) { r.GivenNames = "CamilleRoseAriane" }},
	{"both names in one column", true, func(r *match.Record) { r.FamilyName, r.UsageName = "LESTANG née VAUTRIN", "" }},
	{"names exchanged", true, func(r *match.Record) { r.FamilyName, r.UsageName = "Lestang", "Vautrin" }},
	{"characters lost", true, func(r *match.Record) { r.FamilyName = "V?utrin" }},
	{"gender wrong", true, func(r *match.Record) { r.Gender = person.Male }},
	{"a place by its name", true, func(r *match.Record) { r.BirthPlace = "Lyon" }},
	{"a digit of the year wrong", true, func(r *match.Record) { r.BirthDate.Year = 1948 }},
	{"a digit of the day wrong", true, func(r *match.Record) { r.BirthDate.Day = 28 }},
	{"day and month exchanged", true, func(r *match.Record) { r.BirthDate.Month, r.BirthDate.Day = 3, 2 }},
	{"a digit of the year, and one given name", true, func(r *match.Record) { r.BirthDate.Year, r.GivenNames = 1948, "Ariane" }},
	{"a digit of the year, and both names in one column", true, func(r *match.Record) { r.BirthDate.Year, r.FamilyName, r.UsageName = 1948, "LESTANG née VAUTRIN", "" }},
	{"a digit of the year, and names cut off", false, func(r *match.Record) { r.BirthDate.Year, r.GivenNames, r.FamilyName = 1948, "CAMILLER", "VAUTR" }},
	{"a digit of the year, and initials", false, func(r *match.Record) { r.BirthDate.Year, r.GivenNames = 1948, "C. R." }},
}

func TestSlipsAreCandidates(t *testing.T) {
	t.Parallel()
	atAPortal(t, func(t *testing.T, p portal) {
		who := arrives(t, "camille", fc).Session.Identity
		who.Email = ""
		for _, slip := range slips {
			who := who
			r := kept(who)
			if slip.name == "day and month exchanged" {
				who.BirthDate.Month, who.BirthDate.Day = 2, 3
				r.BirthDate = who.BirthDate
			}
			slip.make(&r)
			change(t, p.accounts, `DELETE FROM accounts`)
			fill(t, p.accounts, []match.Record{r})
			all, err := p.accounts.Candidates(t.Context(), who)
			require.NoError(t, err)
			require.Equal(t, slip.found, len(all) == 1, slip.name)
			if slip.found {
				require.GreaterOrEqual(t, match.Compare(who, r).Grade, match.Near, slip.name)
			}
		}
	})
}

// TestAPresumedDateFindsWhoeverTheWholeYearHas compares the accounts that the
// SQL finds, of a date that is known in part, with all of that date.
func TestAPresumedDateFindsWhoeverTheWholeYearHas(t *testing.T) {
	t.Parallel()
	atAPortal(t, func(t *testing.T, p portal) {
		town := newTown(1, 1948, 2, 2)
		var people []person.Identity
		var records []match.Record
		for range 1_500 {
			who := town.person()
			people = append(people, who)
			r := kept(who)
			switch name := []rune(r.FamilyName); town.IntN(8) {
			case 0:
				name[town.IntN(len(name))] = 'w'
				r.FamilyName = string(name)
			case 1:
				r.GivenNames, _, _ = strings.Cut(r.GivenNames, " ")
			case 2:
				r.FamilyName, r.UsageName = r.UsageName, r.FamilyName
			case 3:
				r.FamilyName, r.UsageName = r.FamilyName+" épouse "+r.UsageName, ""
			case 4:
				r.BirthDate = person.BirthDate{Year: r.BirthDate.Year, Month: 1, Day: 1}
			}
			records = append(records, r)
		}
		fill(t, p.accounts, records)
		candidates := 0
		for _, who := range people[:200] {
			switch town.IntN(3) {
			case 0:
				who.BirthDate.Month, who.BirthDate.Day = 1, 1 // as v2 writes it
			case 1:
				who.BirthDate.Month, who.BirthDate.Day = 0, 0
			case 2:
				who.BirthDate.Day = 0
			}
			person := match.Matcher{}.Prepare(who)
			want := map[string]string{}
			for i, r := range records {
				b, c := who.BirthDate, r.BirthDate
				sameDate := b.Year == c.Year && (b.Month == 0 || c.Month == 0 || b.Month == c.Month) && (b.Day == 0 || c.Day == 0 || b.Day == c.Day)
				// Near by a slip alone; the other name and the date, as in part, are a second thing.
				answer := person.Compare(r)
				if sameDate && (answer.Grade >= match.Partial || answer.Grade == match.Near && len(answer.Fields()) <= 2) {
					want[fmt.Sprint(i)] = answer.String()
				}
			}
			found, err := p.accounts.Candidates(t.Context(), who)
			require.NoError(t, err)
			got := map[string]string{}
			for _, a := range found {
				if answer := person.Compare(a.Record); want[a.ID] != "" {
					got[a.ID] = answer.String()
				}
			}
			require.Equal(t, want, got)
			candidates += len(got)
		}
		require.Greater(t, candidates, 150, "too few for the test to mean anything")
	})
}

// withoutKeys makes the table what it was before migrate.sql.
func withoutKeys(t *testing.T, a linking.Accounts) {
	t.Helper()
	for _, index := range []string{"family", "given", "names", "unfilled"} {
		change(t, a, `DROP INDEX accounts_`+index)
	}
	for _, column := range []string{"family_key", "given_key"} {
		change(t, a, `ALTER TABLE accounts DROP COLUMN `+column)
	}
}

func TestAMigrationThatStoppedHalfwayIsRunAgain(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("migrate.sql")
	require.NoError(t, err)
	schema, err := os.ReadFile("schema.sql")
	require.NoError(t, err)
	indexes := regexp.MustCompile(`CREATE INDEX .*_key.*;`)
	require.ElementsMatch(t, indexes.FindAllString(string(schema), -1), indexes.FindAllString(string(text), -1), "a migrated table is as a new one")
	atAPortal(t, func(t *testing.T, p portal) {
		withoutKeys(t, p.accounts)
		change(t, p.accounts, `CREATE INDEX accounts_given ON accounts (gender)`) // of which the last line is not made
		run, err := p.accounts.DB.Conn(t.Context())
		require.NoError(t, err)
		defer run.Close()
		_, err = run.ExecContext(t.Context(), string(text))
		require.ErrorContains(t, err, "accounts_given")
		_, err = run.ExecContext(t.Context(), `ROLLBACK`) // as the end of the program is one
		require.NoError(t, err)
		change(t, p.accounts, `DROP INDEX accounts_given`)
		_, err = run.ExecContext(t.Context(), string(text))
		require.NoError(t, err)
		require.Empty(t, lines(t, p.accounts, `SELECT id FROM accounts WHERE family_key = '' OR given_key = ''`))
	})
}

func TestKeysAreFilledWhileThePortalWrites(t *testing.T) {
	t.Parallel()
	atAPortal(t, func(t *testing.T, p portal) {
		who := arrives(t, "camille", fc)
		records := make([]match.Record, 200)
		for i := range records {
			records[i] = kept(who.Session.Identity)
		}
		fill(t, p.accounts, records)
		change(t, p.accounts, `UPDATE accounts SET family_key = NULL, given_key = NULL`)
		errs := make(chan error, 4)
		for range 3 {
			go func() {
				for {
					if n, err := p.accounts.FillKeys(t.Context(), 7); n == 0 || err != nil {
						errs <- err
						return
					}
				}
			}()
		}
		go func() {
			var err error
			for i := 0; i < 50 && err == nil; i++ {
				err = p.accounts.Update(t.Context(), fmt.Sprint(i), who)
			}
			errs <- err
		}()
		for range 4 {
			require.NoError(t, <-errs)
		}
		require.Equal(t, []string{"200"}, lines(t, p.accounts, `SELECT count(*) FROM accounts WHERE family_key = 'VAUTRIN' AND given_key = 'CAMILLE'`))
	})
}

func TestNamesMadeOfSignsAreFoundAsTheyAre(t *testing.T) {
	t.Parallel()
	atAPortal(t, func(t *testing.T, p portal) {
		for i, name := range []string{`O'Brien`, `%`, `_`, `\`, `D"Arc`, `Robert'); DROP TABLE accounts;--`, `$1`, `?`, "Noe\u0301", "İnce", "日本", "(((", "épouse"} {
			for _, born := range []person.BirthDate{{Year: 1975, Month: 3, Day: 12}, {Year: 1975}, {Year: 1975, Month: 1, Day: 1}} {
				who := arrives(t, "camille", fc)
				who.Session.Subject = fmt.Sprint(i, born)
				who.Session.Identity.FamilyName, who.Session.Identity.BirthDate = name, born
				id, err := p.accounts.Create(t.Context(), who, "")
				require.NoError(t, err, name)
				found, err := p.accounts.Candidates(t.Context(), who.Session.Identity)
				require.NoError(t, err, name)
				require.True(t, slices.ContainsFunc(found, func(a link.Account) bool { return a.ID == id }), "%s, %s", name, born)
			}
		}
	})
}

func TestATableInUseIsMigratedInBatches(t *testing.T) {
	t.Parallel()
	atAPortal(t, func(t *testing.T, p portal) {
		withoutKeys(t, p.accounts)
		for i := range 25 {
			change(t, p.accounts, `INSERT INTO accounts (id, given_names, family_name, birth_year, birth_month, birth_day)
				VALUES ($1, 'Camille', 'Vautrin', 1962, 0, 0)`, fmt.Sprint(i))
		}
		text, err := os.ReadFile("migrate.sql")
		require.NoError(t, err)
		change(t, p.accounts, string(text))

		who := person.Identity{Pivot: person.Pivot{GivenNames: []string{"Camille"}, FamilyName: "VAUTRIN", BirthDate: person.BirthDate{Year: 1962}}}
		found := func() int {
			all, err := p.accounts.Candidates(t.Context(), who)
			require.NoError(t, err)
			return len(all)
		}
		for _, n := range []int{10, 10, 5, 0} {
			require.Equal(t, 25, found(), "those without keys are not lost meanwhile")
			filled, err := p.accounts.FillKeys(t.Context(), 10)
			require.NoError(t, err)
			require.Equal(t, n, filled)
		}
		who.BirthDate = person.BirthDate{Year: 1926, Month: 11, Day: 24} // two digits exchanged
		change(t, p.accounts, `UPDATE accounts SET birth_month = 11, birth_day = 24`)
		require.Equal(t, 25, found(), "another date, and their names")
		who.GivenNames = []string{"Rose"}
		require.Zero(t, found())
		change(t, p.accounts, `UPDATE accounts SET family_key = NULL WHERE id IN ('1', '2')`)
		filled, err := p.accounts.FillKeys(t.Context(), 10)
		require.NoError(t, err)
		require.Equal(t, 2, filled)
	})
}

var size = flag.Int("accounts", 10_000, "accounts of BenchmarkCandidates and BenchmarkTrigrams; 1000000 takes three minutes to fill")

// arrivals are how the people of a town sign in.
var arrivals = []struct {
	name string
	make func(*person.Identity)
}{
	{"whole date", func(*person.Identity) {}},
	{"a digit of the year", func(who *person.Identity) { who.BirthDate.Year = 1930 + (who.BirthDate.Year-1930+10)%80 }},
	{"year only", func(who *person.Identity) { who.BirthDate.Month, who.BirthDate.Day = 0, 0 }},
	{"first of January", func(who *person.Identity) { who.BirthDate.Month, who.BirthDate.Day = 1, 1 }},
	{"nobody", func(who *person.Identity) {
		who.FamilyName, who.UsageName, who.GivenNames = "QUENTRAC", "", []string{"Zéphyrine"}
	}},
}

// settle makes an account for each of so many people. The indexes are made
// afterwards, which is faster.
func settle(b *testing.B, a linking.Accounts, next func() person.Identity) []person.Identity {
	people := make([]person.Identity, *size)
	records := make([]match.Record, *size)
	for i := range people {
		people[i] = next()
		records[i] = kept(people[i])
	}
	text, err := os.ReadFile("schema.sql")
	require.NoError(b, err)
	indexes := regexp.MustCompile(`CREATE INDEX (\w+) .*;`).FindAllStringSubmatch(string(text), -1)
	require.NotEmpty(b, indexes)
	for _, index := range indexes {
		change(b, a, `DROP INDEX `+index[1])
	}
	fill(b, a, records)
	for _, index := range indexes {
		change(b, a, index[0])
	}
	change(b, a, `ANALYZE`)
	return people
}

// BenchmarkCandidates measures a sign-in of whom no subject is known, up to the
// decision, by one and by 32 at once.
func BenchmarkCandidates(b *testing.B) {
	for _, engine := range []string{"SQLite", "PostgreSQL"} {
		b.Run(engine, func(b *testing.B) {
			var db database
			if engine == "SQLite" {
				db = newSQLite(b)
			} else {
				db = newPostgres(b)
			}
			p := portal{link.Linker{Accounts: db.open(b)}, db.open(b)}
			p.accounts.DB.SetMaxIdleConns(32)
			p.Accounts = p.accounts
			people := settle(b, p.accounts, newTown(2, 1930, 80, 100).person)
			for _, kind := range arrivals {
				signIn := func(i int) {
					who := people[i%len(people)]
					kind.make(&who)
					_, err := p.SignIn(b.Context(), link.Person{Provider: fc, Session: &franceconnect.Session{Subject: "nobody's", Identity: who}})
					require.NoError(b, err)
				}
				b.Run(kind.name, func(b *testing.B) {
					r := rand.New(rand.NewPCG(3, 4))
					for b.Loop() {
						signIn(r.IntN(len(people)))
					}
				})
				b.Run(kind.name+", 32 at once", func(b *testing.B) {
					b.SetParallelism(16)
					b.RunParallel(func(pb *testing.PB) {
						for pb.Next() {
							signIn(rand.IntN(len(people)))
						}
					})
				})
			}
		})
	}
}
