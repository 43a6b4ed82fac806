package franceconnect

import (
	"context"
	"errors"

	"github.com/franceconnect-go/franceconnect/internal/provider"
)

// A secret changes at FranceConnect at one moment, and on a portal's machines at
// others. Each machine sees from FranceConnect's own answers which of the two it
// takes.

// credentials returns what FranceConnect knows the client by, with the next secret
// or with the present one.
func (c *Client) credentials(next bool) provider.Credentials {
	secret, other := c.config.ClientSecret, c.config.NextClientSecret
	if next {
		secret, other = other, secret
	}
	return provider.Credentials{ID: c.config.ClientID, Secret: string(secret), Other: string(other), RedirectURL: c.config.RedirectURL}
}

// exchange trades a code for tokens, with the secret that was taken last. If it is
// refused as the wrong one, and for nothing else, the other is tried, once.
func (c *Client) exchange(ctx context.Context, o provider.Observer, code string) (provider.Tokens, error) {
	next := c.nextTaken.Load()
	tokens, err := c.provider.Exchange(ctx, o, c.credentials(next), code, c.config.MaxCalls)
	if c.config.NextClientSecret == "" || !wrongSecret(err) {
		return tokens, err
	}
	tokens, err = c.provider.Exchange(ctx, o, c.credentials(!next), code, 0)
	if secretTaken(err) && c.nextTaken.CompareAndSwap(next, !next) {
		taken := &Error{Kind: ErrMisconfigured, Reason: "secret.next"}
		if next {
			taken.Reason = "secret.present"
		}
		c.startOperation(ctx, "secret").end(0, taken)
	}
	return tokens, err
}

func wrongSecret(err error) bool {
	e := (*provider.Error)(nil)
	return errors.As(err, &e) && e.WrongSecret()
}

// secretTaken reports whether an answer to a code shows that the secret was right:
// FranceConnect looks at the code after it.
func secretTaken(err error) bool {
	e := (*provider.Error)(nil)
	return err == nil || errors.As(err, &e) && e.Code == "invalid_grant"
}
