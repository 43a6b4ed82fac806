package attack

import (
	"net/http"
	"sync"
	"time"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// TB is the part of testing.T that Run needs. T is the type itself, such as
// *testing.T, which Run passes to each subtest. Its Run is called by several
// goroutines at once.
type TB[T any] interface {
	mockidp.TB
	Errorf(format string, args ...any)
	Run(name string, f func(T)) bool
}

// Run attacks a portal, and fails once for each attack that succeeds. On
// FranceConnect+ it leaves out the attacks that read or make a token, on ProConnect
// those on what is FranceConnect's alone. On v1 it fails at once.
//
// A portal that spares FranceConnect calls for its keys, as it should, makes
// forged tokens wait. More of the same portal, each at a mock of its own, share
// the attacks and are attacked at once: where one that fetches the keys 12 times a
// minute takes a minute, four take as long as one call that is not answered.
func Run[T TB[T]](t T, p Portal, more ...Portal) {
	t.Helper()
	trap := newTrap()
	t.Cleanup(trap.close)
	var arenas []*arena
	for _, p := range append([]Portal{p}, more...) {
		if p.Patience == 0 {
			p.Patience = 30 * time.Second
		}
		if p.Transport == nil {
			own := &http.Transport{}
			t.Cleanup(own.CloseIdleConnections)
			p.Transport = own
		}
		f, wrong := newArena(p, trap)
		if wrong != "" {
			t.Fatalf("attack: %s", wrong)
		}
		arenas = append(arenas, f)
	}
	carryOut := func(f *arena, a attack) {
		t.Run(a.name, func(t T) {
			t.Helper()
			if wrong := f.runAttack(a); len(wrong) > 0 {
				t.Errorf("%s", a.report(wrong))
			}
		})
	}
	next := make(chan []attack)
	var running sync.WaitGroup
	for _, f := range arenas {
		running.Go(func() {
			for group := range next {
				var atOnce sync.WaitGroup
				for _, a := range group {
					atOnce.Go(func() { carryOut(f, a) })
				}
				atOnce.Wait()
			}
		})
	}
	for _, group := range arenas[0].groups() {
		next <- group
	}
	close(next)
	running.Wait()
}

// groups returns the attacks that can be made on the portal, those of a group at
// once.
func (f *arena) groups() (all [][]attack) {
	var slow []attack
	for _, a := range f.catalogue() {
		switch {
		case !a.fits(f):
		case a.slow:
			slow = append(slow, a)
		default:
			all = append(all, []attack{a})
		}
	}
	return append([][]attack{slow}, all...)
}
