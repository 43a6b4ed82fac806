package linking_test

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/match"
	"github.com/franceconnect-go/franceconnect/person"
)

// realNames gives the people of a town names of match/testdata/names.txt, since
// what trigrams find depends on the letters.
func realNames(b *testing.B, t town) func() person.Identity {
	text, err := os.ReadFile("../../match/testdata/names.txt")
	require.NoError(b, err)
	names := map[string][]string{}
	for line := range strings.Lines(string(text)) {
		kind, list, _ := strings.Cut(strings.TrimSpace(line), " ")
		names[kind] = strings.Split(list, ",")
	}
	one := func(kind string, n uint64) string { return names[kind][n%uint64(len(names[kind]))] }
	return func() person.Identity {
		who := t.person()
		who.FamilyName = strings.ToUpper(one("family", t.family.Uint64()))
		if who.UsageName != "" {
			who.UsageName = one("family", t.family.Uint64())
		}
		for i := range who.GivenNames {
			who.GivenNames[i] = one("female", t.given.Uint64())
		}
		return who
	}
}

// trigrams is the look-up that a team would write with pg_trgm.
type trigrams struct {
	db   *sql.DB
	date bool // two parts of the date are to be the same as well
}

const keysTogether = `(family_key || ' ' || given_key)`

func (q trigrams) candidates(t testing.TB, who person.Identity) map[string]match.Record {
	family, given := kept(who).Key()
	args := []any{family + " " + given}
	where, order := keysTogether+` % $1`, `similarity(`+keysTogether+`, $1)`
	if usage, _ := (match.Record{FamilyName: who.UsageName}).Key(); usage != "" {
		args = append(args, usage+" "+given)
		where, order = where+` OR `+keysTogether+` % $2`, `greatest(`+order+`, similarity(`+keysTogether+`, $2))`
	}
	where = `(` + where + `)`
	if b := who.BirthDate; q.date && b.Day == 0 {
		where += fmt.Sprintf(` AND birth_year = %d`, b.Year)
	} else if q.date {
		where += fmt.Sprintf(` AND (birth_month = %[2]d AND birth_day = %[3]d OR birth_year = %[1]d AND
			(birth_month IN (0, %[2]d) OR birth_day IN (0, %[3]d) OR birth_month = %[3]d AND birth_day = %[2]d))`, b.Year, int(b.Month), b.Day)
	}
	rows, err := q.db.QueryContext(t.Context(), `SELECT id, given_names, family_name, usage_name, gender, birth_year, birth_month, birth_day,
		birth_place, birth_country FROM accounts WHERE `+where+` ORDER BY `+order+` DESC LIMIT 1000`, args...)
	require.NoError(t, err)
	defer rows.Close()
	all := map[string]match.Record{}
	for rows.Next() {
		var id string
		var r match.Record
		require.NoError(t, rows.Scan(&id, &r.GivenNames, &r.FamilyName, &r.UsageName, &r.Gender,
			&r.BirthDate.Year, &r.BirthDate.Month, &r.BirthDate.Day, &r.BirthPlace, &r.BirthCountry))
		all[id] = r
	}
	require.NoError(t, rows.Err())
	return all
}

// BenchmarkTrigrams holds the candidates of Accounts against those of pg_trgm,
// on the same accounts: RESULTS.md has what was seen.
func BenchmarkTrigrams(b *testing.B) {
	db := newPostgres(b)
	a := db.open(b)
	if _, err := a.DB.ExecContext(b.Context(), `CREATE EXTENSION pg_trgm`); err != nil {
		b.Skip("no pg_trgm, of postgresql-contrib: ", err)
	}
	people := settle(b, a, realNames(b, newTown(2, 1930, 80, 100)))
	conn, err := a.DB.Conn(b.Context())
	require.NoError(b, err)
	defer conn.Close()
	for _, statement := range []string{`SET statement_timeout = 0`,
		`CREATE INDEX accounts_trigrams ON accounts USING gin (` + keysTogether + ` gin_trgm_ops)`, `VACUUM ANALYZE accounts`} {
		begun := time.Now()
		_, err := conn.ExecContext(b.Context(), statement)
		require.NoError(b, err)
		b.Log(statement, ": ", time.Since(begun))
	}
	b.Log(lines(b, a, `SELECT relname || ' ' || pg_size_pretty(pg_relation_size(oid)) FROM pg_class WHERE relname LIKE 'accounts%' ORDER BY 1`))

	type look = func(testing.TB, person.Identity) map[string]match.Record
	ways := []struct {
		name string
		look look
	}{{"keys and dates", func(t testing.TB, who person.Identity) map[string]match.Record {
		found, err := a.Candidates(t.Context(), who)
		require.NoError(t, err)
		all := map[string]match.Record{}
		for _, account := range found {
			all[account.ID] = account.Record
		}
		return all
	}}}
	for _, threshold := range []string{"0.3", "0.5"} {
		one := db.open(b).DB
		one.SetMaxOpenConns(1) // which has the threshold
		_, err := one.ExecContext(b.Context(), `SELECT set_limit(`+threshold+`)`)
		require.NoError(b, err)
		ways = append(ways, struct {
			name string
			look look
		}{"trigrams " + threshold, trigrams{one, false}.candidates}, struct {
			name string
			look look
		}{"trigrams " + threshold + " and dates", trigrams{one, true}.candidates})
	}
	for _, way := range ways {
		found, alike := 0, 0
		var missed []string
		for _, slip := range slips {
			who := arrives(b, "camille", fc).Session.Identity
			who.Email = ""
			r := kept(who)
			if slip.name == "day and month exchanged" {
				who.BirthDate.Month, who.BirthDate.Day = 2, 3
				r.BirthDate = who.BirthDate
			}
			slip.make(&r)
			family, given := r.Key()
			change(b, a, `UPDATE accounts SET given_names = $1, family_name = $2, usage_name = $3, gender = $4, birth_year = $5, birth_month = $6,
				birth_day = $7, birth_place = $8, birth_country = $9, family_key = $10, given_key = $11 WHERE id = '0'`, r.GivenNames, r.FamilyName, r.UsageName,
				string(r.Gender), r.BirthDate.Year, int(r.BirthDate.Month), r.BirthDate.Day, string(r.BirthPlace), string(r.BirthCountry), family, given)
			if _, is := way.look(b, who)["0"]; !is {
				missed = append(missed, slip.name)
				continue
			}
			if found++; match.Compare(who, r).Grade >= match.Near {
				alike++
			}
		}
		b.Logf("%s: %d of %d slips, %d of them at least Near; missed: %s", way.name, found, len(slips), alike, strings.Join(missed, "; "))
		for _, kind := range arrivals {
			b.Run(way.name+"/"+kind.name, func(b *testing.B) {
				r := rand.New(rand.NewPCG(3, 4))
				all := 0
				for b.Loop() {
					who := people[1+r.IntN(len(people)-1)]
					kind.make(&who)
					all += len(way.look(b, who))
				}
				b.ReportMetric(float64(all)/float64(b.N), "candidates/op")
			})
		}
	}
}
