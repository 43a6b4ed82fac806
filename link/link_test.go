package link

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/person"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

const rounds = 1000

// atOnce lets each replica do its part, and returns what they came to.
func atOnce(all []replica, part func(i int, l Linker, r replica) (Decision, error)) ([]Decision, []error) {
	decisions, errs := make([]Decision, len(all)), make([]error, len(all))
	var wait sync.WaitGroup
	for i, r := range all {
		wait.Go(func() { decisions[i], errs[i] = part(i, Linker{Accounts: r, Automatic: true}, r) })
	}
	wait.Wait()
	return decisions, errs
}

// kinds counts what they came to.
func kinds(all []Decision) map[string]int {
	count := map[string]int{}
	for _, d := range all {
		count[d.String()]++
	}
	return count
}

func TestTwoCallbacksOfOnePersonLinkOnce(t *testing.T) {
	t.Parallel()
	who := personOf(t, "camille", "franceconnect", "hers")
	for range rounds {
		m := newMemory(Account{ID: "a", Record: record(t, "camille"), Verified: true})
		all, errs := atOnce(replicas(m, 2), func(_ int, l Linker, _ replica) (Decision, error) { return l.SignIn(t.Context(), who) })
		require.NoError(t, errors.Join(errs...))
		require.Equal(t, map[string]int{"known linked": 1, "known": 1}, kinds(all))
		require.Equal(t, []string{"a", "a"}, []string{all[0].Account, all[1].Account})
		require.Len(t, m.history, 1)
		require.Equal(t, Matched, m.history[0].Ground)
	}
}

func TestTwoCallbacksOfANewPersonMakeOneAccount(t *testing.T) {
	t.Parallel()
	who := personOf(t, "camille", "franceconnect", "hers")
	for range rounds {
		m := newMemory()
		all, errs := atOnce(replicas(m, 2), func(_ int, l Linker, r replica) (Decision, error) {
			d, err := l.SignIn(t.Context(), who)
			if err != nil || d.Kind != NoAccount {
				return d, err
			}
			if d.Account, err = r.create(who.subject()); errors.Is(err, ErrTaken) {
				return l.SignIn(t.Context(), who)
			}
			return d, err
		})
		require.NoError(t, errors.Join(errs...))
		require.Equal(t, map[string]int{"new": 1, "known": 1}, kinds(all))
		require.Equal(t, all[0].Account, all[1].Account)
		require.Len(t, m.accounts, 1)
	}
}

// requireOneProves has two people prove the account "a" at once: one gets it.
func requireOneProves(t *testing.T, m *memory, two []Person) {
	t.Helper()
	all, errs := atOnce(replicas(m, 2), func(i int, l Linker, _ replica) (Decision, error) {
		d, err := l.SignIn(t.Context(), two[i])
		if err != nil || d.Kind != ProofNeeded {
			return d, err
		}
		return l.Prove(t.Context(), two[i], d.Candidates[0])
	})
	require.NoError(t, errors.Join(errs...))
	require.Equal(t, map[string]int{"known linked": 1, "conflict": 1}, kinds(all))
	require.Len(t, m.accounts["a"].Subjects, 1)
}

func TestOfTwoPeopleWithOneAccountOneGetsIt(t *testing.T) {
	t.Parallel()
	two := []Person{personOf(t, "lucie-nord", "franceconnect", "north"), personOf(t, "lucie-sud", "franceconnect", "south")}
	old := record(t, "lucie-nord")
	old.BirthPlace = ""
	for range rounds {
		m := newMemory(Account{ID: "a", Record: old})
		requireOneProves(t, m, two)
		require.Len(t, m.history, 1, "the second does not take it from the first")
	}
}

func TestOfTwoCorrectionsOfOneAccountOneReplacesTheSub(t *testing.T) {
	t.Parallel()
	two := []Person{personOf(t, "alix-apres", "franceconnect", "first"), personOf(t, "alix-apres", "franceconnect", "second")}
	for range rounds {
		m := newMemory(Account{ID: "a", Record: record(t, "alix-avant"), Subjects: []Subject{{"franceconnect", "old"}}})
		requireOneProves(t, m, two)
		require.Equal(t, "old", m.history[0].Replaces)
	}
}

func TestOnePersonGetsOneOfTwoAccounts(t *testing.T) {
	t.Parallel()
	who := personOf(t, "camille", "franceconnect", "hers")
	for range rounds {
		m := newMemory(Account{ID: "a", Record: record(t, "camille")}, Account{ID: "b", Record: record(t, "camille")})
		all, errs := atOnce(replicas(m, 2), func(i int, l Linker, _ replica) (Decision, error) {
			d, err := l.SignIn(t.Context(), who)
			if err != nil || d.Kind != Ambiguous {
				return d, err
			}
			return l.Prove(t.Context(), who, d.Candidates[i])
		})
		require.NoError(t, errors.Join(errs...))
		require.Equal(t, map[string]int{"known linked": 1, "conflict": 1}, kinds(all))
		require.Len(t, append(m.accounts["a"].Subjects, m.accounts["b"].Subjects...), 1)
	}
}

func TestAStepUpOnTwoMachinesLinksOnce(t *testing.T) {
	t.Parallel()
	who := personOf(t, "camille", "franceconnect+", "hers")
	for range rounds {
		m := newMemory(Account{ID: "a", Record: record(t, "camille"), Verified: true, Subjects: []Subject{{"franceconnect", "hers"}}})
		all, errs := atOnce(replicas(m, 2), func(_ int, l Linker, _ replica) (Decision, error) { return l.StepUp(t.Context(), who, "a") })
		require.NoError(t, errors.Join(errs...))
		require.Equal(t, map[string]int{"known linked": 1, "known": 1}, kinds(all))
		require.Equal(t, []Subject{{"franceconnect", "hers"}, {"franceconnect+", "hers"}}, m.accounts["a"].Subjects)
	}
}

// A closing closes the account when everybody has decided.
type closing struct{ *memory }

func (c closing) Link(ctx context.Context, l LinkChange) error {
	c.mu.Lock()
	a := c.accounts[l.Account]
	a.Closed = true
	c.accounts[a.ID] = a
	c.mu.Unlock()
	return c.memory.Link(ctx, l)
}

func TestAnAccountThatIsClosedBetweenTheDecisionAndTheLinkIsNotLinked(t *testing.T) {
	t.Parallel()
	m := newMemory(Account{ID: "a", Record: record(t, "camille")})
	d, err := Linker{Accounts: closing{m}}.Prove(t.Context(), personOf(t, "camille", "franceconnect", "hers"), Candidate{Account: "a"})
	require.NoError(t, err)
	require.Equal(t, Decision{Kind: Closed, Account: "a"}, d)
	require.Empty(t, m.accounts["a"].Subjects)
}

// A late store reads from a copy that lags.
type late struct{ *memory }

func (late) Link(context.Context, LinkChange) error { return fmt.Errorf("at once: %w", ErrTaken) }

func TestADecisionThatIsOvertakenAgainAndAgainIsAnError(t *testing.T) {
	t.Parallel()
	l := Linker{Accounts: late{newMemory(Account{ID: "a", Record: record(t, "camille")})}}
	d, err := l.Prove(t.Context(), personOf(t, "camille", "franceconnect", "hers"), Candidate{Account: "a"})
	require.ErrorIs(t, err, ErrTaken)
	require.Equal(t, Decision{}, d)
}

// The way from the first callback to the last, with what is written.
func TestACorrectedCivilStatusGoesThroughAProofAndIsKnownAfterwards(t *testing.T) {
	t.Parallel()
	m := newMemory(Account{ID: "a", Record: record(t, "alix-avant"), Verified: true, SameEmail: true, Subjects: []Subject{{"franceconnect", "old"}, {"franceconnect+", "old"}}})
	l := Linker{Accounts: m, Automatic: true}
	who := personOf(t, "alix-apres", "franceconnect", "new")
	d, err := l.SignIn(t.Context(), who)
	require.NoError(t, err)
	require.Equal(t, "prove changed", d.String())
	require.Empty(t, m.history, "nothing is written")

	// The candidate waits in a session, which is a JSON text somewhere.
	kept, err := json.Marshal(d.Candidates[0])
	require.NoError(t, err)
	var c Candidate
	require.NoError(t, json.Unmarshal(kept, &c))
	require.Equal(t, d.Candidates[0], c)

	d, err = l.Prove(t.Context(), who, c)
	require.NoError(t, err)
	require.Equal(t, Decision{Kind: Known, Account: "a", Linked: true}, d)
	require.Equal(t, []LinkChange{{Subject{"franceconnect", "new"}, "a", "old", Proved}}, m.history)
	require.Equal(t, []Subject{{"franceconnect+", "old"}, {"franceconnect", "new"}}, m.accounts["a"].Subjects)
	d, err = l.SignIn(t.Context(), who)
	require.NoError(t, err)
	require.Equal(t, Decision{Kind: Known, Account: "a"}, d)
}

func TestWhoIsUnlinkedIsNotKnownAndTheLastWayStays(t *testing.T) {
	t.Parallel()
	m := newMemory(Account{ID: "a", Record: record(t, "camille"), Subjects: []Subject{{"franceconnect", "hers"}, {"franceconnect+", "hers"}}})
	l := Linker{Accounts: m}
	require.NoError(t, l.Unlink(t.Context(), "a", "franceconnect"))
	require.NoError(t, l.Unlink(t.Context(), "a", "franceconnect"), "there is nothing to end")
	require.NoError(t, l.Unlink(t.Context(), "gone", "franceconnect"))
	d, err := l.SignIn(t.Context(), personOf(t, "camille", "franceconnect", "hers"))
	require.NoError(t, err)
	require.Equal(t, ProofNeeded, d.Kind)
	require.ErrorIs(t, l.Unlink(t.Context(), "a", "franceconnect+"), ErrLastWay)
}

func TestAPersonWithoutAProviderOrASubjectIsNobodys(t *testing.T) {
	t.Parallel()
	l := Linker{Accounts: newMemory(Account{ID: "a", Subjects: []Subject{{}, {"franceconnect", ""}, {"", "hers"}}})}
	for _, who := range []Person{{}, {Provider: "franceconnect"}, {"franceconnect", &franceconnect.Session{}}, {"", &franceconnect.Session{Subject: "hers"}}} {
		d, err := l.SignIn(t.Context(), who)
		require.ErrorIs(t, err, errNobody)
		require.Equal(t, Decision{}, d)
		_, err = l.StepUp(t.Context(), who, "a")
		require.ErrorIs(t, err, errNobody)
		_, err = l.Prove(t.Context(), who, Candidate{Account: "a"})
		require.ErrorIs(t, err, errNobody)
	}
}

// A broken store fails in one method.
type broken struct {
	*memory
	method string
}

var errDown = errors.New("down")

func (b broken) fails(method string) error {
	if b.method == method {
		return errDown
	}
	return nil
}

func (b broken) BySubject(ctx context.Context, s Subject) (Account, bool, error) {
	a, found, _ := b.memory.BySubject(ctx, s)
	return a, found, b.fails("by subject")
}

func (b broken) ByID(ctx context.Context, id string) (Account, bool, error) {
	a, found, _ := b.memory.ByID(ctx, id)
	return a, found, b.fails("by id")
}

func (b broken) Candidates(context.Context, person.Identity) ([]Account, error) {
	return nil, b.fails("candidates")
}

func (b broken) Link(context.Context, LinkChange) error        { return b.fails("link") }
func (b broken) Unlink(context.Context, string, Subject) error { return b.fails("unlink") }

func TestAnErrorOfTheDatabaseIsNoDecisionAndSaysWhere(t *testing.T) {
	t.Parallel()
	who := personOf(t, "camille", "franceconnect", "hers")
	account := Account{ID: "a", Record: record(t, "camille"), Verified: true, Subjects: []Subject{{"franceconnect+", "hers"}}}
	for _, c := range []struct {
		method string
		call   func(Linker) (Decision, error)
	}{
		{"by subject", func(l Linker) (Decision, error) { return l.SignIn(t.Context(), who) }},
		{"candidates", func(l Linker) (Decision, error) { return l.SignIn(t.Context(), who) }},
		{"by subject", func(l Linker) (Decision, error) { return l.StepUp(t.Context(), who, "a") }},
		{"by id", func(l Linker) (Decision, error) { return l.StepUp(t.Context(), who, "a") }},
		{"link", func(l Linker) (Decision, error) { return l.StepUp(t.Context(), who, "a") }},
		{"by id", func(l Linker) (Decision, error) { return l.Prove(t.Context(), who, Candidate{Account: "a"}) }},
		{"link", func(l Linker) (Decision, error) { return l.Prove(t.Context(), who, Candidate{Account: "a"}) }},
		{"by id", func(l Linker) (Decision, error) { return Decision{}, l.Unlink(t.Context(), "a", "franceconnect+") }},
		{"unlink", func(l Linker) (Decision, error) { return Decision{}, l.Unlink(t.Context(), "a", "franceconnect+") }},
	} {
		d, err := c.call(Linker{Accounts: broken{newMemory(account), c.method}})
		require.ErrorIs(t, err, errDown, c.method)
		require.EqualError(t, err, "link: "+c.method+": down")
		require.Equal(t, Decision{}, d, c.method)
	}
}

func TestWhatIsNotNeededIsNotAsked(t *testing.T) {
	t.Parallel()
	account := Account{ID: "a", Subjects: []Subject{{"franceconnect", "hers"}}}
	l := Linker{Accounts: broken{newMemory(account), "candidates"}}
	d, err := l.SignIn(t.Context(), personOf(t, "camille", "franceconnect", "hers"))
	require.NoError(t, err)
	require.Equal(t, Known, d.Kind)
	l = Linker{Accounts: broken{newMemory(account), "unlink"}}
	require.NoError(t, l.Unlink(t.Context(), "a", "franceconnect+"))
}

func TestNothingPersonalIsPrinted(t *testing.T) {
	t.Parallel()
	const sub, id = "5ub0fcamille", "1d0faccount"
	who := personOf(t, "camille", "franceconnect", sub)
	a := Account{ID: id, Record: record(t, "camille"), Subjects: []Subject{who.subject()}, Verified: true}
	c := Candidate{Account: id, Replaces: sub, Reason: Changed}
	d := Decision{Kind: ProofNeeded, Account: id, Linked: true, EmailUsed: true, Candidates: []Candidate{c, c}}
	for _, v := range []struct {
		value any
		want  string
	}{
		{who, "franceconnect eidas1"}, {Person{Provider: "franceconnect"}, "franceconnect"},
		{who.subject(), "franceconnect"}, {a, "account"}, {c, "changed"},
		{LinkChange{who.subject(), id, sub, Proved}, "proved"}, {d, "prove linked changed changed email_used"},
	} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			require.Equal(t, v.want, fmt.Sprintf(verb, v.value), "%T", v.value)
			for _, within := range []any{[]any{v.value}, map[string]any{"a": v.value}, struct{ A any }{v.value}, &struct{ A any }{v.value}} {
				requireNothingOf(t, fmt.Sprintf(verb, within), sub, id)
			}
		}
		var log bytes.Buffer
		slog.New(slog.NewJSONHandler(&log, portaltest.WithoutClock())).Info("m", "v", v.value)
		slog.New(slog.NewTextHandler(&log, portaltest.WithoutClock())).Info("m", "v", v.value)
		requireNothingOf(t, log.String(), sub, id)
		require.Contains(t, log.String(), `"v":"`+v.want+`"`)
	}
}

func requireNothingOf(t *testing.T, text string, secrets ...string) {
	t.Helper()
	for _, s := range append(secrets, "VAUTRIN", "Vautrin", "Camille", "1984", "69123", "lestang") {
		require.NotContains(t, text, s)
	}
}

// A list that may have been cut off does not say that there is no other.
func TestWithMaxCandidatesNobodyIsLinkedWithoutAProof(t *testing.T) {
	t.Parallel()
	whole := Account{ID: "whole", Record: record(t, "camille"), Verified: true}
	others := make([]Account, MaxCandidates-1)
	l := Linker{Automatic: true}
	who := personOf(t, "camille", "franceconnect", "sub")
	d, _ := l.signIn(who, nil, append([]Account{whole}, others[1:]...))
	require.Equal(t, Known, d.Kind)
	d, link := l.signIn(who, nil, append([]Account{whole}, others...))
	require.Nil(t, link)
	require.Equal(t, "prove whole", d.String())
}
