package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"testing"
)

// What all tests share.
var (
	bin      string          // where the programs are
	axe      string          // the source of axe-core
	pictures string          // where pictures of the pages go, as PICTURES says; "" is nowhere
	chromium context.Context // the browser; a visitor is a profile of it
	town     *portal         // the portal as make run starts it
	private  *portal         // and with the mock beside it
)

func TestMain(m *testing.M) {
	status, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		status = 1
	}
	os.Exit(status)
}

func run(m *testing.M) (status int, err error) {
	source, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	_, noChromium := exec.LookPath("chromium")
	_, noDSFR := os.Stat(dsfr)
	_, noHTMX := os.Stat(htmx)
	_, noTurbo := os.Stat(turbo)
	if missing := errors.Join(noChromium, err, noDSFR, noHTMX, noTurbo); missing != nil {
		return 0, fmt.Errorf("these tests need Chromium, axe-core, DSFR, htmx and Turbo; testdata/browser/setup.sh installs them: %w", missing)
	}
	axe = string(source)
	if pictures = os.Getenv("PICTURES"); pictures != "" {
		if err := os.MkdirAll(pictures, 0o755); err != nil {
			return 0, err
		}
	}
	if bin, err = os.MkdirTemp("", "franceconnect-browser-"); err != nil {
		return 0, err
	}
	defer os.RemoveAll(bin)
	for module, program := range map[string]string{"../../examples/portal": ".", "../..": "./cmd/...", "../../examples/frameworks": "./..."} {
		build := exec.Command("go", "build", "-C", module, "-o", bin+"/", program)
		if out, err := build.CombinedOutput(); err != nil {
			return 0, fmt.Errorf("go build: %w\n%s", err, out)
		}
	}
	var stop func()
	if town, stop, err = startPortal(); err != nil {
		return 0, err
	}
	defer stop()
	if private, stop, err = startPrivatePortal(); err != nil {
		return 0, err
	}
	defer stop()
	if chromium, stop, err = startChromium(nil); err != nil {
		return 0, err
	}
	defer stop()
	return m.Run(), nil
}
