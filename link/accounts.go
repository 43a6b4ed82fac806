package link

import (
	"context"
	"errors"

	"github.com/franceconnect-go/franceconnect/match"
	"github.com/franceconnect-go/franceconnect/person"
)

// Accounts are the portal's. Absence is a found of false and no error. A
// Linker's own errors wrap those of its Accounts with %w: they must not hold
// personal values. The methods are called by many goroutines at once.
type Accounts interface {
	// BySubject is the account that s opens now, closed or not.
	BySubject(ctx context.Context, s Subject) (a Account, found bool, err error)

	// ByID is the account of that ID, closed or not.
	ByID(ctx context.Context, id string) (a Account, found bool, err error)

	// Candidates are the accounts that may be the person's, each once: at
	// least all with that birth date, as far as it is known on either side;
	// those with another one, a slip away, and a key of each of the person's
	// names ([match.PersonKeys]); and those with that e-mail address, SameEmail,
	// if the portal wants it compared. Where a date is known in part or may be
	// presumed, thousands have it: then those with a key of one of the names
	// are enough. Too many do no harm, one too few may make a second account.
	// MaxCandidates are enough for anybody: with that many, nobody is linked
	// without a proof.
	Candidates(ctx context.Context, who person.Identity) ([]Account, error)

	// Link makes l.Subject open l.Account, in the place of l.Replaces. It is one
	// transaction, and ErrTaken, with nothing changed, if the subject opens an
	// account already; if what the account has of that provider now is not
	// l.Replaces; if it is closed or gone. What is replaced is kept, with the
	// time, but opens nothing any more.
	Link(ctx context.Context, l LinkChange) error

	// Unlink ends what s opens, if that is still account. It is one
	// transaction, and ErrLastWay, with nothing changed, if nothing else opens
	// the account: no other subject, no password. Of two at once, one is.
	Unlink(ctx context.Context, account string, s Subject) error
}

// MaxCandidates is how many accounts Candidates need return at most.
const MaxCandidates = 1000

var (
	// ErrTaken is of Accounts.Link, and of what makes an account and its link:
	// somebody was faster. Decide again.
	ErrTaken = errors.New("link: the subject or the account is taken")

	// ErrLastWay is of Unlink: nobody could come into the account any more.
	ErrLastWay = errors.New("link: nothing else opens the account")
)

// A Subject is a person for a provider. It prints and logs as the provider.
type Subject struct {
	Provider string // the portal's name for those of its clients that share subs, as "franceconnect"; it never changes
	Sub      string // Session.Subject: opaque, compared byte by byte
}

// An Account is what there is to know of one in order to decide. It prints and
// logs as a placeholder.
type Account struct {
	ID       string // the portal's own
	Subjects []Subject
	Record   match.Record

	// Verified tells that the whole record was checked against an identity
	// document or came from FranceConnect: not that somebody typed it in.
	Verified bool

	// Closed accounts are found and open to nobody.
	Closed bool

	// SameEmail tells, of a candidate, that its address is the person's.
	SameEmail bool
}

// sub returns the one that the account has of a provider, "" for none.
func (a Account) sub(provider string) string {
	for _, s := range a.Subjects {
		if s.Provider == provider {
			return s.Sub
		}
	}
	return ""
}

// A LinkChange is one to be made. It prints and logs as its Ground.
type LinkChange struct {
	Subject  Subject
	Account  string
	Replaces string // the sub that the account has of this provider, "" for none
	Ground   Ground // for the audit
}

// A Ground is why a link was made.
type Ground string

// The grounds.
const (
	Matched   Ground = "matched"    // by SignIn, with Linker.Automatic
	SteppedUp Ground = "stepped_up" // by StepUp
	Proved    Ground = "proved"     // by Prove
)
