package attack_test

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// A recorder is a test that may fail.
type recorder struct {
	*testing.T
	name  string
	only  string            // what the names of the tests that it runs begin with
	wants func(string) bool // reports whether a test of that name is run, or nil
	begun func()            // called as such a test begins, or nil
	wrong []string

	mu   sync.Mutex // guards what follows
	subs []*recorder
}

// record plays a test and keeps what it says.
func record(t *testing.T, name string, f func(*recorder)) *recorder {
	r := &recorder{T: t, name: name}
	var done sync.WaitGroup
	done.Go(func() { f(r) })
	done.Wait()
	return r
}

func (r *recorder) Errorf(format string, args ...any) {
	r.wrong = append(r.wrong, fmt.Sprintf(format, args...))
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}

func (r *recorder) Run(name string, f func(*recorder)) bool {
	if !strings.HasPrefix(name, r.only) || r.wants != nil && !r.wants(name) {
		return true
	}
	if r.begun != nil {
		r.begun()
	}
	sub := record(r.T, name, f)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.subs = append(r.subs, sub)
	return len(sub.wrong) == 0
}
