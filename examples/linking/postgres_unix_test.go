//go:build unix

package linking_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// startPostgres starts a PostgreSQL of the tests' own, which listens in a
// folder and not on a port. Where PostgreSQL is not installed the tests are
// skipped by name, or fail if POSTGRES_TESTS=required.
func startPostgres() (stop func(), err error) {
	installed, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if path, err := exec.LookPath("initdb"); err == nil {
		installed = append(installed, path)
	}
	if installed == nil && os.Getenv("POSTGRES_TESTS") == "required" {
		return nil, fmt.Errorf("POSTGRES_TESTS=required, and there is no PostgreSQL: examples/stores/setup.sh installs it")
	}
	if installed == nil {
		return func() {}, nil
	}
	bin := filepath.Dir(installed[len(installed)-1])
	dir, err := os.MkdirTemp("", "pg") // a short name: it is a socket's
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			os.RemoveAll(dir)
		}
	}()
	var as *syscall.SysProcAttr
	if os.Getuid() == 0 {
		if as, err = postgres(dir); err != nil {
			return nil, err
		}
	}
	var log bytes.Buffer
	command := func(name string, args ...string) *exec.Cmd {
		c := exec.Command(filepath.Join(bin, name), args...)
		c.Dir, c.Env, c.Stdout, c.Stderr, c.SysProcAttr = dir, []string{"LC_ALL=C"}, &log, &log, as
		return c
	}
	if err := command("initdb", "-D", dir+"/data", "-U", "portail", "-A", "trust", "-E", "UTF8", "--no-sync").Run(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, &log)
	}
	running := command("postgres", "-D", dir+"/data", "-k", dir, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=200")
	if err := running.Start(); err != nil {
		return nil, err
	}
	stop = func() {
		_ = running.Process.Signal(syscall.SIGQUIT)
		_ = running.Wait()
		os.RemoveAll(dir)
	}
	socket = "host=" + dir + " user=portail connect_timeout=5 statement_timeout=30000"
	if server, err = sql.Open("pgx", socket+" dbname=postgres"); err != nil {
		return nil, err
	}
	for begun := time.Now(); server.PingContext(context.Background()) != nil; time.Sleep(20 * time.Millisecond) {
		if time.Since(begun) > 30*time.Second {
			stop()
			return nil, fmt.Errorf("PostgreSQL does not answer: %s", &log)
		}
	}
	return stop, nil
}

// postgres returns the user that the server runs as, since it refuses to be root,
// and who owns its folder.
func postgres(dir string) (*syscall.SysProcAttr, error) {
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, err
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.Atoi(u.Gid)
	if err != nil {
		return nil, err
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, os.Chown(dir, uid, gid)
}
