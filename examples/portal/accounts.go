package main

import (
	"context"
	"crypto/rand"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/link"
	"github.com/franceconnect-go/franceconnect/match"
	"github.com/franceconnect-go/franceconnect/person"
)

// An account is what the portal has of a person. It prints and logs as a
// placeholder, as link.Account does.
type account struct {
	link.Account

	email     string // to write to; unverified. Who has a password signs in with it
	telephone string
	password  password

	received *received // from FranceConnect, the last time; nil is never
	informed bool      // the person has seen what was received, and why
	news     []string  // what FranceConnect says otherwise than before, to be told once
	proposed string    // an address of FranceConnect's that is not email

	opened  time.Time
	history []event
}

// received is what FranceConnect said.
type received struct {
	identity person.Identity
	scopes   []string // granted, the last time
	from     string   // FranceConnect or FranceConnect+
	level    franceconnect.Level
	at       time.Time
}

// An event is a link made or ended. The subject opens nothing any more if it is
// not one of the account's; it is kept, as what the account was opened by.
type event struct {
	what    string // in French
	subject link.Subject
	at      time.Time
}

var (
	// errAddressUsed: whoever opens an account with a password is found by
	// their address, so two cannot have the same.
	errAddressUsed = errors.New("portal: another account is opened with this address")

	errGone = errors.New("portal: the account is gone")
)

// accounts are all of them, in the memory of this process: examples/linking has
// the same in a database. It is the link.Accounts of this portal.
type accounts struct {
	now    func() time.Time
	rounds int // of a password

	mu   sync.Mutex
	byID map[string]*account

	// What a database has indexes for: nobody is looked for among all. set keeps them.
	bySubject map[link.Subject]*account
	byEmail   index[string] // folded
	byYear    index[int]    // of birth
}

// An index has the accounts that have something in common, by their ID.
type index[K comparable] map[K]map[string]*account

func (i index[K]) remove(key K, id string) {
	if delete(i[key], id); len(i[key]) == 0 {
		delete(i, key)
	}
}

func (i index[K]) add(key K, a *account) {
	if i[key] == nil {
		i[key] = map[string]*account{}
	}
	i[key][a.ID] = a
}

func newAccounts(now func() time.Time) *accounts {
	return &accounts{now: now, rounds: hashRounds, byID: map[string]*account{},
		bySubject: map[link.Subject]*account{}, byEmail: index[string]{}, byYear: index[int]{}}
}

// set puts an account in the place of the one that has its ID; nil removes that
// one. mu is held.
func (s *accounts) set(id string, a *account) {
	if old := s.byID[id]; old != nil {
		delete(s.byID, id)
		s.byEmail.remove(folded(old.email), id)
		s.byYear.remove(old.Record.BirthDate.Year, id)
		for _, subject := range old.Subjects {
			delete(s.bySubject, subject)
		}
	}
	if a == nil {
		return
	}
	s.byID[id] = a
	if a.email != "" {
		s.byEmail.add(folded(a.email), a)
	}
	s.byYear.add(a.Record.BirthDate.Year, a)
	for _, subject := range a.Subjects {
		s.bySubject[subject] = a
	}
}

// folded returns the same for addresses that strings.EqualFold holds equal.
func folded(email string) string {
	return strings.Map(func(r rune) rune {
		least := r
		for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
			least = min(least, other)
		}
		return least
	}, email)
}

// add opens an account, with all that it has from the beginning: its subjects
// too, so that of two callbacks at once one is told link.ErrTaken.
func (s *accounts) add(a account) (id string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a.ID, a.opened = rand.Text(), s.now()
	for _, subject := range a.Subjects {
		if s.bySubject[subject] != nil {
			return "", link.ErrTaken
		}
		a.history = append(a.history, event{"Compte ouvert avec FranceConnect", subject, a.opened})
	}
	s.set(a.ID, &a)
	return a.ID, nil
}

// get finds an account, closed or not.
func (s *accounts) get(id string) (account, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.byID[id]; a != nil {
		return *a, true
	}
	return account{}, false
}

// byAddress finds the account that is opened with an address and a password.
func (s *accounts) byAddress(email string) (account, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.opener(email); a != nil {
		return *a, true
	}
	return account{}, false
}

// update changes an account in one step. If change returns an error, or would
// give two accounts the address that opens them, nothing has changed. It puts
// new slices in the place of those it changes: others may be reading them.
func (s *accounts) update(id string, change func(*account) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.byID[id]
	if old == nil {
		return errGone
	}
	a := *old
	if err := change(&a); err != nil {
		return err
	}
	if other := s.opener(a.email); a.password.set() && other != nil && other != old {
		return errAddressUsed
	}
	s.set(id, &a)
	return nil
}

// erase forgets an account and all that belongs to it.
func (s *accounts) erase(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.set(id, nil)
}

func (s *accounts) opener(email string) *account {
	if email == "" {
		return nil
	}
	for _, a := range s.byEmail[folded(email)] {
		if a.password.set() {
			return a
		}
	}
	return nil
}

// BySubject, ByID, Candidates, Link and Unlink are those of link.Accounts.
func (s *accounts) BySubject(_ context.Context, subject link.Subject) (link.Account, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.bySubject[subject]; a != nil {
		return a.Account, true, nil
	}
	return link.Account{}, false, nil
}

func (s *accounts) ByID(_ context.Context, id string) (link.Account, bool, error) {
	a, found := s.get(id)
	return a.Account, found, nil
}

// Candidates returns the accounts of those born in the same year, which are more than needed, and
// those who have the same e-mail address.
func (s *accounts) Candidates(_ context.Context, who person.Identity) (all []link.Account, _ error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := maps.Clone(s.byYear[who.BirthDate.Year])
	if found == nil {
		found = map[string]*account{}
	}
	if who.RNIPP != nil {
		maps.Copy(found, s.byYear[who.RNIPP.BirthDate.Year])
	}
	if who.Email != "" {
		maps.Copy(found, s.byEmail[folded(who.Email)])
	}
	for _, a := range found {
		c := a.Account
		c.SameEmail = who.Email != "" && strings.EqualFold(a.email, who.Email)
		all = append(all, c)
	}
	return all, nil
}

func (s *accounts) Link(_ context.Context, l link.LinkChange) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.byID[l.Account]
	if s.bySubject[l.Subject] != nil || old == nil || old.Closed || subjectOf(*old, l.Subject.Provider) != l.Replaces {
		return link.ErrTaken
	}
	a := *old
	what := "FranceConnect associé au compte"
	if l.Replaces != "" {
		what = "FranceConnect associé de nouveau, après un changement d’état civil"
	}
	a.Subjects = append(without(a.Subjects, l.Subject.Provider), l.Subject)
	a.history = append(slices.Clone(a.history), event{what, l.Subject, s.now()})
	s.set(a.ID, &a)
	return nil
}

func (s *accounts) Unlink(_ context.Context, id string, subject link.Subject) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.byID[id]
	if old == nil || !slices.Contains(old.Subjects, subject) {
		return nil
	}
	a := *old
	a.Subjects = without(a.Subjects, subject.Provider)
	if len(a.Subjects) == 0 && !a.password.set() {
		return link.ErrLastWay
	}
	a.history = append(slices.Clone(a.history), event{"FranceConnect dissocié du compte", subject, s.now()})
	s.set(id, &a)
	return nil
}

// subjectOf returns the sub that an account has of a provider, "" for none.
func subjectOf(a account, provider string) string {
	for _, s := range a.Subjects {
		if s.Provider == provider {
			return s.Sub
		}
	}
	return ""
}

// without returns the subjects but those of a provider, in a new slice.
func without(all []link.Subject, provider string) []link.Subject {
	return slices.DeleteFunc(slices.Clone(all), func(s link.Subject) bool { return s.Provider == provider })
}

// recordOf returns what a later sign-in is compared with: civil status as the
// register has it, where FranceConnect says so.
func recordOf(who person.Identity) match.Record {
	pivot := who.CivilStatus()
	return match.Record{
		GivenNames: strings.Join(pivot.GivenNames, ", "), FamilyName: pivot.FamilyName, UsageName: who.UsageName,
		Gender: pivot.Gender, BirthDate: pivot.BirthDate, BirthPlace: pivot.BirthPlace, BirthCountry: pivot.BirthCountry,
	}
}

// identity returns who the account's person is, as far as the portal knows: what
// FranceConnect said, or else what they declared themselves.
func (a account) identity() person.Identity {
	if a.received != nil {
		return a.received.identity
	}
	r := a.Record
	return person.Identity{UsageName: r.UsageName, Pivot: person.Pivot{
		GivenNames: strings.Fields(r.GivenNames), FamilyName: r.FamilyName,
		Gender: r.Gender, BirthDate: r.BirthDate, BirthPlace: r.BirthPlace, BirthCountry: r.BirthCountry,
	}}
}
