package main

import (
	"io"
	"log/slog"
	"sync"
	"time"
)

// maxBehind is how many bytes of the log may wait for whoever reads it.
const maxBehind = 1 << 20

// A patientLog passes on what is written to it, and lets nobody wait for a reader who
// is slow or stands still: neither a reload nor a person. What there is no room
// for is lost, and then counted in a line of its own.
type patientLog struct {
	out   io.Writer
	wake  chan struct{}
	ended chan struct{}

	mu     sync.Mutex
	behind []byte
	lost   int // lines
	closed bool
}

func newPatientLog(out io.Writer) *patientLog {
	l := &patientLog{out: out, wake: make(chan struct{}, 1), ended: make(chan struct{})}
	go l.passOn()
	return l
}

// Write takes a line.
func (l *patientLog) Write(line []byte) (int, error) {
	l.mu.Lock()
	if len(l.behind)+len(line) > maxBehind {
		l.lost++
	} else {
		l.behind = append(l.behind, line...)
	}
	l.mu.Unlock()
	l.hasten()
	return len(line), nil
}

func (l *patientLog) hasten() {
	select {
	case l.wake <- struct{}{}:
	default: // awake already
	}
}

// passOn writes what has come, until the log is closed and there is nothing left.
func (l *patientLog) passOn() {
	defer close(l.ended)
	for range l.wake {
		l.mu.Lock()
		behind, lost, closed := l.behind, l.lost, l.closed
		l.behind, l.lost = nil, 0
		l.mu.Unlock()
		_, _ = l.out.Write(behind) // who has gone does not want it
		if lost > 0 {
			slog.New(slog.NewTextHandler(l.out, nil)).Warn("lines of the log are lost, whoever reads it is too slow", "count", lost)
		}
		if closed {
			return
		}
	}
}

// close passes on what is left, for as long as wait.
func (l *patientLog) close(wait time.Duration) {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	l.hasten()
	select {
	case <-l.ended:
	case <-time.After(wait):
	}
}
