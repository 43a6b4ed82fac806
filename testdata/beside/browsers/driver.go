package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/franceconnect-go/franceconnect/testdata/beside/town"
)

// A session is a browser that does what it is told (WebDriver).
type session interface {
	// run calls a command by its name and address in WebDriver, and returns its value.
	run(ctx context.Context, c command, arguments any) (json.RawMessage, error)
}

// A command has a name, as Firefox calls it, and an address, as everybody else does. In
// the address %s is an element.
type command struct{ name, path, element string }

var (
	newSession = command{name: "WebDriver:NewSession", path: "/session"}
	navigate   = command{name: "WebDriver:Navigate", path: "/url"}
	script     = command{name: "WebDriver:ExecuteScript", path: "/execute/sync"}
	find       = command{name: "WebDriver:FindElement", path: "/element"}
	click      = command{name: "WebDriver:ElementClick", path: "/element/%s/click"}
)

// A driven is a program that speaks WebDriver over HTTP.
type driven struct{ at string }

func (d *driven) run(ctx context.Context, c command, arguments any) (json.RawMessage, error) {
	path := c.path
	if c.element != "" {
		path = fmt.Sprintf(path, c.element)
		arguments = struct{}{}
	}
	body, err := json.Marshal(arguments)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, d.at+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	var answer struct{ Value json.RawMessage }
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%.300s", answer.Value)
	}
	return answer.Value, nil
}

// drive starts a program that speaks WebDriver, and a browser by it.
func drive(ctx context.Context, program string, capabilities map[string]any, environment ...string) (session, func(), error) {
	port, err := town.FreePort()
	if err != nil {
		return nil, nil, err
	}
	stop, err := start(ctx, environment, nil, program, "--port="+port)
	if err != nil {
		return nil, nil, err
	}
	d := &driven{"http://127.0.0.1:" + port}
	err = town.Answers(ctx, "127.0.0.1:"+port, nil)
	if err == nil {
		capabilities["acceptInsecureCerts"] = true
		var value json.RawMessage
		value, err = d.run(ctx, newSession, map[string]any{"capabilities": map[string]any{"alwaysMatch": capabilities}})
		var opened struct{ SessionID string }
		err = errors.Join(err, json.Unmarshal(append([]byte(nil), value...), &opened))
		d.at += "/session/" + opened.SessionID
	}
	end := func() {
		// So that the browser ends with it.
		if r, err := http.NewRequest(http.MethodDelete, d.at, nil); err == nil {
			if res, err := http.DefaultClient.Do(r); err == nil {
				res.Body.Close()
			}
		}
		stop()
	}
	if err != nil {
		end()
		return nil, nil, err
	}
	return d, end, nil
}

// A marionette is a Firefox, which speaks its own form of WebDriver without another
// program.
type marionette struct {
	net.Conn
	in *bufio.Reader
	n  int
}

func (m *marionette) run(ctx context.Context, c command, arguments any) (json.RawMessage, error) {
	if c.element != "" {
		arguments = map[string]string{"id": c.element}
	}
	m.n++
	call, err := json.Marshal([]any{0, m.n, c.name, arguments})
	if err != nil {
		return nil, err
	}
	deadline, _ := ctx.Deadline()
	if err := m.SetDeadline(deadline); err != nil {
		return nil, err
	}
	if _, err := fmt.Fprintf(m, "%d:%s", len(call), call); err != nil {
		return nil, err
	}
	text, err := m.read()
	if err != nil {
		return nil, err
	}
	var answer [4]json.RawMessage
	if err := json.Unmarshal(text, &answer); err != nil {
		return nil, err
	}
	if string(answer[2]) != "null" {
		return nil, fmt.Errorf("%.300s", answer[2])
	}
	var value struct{ Value json.RawMessage }
	err = json.Unmarshal(answer[3], &value)
	return value.Value, err
}

// read returns one message: its length, a colon, and itself.
func (m *marionette) read() ([]byte, error) {
	length, err := m.in.ReadString(':')
	if err != nil {
		return nil, err
	}
	n, err := strconv.Atoi(strings.TrimSuffix(length, ":"))
	if err != nil {
		return nil, err
	}
	text := make([]byte, n)
	_, err = io.ReadFull(m.in, text)
	return text, err
}

// firefox starts one with a profile of its own.
func firefox(ctx context.Context, folder string) (session, func(), error) {
	port, err := town.FreePort()
	if err != nil {
		return nil, nil, err
	}
	// Nothing leaves this machine.
	prefs := `user_pref("marionette.port", ` + port + `);` + "\n" +
		`user_pref("network.proxy.no_proxies_on", "localhost, 127.0.0.1");` + "\n"
	if err := os.WriteFile(filepath.Join(folder, "user.js"), []byte(prefs), 0o600); err != nil {
		return nil, nil, err
	}
	stop, err := start(ctx, []string{"HOME=" + folder}, nil, "firefox-esr", "--headless", "--marionette", "--no-remote", "--profile", folder)
	if err != nil {
		return nil, nil, err
	}
	if err := town.Answers(ctx, "127.0.0.1:"+port, nil); err != nil {
		stop()
		return nil, nil, err
	}
	c, err := net.Dial("tcp", "127.0.0.1:"+port)
	if err != nil {
		stop()
		return nil, nil, err
	}
	m := &marionette{Conn: c, in: bufio.NewReader(c)}
	_, err = m.read() // who it is
	if err == nil {
		_, err = m.run(ctx, newSession, map[string]any{"acceptInsecureCerts": true})
	}
	if err != nil {
		stop()
		return nil, nil, err
	}
	return m, func() { _ = m.Close(); stop() }, nil
}

// start starts a program, and returns what ends it.
func start(ctx context.Context, environment []string, file *os.File, words ...string) (func(), error) {
	ctx, cancel := context.WithCancel(ctx)
	c := exec.CommandContext(ctx, words[0], words[1:]...)
	c.Env, c.WaitDelay = append(os.Environ(), environment...), 5*time.Second
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	if file != nil {
		c.ExtraFiles = []*os.File{file}
	}
	if err := c.Start(); err != nil {
		cancel()
		return nil, err
	}
	return func() { cancel(); _ = c.Wait() }, nil // interrupted, it may be an error
}

// screen starts a screen that nobody sees, and returns its name.
func screen(ctx context.Context) (string, func(), error) {
	r, w, err := os.Pipe()
	if err != nil {
		return "", nil, err
	}
	defer r.Close()
	stop, err := start(ctx, nil, w, "Xvfb", "-displayfd", "3", "-screen", "0", "1280x900x24")
	w.Close()
	if err != nil {
		return "", nil, err
	}
	name, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		stop()
		return "", nil, err
	}
	return ":" + strings.TrimSpace(name), stop, nil
}
