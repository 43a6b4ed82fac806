package main

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

// makeProxy writes our modules as a module proxy serves them
// (https://go.dev/ref/mod#goproxy-protocol), and puts what they need into the
// module cache of this machine, from where the rest is served.
func (r *release) makeProxy() error {
	when, err := output(r.clone, "git", "log", "-1", "--format=%cI")
	if err != nil {
		return err
	}
	for _, folder := range modules {
		from := filepath.Join(r.clone, folder)
		if _, err := output(from, "go", "mod", "download"); err != nil {
			return err
		}
		to := filepath.Join(r.proxy, modulePath(folder), "@v")
		if err := os.MkdirAll(to, 0o755); err != nil {
			return err
		}
		info, err := json.Marshal(map[string]string{"Version": r.version, "Time": when})
		if err != nil {
			return err
		}
		mod, err := os.ReadFile(filepath.Join(from, "go.mod"))
		if err != nil {
			return err
		}
		for name, text := range map[string][]byte{"list": []byte(r.version + "\n"), r.version + ".info": info, r.version + ".mod": mod} {
			if err := os.WriteFile(filepath.Join(to, name), text, 0o644); err != nil {
				return err
			}
		}
		f, err := os.Create(filepath.Join(to, r.version+".zip"))
		if err != nil {
			return err
		}
		if err := zip.CreateFromVCS(f, module.Version{Path: modulePath(folder), Version: r.version}, r.clone, "HEAD", folder); err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
	return nil
}

// command is one that finds our modules in the release, all others in the
// module cache of this machine, and nothing anywhere else. The checksum database
// cannot know a version that is not published; the others were held against
// go.sum when they came.
func (r *release) command(ctx context.Context, folder string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir = folder
	for _, v := range os.Environ() { // what would change the bytes of a program
		if !strings.HasPrefix(v, "GO") || strings.HasPrefix(v, "GOCACHE=") || strings.HasPrefix(v, "GOROOT=") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	shared, err := output("", "go", "env", "GOMODCACHE")
	if err != nil {
		cmd.Err = err
	}
	cmd.Env = append(cmd.Env, "GOENV=off", "GOWORK=off", "GOTOOLCHAIN=local", "GOSUMDB=off", "GOVCS=*:off",
		"GOPROXY=file://"+filepath.ToSlash(r.proxy)+",file://"+filepath.ToSlash(filepath.Join(shared, "cache", "download")),
		"GOMODCACHE="+r.cache, "GOFLAGS=-modcacherw -trimpath", "CGO_ENABLED=0", "GOAMD64=v1", "GOARM64=v8.0")
	if r.built != "" {
		cmd.Env = append(cmd.Env, "GOCACHE="+r.built)
	}
	// Ends what go has started, too.
	cmd.Cancel, cmd.WaitDelay = func() error { return cmd.Process.Signal(os.Interrupt) }, 20*time.Second
	return cmd
}
