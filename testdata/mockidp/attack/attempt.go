package attack

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
)

// An attempt is one attack on a portal: its browsers, and what went wrong.
type attempt struct {
	*arena
	victim, attacker *browser

	mu       sync.Mutex // guards what follows
	browsers []*browser
	secrets  map[string]string // texts that no page may show, and their names
	personal []string          // those of secrets that are about the victim
	errors   []string
	fatal    string // why the attempt ended early, or ""
}

// run runs steps to their end, or until they call fatalf.
func (f *arena) run(steps func(*attempt)) *attempt {
	s := &attempt{arena: f, secrets: map[string]string{f.Client.Secret: "the client secret"}}
	s.victim, s.attacker = s.newBrowser(), s.newBrowser()
	done := make(chan struct{})
	go func() {
		defer close(done)
		steps(s)
	}()
	<-done
	return s
}

// errorf records something that must not be, once.
func (s *attempt) errorf(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if text := fmt.Sprintf(format, args...); !slices.Contains(s.errors, text) {
		s.errors = append(s.errors, text)
	}
}

// fatalf calls errorf and ends the attempt.
func (s *attempt) fatalf(format string, args ...any) {
	s.errorf(format, args...)
	s.mu.Lock()
	s.fatal = fmt.Sprintf(format, args...)
	s.mu.Unlock()
	runtime.Goexit()
}

// addSecret adds a text that no page may show from now on. what names it in
// errors.
func (s *attempt) addSecret(text, what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if text != "" {
		s.secrets[text] = what
	}
}

// addPersonal adds a text about the victim, whose own page may show it once they are
// signed in.
func (s *attempt) addPersonal(text, what string) {
	s.addSecret(text, what)
	s.personal = append(s.personal, text)
}

// forgetPersonal is for when the victim signs in.
func (s *attempt) forgetPersonal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, text := range s.personal {
		delete(s.secrets, text)
	}
}

// verify checks who is signed in, in each browser of the attempt.
func (s *attempt) verify() {
	for _, b := range s.browsers {
		switch who := b.whoIs(); {
		case who == b.expected || who == "" && b.orNobody:
		case b.expected == "":
			s.errorf("%q is signed in, where nobody may be", who)
		case who == "":
			s.errorf("%q was signed in, and is no longer", b.expected)
		default:
			s.errorf("%q is signed in, where only %q may be", who, b.expected)
		}
	}
}

// checkHonestLogin signs the victim in, in the browser that was attacked, or in
// a new one if somebody is still signed in there.
func (s *attempt) checkHonestLogin() {
	b := s.victim
	if b.whoIs() != "" {
		b = s.newBrowser()
	}
	s.honestMu.Lock()
	defer s.honestMu.Unlock()
	before := len(s.errors)
	s.forgetPersonal()
	b.signIn(victim)
	if who := b.whoIs(); who != s.userNames[victim] && len(s.errors) == before {
		s.errorf("after the attack, an honest login does not work any more: Portal.WhoIs says %q", who)
	}
}
