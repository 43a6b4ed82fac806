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

// Add keeps value under key for ttl if nothing is there, or what is there is over: of
// two, one writes the row.
func (p Postgres) Add(ctx context.Context, key string, value []byte, ttl time.Duration) (added bool, err error) {
	result, err := p.DB.ExecContext(ctx, `INSERT INTO franceconnect_logins AS l VALUES ($1, $2, now() + $3 * interval '1 microsecond')
		ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires = excluded.expires WHERE l.expires <= now()`, key, value, ttl.Microseconds())
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n == 1, err
}

// Take returns the value under key and removes it: of two, one deletes the row.
func (p Postgres) Take(ctx context.Context, key string) (value []byte, found bool, err error) {
	err = p.DB.QueryRowContext(ctx, `DELETE FROM franceconnect_logins WHERE key = $1 RETURNING value, expires > now()`, key).Scan(&value, &found)
	if errors.Is(err, sql.ErrNoRows) || err == nil && !found {
		return nil, false, nil
	}
	return value, found, err
}

// Connect bounds how many connections a pool opens, and keeps them for a minute
// after they were needed: database/sql keeps two by itself, and closes and opens the
// others all day. PostgreSQL takes 100 of all machines together.
func Connect(db *sql.DB, most int) {
	db.SetMaxOpenConns(most)
	db.SetMaxIdleConns(most)
	db.SetConnMaxIdleTime(time.Minute)
}

// Sweep removes the logins that nobody came back from, and lets PostgreSQL use the
// room of those that are over anew. Each login leaves a dead row and its places in the
// index; autovacuum comes once a minute at most, and after a fast hour the index is
// several times what it needs. What it has become is undone by
// REINDEX TABLE CONCURRENTLY franceconnect_logins.
func (p Postgres) Sweep(ctx context.Context) error {
	if _, err := p.DB.ExecContext(ctx, `DELETE FROM franceconnect_logins WHERE expires <= now()`); err != nil {
		return err
	}
	_, err := p.DB.ExecContext(ctx, `VACUUM (SKIP_LOCKED) franceconnect_logins`)
	return err
}

// SweepAt sweeps at each tick, until ctx is over, and tells report of what failed.
// Every machine may do it:
//
//	go store.SweepAt(ctx, time.Tick(10*time.Second), func(err error) { slog.Error("sweep", "err", err) })
func (p Postgres) SweepAt(ctx context.Context, ticks <-chan time.Time, report func(error)) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks:
			if err := p.Sweep(ctx); err != nil && ctx.Err() == nil {
				report(err)
			}
		}
	}
}
