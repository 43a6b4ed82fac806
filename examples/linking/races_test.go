package linking_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/examples/linking"
	"github.com/franceconnect-go/franceconnect/link"
)

// rounds of each race, in which every machine has decided before one writes.
const rounds = 200

// A machine has connections of its own, and waits before its first write.
type machine struct {
	linking.Accounts
	wait *func()
}

func (m machine) Link(ctx context.Context, l link.LinkChange) error {
	(*m.wait)()
	return m.Accounts.Link(ctx, l)
}

func (m machine) Unlink(ctx context.Context, account string, s link.Subject) error {
	(*m.wait)()
	return m.Accounts.Unlink(ctx, account, s)
}

func (m machine) Create(ctx context.Context, who link.Person, email string) (string, error) {
	(*m.wait)()
	return m.Accounts.Create(ctx, who, email)
}

type machines []machine

func newMachines(t *testing.T, db database, n int) (all machines) {
	for range n {
		all = append(all, machine{db.open(t), new(func())})
	}
	return all
}

// race lets every machine do its part at once, and counts what they came to.
func (all machines) race(t *testing.T, part func(i int, m machine, l link.Linker) (link.Decision, error)) map[string]int {
	t.Helper()
	var ready, done sync.WaitGroup
	ready.Add(len(all))
	errs, kinds := make([]error, len(all)), make([]string, len(all))
	for i, m := range all {
		*m.wait = sync.OnceFunc(func() {
			ready.Done()
			ready.Wait()
		})
		done.Go(func() {
			d, err := part(i, m, link.Linker{Accounts: m, Automatic: true})
			kinds[i], errs[i] = d.String(), err
		})
	}
	done.Wait()
	require.NoError(t, errors.Join(errs...))
	count := map[string]int{}
	for _, k := range kinds {
		count[k]++
	}
	return count
}

// round returns a person's subject of a round.
func round(who link.Person, n, i int) link.Person {
	s := *who.Session
	s.Subject = fmt.Sprint(s.Subject, " ", n, " ", i)
	who.Session = &s
	return who
}

// reset empties the tables.
func (all machines) reset(t *testing.T) {
	for _, table := range []string{"links", "link_audit", "accounts"} {
		change(t, all[0].Accounts, "DELETE FROM "+table)
	}
}

// resetTo4711 leaves one account, which Camille typed in once.
func (all machines) resetTo4711(t *testing.T) {
	all.reset(t)
	portal{accounts: all[0].Accounts}.old(t, "4711", "", camille())
}

// requireOneProves requires that of all who prove at once one is linked.
func (all machines) requireOneProves(t *testing.T, prove func(i int, l link.Linker) (link.Decision, error)) {
	t.Helper()
	kinds := all.race(t, func(i int, _ machine, l link.Linker) (link.Decision, error) { return prove(i, l) })
	require.Equal(t, map[string]int{"known linked": 1, "conflict": len(all) - 1}, kinds)
}

func TestFourCallbacksOfANewPersonMakeOneAccount(t *testing.T) {
	t.Parallel()
	onBothEngines(t, func(t *testing.T, db database) {
		all, camille := newMachines(t, db, 4), arrives(t, "camille", fc)
		for n := range rounds {
			all.reset(t)
			who := round(camille, n, 0)
			require.Equal(t, map[string]int{"new": 1, "known": 3}, all.race(t, func(_ int, m machine, l link.Linker) (link.Decision, error) {
				d, err := l.SignIn(t.Context(), who)
				if err != nil || d.Kind != link.NoAccount {
					return d, err
				}
				if _, err = m.Create(t.Context(), who, ""); errors.Is(err, link.ErrTaken) {
					return l.SignIn(t.Context(), who)
				}
				return d, err
			}))
			require.Len(t, lines(t, all[0].Accounts, `SELECT id FROM accounts`), 1, "no account is left over")
		}
	})
}

func TestFourCallbacksOfOnePersonLinkOnce(t *testing.T) {
	t.Parallel()
	onBothEngines(t, func(t *testing.T, db database) {
		all, who := newMachines(t, db, 4), arrives(t, "camille", fc)
		for n := range rounds {
			all.resetTo4711(t)
			change(t, all[0].Accounts, `UPDATE accounts SET verified = TRUE`)
			require.Equal(t, map[string]int{"known linked": 1, "known": 3}, all.race(t, func(_ int, _ machine, l link.Linker) (link.Decision, error) {
				return l.SignIn(t.Context(), round(who, n, 0))
			}))
			require.Len(t, lines(t, all[0].Accounts, `SELECT event FROM link_audit`), 1)
		}
	})
}

func TestOfFourPeopleWithOneAccountOneGetsIt(t *testing.T) {
	t.Parallel()
	onBothEngines(t, func(t *testing.T, db database) {
		all, who := newMachines(t, db, 4), arrives(t, "camille", fc)
		for n := range rounds {
			all.resetTo4711(t)
			all.requireOneProves(t, func(i int, l link.Linker) (link.Decision, error) {
				return l.Prove(t.Context(), round(who, n, i), link.Candidate{Account: "4711"})
			})
			require.Len(t, lines(t, all[0].Accounts, `SELECT sub FROM links`), 1)
		}
	})
}

func TestOfFourNewSubsOfOneAccountOneReplacesTheOld(t *testing.T) {
	t.Parallel()
	onBothEngines(t, func(t *testing.T, db database) {
		all, before, after := newMachines(t, db, 4), arrives(t, "alix-avant", fc), arrives(t, "alix-apres", fc)
		for n := range rounds {
			all.reset(t)
			id, err := all[0].Accounts.Create(t.Context(), before, "")
			require.NoError(t, err)
			all.requireOneProves(t, func(i int, l link.Linker) (link.Decision, error) {
				return l.Prove(t.Context(), round(after, n, i), link.Candidate{Account: id, Replaces: before.Session.Subject})
			})
			require.Len(t, lines(t, all[0].Accounts, `SELECT sub FROM links WHERE ended_at IS NULL`), 1)
			require.Len(t, lines(t, all[0].Accounts, `SELECT sub FROM links`), 2)
		}
	})
}

func TestOnePersonGetsOneOfFourAccounts(t *testing.T) {
	t.Parallel()
	onBothEngines(t, func(t *testing.T, db database) {
		all, who := newMachines(t, db, 4), arrives(t, "camille", fc)
		for i := range all {
			portal{accounts: all[0].Accounts}.old(t, fmt.Sprint(i), "", camille())
		}
		for n := range rounds {
			change(t, all[0].Accounts, `DELETE FROM links`)
			all.requireOneProves(t, func(i int, l link.Linker) (link.Decision, error) {
				return l.Prove(t.Context(), round(who, n, 0), link.Candidate{Account: fmt.Sprint(i)})
			})
			require.Len(t, lines(t, all[0].Accounts, `SELECT sub FROM links`), 1)
		}
	})
}

func TestOfTwoWaysInThatAreUnlinkedAtOnceOneStays(t *testing.T) {
	t.Parallel()
	onBothEngines(t, func(t *testing.T, db database) {
		all := newMachines(t, db, 2)
		for range rounds {
			all.reset(t)
			id, err := all[0].Accounts.Create(t.Context(), arrives(t, "camille", fc), "")
			require.NoError(t, err)
			d, err := link.Linker{Accounts: all[0].Accounts}.StepUp(t.Context(), arrives(t, "camille", plus), id)
			require.NoError(t, err)
			require.Equal(t, linked(id), d)
			require.Equal(t, map[string]int{"unlinked": 1, "kept": 1}, all.race(t, func(i int, _ machine, l link.Linker) (link.Decision, error) {
				err := l.Unlink(t.Context(), id, [2]string{fc, plus}[i])
				if errors.Is(err, link.ErrLastWay) {
					return link.Decision{Kind: "kept"}, nil
				}
				return link.Decision{Kind: "unlinked"}, err
			}))
		}
	})
}

func TestWhoIsLinkedToAnAccountThatIsClosedAtOnceFindsItClosed(t *testing.T) {
	t.Parallel()
	onBothEngines(t, func(t *testing.T, db database) {
		all, who := newMachines(t, db, 2), arrives(t, "camille", fc)
		ways := map[string]int{}
		for n := range rounds {
			all.resetTo4711(t)
			for kind := range all.race(t, func(i int, m machine, l link.Linker) (link.Decision, error) {
				if i == 0 {
					(*m.wait)()
					_, err := m.DB.ExecContext(t.Context(), `UPDATE accounts SET closed = TRUE`)
					return link.Decision{Kind: "closing"}, err
				}
				return l.Prove(t.Context(), round(who, n, 0), link.Candidate{Account: "4711"})
			}) {
				ways[kind]++
			}
			d, err := link.Linker{Accounts: all[0].Accounts}.SignIn(t.Context(), round(who, n, 0))
			require.NoError(t, err)
			require.NotEqual(t, link.Known, d.Kind)
		}
		require.Equal(t, rounds, ways["closed"]+ways["known linked"])
	})
}
