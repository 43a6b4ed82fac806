package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// platforms are those that the programs are released for.
var platforms = []string{"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64", "windows/arm64"}

// programs are what is released as programs.
var programs = []string{"franceconnect", "mockfranceconnect"}

// install makes the programs for a platform, by the command of anybody who
// installs them, and moves each to where the function says.
func (r *release) install(ctx context.Context, platform, version string, to func(program, suffix string) string) error {
	system, arch, _ := strings.Cut(platform, "/")
	scratch, err := os.MkdirTemp("", "release")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	args := []string{"go", "install"}
	for _, p := range programs {
		args = append(args, root+"/cmd/"+p+"@"+version)
	}
	cmd := r.command(ctx, scratch, args...)
	cmd.Env = append(cmd.Env, "GOPATH="+scratch, "GOOS="+system, "GOARCH="+arch)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s for %s: %w\n%s", cmd, platform, err, out)
	}
	bin, suffix := filepath.Join(scratch, "bin"), ""
	if platform != runtime.GOOS+"/"+runtime.GOARCH {
		bin = filepath.Join(bin, system+"_"+arch)
	}
	if system == "windows" {
		suffix = ".exe"
	}
	for _, p := range programs {
		program, err := os.ReadFile(filepath.Join(bin, p+suffix))
		if err != nil {
			return err
		}
		if err := os.WriteFile(to(p, suffix), program, 0o755); err != nil {
			return err
		}
	}
	return nil
}

// writePage makes the page of the program franceconnect, by the command of
// anybody who has Go.
func (r *release) writePage(ctx context.Context, to string) error {
	cmd := r.command(ctx, filepath.Dir(to), "go", "run", root+"/cmd/franceconnect@"+r.version, "page", "-o", to)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", cmd, err, out)
	}
	return nil
}
