package link

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/franceconnect-go/franceconnect/person"
)

// A memory is a database: each method is one transaction.
type memory struct {
	mu       sync.Mutex
	accounts map[string]Account
	history  []LinkChange
}

func newMemory(all ...Account) *memory {
	m := &memory{accounts: map[string]Account{}}
	for _, a := range all {
		m.accounts[a.ID] = a
	}
	return m
}

func (m *memory) holder(s Subject) (Account, bool) {
	for _, a := range m.accounts {
		if slices.Contains(a.Subjects, s) {
			return a, true
		}
	}
	return Account{}, false
}

func (m *memory) BySubject(_ context.Context, s Subject) (Account, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a, found := m.holder(s)
	return a, found, nil
}

func (m *memory) ByID(_ context.Context, id string) (Account, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a, found := m.accounts[id]
	return a, found, nil
}

func (m *memory) Candidates(_ context.Context, who person.Identity) (all []Account, _ error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(m.accounts)) {
		if a := m.accounts[id]; a.SameEmail || a.Record.BirthDate == who.BirthDate {
			all = append(all, a)
		}
	}
	return all, nil
}

func (m *memory) Link(_ context.Context, l LinkChange) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	a, found := m.accounts[l.Account]
	if _, taken := m.holder(l.Subject); taken || !found || a.Closed || a.sub(l.Subject.Provider) != l.Replaces {
		return ErrTaken
	}
	a.Subjects = slices.DeleteFunc(slices.Clone(a.Subjects), func(s Subject) bool { return s.Provider == l.Subject.Provider })
	a.Subjects = append(a.Subjects, l.Subject)
	m.accounts[a.ID] = a
	m.history = append(m.history, l)
	return nil
}

func (m *memory) Unlink(_ context.Context, account string, s Subject) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	a := m.accounts[account]
	if !slices.Contains(a.Subjects, s) {
		return nil
	}
	if len(a.Subjects) == 1 {
		return ErrLastWay
	}
	a.Subjects = slices.DeleteFunc(slices.Clone(a.Subjects), func(other Subject) bool { return other == s })
	m.accounts[account] = a
	return nil
}

// create makes an account and its link at once, as a portal does for New.
func (m *memory) create(s Subject) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, taken := m.holder(s); taken {
		return "", ErrTaken
	}
	id := fmt.Sprintf("created %d", len(m.accounts))
	m.accounts[id] = Account{ID: id, Subjects: []Subject{s}}
	return id, nil
}

// A replica is a machine of the portal. All have to have decided before one
// of them may write: what each has read is old then.
type replica struct {
	*memory
	decided *sync.WaitGroup
	once    *sync.Once // of each replica: its second write waits for nobody
}

func replicas(m *memory, n int) (all []replica) {
	var decided sync.WaitGroup
	decided.Add(n)
	for range n {
		all = append(all, replica{m, &decided, new(sync.Once)})
	}
	return all
}

func (r replica) meet() {
	r.once.Do(func() {
		r.decided.Done()
		r.decided.Wait()
	})
}

func (r replica) Link(ctx context.Context, l LinkChange) error {
	r.meet()
	return r.memory.Link(ctx, l)
}

func (r replica) create(s Subject) (string, error) {
	r.meet()
	return r.memory.create(s)
}
