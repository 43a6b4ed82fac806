package linking

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/franceconnect-go/franceconnect/link"
	"github.com/franceconnect-go/franceconnect/match"
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
	return one(a.read(ctx, `a.id = (SELECT account FROM links WHERE provider = $2 AND sub = $3 AND ended_at IS NULL)`, "", s.Provider, s.Sub))
}

// ByID returns the account of that ID.
func (a Accounts) ByID(ctx context.Context, id string) (link.Account, bool, error) {
	return one(a.read(ctx, `a.id = $2`, "", id))
}

// Candidates returns the accounts with the person's birth date, as far as it is
// known on either side; those with a date that may be a slip of it and a key of
// both of their names; and the one with their address.
//
// By the birth date alone, where it is whole on both sides: names are written in
// many ways, and may be a letter wrong. One account in some 25,000 has a given
// date: of a million that is 40 rows. A date that is known in part on either
// side, or is perhaps presumed, the first of a month, is shared by thousands, so
// that the account is to have the key of one of the names as well. Which kinds of
// slip are found is in TestSlipsAreCandidates.
func (a Accounts) Candidates(ctx context.Context, who person.Identity) ([]link.Account, error) {
	born, keys := who.CivilStatus().BirthDate, match.PersonKeys(who)
	args := []any{who.Email}
	arg := func(value any) string {
		args = append(args, value)
		return fmt.Sprintf("$%d", len(args))
	}
	in := func(column string, keys []string) string {
		if len(keys) == 0 {
			return "FALSE"
		}
		// As many as others have, so that the statement is one that is prepared.
		var list []string
		for i := range (len(keys) + 7) / 8 * 8 {
			list = append(list, arg(keys[min(i, len(keys)-1)]))
		}
		return column + " IN (" + strings.Join(list, ", ") + ")"
	}
	family, given := in("family_key", keys.Family), in("given_key", keys.Given)
	date := `birth_year > 0 AND birth_year = ` + arg(born.Year)
	if born.Month != 0 {
		date += ` AND birth_month IN (0, ` + arg(int(born.Month)) + `)`
	}
	if born.Day != 0 {
		date += ` AND birth_day IN (0, ` + arg(born.Day) + `)`
	}
	var far []string
	if born.Day > 1 {
		far, date = append(far, date+` AND birth_day > 0`), date+` AND birth_day = 0`
	}
	for _, named := range []string{family, given, `family_key IS NULL`} {
		far = append(far, date+` AND `+named)
	}
	// The nearest first, should there be more than are wanted.
	const accounts = ` UNION ALL SELECT id, %d AS far FROM accounts WHERE `
	var near strings.Builder
	near.WriteString(`SELECT id, 0 AS far FROM accounts WHERE lower(email) = lower($1)`)
	if born.Day != 0 { // a slip in a date leaves two parts of three, or exchanges day and month
		y, m, d := arg(born.Year), arg(int(born.Month)), arg(born.Day)
		fmt.Fprintf(&near, accounts+family+` AND `+given+` AND (birth_month = %[3]s AND birth_day = %[4]s
			OR birth_year = %[2]s AND (birth_month = %[3]s OR birth_day = %[4]s OR birth_month = %[4]s AND birth_day = %[3]s))`, 1, y, m, d)
	}
	for _, where := range far {
		fmt.Fprintf(&near, accounts+where, 2)
	}
	return a.read(ctx, fmt.Sprintf(`a.id IN (SELECT id FROM (%s) AS near GROUP BY id ORDER BY min(far), id LIMIT %d)`, near.String(), link.MaxCandidates), args...)
}

// read runs one statement, so that an account and its subjects are of one moment.
// $1 is an e-mail address.
func (a Accounts) read(ctx context.Context, where string, args ...any) ([]link.Account, error) {
	rows, err := a.DB.QueryContext(ctx, `SELECT a.id, a.given_names, a.family_name, a.usage_name, a.gender,
		a.birth_year, a.birth_month, a.birth_day, a.birth_place, a.birth_country, a.verified, a.closed,
		COALESCE(lower(a.email) = lower($1), FALSE), COALESCE(l.provider, ''), COALESCE(l.sub, '')
		FROM accounts a LEFT JOIN links l ON l.account = a.id AND l.ended_at IS NULL
		WHERE `+where+` ORDER BY a.id`, args...)
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
