package token

import (
	"context"
	"crypto"
	"crypto/subtle"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// keyTime is how long a key that is held elsewhere may take for one operation: a
// network module, a TPM and a key service need less than one second, and a code
// lives 30.
const keyTime = 5 * time.Second

// maxOperations is how many operations of one such key are under way at once. One
// that never ends keeps its goroutine, since no interface of a key can stop it.
const maxOperations = 64

// A KeyError is a private key that does not do its work. It is no fault of a
// token's.
type KeyError struct {
	ID    string
	Away  bool   // it did not answer in time, or it no longer does what it did
	Said  string // what it said when it was tried, with nothing of a token
	Cause error  // of a context that ended
}

func (e *KeyError) Error() string { return "token: key " + e.ID + ": " + e.Said }
func (e *KeyError) Unwrap() error { return e.Cause }

// A state is what the copies of one DecryptionKey share.
type state struct {
	elsewhere bool        // not in this process: it can be away
	worked    atomic.Bool // it has opened something
	busy      chan struct{}

	mu     sync.Mutex
	trying *trial // that is under way
}

// A trial is one that several may wait for.
type trial struct {
	done chan struct{}
	err  *KeyError
}

func newState(elsewhere bool) *state {
	s := &state{elsewhere: elsewhere}
	if elsewhere {
		s.busy = make(chan struct{}, maxOperations)
	}
	return s
}

// do makes an operation. That of a key elsewhere has a goroutine, so that it
// can be waited for no longer than keyTime; its error is then a *KeyError.
func (s *state) do(ctx context.Context, op operation) ([]byte, error) {
	if !s.elsewhere {
		return op()
	}
	ctx, cancel := context.WithTimeout(ctx, keyTime)
	defer cancel()
	select {
	case s.busy <- struct{}{}:
	case <-ctx.Done():
		return nil, late(ctx)
	}
	var result []byte
	err, done := error(nil), make(chan struct{})
	go func() {
		defer func() {
			if recover() != nil {
				err = errors.New("it panicked") // whose text may say anything
			}
			<-s.busy
			close(done)
		}()
		result, err = op()
	}()
	select {
	case <-done:
		return result, err
	case <-ctx.Done():
		return nil, late(ctx)
	}
}

func late(ctx context.Context) *KeyError {
	return &KeyError{Away: true, Said: "no answer in time", Cause: ctx.Err()}
}

// Elsewhere reports whether the private half is not in this process.
func (k DecryptionKey) Elsewhere() bool { return k.state.elsewhere }

// Worked reports whether the key has opened something.
func (k DecryptionKey) Worked() bool { return k.state.worked.Load() }

// Try finds out whether the private half opens what is made for the public one. At
// most one trial of a key elsewhere is under way; whoever asks meanwhile waits for
// that one.
func (k DecryptionKey) Try(ctx context.Context) *KeyError {
	s := k.state
	if !s.elsewhere {
		return k.try(ctx)
	}
	s.mu.Lock()
	t := s.trying
	if t == nil {
		t = &trial{done: make(chan struct{})}
		s.trying = t
		go func() { // not in the context of who asks first: others wait for it too
			ctx, cancel := context.WithTimeout(context.Background(), keyTime)
			defer cancel()
			t.err = k.try(ctx)
			s.mu.Lock()
			s.trying = nil
			s.mu.Unlock()
			close(t.done)
		}()
	}
	s.mu.Unlock()
	select {
	case <-t.done:
		return t.err
	case <-ctx.Done():
		e := late(ctx)
		e.ID = k.ID
		return e
	}
}

// try makes the trial.
func (k DecryptionKey) try(ctx context.Context) (e *KeyError) {
	err := k.state.attempt(ctx, k.private)
	if err == nil {
		k.state.worked.Store(true)
		return nil
	}
	if e, ok := err.(*KeyError); ok {
		e.ID = k.ID
		return e
	}
	defer func() {
		if recover() != nil { // the error of a module may be a typed nil
			e = &KeyError{ID: k.ID, Said: "its error panicked", Away: k.Worked()}
		}
	}()
	unreachable := net.Error(nil)
	e = &KeyError{ID: k.ID, Said: err.Error(), Away: k.Worked() || errors.As(err, &unreachable) || errors.Is(err, context.DeadlineExceeded)}
	// A module that opens one of the two RSA-OAEP may refuse the other.
	if d, ok := k.private.(decrypter); ok && !e.Away {
		for other, hash := range oaep {
			if d.hash != hash && k.state.attempt(ctx, decrypter{d.Decrypter, d.public, hash}) == nil {
				e.Said += "; it does open " + other + ", which has " + hashNames[hash]
			}
		}
	}
	return e
}

var hashNames = map[crypto.Hash]string{crypto.SHA1: "SHA-1", crypto.SHA256: "SHA-256"}

// errOther: what was found is not what was sealed.
var errOther = errors.New("the private half does not belong to the public one")

// attempt has a private key find what was sealed for its public half.
func (s *state) attempt(ctx context.Context, private privateKey) error {
	find, want, err := private.trial()
	if err != nil {
		return err
	}
	got, err := s.do(ctx, find)
	if err == nil && subtle.ConstantTimeCompare(got, want) != 1 {
		return errOther
	}
	return err
}
