package stores

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// A Postgres is a Store in the table of logins.sql. The clock is the
// database's, the same for all machines. What bounds a call is its context and
// the statement_timeout of the connection: give it one.
type Postgres struct{ DB *sql.DB }

// Put keeps value under key for ttl.
func (p Postgres) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	_, err := p.DB.ExecContext(ctx, `INSERT INTO franceconnect_logins VALUES ($1, $2, now() + $3 * interval '1 microsecond')
		ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires = excluded.expires`, key, value, ttl.Microseconds())
	return err
}

// Take returns the value under key and removes it: of two, one deletes the row.
func (p Postgres) Take(ctx context.Context, key string) (value []byte, found bool, err error) {
	err = p.DB.QueryRowContext(ctx, `DELETE FROM franceconnect_logins WHERE key = $1 RETURNING value, expires > now()`, key).Scan(&value, &found)
	if errors.Is(err, sql.ErrNoRows) || err == nil && !found {
		return nil, false, nil
	}
	return value, found, err
}

// Sweep removes the logins that nobody came back from: call it now and then.
func (p Postgres) Sweep(ctx context.Context) error {
	_, err := p.DB.ExecContext(ctx, `DELETE FROM franceconnect_logins WHERE expires <= now()`)
	return err
}
