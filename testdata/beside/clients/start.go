package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
)

func init() {
	flag.Func("start", "NAME=FOLDER of the one client that this process becomes, told by the variable SETTINGS", start)
}

// start becomes one client, NAME=FOLDER, for a program that has a mock of its own: what
// try tells a client is in the variable SETTINGS.
func start(arg string) error {
	name, folder, _ := strings.Cut(arg, "=")
	c, ok := clients[name]
	if !ok {
		return fmt.Errorf("%q is no client of ours", name)
	}
	var s portalSettings
	if err := json.Unmarshal([]byte(os.Getenv("SETTINGS")), &s); err != nil {
		return err
	}
	words, err := c.command(s, folder)
	if err != nil {
		return err
	}
	if err := os.Chdir(folder); err != nil {
		return err
	}
	program, err := exec.LookPath(words[0])
	if err != nil {
		return err
	}
	return syscall.Exec(program, words, os.Environ())
}
