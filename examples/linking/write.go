package linking

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/franceconnect-go/franceconnect/link"
	"github.com/franceconnect-go/franceconnect/match"
	"github.com/franceconnect-go/franceconnect/person"
)

// ErrEmailUsed is of Create: another account has that address.
var ErrEmailUsed = errors.New("linking: another account has that e-mail address")

// Link makes a subject open an account.
func (a Accounts) Link(ctx context.Context, l link.LinkChange) error {
	return a.write(ctx, func(tx *sql.Tx) error {
		// The account first, in every transaction: who comes second waits here,
		// and sees what the first wrote.
		n, err := exec(ctx, tx, `UPDATE accounts SET closed = closed WHERE id = $1 AND NOT closed`, l.Account)
		if err != nil {
			return err
		}
		if n == 0 {
			return link.ErrTaken
		}
		event := "linked"
		if l.Replaces != "" {
			event = "replaced"
			n, err = end(ctx, tx, l.Account, link.Subject{Provider: l.Subject.Provider, Sub: l.Replaces})
			if err != nil {
				return err
			}
			if n == 0 {
				return link.ErrTaken
			}
		}
		return insert(ctx, tx, l.Account, l.Subject, event, string(l.Ground))
	})
}

// Unlink ends what s opens.
func (a Accounts) Unlink(ctx context.Context, account string, s link.Subject) error {
	return a.write(ctx, func(tx *sql.Tx) error {
		if _, err := exec(ctx, tx, `UPDATE accounts SET closed = closed WHERE id = $1`, account); err != nil {
			return err
		}
		if n, err := end(ctx, tx, account, s); err != nil || n == 0 {
			return err
		}
		var ways int
		if err := tx.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM links WHERE account = $1 AND ended_at IS NULL)
			+ (SELECT count(*) FROM accounts WHERE id = $1 AND password IS NOT NULL)`, account).Scan(&ways); err != nil {
			return err
		}
		if ways == 0 {
			return link.ErrLastWay
		}
		return audit(ctx, tx, account, s.Provider, "unlinked", "")
	})
}

// Create makes an account of a person who is link.NoAccount, and its link, or
// neither. email is the address that the person chose, "" for none. The error
// is link.ErrTaken, upon which the portal decides again, or ErrEmailUsed.
func (a Accounts) Create(ctx context.Context, who link.Person, email string) (id string, err error) {
	id = rand.Text()
	return id, a.write(ctx, func(tx *sql.Tx) error {
		_, err := exec(ctx, tx, `INSERT INTO accounts (id, email) VALUES ($1, NULLIF($2, ''))`, id, email)
		if unique(err) {
			return ErrEmailUsed
		}
		if err != nil {
			return err
		}
		if err := update(ctx, tx, id, who); err != nil {
			return err
		}
		return insert(ctx, tx, id, link.Subject{Provider: who.Provider, Sub: who.Session.Subject}, "linked", "created")
	})
}

// Update writes what FranceConnect says of a person who is link.Known: names
// change, and the next comparison is with what is kept here. What it does not say
// stays as it was, if that was verified: a scope that was not granted brings no
// claim, and the person can take scopes out of the authorization request. What
// somebody typed in goes, since it does not become verified by that.
//
// At FranceConnect+ a verified civil status is only replaced by the register's,
// which rnipp_identite_pivot asks for: without it, the person may have taken the
// scope out of the request, and what comes is spelled as the identity provider
// does. A European citizen, whom the register does not know, is an agent's to
// change.
func (a Accounts) Update(ctx context.Context, id string, who link.Person) error {
	return a.write(ctx, func(tx *sql.Tx) error { return update(ctx, tx, id, who) })
}

// Plus is the provider of a link.Person who came through FranceConnect+.
const Plus = "franceconnect+"

func update(ctx context.Context, tx *sql.Tx, id string, who link.Person) error {
	unverified, err := exec(ctx, tx, `UPDATE accounts SET verified = TRUE, given_names = '', family_name = '', usage_name = '', gender = '',
		birth_year = 0, birth_month = 0, birth_day = 0, birth_place = '', birth_country = '' WHERE id = $1 AND NOT verified`, id)
	if err != nil {
		return err
	}
	p := who.Session.Identity.CivilStatus()
	if unverified == 0 && who.Provider == Plus && who.Session.Identity.RNIPP == nil {
		p = person.Pivot{}
	}
	usage := said(who.Session.Identity.UsageName)
	if s := who.Session.Scopes; slices.Contains(s, "preferred_username") || slices.Contains(s, "profile") {
		usage = who.Session.Identity.UsageName // "" is none: people give it up
	}
	var date [3]any
	if b := p.BirthDate; !b.IsZero() {
		date = [3]any{b.Year, int(b.Month), b.Day}
	}
	// The register has no place for who was born abroad: the empty one that comes
	// with another country is a value.
	place := said(string(p.BirthPlace))
	if p.BirthCountry != "" && p.BirthCountry != person.France {
		place = string(p.BirthPlace)
	}
	_, err = exec(ctx, tx, `UPDATE accounts SET given_names = COALESCE($2, given_names), family_name = COALESCE($3, family_name),
		usage_name = COALESCE($4, usage_name), gender = COALESCE($5, gender),
		birth_year = COALESCE($6, birth_year), birth_month = COALESCE($7, birth_month), birth_day = COALESCE($8, birth_day),
		birth_place = COALESCE($9, birth_place), birth_country = COALESCE($10, birth_country) WHERE id = $1`,
		id, said(givenNames(p)), said(p.FamilyName), usage, said(string(p.Gender)),
		date[0], date[1], date[2], place, said(string(p.BirthCountry)))
	if err != nil {
		return err
	}
	_, err = fillKeys(ctx, tx, `id = $1`, id)
	return err
}

// FillKeys writes the keys of at most n accounts that have none, and returns how
// many it has read: 0 when all are filled. It is called until then, by a job
// beside the portal, with pauses; what changes meanwhile stays for the next call.
func (a Accounts) FillKeys(ctx context.Context, n int) (read int, err error) {
	return read, a.write(ctx, func(tx *sql.Tx) error {
		// A write first, as everywhere: SQLite refuses at once to let who has read
		// write, if somebody else did meanwhile.
		if _, err := exec(ctx, tx, `UPDATE accounts SET family_key = NULL WHERE FALSE`); err != nil {
			return err
		}
		read, err = fillKeys(ctx, tx, `family_key IS NULL ORDER BY id LIMIT $1`, n)
		return err
	})
}

func fillKeys(ctx context.Context, tx *sql.Tx, where string, arg any) (int, error) {
	rows, err := tx.QueryContext(ctx, `SELECT id, given_names, family_name, usage_name FROM accounts WHERE `+where, arg)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	type account struct {
		id     string
		record match.Record
	}
	var all []account
	for rows.Next() {
		var a account
		if err := rows.Scan(&a.id, &a.record.GivenNames, &a.record.FamilyName, &a.record.UsageName); err != nil {
			return 0, err
		}
		all = append(all, a)
	}
	if err := rows.Err(); err != nil {
		return 0, err
	}
	set, err := tx.PrepareContext(ctx, `UPDATE accounts SET family_key = $2, given_key = $3
		WHERE id = $1 AND given_names = $4 AND family_name = $5 AND usage_name = $6`)
	if err != nil {
		return 0, err
	}
	defer set.Close()
	for _, a := range all {
		r := a.record
		family, given := r.Key()
		if _, err := set.ExecContext(ctx, a.id, family, given, r.GivenNames, r.FamilyName, r.UsageName); err != nil {
			return 0, err
		}
	}
	return len(all), nil
}

// said returns a value, or NULL for one that FranceConnect did not give.
func said(value string) any {
	if value == "" {
		return nil
	}
	return value
}

// insert makes a link. The unique indexes have the last word.
func insert(ctx context.Context, tx *sql.Tx, account string, s link.Subject, event, ground string) error {
	_, err := exec(ctx, tx, `INSERT INTO links (provider, sub, account) VALUES ($1, $2, $3)`, s.Provider, s.Sub, account)
	if unique(err) {
		return fmt.Errorf("%w: %w", link.ErrTaken, err)
	}
	if err != nil {
		return err
	}
	return audit(ctx, tx, account, s.Provider, event, ground)
}

// end ends a link, which stays as history.
func end(ctx context.Context, tx *sql.Tx, account string, s link.Subject) (int64, error) {
	return exec(ctx, tx, `UPDATE links SET ended_at = CURRENT_TIMESTAMP
		WHERE account = $1 AND provider = $2 AND sub = $3 AND ended_at IS NULL`, account, s.Provider, s.Sub)
}

func audit(ctx context.Context, tx *sql.Tx, account, provider, event, ground string) error {
	_, err := exec(ctx, tx, `INSERT INTO link_audit (account, provider, event, ground) VALUES ($1, $2, $3, $4)`, account, provider, event, ground)
	return err
}

// write runs a transaction: all of do, or nothing.
func (a Accounts) write(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := a.DB.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// exec returns how many rows there were.
func exec(ctx context.Context, tx *sql.Tx, query string, args ...any) (int64, error) {
	done, err := tx.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return done.RowsAffected()
}

// unique reports whether a unique index said no: PostgreSQL by unique_violation,
// SQLite by SQLITE_CONSTRAINT_UNIQUE.
func unique(err error) bool {
	var postgres interface{ SQLState() string }
	var sqlite interface{ Code() int }
	return errors.As(err, &postgres) && postgres.SQLState() == "23505" ||
		errors.As(err, &sqlite) && sqlite.Code() == 2067
}
