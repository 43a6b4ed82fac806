package link

import (
	"slices"

	"github.com/franceconnect-go/franceconnect/match"
)

// A Decision is what to do with a person. It prints and logs as its Kind,
// the reasons of its candidates and what is set, without a personal value.
type Decision struct {
	Kind    Kind
	Account string // of Known and Closed, if there is one

	// Linked tells, of Known, that this call made the link: tell the account's
	// holder, at the address that they had before.
	Linked bool

	// Candidates are those of ProofNeeded, one, and of Ambiguous, several.
	Candidates []Candidate

	// EmailUsed tells that an account has the person's e-mail address and is
	// not a candidate. If an address is used once in the portal, ask for
	// another; that it is used is news about somebody, so no more than that.
	EmailUsed bool
}

// A Kind is what a portal does next. The empty one, beside an error, is none.
type Kind string

// The kinds.
const (
	Known       Kind = "known"     // the person's account: start its session, and bring its record up to date, emptying nothing
	NoAccount   Kind = "new"       // nobody: make an account and its link in one transaction; if that is ErrTaken, decide again
	ProofNeeded Kind = "prove"     // perhaps this account: ask for a proof
	Ambiguous   Kind = "ambiguous" // perhaps one of several: a proof that says which, or an agent
	Closed      Kind = "closed"    // the person's account is closed, or the one to link is closed or gone
	Conflict    Kind = "conflict"  // the subject opens another account, or the account was linked to another since: an agent
	OtherPerson Kind = "another"   // not the person of that account: end its session
)

// A Candidate is an account that may be the person's. It is plain data, for the
// session in which the person waits; it prints and logs as its Reason.
type Candidate struct {
	Account  string
	Replaces string // the sub that the account has of the provider, "" for none
	Reason   CandidateReason
	Answer   match.Result // of comparing its record
}

// A CandidateReason is why an account is a candidate.
type CandidateReason string

// The reasons.
const (
	Whole        CandidateReason = "whole"   // the six fields of the identité pivot are the same
	PartialMatch CandidateReason = "partial" // in part
	NearMatch    CandidateReason = "near"    // but for one slip in a name or the birth date; perhaps a twin: Candidate.Answer says which slip
	Unknown      CandidateReason = "unknown" // the record says too little; by SignIn, only of an account with the person's address

	// Changed is Whole, PartialMatch or NearMatch of an account which has another sub of the
	// provider: that of the person before a correction of the civil status, or
	// a homonym's.
	Changed CandidateReason = "changed"
)

// signIn decides for a person, when nobody is signed in. A link that is not
// nil is to be made.
func (l Linker) signIn(who Person, holder *Account, offered []Account) (Decision, *LinkChange) {
	// Linked since BySubject was asked: not a candidate with another sub.
	for i, a := range offered {
		if slices.Contains(a.Subjects, who.subject()) {
			holder = &offered[i]
		}
	}
	if holder != nil {
		return open(*holder), nil
	}
	var whole, rest, near []Candidate
	sure := false
	person := l.Matcher.Prepare(who.Session.Identity)
	for _, a := range offered {
		c, ok := candidate(who, person, a)
		switch {
		case !ok || a.Closed || c.Reason == Unknown && !a.SameEmail:
		case c.Answer.SafeToLink():
			whole = append(whole, c)
			sure = c.sure(a) && len(offered) < MaxCandidates
		case c.Answer.Grade == match.Near:
			near = append(near, c)
		default:
			rest = append(rest, c)
		}
	}
	// Who is near is a twin as often as not, where somebody is nearer.
	d := Decision{Candidates: whole}
	switch {
	case whole != nil:
	case slices.ContainsFunc(rest, func(c Candidate) bool { return c.Answer.Grade == match.Partial }):
		d.Candidates = rest
	default:
		d.Candidates = append(rest, near...)
	}
	for _, a := range offered {
		among := slices.ContainsFunc(d.Candidates, func(c Candidate) bool { return c.Account == a.ID })
		d.EmailUsed = d.EmailUsed || a.SameEmail && !among
	}
	switch len(d.Candidates) {
	case 0:
		d.Kind = NoAccount
	case 1:
		if l.Automatic && sure {
			return linked(who, d.Candidates[0], Matched)
		}
		d.Kind = ProofNeeded
	default:
		d.Kind = Ambiguous
	}
	return d, nil
}

// stepUp decides for a person, when account is signed in.
func (l Linker) stepUp(who Person, holder, account *Account) (Decision, *LinkChange) {
	if d, ok := settled(who, holder, account); ok {
		return d, nil
	}
	c, ok := candidate(who, l.Matcher.Prepare(who.Session.Identity), *account)
	switch {
	case !ok:
		return Decision{Kind: OtherPerson}, nil
	case c.sure(*account):
		return linked(who, c, SteppedUp)
	}
	return Decision{Kind: ProofNeeded, Candidates: []Candidate{c}}, nil
}

// prove decides for a person who proved to have account, as it was when it was
// made the candidate was.
func (l Linker) prove(who Person, holder, account *Account, was Candidate) (Decision, *LinkChange) {
	if d, ok := settled(who, holder, account); ok {
		return d, nil
	}
	// Another person's proof may have come first: this one is not of their sub.
	if account.sub(who.Provider) != was.Replaces {
		return Decision{Kind: Conflict}, nil
	}
	c, ok := candidate(who, l.Matcher.Prepare(who.Session.Identity), *account)
	if !ok {
		return Decision{Kind: OtherPerson}, nil
	}
	return linked(who, c, Proved)
}

// settled returns the decision about a person and one account, if it does not
// depend on who they are. account is nil if it is gone.
func settled(who Person, holder, account *Account) (d Decision, ok bool) {
	if account != nil && slices.Contains(account.Subjects, who.subject()) {
		holder = account // linked since BySubject was asked
	}
	switch {
	case holder != nil && (account == nil || holder.ID != account.ID):
		return Decision{Kind: Conflict}, true
	case holder != nil:
		return open(*holder), true
	case account == nil:
		return Decision{Kind: Closed}, true
	case account.Closed:
		return open(*account), true
	}
	return Decision{}, false
}

// open returns Known, or Closed.
func open(a Account) Decision {
	if a.Closed {
		return Decision{Kind: Closed, Account: a.ID}
	}
	return Decision{Kind: Known, Account: a.ID}
}

func linked(who Person, c Candidate, ground Ground) (Decision, *LinkChange) {
	return Decision{Kind: Known, Account: c.Account},
		&LinkChange{Subject: who.subject(), Account: c.Account, Replaces: c.Replaces, Ground: ground}
}

// candidate compares a person with an account. It is none if its record is
// somebody else's; or tells nothing, while the provider has the account for
// another sub, which is to say for another person.
func candidate(who Person, prepared *match.Prepared, a Account) (c Candidate, ok bool) {
	c = Candidate{Account: a.ID, Replaces: a.sub(who.Provider), Answer: prepared.Compare(a.Record)}
	switch {
	case c.Answer.SafeToLink():
		c.Reason = Whole
	case c.Answer.Grade == match.Partial:
		c.Reason = PartialMatch
	case c.Answer.Grade == match.Near:
		c.Reason = NearMatch
	case differs(c.Answer) || c.Replaces != "":
		return Candidate{}, false
	default:
		c.Reason = Unknown
	}
	if c.Replaces != "" {
		c.Reason = Changed
	}
	return c, true
}

// sure reports whether it takes no proof: half of it is [match.Result.SafeToLink], the
// other half is said there.
func (c Candidate) sure(a Account) bool { return c.Reason == Whole && a.Verified }

// differs tells a record of somebody else from one that says too little: both
// are Different.
func differs(a match.Result) bool {
	return slices.ContainsFunc(a.Reasons, func(r match.Reason) bool {
		named := r.Field == match.GivenNames || r.Field == match.FamilyName || r.Field == match.BirthDate
		return named && slices.Contains(r.Found, match.Differs)
	})
}
