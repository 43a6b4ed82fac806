package main

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/link"
	"github.com/franceconnect-go/franceconnect/match"
	"github.com/franceconnect-go/franceconnect/person"
)

func subject(sub string) link.Subject { return link.Subject{Provider: "franceconnect", Sub: sub} }

func TestALinkIsComparedAndSet(t *testing.T) {
	t.Parallel()
	s := newAccounts(time.Now)
	taken, err := s.add(account{Account: link.Account{Subjects: []link.Subject{subject("taken")}}})
	require.NoError(t, err)
	closed, err := s.add(account{Account: link.Account{Closed: true}})
	require.NoError(t, err)
	free, err := s.add(account{})
	require.NoError(t, err)
	_, err = s.add(account{Account: link.Account{Subjects: []link.Subject{subject("taken")}}})
	require.ErrorIs(t, err, link.ErrTaken)
	before := *s.byID[free]
	for name, l := range map[string]link.LinkChange{
		"the subject is another’s":        {Subject: subject("taken"), Account: free},
		"the account has another subject": {Subject: subject("new"), Account: taken},
		"and not the one to be replaced":  {Subject: subject("new"), Account: taken, Replaces: "other"},
		"the account has none any more":   {Subject: subject("new"), Account: free, Replaces: "taken"},
		"the account is closed":           {Subject: subject("new"), Account: closed},
		"the account is gone":             {Subject: subject("new"), Account: "gone"},
		"the subject is its own already":  {Subject: subject("taken"), Account: taken, Replaces: "taken"},
	} {
		require.ErrorIs(t, s.Link(t.Context(), l), link.ErrTaken, name)
	}
	require.Equal(t, before, *s.byID[free])
	require.Empty(t, s.byID[closed].Subjects)

	require.NoError(t, s.Link(t.Context(), link.LinkChange{Subject: subject("new"), Account: taken, Replaces: "taken"}))
	require.Equal(t, []link.Subject{subject("new")}, s.byID[taken].Subjects)
	_, found, err := s.BySubject(t.Context(), subject("taken"))
	require.NoError(t, err)
	require.False(t, found, "the old one opens nothing")
	require.Equal(t, subject("taken"), s.byID[taken].history[0].subject, "and is kept")

	// Another provider’s is another link.
	plus := link.Subject{Provider: "franceconnect+", Sub: "new"}
	require.NoError(t, s.Link(t.Context(), link.LinkChange{Subject: plus, Account: taken}))
	require.NoError(t, s.Unlink(t.Context(), taken, subject("new")))
	require.ErrorIs(t, s.Unlink(t.Context(), taken, plus), link.ErrLastWay)
	require.Equal(t, []link.Subject{plus}, s.byID[taken].Subjects)
	require.NoError(t, s.Unlink(t.Context(), free, plus), "which is not its own")
	require.NoError(t, s.Unlink(t.Context(), "gone", plus))
}

func TestCandidates(t *testing.T) {
	t.Parallel()
	s := newAccounts(time.Now)
	born := func(year int) account {
		return account{Account: link.Account{Record: match.Record{BirthDate: person.BirthDate{Year: year}}}}
	}
	for _, year := range []int{1983, 1984, 1985} {
		_, err := s.add(born(year))
		require.NoError(t, err)
	}
	_, err := s.add(account{email: "C@example.org"})
	require.NoError(t, err)
	for name, test := range map[string]struct {
		who   person.Identity
		years []int // 0 is the one who has the address
	}{
		"birth date": {person.Identity{Pivot: person.Pivot{BirthDate: person.BirthDate{Year: 1984, Month: 2, Day: 29}}}, []int{1984}},
		"register": {person.Identity{Pivot: person.Pivot{BirthDate: person.BirthDate{Year: 1984}},
			RNIPP: &person.Pivot{BirthDate: person.BirthDate{Year: 1985}}}, []int{1984, 1985}},
		"address": {person.Identity{Pivot: person.Pivot{BirthDate: person.BirthDate{Year: 1990}}, Email: "c@example.org"}, []int{0}},
		"nobody":  {person.Identity{Pivot: person.Pivot{BirthDate: person.BirthDate{Year: 1990}}}, nil},
	} {
		all, err := s.Candidates(t.Context(), test.who)
		require.NoError(t, err)
		var years []int
		for _, a := range all {
			years = append(years, a.Record.BirthDate.Year)
			require.Equal(t, a.Record.BirthDate.Year == 0, a.SameEmail)
		}
		require.ElementsMatch(t, test.years, years, name)
	}
}

// What is looked up is what a look at all accounts would find, whatever has become
// of them; and once all are gone, nothing is left of them.
func TestTheIndexesOfTheAccountsSayWhatTheAccountsSay(t *testing.T) {
	t.Parallel()
	s := newAccounts(time.Now)
	var ids []string
	for i := range 40 {
		id, err := s.add(account{email: []string{"", "K@example.org", "\u212a@example.org", "b@example.org"}[i%4], Account: link.Account{
			Subjects: []link.Subject{subject(strconv.Itoa(i))}, Record: match.Record{BirthDate: person.BirthDate{Year: 1980 + i%3}}}})
		require.NoError(t, err)
		ids = append(ids, id)
	}
	require.NoError(t, s.update(ids[1], func(a *account) error { a.password = newPassword("douze lunes rousses", 1); return nil }))
	for i, id := range ids {
		switch i % 5 {
		case 0:
			require.NoError(t, s.update(id, func(a *account) error { a.email, a.Record.BirthDate.Year = "c@example.org", 1990; return nil }))
		case 1:
			require.NoError(t, s.Link(t.Context(), link.LinkChange{Account: id, Subject: subject("new " + id), Replaces: strconv.Itoa(i)}))
		case 2:
			s.erase(id)
		}
	}
	emails, years, subjects := index[string]{}, index[int]{}, map[link.Subject]*account{}
	for _, a := range s.byID {
		years.add(a.Record.BirthDate.Year, a)
		if a.email != "" {
			emails.add(folded(a.email), a)
		}
		for _, subject := range a.Subjects {
			subjects[subject] = a
		}
	}
	require.Equal(t, emails, s.byEmail)
	require.Len(t, emails, 3, "two kinds of K are one")
	require.Equal(t, years, s.byYear)
	require.Equal(t, subjects, s.bySubject)
	a, found := s.byAddress("k@EXAMPLE.org")
	require.True(t, found)
	require.Equal(t, ids[1], a.ID)
	for id := range s.byID {
		s.erase(id)
	}
	require.Empty(t, s.byEmail)
	require.Empty(t, s.byYear)
	require.Empty(t, s.bySubject)
}

// What a later sign-in is compared with is the register’s, where there is one.
func TestTheRecordIsTheRegisters(t *testing.T) {
	t.Parallel()
	who := person.Identity{UsageName: "Lestang", Pivot: person.Pivot{GivenNames: []string{"Marie", "Laure"}, FamilyName: "Vautrin"}}
	require.Equal(t, match.Record{GivenNames: "Marie, Laure", FamilyName: "Vautrin", UsageName: "Lestang"}, recordOf(who))
	who.RNIPP = &person.Pivot{GivenNames: []string{"Marie Laure"}, FamilyName: "VAUTRIN", Gender: person.Female,
		BirthDate: person.BirthDate{Year: 1984, Month: 2, Day: 29}, BirthPlace: "69123", BirthCountry: person.France}
	r := recordOf(who)
	require.Equal(t, "Marie Laure", r.GivenNames)
	require.Equal(t, match.Exact, match.Compare(who, r).Grade)
}

// What cannot be done is not half done.
func TestAnUpdateIsWholeOrNothing(t *testing.T) {
	t.Parallel()
	s := newAccounts(time.Now)
	id, err := s.add(account{email: "a@example.org"})
	require.NoError(t, err)
	require.ErrorIs(t, s.update(id, func(a *account) error { a.email = ""; return errClosed }), errClosed)
	require.Equal(t, "a@example.org", s.byID[id].email)
	require.ErrorIs(t, s.update("gone", func(*account) error { return nil }), errGone)

	secret := newPassword("douze lunes rousses", 1)
	other, err := s.add(account{email: "b@example.org", password: secret})
	require.NoError(t, err)
	require.NoError(t, s.update(id, func(a *account) error { a.email = "B@example.org"; return nil }), "people share addresses")
	require.ErrorIs(t, s.update(id, func(a *account) error { a.password = secret; return nil }), errAddressUsed)
	require.False(t, s.byID[id].password.set())
	require.NoError(t, s.update(other, func(a *account) error { a.telephone = "1"; return nil }))
}
