package linking

import (
	"context"
	"database/sql"
	"strings"

	"github.com/franceconnect-go/franceconnect/link"
	"github.com/franceconnect-go/franceconnect/person"
)

// Accounts are the portal's, in the tables of schema.sql. What bounds a call is
// its context.
//
// Two processes may share an SQLite file: it is opened with
// _pragma=busy_timeout(5000)&_pragma=foreign_keys(1)&_pragma=journal_mode(wal),
// by which one waits for the other.
type Accounts struct{ DB *sql.DB }

var _ link.Accounts = Accounts{}

// BySubject returns the account that s opens now.
func (a Accounts) BySubject(ctx context.Context, s link.Subject) (link.Account, bool, error) {
	return one(a.read(ctx, "", `a.id = (SELECT account FROM links WHERE provider = $2 AND sub = $3 AND ended_at IS NULL)`, s.Provider, s.Sub))
}

// ByID returns the account of that ID.
func (a Accounts) ByID(ctx context.Context, id string) (link.Account, bool, error) {
	return one(a.read(ctx, "", `a.id = $2`, id))
}

// Candidates returns the accounts with the person's birth date, as far as it is
// known on either side, and the one with their address.
//
// The birth date alone, since that is what an index can have of a person: names
// are written in many ways, which package match forgives and a first letter
// does not (« de la Tour » under D, L or T; a usage name). One account in some
// 25,000 has a given date: of a million that is 40 rows and 2 ms, once in the
// life of an account. Who has thousands with a presumed 1st of January measures
// it, and adds the birth country to the condition if they must.
func (a Accounts) Candidates(ctx context.Context, who person.Identity) ([]link.Account, error) {
	b := who.CivilStatus().BirthDate
	return a.read(ctx, who.Email, `lower(a.email) = lower($1) OR a.birth_year = $2 AND a.birth_year > 0
		AND ($3 = 0 OR a.birth_month IN (0, $3)) AND ($4 = 0 OR a.birth_day IN (0, $4))`, b.Year, int(b.Month), b.Day)
}

// read runs one statement, so that an account and its subjects are of one moment.
func (a Accounts) read(ctx context.Context, email, where string, args ...any) ([]link.Account, error) {
	rows, err := a.DB.QueryContext(ctx, `SELECT a.id, a.given_names, a.family_name, a.usage_name, a.gender,
		a.birth_year, a.birth_month, a.birth_day, a.birth_place, a.birth_country, a.verified, a.closed,
		COALESCE(lower(a.email) = lower($1), FALSE), COALESCE(l.provider, ''), COALESCE(l.sub, '')
		FROM accounts a LEFT JOIN links l ON l.account = a.id AND l.ended_at IS NULL
		WHERE `+where+` ORDER BY a.id`, append([]any{email}, args...)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []link.Account
	for rows.Next() {
		var next link.Account
		var s link.Subject
		r := &next.Record
		err := rows.Scan(&next.ID, &r.GivenNames, &r.FamilyName, &r.UsageName, &r.Gender,
			&r.BirthDate.Year, &r.BirthDate.Month, &r.BirthDate.Day, &r.BirthPlace, &r.BirthCountry,
			&next.Verified, &next.Closed, &next.SameEmail, &s.Provider, &s.Sub)
		if err != nil {
			return nil, err
		}
		if len(all) == 0 || all[len(all)-1].ID != next.ID {
			all = append(all, next)
		}
		if last := &all[len(all)-1]; s.Sub != "" {
			last.Subjects = append(last.Subjects, s)
		}
	}
	return all, rows.Err()
}

func one(all []link.Account, err error) (link.Account, bool, error) {
	if err != nil || len(all) == 0 {
		return link.Account{}, false, err
	}
	return all[0], true, nil
}

// givenNames keeps a space within a name apart from one between two.
func givenNames(p person.Pivot) string {
	return strings.Join(p.GivenNames, ", ")
}
