package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"time"
)

// profile runs our own part of a timed row and writes where its time went, and
// then, because looking at each allocation takes time, where those come from.
func (r row) profile(folder string) error {
	if r.open == nil {
		return nil
	}
	defer endServers()
	all, err := r.open()
	if err != nil {
		return err
	}
	ours := all[slices.IndexFunc(all, func(c contender) bool { return c.name == oursName })]
	name := filepath.Join(folder, strings.NewReplacer(" ", "-", ",", "").Replace(r.name))
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	var cpu, memory bytes.Buffer
	if err := pprof.StartCPUProfile(&cpu); err != nil {
		return err
	}
	err = runFor(2*time.Second, ours)
	pprof.StopCPUProfile()
	if err != nil {
		return err
	}
	rate := runtime.MemProfileRate
	runtime.MemProfileRate = 512
	err = runFor(time.Second, ours)
	runtime.MemProfileRate = rate
	if err != nil {
		return err
	}
	if err := pprof.Lookup("allocs").WriteTo(&memory, 0); err != nil {
		return err
	}
	return errors.Join(os.WriteFile(name+".cpu.prof", cpu.Bytes(), 0o600), os.WriteFile(name+".mem.prof", memory.Bytes(), 0o600))
}

func runFor(d time.Duration, c contender) error {
	for start := time.Now(); time.Since(start) < d; {
		if err := c.run(); err != nil {
			return err
		}
	}
	return nil
}
