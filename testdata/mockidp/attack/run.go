package attack

import (
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// TB is the part of testing.T that Run needs. T is the type itself, such as
// *testing.T, which Run passes to each subtest.
type TB[T any] interface {
	mockidp.TB
	Errorf(format string, args ...any)
	Run(name string, f func(T)) bool
}

// Run attacks a portal, and fails once for each attack that succeeds. On
// FranceConnect+ it leaves out the attacks that read or make a token. On v1 it
// fails at once.
func Run[T TB[T]](t T, p Portal) {
	t.Helper()
	if p.Patience == 0 {
		p.Patience = 30 * time.Second
	}
	if p.Transport == nil {
		own := &http.Transport{}
		t.Cleanup(own.CloseIdleConnections)
		p.Transport = own
	}
	trap := newTrap()
	t.Cleanup(trap.close)
	f, wrong := newArena(p, trap)
	if wrong != "" {
		t.Fatalf("attack: %s", wrong)
	}

	all := slices.DeleteFunc(f.catalogue(), func(a attack) bool { return !a.fits(f) })
	slow := sync.OnceValue(func() map[string][]string { return f.runSlowAttacks(all) })
	for _, a := range all {
		t.Run(a.name, func(t T) {
			t.Helper()
			wrong := []string(nil)
			if a.slow {
				wrong = slow()[a.name]
			} else {
				wrong = f.runAttack(a)
			}
			if len(wrong) > 0 {
				t.Errorf("%s", a.report(wrong))
			}
		})
	}
}

// runSlowAttacks carries out the slow attacks, all at once.
func (f *arena) runSlowAttacks(all []attack) map[string][]string {
	var mu sync.Mutex
	var running sync.WaitGroup
	wrong := map[string][]string{}
	for _, a := range all {
		if !a.slow {
			continue
		}
		running.Go(func() {
			w := f.runAttack(a)
			mu.Lock()
			defer mu.Unlock()
			wrong[a.name] = w
		})
	}
	running.Wait()
	return wrong
}
