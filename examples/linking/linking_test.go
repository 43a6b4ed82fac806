package linking_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/examples/linking"
	"github.com/franceconnect-go/franceconnect/link"
	"github.com/franceconnect-go/franceconnect/person"
)

func TestANewPersonGetsAnAccountAndIsKnownAfterwards(t *testing.T) {
	t.Parallel()
	atAPortal(t, func(t *testing.T, p portal) {
		for _, login := range []string{"camille", "yasmine", "linh", "marie-laure", "maximilienne", "anais"} {
			who := arrives(t, login, fc)
			id := p.signsUp(t, who)
			require.Equal(t, known(id), p.signsIn(t, who))
			require.Equal(t, []string{"franceconnect linked created"}, p.audited(t, id))
			a, found, err := p.accounts.ByID(t.Context(), id)
			require.NoError(t, err)
			require.True(t, found)
			require.True(t, p.Matcher.Compare(who.Session.Identity, a.Record).SafeToLink(), login)
			require.True(t, a.Verified)
		}
		who := arrives(t, "ingrid", plus) // European: no e-mail, no register
		who.Session.Identity.RNIPP = nil
		id := p.signsUp(t, who)
		require.Equal(t, known(id), p.signsIn(t, who))
	})
}

func TestACandidateProvesTheirOldAccountOnceAndIsKnownAfterwards(t *testing.T) {
	t.Parallel()
	atAPortal(t, func(t *testing.T, p portal) {
		who := arrives(t, "camille", fc)
		p.old(t, "4711", "camille@example.org", camille())
		d := p.signsIn(t, who)
		require.Equal(t, "prove whole", d.String())
		require.Equal(t, "prove whole", p.signsIn(t, who).String(), "nothing was written")
		require.Equal(t, linked("4711"), p.proves(t, who, d.Candidates[0]))
		require.Equal(t, known("4711"), p.proves(t, who, d.Candidates[0]), "the form was sent twice")
		require.Equal(t, known("4711"), p.signsIn(t, who))
		require.Equal(t, []string{"franceconnect linked proved"}, p.audited(t, "4711"))
	})
}

func TestAVerifiedRecordIsLinkedAtOnceWhereThePortalSaysSo(t *testing.T) {
	t.Parallel()
	atAPortal(t, func(t *testing.T, p portal) {
		who := arrives(t, "camille", fc)
		p.old(t, "4711", "", camille())
		p.Automatic = true
		require.Equal(t, "prove whole", p.signsIn(t, who).String(), "somebody typed it in")
		change(t, p.accounts, `UPDATE accounts SET verified = TRUE`)
		require.Equal(t, linked("4711"), p.signsIn(t, who))
		require.Equal(t, []string{"franceconnect linked matched"}, p.audited(t, "4711"))
	})
}

func TestTwoAccountsOfOnePersonAreAmbiguousUntilAProofSaysWhich(t *testing.T) {
	t.Parallel()
	atAPortal(t, func(t *testing.T, p portal) {
		who := arrives(t, "camille", fc)
		p.old(t, "1", "camille@example.org", camille())
		p.old(t, "2", "rose@example.org", camille())
		d := p.signsIn(t, who)
		require.Equal(t, "ambiguous whole whole", d.String())
		require.Equal(t, linked("2"), p.proves(t, who, d.Candidates[1]))
		require.Equal(t, link.Conflict, p.proves(t, who, d.Candidates[0]).Kind)
		require.Equal(t, known("2"), p.signsIn(t, who))
	})
}

func TestACorrectedCivilStatusTakesAProofAndTheOldSubIsKept(t *testing.T) {
	t.Parallel()
	atAPortal(t, func(t *testing.T, p portal) {
		before, after := arrives(t, "alix-avant", fc), arrives(t, "alix-apres", fc)
		id := p.signsUp(t, before)
		p.linksByProof(t, after, "prove changed", id) // the address is the candidate's own
		require.NoError(t, p.accounts.Update(t.Context(), id, after))
		require.Equal(t, known(id), p.signsIn(t, after))
		require.Equal(t, []string{before.Session.Subject + " was", after.Session.Subject + " is"}, lines(t, p.accounts,
			`SELECT sub || CASE WHEN ended_at IS NULL THEN ' is' ELSE ' was' END FROM links WHERE account = $1 ORDER BY ended_at IS NULL`, id))
		require.ElementsMatch(t, []string{"franceconnect linked created", "franceconnect replaced proved"}, p.audited(t, id))
		require.Equal(t, "prove changed", p.signsIn(t, before).String(), "what is history opens nothing")
		require.Equal(t, linked(id), p.stepsUp(t, arrives(t, "alix-apres", plus), id), "the record is up to date")
	})
}

func TestAnotherPersonWithTheSameAddressIsNewAndTheAddressIsUsed(t *testing.T) {
	t.Parallel()
	atAPortal(t, func(t *testing.T, p portal) {
		aude, remi := arrives(t, "aude", fc), arrives(t, "remi", fc)
		id := p.signsUp(t, aude)
		remi.Session.Identity.Email = "Famille.FONTCLAIRE@example.fr"
		require.Equal(t, "new email_used", p.signsIn(t, remi).String())
		_, err := p.accounts.Create(t.Context(), remi, remi.Session.Identity.Email)
		require.ErrorIs(t, err, linking.ErrEmailUsed)
		require.NotErrorIs(t, err, link.ErrTaken)
		other, err := p.accounts.Create(t.Context(), remi, "remi@example.org")
		require.NoError(t, err)
		require.Equal(t, known(id), p.signsIn(t, aude))
		require.Equal(t, known(other), p.signsIn(t, remi))
	})
}

func TestAnAccountOfWhichOnlyTheAddressIsKnownTakesAProof(t *testing.T) {
	t.Parallel()
	atAPortal(t, func(t *testing.T, p portal) {
		who := arrives(t, "remi", fc)
		p.Automatic = true
		p.old(t, "4711", "famille.fontclaire@example.fr", nil)
		p.linksByProof(t, who, "prove unknown", "4711")
		require.Equal(t, "new email_used", p.signsIn(t, arrives(t, "aude", fc)).String(), "its record is still empty, and it is another sub's")
	})
}

func TestWhoIsNewAndHasAnAccountSignsInToItAndIsLinked(t *testing.T) {
	t.Parallel()
	atAPortal(t, func(t *testing.T, p portal) {
		who := arrives(t, "camille", fc)
		p.old(t, "4711", "another@example.org", nil)
		p.old(t, "4712", "remi@example.org", map[string]any{"given_names": "Rémi"})
		require.Equal(t, "new", p.signsIn(t, who).String())
		require.Equal(t, link.OtherPerson, p.proves(t, who, link.Candidate{Account: "4712"}).Kind, "with her brother's password")
		require.Equal(t, linked("4711"), p.proves(t, who, link.Candidate{Account: "4711"}))
		require.Equal(t, known("4711"), p.signsIn(t, who))
	})
}

func TestAHomonymBornElsewhereIsNotLinked(t *testing.T) {
	t.Parallel()
	atAPortal(t, func(t *testing.T, p portal) {
		p.Automatic = true
		north, south := arrives(t, "lucie-nord", fc), arrives(t, "lucie-sud", fc)
		first := p.signsUp(t, north)
		require.Equal(t, "prove changed", p.signsIn(t, south).String(), "the page has a way out, which is a new account")
		second, err := p.accounts.Create(t.Context(), south, "")
		require.NoError(t, err)
		require.Equal(t, known(first), p.signsIn(t, north))
		require.Equal(t, known(second), p.signsIn(t, south))
		require.Equal(t, linked(second), p.signsIn(t, arrives(t, "lucie-sud", plus)))
		require.Equal(t, link.Conflict, p.stepsUp(t, arrives(t, "lucie-sud", plus), first).Kind)
	})
}

func TestATwinWithTheSameAddressIsSomebodyElse(t *testing.T) {
	t.Parallel()
	atAPortal(t, func(t *testing.T, p portal) {
		twin := arrives(t, "gaspard", fc)
		p.Automatic = true
		p.signsUp(t, arrives(t, "gaspard", fc))
		twin.Session.Subject = "the twin's"
		twin.Session.Identity.GivenNames = []string{"Balthazar"}
		require.Equal(t, "new email_used", p.signsIn(t, twin).String())
	})
}

func TestAClosedAccountOpensToNobodyAndIsNoCandidate(t *testing.T) {
	t.Parallel()
	atAPortal(t, func(t *testing.T, p portal) {
		who := arrives(t, "camille", fc)
		id := p.signsUp(t, who)
		d := p.signsIn(t, arrives(t, "camille", plus))
		require.Equal(t, "prove whole", d.String())
		change(t, p.accounts, `UPDATE accounts SET closed = TRUE`)
		closed := link.Decision{Kind: link.Closed, Account: id}
		require.Equal(t, closed, p.signsIn(t, who))
		require.Equal(t, closed, p.stepsUp(t, who, id))
		require.Equal(t, closed, p.proves(t, arrives(t, "camille", plus), d.Candidates[0]))
		require.Equal(t, "new email_used", p.signsIn(t, arrives(t, "camille", plus)).String())
		err := p.accounts.Link(t.Context(), link.LinkChange{Account: id, Subject: link.Subject{Provider: plus, Sub: "any"}})
		require.ErrorIs(t, err, link.ErrTaken)
		require.Len(t, p.audited(t, id), 1)
	})
}

func TestFranceConnectPlusOfThePersonWhoIsSignedInIsLinkedAndOfAnotherIsNot(t *testing.T) {
	t.Parallel()
	atAPortal(t, func(t *testing.T, p portal) {
		id := p.signsUp(t, arrives(t, "camille", fc))
		require.Equal(t, link.OtherPerson, p.stepsUp(t, arrives(t, "gaspard", plus), id).Kind)
		require.Equal(t, linked(id), p.stepsUp(t, arrives(t, "camille", plus), id))
		require.Equal(t, known(id), p.stepsUp(t, arrives(t, "camille", plus), id))
		require.Equal(t, known(id), p.signsIn(t, arrives(t, "camille", plus)), "and alone, from now on")
		require.ElementsMatch(t, []string{"franceconnect linked created", "franceconnect+ linked stepped_up"}, p.audited(t, id))
		other := p.signsUp(t, arrives(t, "gaspard", fc))
		require.Equal(t, link.Conflict, p.stepsUp(t, arrives(t, "camille", plus), other).Kind)
	})
}

func TestWhoUnlinksKeepsAnotherWayIn(t *testing.T) {
	t.Parallel()
	atAPortal(t, func(t *testing.T, p portal) {
		who := arrives(t, "camille", fc)
		id := p.signsUp(t, who)
		require.ErrorIs(t, p.Unlink(t.Context(), id, fc), link.ErrLastWay)
		require.Equal(t, known(id), p.signsIn(t, who), "nothing was changed")

		require.Equal(t, linked(id), p.stepsUp(t, arrives(t, "camille", plus), id))
		require.NoError(t, p.Unlink(t.Context(), id, fc))
		require.NoError(t, p.Unlink(t.Context(), id, fc))
		require.Equal(t, "prove whole", p.signsIn(t, who).String())
		require.ErrorIs(t, p.Unlink(t.Context(), id, plus), link.ErrLastWay)

		change(t, p.accounts, `UPDATE accounts SET password = 'a hash'`)
		require.NoError(t, p.Unlink(t.Context(), id, plus))
		require.ElementsMatch(t, []string{"franceconnect linked created", "franceconnect+ linked stepped_up",
			"franceconnect unlinked ", "franceconnect+ unlinked "}, p.audited(t, id))

		// The same sub may be linked again, and what it was before is kept.
		d := p.signsIn(t, who)
		require.Equal(t, linked(id), p.proves(t, who, d.Candidates[0]))
		require.Len(t, lines(t, p.accounts, `SELECT sub FROM links WHERE sub = $1`, who.Session.Subject), 2)
		require.NoError(t, p.accounts.Unlink(t.Context(), id, link.Subject{Provider: fc, Sub: "of somebody else"}))
		require.Equal(t, known(id), p.signsIn(t, who))
		require.Len(t, p.audited(t, id), 5)
	})
}

func TestCandidatesHaveTheBirthDateAsFarAsItIsKnown(t *testing.T) {
	t.Parallel()
	atAPortal(t, func(t *testing.T, p portal) {
		for id, date := range map[string][3]int{
			"whole": {1962, 11, 24}, "other day": {1962, 11, 1}, "no day": {1962, 11, 0}, "no month": {1962, 0, 0},
			"other month": {1962, 1, 1}, "other year": {1963, 11, 24}, "none": {0, 0, 0},
		} {
			p.old(t, id, "", map[string]any{"family_name": "Vautrin", "birth_year": date[0], "birth_month": date[1], "birth_day": date[2]})
		}
		p.old(t, "other name", "", map[string]any{"family_name": "Lestang", "birth_year": 1962, "birth_month": 11, "birth_day": 24})
		p.old(t, "address", "who@example.org", nil)
		for date, want := range map[string][]string{
			"1962-11-24": {"address", "no day", "no month", "other name", "whole"},
			"1962-11-01": {"address", "no day", "no month", "other day"},
			"1962-01-01": {"address", "no month", "other month"},
			"1962-11-00": {"address", "no day", "no month", "other day", "whole"},
			"1962-00-00": {"address", "no day", "no month", "other day", "other month", "whole"},
			"":           {"address"},
		} {
			who := person.Identity{Email: "WHO@example.org", Pivot: person.Pivot{FamilyName: "VAUTRIN"}}
			require.NoError(t, who.BirthDate.UnmarshalText([]byte(date)))
			all, err := p.accounts.Candidates(t.Context(), who)
			require.NoError(t, err)
			var found []string
			for _, a := range all {
				found = append(found, a.ID)
				require.Equal(t, a.ID == "address", a.SameEmail)
			}
			require.ElementsMatch(t, want, found, date)
		}
	})
}

func TestAnErrorOfTheDatabaseIsNotATakenAccount(t *testing.T) {
	t.Parallel()
	atAPortal(t, func(t *testing.T, p portal) {
		who := arrives(t, "camille", fc)
		id := p.signsUp(t, who)
		d := p.signsIn(t, arrives(t, "camille", plus))
		change(t, p.accounts, `DROP TABLE link_audit`)
		_, err := p.Prove(t.Context(), arrives(t, "camille", plus), d.Candidates[0])
		require.Error(t, err)
		require.NotErrorIs(t, err, link.ErrTaken)
		require.Len(t, lines(t, p.accounts, `SELECT sub FROM links`), 1, "it is one transaction")
		require.NoError(t, p.accounts.DB.Close())
		_, err = p.SignIn(t.Context(), who)
		require.ErrorContains(t, err, "link: by subject: ")
		err = p.accounts.Link(t.Context(), link.LinkChange{Account: id, Subject: link.Subject{Provider: plus, Sub: "any"}})
		require.Error(t, err)
		require.NotErrorIs(t, err, link.ErrTaken)
		_, err = p.accounts.Create(t.Context(), arrives(t, "gaspard", fc), "")
		require.Error(t, err)
		require.NotErrorIs(t, err, link.ErrTaken)
	})
}

func TestOnlyWhatAnAccountHasNowIsReplacedOrEnded(t *testing.T) {
	t.Parallel()
	atAPortal(t, func(t *testing.T, p portal) {
		camille, gaspard := arrives(t, "camille", fc), arrives(t, "gaspard", fc)
		id, other := p.signsUp(t, camille), p.signsUp(t, gaspard)
		change(t, p.accounts, `UPDATE accounts SET password = 'a hash'`)
		require.NoError(t, p.Unlink(t.Context(), id, fc))
		change(t, p.accounts, `UPDATE links SET ended_at = '2026-01-02 03:04:05+00' WHERE account = $1`, id)
		for _, l := range []link.LinkChange{
			{Account: id, Replaces: camille.Session.Subject}, // unlinked since
			{Account: id, Replaces: gaspard.Session.Subject}, // another account's
			{Account: id, Replaces: "never"},                 //
			{Account: other, Replaces: "never"},              //
			{Account: other},                                 // linked since
			{Account: "gone"},                                //
			{Account: id, Subject: link.Subject{Provider: fc, Sub: gaspard.Session.Subject}},                                      // taken
			{Account: other, Replaces: gaspard.Session.Subject, Subject: link.Subject{Provider: plus, Sub: "another provider's"}}, //
		} {
			if l.Subject.Sub == "" {
				l.Subject = link.Subject{Provider: fc, Sub: "fresh"}
			}
			require.ErrorIs(t, p.accounts.Link(t.Context(), l), link.ErrTaken)
		}
		require.NoError(t, p.accounts.Unlink(t.Context(), id, link.Subject{Provider: fc, Sub: camille.Session.Subject}))
		require.NoError(t, p.accounts.Unlink(t.Context(), id, link.Subject{Provider: fc, Sub: gaspard.Session.Subject}))
		require.Equal(t, known(other), p.signsIn(t, gaspard))
		require.Len(t, lines(t, p.accounts, `SELECT account FROM links WHERE ended_at = '2026-01-02 03:04:05+00'`), 1, "history is not rewritten")
		require.Len(t, lines(t, p.accounts, `SELECT event FROM link_audit`), 3)
	})
}

func TestACandidateIsFoundOnceWithAllOfItsSubjects(t *testing.T) {
	t.Parallel()
	atAPortal(t, func(t *testing.T, p portal) {
		who := arrives(t, "marie-laure", fc)
		var all []string
		for n := range 3 {
			id, err := p.accounts.Create(t.Context(), round(who, n, 0), "")
			require.NoError(t, err)
			for _, provider := range []string{"a", "z"} {
				subject := link.Subject{Provider: provider, Sub: id}
				require.NoError(t, p.accounts.Link(t.Context(), link.LinkChange{Account: id, Subject: subject, Ground: link.Proved}))
			}
			all = append(all, id)
		}
		found, err := p.accounts.Candidates(t.Context(), who.Session.Identity)
		require.NoError(t, err)
		var ids []string
		for _, a := range found {
			ids = append(ids, a.ID)
			require.Len(t, a.Subjects, 3)
			require.Equal(t, "Marie Laure, Solange", a.Record.GivenNames)
		}
		require.ElementsMatch(t, all, ids)
	})
}
