package bearer

import (
	"errors"
	"time"

	"golang.org/x/oauth2"
)

// A Source is the oauth2.TokenSource of one access token, without a refresh token
// behind it.
type Source struct {
	Access Token
	Until  time.Time // as the provider announced
}

// Token returns the access token; an error if it did not come with the session.
func (s Source) Token() (*oauth2.Token, error) {
	if s.Access == "" {
		return nil, errors.New("franceconnect: no access token: it is there in the callback only")
	}
	return &oauth2.Token{AccessToken: string(s.Access), TokenType: "Bearer", Expiry: s.Until}, nil
}
