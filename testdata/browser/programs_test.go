package browser

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// patience bounds every wait.
const patience = 20 * time.Second

// A portal is the example portal, in a process of its own.
type portal struct {
	url      string
	v2, plus string // the FranceConnects that it says it uses; "" is none
	said     func() string
}

// startPortal starts the portal with the variables given and no others of its
// own, on a free port unless they say where.
func startPortal(env ...string) (*portal, func(), error) {
	p := &portal{}
	said, stop, err := start(append([]string{"PORTAL_ADDR=127.0.0.1:0"}, env...), func(line string) bool {
		switch name, address, _ := strings.Cut(line, ", "); {
		case strings.HasPrefix(name, "FranceConnect v"):
			p.v2 = address
		case name == "FranceConnect+":
			p.plus = address
		case strings.HasPrefix(line, "Ouvrez / Open: "):
			p.url = strings.TrimSuffix(strings.TrimPrefix(line, "Ouvrez / Open: "), "/")
		}
		return p.url != ""
	}, "portal")
	p.said = said
	return p, stop, err
}

// startMock starts the mock on a free port, and returns its issuer.
func startMock(args ...string) (issuer string, stop func(), err error) {
	_, stop, err = start(nil, func(line string) bool {
		var ready bool
		issuer, ready = strings.CutPrefix(line, "issuer=")
		return ready
	}, "mockfranceconnect", append(args, "-addr", "127.0.0.1:0")...)
	return issuer, stop, err
}

// start starts a program and waits for the line that says it is ready.
func start(env []string, ready func(line string) bool, name string, args ...string) (said func() string, stop func(), err error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := program(env, name, args...)
	var log portaltest.Log
	cmd.Stderr = &log
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, nil, err
	}
	stop = func() { end(cmd) }
	ended := make(chan error, 1)
	go func() { ended <- readUntil(out, ready) }()
	select {
	case err = <-ended:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		stop()
		return nil, nil, fmt.Errorf("%s: %w\n%s", name, err, log.String())
	}
	return log.String, stop, nil
}

// program is a program with the variables given and no others of its own.
func program(env []string, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(bin, name), args...)
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "FRANCECONNECT_") && !strings.HasPrefix(variable, "PORTAL_") {
			cmd.Env = append(cmd.Env, variable)
		}
	}
	cmd.Env = append(cmd.Env, env...)
	return cmd
}

// end ends a program that was started.
func end(cmd *exec.Cmd) {
	cmd.Process.Signal(syscall.SIGTERM)
	late := time.AfterFunc(patience, func() { cmd.Process.Kill() })
	cmd.Wait()
	late.Stop()
}

func readUntil(r io.Reader, ready func(line string) bool) error {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		if ready(lines.Text()) {
			return nil
		}
	}
	return errors.Join(errors.New("ended before it was ready"), lines.Err())
}
