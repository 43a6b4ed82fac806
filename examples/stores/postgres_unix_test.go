//go:build unix

package stores_test

import (
	"bytes"
	"context"
	"database/sql"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/examples/stores"
)

func TestPostgresConforms(t *testing.T) {
	t.Parallel()
	db, stop := startPostgres(t)
	s := stores.Postgres{DB: db}
	conforms(t, s)

	// Of many that add one key at once, one does; what is over is as what is not there.
	var added atomic.Int32
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			if ok, err := s.Add(context.Background(), "fc:ami:1", []byte{1}, time.Hour); ok && err == nil {
				added.Add(1)
			}
		})
	}
	all.Wait()
	require.EqualValues(t, 1, added.Load())
	require.NoError(t, s.Put(t.Context(), "fc:ami:1", []byte{1}, time.Microsecond))
	ok, err := s.Add(t.Context(), "fc:ami:1", []byte{1}, time.Microsecond)
	require.NoError(t, err)
	require.True(t, ok)

	// What nobody came back from is swept away, and nothing else.
	require.NoError(t, s.Put(t.Context(), "fc:open", []byte{1}, time.Hour))
	require.NoError(t, s.Put(t.Context(), "fc:over", []byte{1}, time.Microsecond))
	require.NoError(t, s.Sweep(t.Context()))
	var left string
	require.NoError(t, db.QueryRowContext(t.Context(), "SELECT string_agg(key, ' ') FROM franceconnect_logins").Scan(&left))
	require.Equal(t, "fc:open", left)

	// As a job, at its ticks; what is dead has room in the table again.
	require.NoError(t, s.Put(t.Context(), "fc:over", []byte{1}, time.Microsecond))
	ctx, cancel := context.WithCancel(t.Context())
	ticks, failures, ended := make(chan time.Time), make(chan error, 1), make(chan struct{})
	go func() { defer close(ended); s.SweepAt(ctx, ticks, func(err error) { failures <- err }) }()
	ticks <- time.Now()
	ticks <- time.Now() // the first is done
	require.NoError(t, db.QueryRowContext(t.Context(), "SELECT string_agg(key, ' ') FROM franceconnect_logins").Scan(&left))
	require.Equal(t, "fc:open", left)
	require.Eventually(t, func() bool {
		var vacuumed int
		err := db.QueryRowContext(t.Context(), "SELECT vacuum_count FROM pg_stat_user_tables WHERE relname = 'franceconnect_logins'").Scan(&vacuumed)
		return err == nil && vacuumed > 0
	}, 20*time.Second, 20*time.Millisecond, "statistics come later")

	// Connections that were needed at once stay, and no more are opened.
	stores.Connect(db, 8)
	closed := db.Stats().MaxIdleClosed
	var held [8]*sql.Conn
	for range 3 {
		for i := range held {
			var err error
			held[i], err = db.Conn(t.Context())
			require.NoError(t, err)
		}
		for _, c := range held {
			require.NoError(t, c.Close())
		}
	}
	require.Equal(t, closed, db.Stats().MaxIdleClosed)
	require.Equal(t, 8, db.Stats().MaxOpenConnections)

	stop()
	ticks <- time.Now()
	require.Error(t, <-failures)
	cancel()
	<-ended
	require.Error(t, s.Put(t.Context(), "fc:1", []byte{1}, time.Hour))
	_, err = s.Add(t.Context(), "fc:1", []byte{1}, time.Hour)
	require.Error(t, err)
	_, found, err := s.Take(t.Context(), "fc:open")
	require.Error(t, err)
	require.False(t, found)
}

// startPostgres starts a PostgreSQL of the test's own, which listens in a
// folder and not on a port, with the table of logins.sql. Where PostgreSQL is
// not installed the test is skipped by name, or fails if POSTGRES_TESTS=required.
func startPostgres(t testing.TB) (db *sql.DB, stop func()) {
	installed, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if path, err := exec.LookPath("initdb"); err == nil {
		installed = append(installed, path)
	}
	if installed == nil && os.Getenv("POSTGRES_TESTS") == "required" {
		t.Fatal("POSTGRES_TESTS=required, and there is no PostgreSQL: examples/stores/setup.sh installs it")
	}
	if installed == nil {
		t.Skip("there is no PostgreSQL: examples/stores/setup.sh installs it")
	}
	bin := filepath.Dir(installed[len(installed)-1])
	dir, err := os.MkdirTemp("", "pg") // a short name: it is a socket's
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })

	var log bytes.Buffer
	command := func(name string, args ...string) *exec.Cmd {
		c := exec.Command(filepath.Join(bin, name), args...)
		c.Dir, c.Env, c.Stdout, c.Stderr = dir, []string{"LC_ALL=C"}, &log, &log
		if os.Getuid() == 0 {
			c.SysProcAttr = &syscall.SysProcAttr{Credential: postgres(t, dir)}
		}
		return c
	}
	require.NoError(t, command("initdb", "-D", dir+"/data", "-U", "portail", "-A", "trust", "-E", "UTF8", "--no-sync").Run(), "%s", &log)
	server := command("postgres", "-D", dir+"/data", "-k", dir, "-c", "listen_addresses=", "-c", "fsync=off")
	require.NoError(t, server.Start())
	stop = func() {
		_ = server.Process.Signal(syscall.SIGQUIT)
		_ = server.Wait()
	}
	t.Cleanup(stop)

	db, err = sql.Open("pgx", "host="+dir+" user=portail dbname=postgres connect_timeout=5 statement_timeout=3000")
	require.NoError(t, err)
	t.Cleanup(func() { db.Close() })
	require.Eventually(t, func() bool { return db.PingContext(context.Background()) == nil }, 20*time.Second, 20*time.Millisecond)
	table, err := os.ReadFile("logins.sql")
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), string(table))
	require.NoError(t, err)
	return db, stop
}

// postgres returns the user that the server runs as, since it refuses to be root,
// and who owns its folder.
func postgres(t testing.TB, dir string) *syscall.Credential {
	u, err := user.Lookup("postgres")
	require.NoError(t, err)
	uid, err := strconv.Atoi(u.Uid)
	require.NoError(t, err)
	gid, err := strconv.Atoi(u.Gid)
	require.NoError(t, err)
	require.NoError(t, os.Chown(dir, uid, gid))
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}
