package link

import (
	"context"
	"errors"
	"fmt"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/match"
)

// A Linker finds the account of a person who signed in.
type Linker struct {
	Accounts Accounts

	// Optional: what there is to know about the database as a whole.
	Matcher match.Matcher

	// Optional: Automatic makes SignIn link without a proof where FranceConnect
	// would: the six fields of the identité pivot are the same, Account.Verified
	// is set, no other account has them, and this one has no sub of the provider
	// yet. If false the person proves it once. A portal that turns it on relies
	// on each Verified in its database.
	Automatic bool
}

// A Person has signed in with FranceConnect. It prints and logs as the
// provider and the level.
type Person struct {
	Provider string // see Subject
	Session  *franceconnect.Session
}

func (p Person) subject() Subject { return Subject{p.Provider, p.Session.Subject} }

var errNobody = errors.New("link: person without provider, session or subject")

// SignIn decides for a person when nobody is signed in on the portal: Known,
// NoAccount, ProofNeeded, Ambiguous or Closed. It writes nothing, but with
// Linker.Automatic a link.
func (l Linker) SignIn(ctx context.Context, who Person) (Decision, error) {
	return l.settle(ctx, who, func(holder *Account) (Decision, *LinkChange, error) {
		var offered []Account
		if holder == nil {
			var err error
			if offered, err = l.Accounts.Candidates(ctx, who.Session.Identity); err != nil {
				return Decision{}, nil, fmt.Errorf("link: candidates: %w", err)
			}
		}
		d, link := l.signIn(who, holder, offered)
		return d, link, nil
	})
}

// StepUp decides for a person when account is signed in: Known, ProofNeeded,
// Closed, Conflict or OtherPerson. It links if it is surely the same person, by the rule of
// Linker.Automatic whether that is set or not; being signed in is not a proof,
// as a computer passes from one person to the next. Until it is Known, nobody
// gets what they stepped up for.
func (l Linker) StepUp(ctx context.Context, who Person, account string) (Decision, error) {
	return l.settle(ctx, who, func(holder *Account) (Decision, *LinkChange, error) {
		a, err := l.byID(ctx, account)
		if err != nil {
			return Decision{}, nil, err
		}
		d, link := l.stepUp(who, holder, a)
		return d, link, nil
	})
}

// Prove links a person to the candidate that they have just proved to be
// theirs: Known, Closed, Conflict or OtherPerson. The candidate is as SignIn or
// StepUp gave it to the same Person, kept on the server, or names an account
// into which they signed in. What was proved is what was decided then: it is
// Conflict if another sub opens the account since.
func (l Linker) Prove(ctx context.Context, who Person, c Candidate) (Decision, error) {
	return l.settle(ctx, who, func(holder *Account) (Decision, *LinkChange, error) {
		a, err := l.byID(ctx, c.Account)
		if err != nil {
			return Decision{}, nil, err
		}
		d, link := l.prove(who, holder, a, c)
		return d, link, nil
	})
}

// Unlink ends what opens an account at a provider, for a signed-in person who
// wants it so. Nothing to end is no error. The error is ErrLastWay if nothing
// else opens the account.
func (l Linker) Unlink(ctx context.Context, account, provider string) error {
	a, err := l.byID(ctx, account)
	if err != nil || a == nil || a.sub(provider) == "" {
		return err
	}
	if err := l.Accounts.Unlink(ctx, account, Subject{provider, a.sub(provider)}); err != nil {
		return fmt.Errorf("link: unlink: %w", err)
	}
	return nil
}

// attempts is how often the same decision is taken. When somebody was faster,
// the second finds what they wrote.
const attempts = 3

// settle decides, and writes what was decided; if somebody else wrote since,
// it decides again.
func (l Linker) settle(ctx context.Context, who Person, decide func(holder *Account) (Decision, *LinkChange, error)) (Decision, error) {
	// An empty sub would be everybody's.
	if who.Provider == "" || who.Session == nil || who.Session.Subject == "" {
		return Decision{}, errNobody
	}
	for range attempts {
		holder, found, err := l.Accounts.BySubject(ctx, who.subject())
		if err != nil {
			return Decision{}, fmt.Errorf("link: by subject: %w", err)
		}
		var known *Account
		if found {
			known = &holder
		}
		d, link, err := decide(known)
		if err != nil || link == nil {
			return d, err
		}
		err = l.Accounts.Link(ctx, *link)
		if err == nil {
			d.Linked = true
			return d, nil
		}
		if !errors.Is(err, ErrTaken) {
			return Decision{}, fmt.Errorf("link: link: %w", err)
		}
	}
	return Decision{}, fmt.Errorf("link: %d decisions were overtaken: %w", attempts, ErrTaken)
}

func (l Linker) byID(ctx context.Context, id string) (*Account, error) {
	a, found, err := l.Accounts.ByID(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("link: by id: %w", err)
	}
	if !found {
		return nil, nil
	}
	return &a, nil
}
