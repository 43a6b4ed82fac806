package linking_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/franceconnect-go/franceconnect/examples/linking"
)

// A database is where its tables are.
type database struct{ driver, source string }

// open opens it with connections of its own, as another machine would have
// them.
func (d database) open(t testing.TB) linking.Accounts {
	db, err := sql.Open(d.driver, d.source)
	require.NoError(t, err)
	t.Cleanup(func() { db.Close() })
	return linking.Accounts{DB: db}
}

// onBothEngines runs a test on empty tables of each.
func onBothEngines(t *testing.T, test func(t *testing.T, db database)) {
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		test(t, newSQLite(t))
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		test(t, newPostgres(t))
	})
}

func newSQLite(t testing.TB) database {
	return database{"sqlite", "file:" + filepath.Join(t.TempDir(), "portail.db") +
		"?_pragma=busy_timeout(30000)&_pragma=foreign_keys(1)&_pragma=journal_mode(wal)&_pragma=synchronous(off)"}.withTables(t)
}

var databases atomic.Int32

func newPostgres(t testing.TB) database {
	if server == nil {
		t.Skip("there is no PostgreSQL: examples/stores/setup.sh installs it")
	}
	name := fmt.Sprint("portail", databases.Add(1))
	_, err := server.Exec("CREATE DATABASE " + name)
	require.NoError(t, err)
	return database{"pgx", socket + " dbname=" + name}.withTables(t)
}

// withTables makes the tables.
func (d database) withTables(t testing.TB) database {
	schema, err := os.ReadFile("schema.sql")
	require.NoError(t, err)
	change(t, d.open(t), string(schema))
	return d
}

// One PostgreSQL for all tests, nil if it is not installed.
var (
	server *sql.DB
	socket string // what every connection says
)

func TestMain(m *testing.M) {
	if driver := os.Getenv("REPLICA"); driver != "" {
		if err := replica(driver, os.Getenv("SOURCE")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	stop, err := startPostgres()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	stop()
	os.Exit(code)
}
