package attack

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
)

// A scene is one attack being played: its browsers, and what went wrong.
type scene struct {
	*arena
	victim, attacker *browser

	mu       sync.Mutex // guards what follows
	browsers []*browser
	secrets  map[string]string // what no page may show, and what it is
	wrong    []string
	ended    string // why the scene could not be played to its end
}

// try plays a scene to its end, or to its fatalf.
func (f *arena) try(play func(*scene)) *scene {
	s := &scene{arena: f, secrets: map[string]string{f.Client.Secret: "the client secret"}}
	s.victim, s.attacker = s.browser(), s.browser()
	done := make(chan struct{})
	go func() {
		defer close(done)
		play(s)
	}()
	<-done
	return s
}

// wrongf remembers something that must not be; once.
func (s *scene) wrongf(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if text := fmt.Sprintf(format, args...); !slices.Contains(s.wrong, text) {
		s.wrong = append(s.wrong, text)
	}
}

// fatalf is wrongf, and the end of the scene.
func (s *scene) fatalf(format string, args ...any) {
	s.wrongf(format, args...)
	s.mu.Lock()
	s.ended = fmt.Sprintf(format, args...)
	s.mu.Unlock()
	runtime.Goexit()
}

// secret is a text that no page may show from now on.
func (s *scene) secret(text, what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if text != "" {
		s.secrets[text] = what
	}
}

// settle checks who is signed in, in each browser of the scene.
func (s *scene) settle() {
	for _, b := range s.browsers {
		switch who := b.whoIs(); {
		case who == b.expected || who == "" && b.orNobody:
		case b.expected == "":
			s.wrongf("%q is signed in, where nobody may be", who)
		case who == "":
			s.wrongf("%q was signed in, and is no longer", b.expected)
		default:
			s.wrongf("%q is signed in, where only %q may be", who, b.expected)
		}
	}
}

// honest signs the victim in, in the browser that was attacked, or in a new one
// if somebody still is signed in there.
func (s *scene) honest() {
	b := s.victim
	if b.whoIs() != "" {
		b = s.browser()
	}
	before := len(s.wrong)
	b.signIn(victim)
	if who := b.whoIs(); who != s.names[victim] && len(s.wrong) == before {
		s.wrongf("after the attack, an honest login does not work any more: Portal.WhoIs says %q", who)
	}
}
