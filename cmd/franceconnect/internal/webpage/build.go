package webpage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
)

// A Program is one for a browser.
type Program struct {
	Wasm []byte
	Exec []byte // wasm_exec.js of the same Go
}

// ErrNoGo says that there is no go command to make the program with.
var ErrNoGo = errors.New("the go command is not here")

// Build makes a package once more, for a browser: of the version that this
// program was installed from, or of the checkout that it was run from, which
// has to be the folder of the call or above it.
func Build(ctx context.Context, pkg string) (Program, error) {
	if _, err := exec.LookPath("go"); err != nil {
		return Program{}, fmt.Errorf("%w: %w", ErrNoGo, err)
	}
	scratch, err := os.MkdirTemp("", "franceconnect-page")
	if err != nil {
		return Program{}, err
	}
	defer os.RemoveAll(scratch)
	wasm := filepath.Join(scratch, "bin", "js_wasm", filepath.Base(pkg))
	args, env := []string{"build", "-o", wasm}, os.Environ()
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Sum != "" {
		cache, err := goCommand(ctx, env, "env", "GOMODCACHE")
		if err != nil {
			return Program{}, err
		}
		args, pkg = []string{"install"}, pkg+"@"+info.Main.Version
		env = append(env, "GOPATH="+scratch, "GOMODCACHE="+strings.TrimSpace(cache), "GOBIN=")
	}
	env = append(env, "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0", "GOTOOLCHAIN="+toolchain())
	if _, err := goCommand(ctx, env, append(args, "-trimpath", "-ldflags=-s -w", pkg)...); err != nil {
		return Program{}, err
	}
	root, err := goCommand(ctx, env, "env", "GOROOT")
	if err != nil {
		return Program{}, err
	}
	var built Program
	if built.Wasm, err = os.ReadFile(wasm); err != nil {
		return Program{}, err
	}
	built.Exec, err = os.ReadFile(filepath.Join(strings.TrimSpace(root), "lib", "wasm", "wasm_exec.js"))
	return built, err
}

// toolchain names the Go that made this program, so that both are of one; a Go
// without a release is the one that is here.
func toolchain() string {
	if version := runtime.Version(); strings.HasPrefix(version, "go1.") && !strings.ContainsAny(version, " +-") {
		return version
	}
	return "local"
}

// goCommand runs go and returns what it wrote.
func goCommand(ctx context.Context, env []string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Env = env
	said, wrote := &bytes.Buffer{}, &bytes.Buffer{}
	cmd.Stdout, cmd.Stderr = wrote, said
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("go %s: %w: %s", args[0], err, strings.TrimSpace(said.String()))
	}
	return wrote.String(), nil
}
