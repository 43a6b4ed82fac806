package main

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

// A result is what became of one attack.
type result struct {
	name    string
	failure string // "" if the portal holds
	took    time.Duration
}

// A tester is what package testing is to a test, for a program: it runs attacks
// and keeps what they say.
type tester struct {
	name string
	all  *[]result // of the tests below; shared, and guarded by mu
	mu   *sync.Mutex

	own      sync.Mutex
	said     []string
	cleanups []func()
}

func newTester() *tester { return &tester{all: new([]result), mu: new(sync.Mutex)} }

// Helper is for package testing.
func (t *tester) Helper() {}

// Cleanup calls a function when the test is over.
func (t *tester) Cleanup(f func()) {
	t.own.Lock()
	defer t.own.Unlock()
	t.cleanups = append(t.cleanups, f)
}

// Errorf notes a failure.
func (t *tester) Errorf(format string, args ...any) {
	t.own.Lock()
	defer t.own.Unlock()
	t.said = append(t.said, fmt.Sprintf(format, args...))
}

// Fatalf notes a failure and ends the test.
func (t *tester) Fatalf(format string, args ...any) {
	t.Errorf(format, args...)
	runtime.Goexit()
}

// Run runs a test of its own.
func (t *tester) Run(name string, f func(*tester)) bool {
	sub := &tester{name: name, all: t.all, mu: t.mu}
	start := time.Now()
	failure := sub.run(f)
	t.mu.Lock()
	defer t.mu.Unlock()
	*t.all = append(*t.all, result{name, failure, time.Since(start)})
	return failure == ""
}

// run runs a function to its end, or to its Fatalf.
func (t *tester) run(f func(*tester)) string {
	<-t.begin(f)
	return strings.Join(t.said, "\n")
}

// begin runs a function, and closes done at its end.
func (t *tester) begin(f func(*tester)) (done chan struct{}) {
	done = make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			for _, cleanup := range slices.Backward(t.cleanups) {
				cleanup()
			}
		}()
		f(t)
	}()
	return done
}

// results returns what became of the attacks, by name; an error is what was wrong
// before any was made.
func (t *tester) results() ([]result, error) {
	if len(t.said) > 0 {
		return nil, errors.New(strings.TrimPrefix(strings.Join(t.said, "\n"), "attack: "))
	}
	slices.SortFunc(*t.all, func(a, b result) int { return strings.Compare(a.name, b.name) })
	return *t.all, nil
}
