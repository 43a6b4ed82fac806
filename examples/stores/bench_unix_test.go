//go:build unix

package stores_test

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/examples/stores"
)

// What PostgreSQL keeps of logins, of which one of ten is abandoned, by 32 at once:
// megabytes of the table and of its indexes, and connections that were closed.
//
//	go test -run NONE -bench PostgresLogins -benchtime 1x .
func BenchmarkPostgresLogins(b *testing.B) {
	for _, logins := range []int{50_000, 100_000, 200_000} {
		for _, c := range []struct {
			name, table string
			kept        bool
			sweep       func(stores.Postgres) error
		}{
			{"before", "CREATE INDEX ON franceconnect_logins (expires)", false, func(p stores.Postgres) error {
				_, err := p.DB.Exec(`DELETE FROM franceconnect_logins WHERE expires <= now()`)
				return err
			}},
			{"after", "", true, func(p stores.Postgres) error { return p.Sweep(context.Background()) }},
		} {
			b.Run(fmt.Sprintf("%d/%s", logins, c.name), func(b *testing.B) {
				for range b.N {
					db, stop := startPostgres(b)
					_, err := db.Exec(c.table)
					require.NoError(b, err)
					db.SetMaxOpenConns(32)
					if c.kept {
						stores.Connect(db, 32)
					}
					comeAndGo(b, stores.Postgres{DB: db}, logins, c.sweep)
					stop()
				}
			})
		}
	}
}

func comeAndGo(b *testing.B, s stores.Postgres, logins int, sweep func(stores.Postgres) error) {
	var all sync.WaitGroup
	begun := time.Now()
	var swept time.Duration
	for worker := range 32 {
		all.Go(func() {
			for n := worker; n < logins; n += 32 {
				key := fmt.Sprintf("fc:%032x", uint64(n)*0x9e3779b97f4a7c15) // in no order
				ttl := time.Hour
				if n%10 == 0 {
					ttl = time.Second
				}
				err := s.Put(context.Background(), key, []byte{1}, ttl)
				if err == nil && n%10 != 0 {
					_, _, err = s.Take(context.Background(), key)
				}
				if worker == 0 && n%20_000 == 0 { // as a job does
					start := time.Now()
					err = sweep(s)
					swept = max(swept, time.Since(start))
				}
				if err != nil {
					b.Error(err)
				}
			}
		})
	}
	all.Wait()
	took := time.Since(begun)
	var table, indexes float64
	var dead sql.NullInt64
	require.NoError(b, s.DB.QueryRow(`SELECT pg_table_size('franceconnect_logins')/1e6, pg_indexes_size('franceconnect_logins')/1e6`).Scan(&table, &indexes))
	require.NoError(b, s.DB.QueryRow(`SELECT n_dead_tup FROM pg_stat_user_tables WHERE relname = 'franceconnect_logins'`).Scan(&dead))
	b.ReportMetric(table, "MB-table")
	b.ReportMetric(indexes, "MB-indexes")
	b.ReportMetric(float64(dead.Int64), "dead-rows")
	b.ReportMetric(float64(s.DB.Stats().MaxIdleClosed), "connections-closed")
	b.ReportMetric(float64(logins)/took.Seconds(), "logins/s")
	b.ReportMetric(float64(swept.Milliseconds()), "ms-longest-sweep")
}
