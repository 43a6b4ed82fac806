package proconnect

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/mail"
	"strings"
	"time"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/browser"
	"github.com/franceconnect-go/franceconnect/internal/logincookie"
	"github.com/franceconnect-go/franceconnect/internal/settings"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// A Config is what a portal and ProConnect agreed on. Its first five fields are
// required; the zero value of every other one is the safe choice. What has the name of
// a field of [franceconnect.Config] means the same, and its godoc says more.
type Config struct {
	Environment  Environment
	ClientID     string                    // as given by ProConnect
	ClientSecret franceconnect.Secret      // as given by ProConnect
	RedirectURL  string                    // the callback, byte for byte as registered, and no callback of FranceConnect's
	CookieKeys   []franceconnect.CookieKey // those of FranceConnect will do

	// Scopes are asked for at every login, on top of openid: "given_name",
	// "usual_name", "email", "uid", "siret", which everybody has, and others of the
	// client's, such as "idp_id", "roles", "custom". Default: openid alone, which gives no more than
	// Session.Subject.
	Scopes []string

	// Assurance is the set that is accepted at every login. An identity provider that
	// reaches none of it is refused by ProConnect: see franceconnect.ErrDenied.
	// Default: any level; Session.Assurance says which it was.
	Assurance Assurance

	// UserInfoJSON takes a userinfo without a signature. ProConnect gives one to a
	// client that is registered without userinfo_signed_response_alg: have ES256
	// registered instead. Default: a signed one, and no other.
	UserInfoJSON bool

	Disabled bool // every call returns franceconnect.ErrDisabled, and Button nothing

	PostLogoutRedirectURL string // as registered. Default: people stay on ProConnect's last page
	HomePath              string // default "/"

	Store      franceconnect.Store // that of FranceConnect will do
	MaxCalls   int                 // default 160
	HTTPClient *http.Client

	// Observe and Trace are told as those of franceconnect.Config are, of Events whose
	// Platform is "proconnect" and that have the Assurance in the place of the Level.
	Observe func(context.Context, franceconnect.Event)
	Trace   func(ctx context.Context, operation string) (_ context.Context, end func(franceconnect.Event))

	Now func() time.Time // default time.Now
}

// alwaysGiven are the claims that ProConnect gives of everybody whose scope, of the same
// name, was asked for: it refuses an identity provider that leaves one out (2026-08-19).
var alwaysGiven = []string{"given_name", "usual_name", "email", "uid", "siret"}

// problems gathers what is wrong with a Config.
type problems []error

func (p *problems) add(field, french, english string) {
	*p = append(*p, &franceconnect.ConfigError{Field: field, French: french, English: english, Provider: providerName})
}

// found adds a problem of a field, unless there is none.
func (p *problems) found(field string, problem text.Text) {
	if problem != (text.Text{}) {
		p.add(field, problem.French, problem.English)
	}
}

// check fills in the defaults and says everything that is wrong.
func (c *Config) check() error {
	if c.Now == nil {
		c.Now = time.Now
	}
	c.HomePath, c.MaxCalls = cmp.Or(c.HomePath, "/"), cmp.Or(c.MaxCalls, settings.MaxCalls)
	if c.Disabled {
		return nil
	}
	var p problems
	p.found("Environment", c.Environment.problem())
	p.found("ClientID", settings.Credential(c.ClientID))
	p.found("ClientSecret", settings.Credential(string(c.ClientSecret)))
	p.found("RedirectURL", settings.RegisteredURL(c.RedirectURL, "ProConnect", true, "state", "code", "iss", "error", "error_description", "scope"))
	if c.PostLogoutRedirectURL != "" {
		p.found("PostLogoutRedirectURL", settings.RegisteredURL(c.PostLogoutRedirectURL, "ProConnect", false, "state"))
	}
	if !browser.IsLocalPath(c.HomePath) {
		p.found("HomePath", settings.NotAPath)
	}
	if c.MaxCalls < 0 {
		p.add("MaxCalls", "est négatif", "is negative")
	}
	p.found("CookieKeys", settings.CookieKeys(keys(c.CookieKeys)))
	if c.Assurance&^all != 0 {
		p.add("Assurance", "contient un niveau que ProConnect n’a pas", "holds a level that ProConnect does not have")
	}
	scopes, problem := settings.Scopes(c.Scopes, logincookie.MaxScopes)
	c.Scopes = scopes
	p.found("Scopes", problem)
	return errors.Join(p...)
}

// keys returns cookie keys as the cookies know them.
func keys(of []franceconnect.CookieKey) (all [][32]byte) {
	for _, k := range of {
		all = append(all, k)
	}
	return all
}

// maxHint is how long a hint may be, in bytes: as an e-mail address (RFC 5321, section
// 4.5.3.1.3). Servers refuse addresses of several kilobytes.
const maxHint = 254

// checkRequest says what is wrong with what one login asks for, of which people may
// have typed a part. It narrows the set that is accepted.
func (c *Config) checkRequest(ask *LoginRequest) (Assurance, error) {
	set := c.Assurance
	var p problems
	switch {
	case ask.Assurance == 0:
	case ask.Assurance&^all != 0:
		p.add("LoginRequest.Assurance", "contient un niveau que ProConnect n’a pas", "holds a level that ProConnect does not have")
	case set == 0:
		set = ask.Assurance
	default:
		if set &= ask.Assurance; set == 0 {
			p.add("LoginRequest.Assurance", "n’a aucun niveau de Config.Assurance, qui accepte "+c.Assurance.String(), "has no level of Config.Assurance, which accepts "+c.Assurance.String())
		}
	}
	if a, err := mail.ParseAddress(ask.LoginHint); ask.LoginHint != "" && (err != nil || a.Address != ask.LoginHint || len(ask.LoginHint) > maxHint) {
		p.add("LoginRequest.LoginHint", "n’est pas une adresse électronique, de la forme nom@exemple.fr", "is not an e-mail address, such as name@example.org")
	}
	if ask.SIRETHint != "" && !ask.SIRETHint.IsValid() {
		p.add("LoginRequest.SIRETHint", "n’est pas un SIRET\u00a0: 14 chiffres, dont les derniers servent de contrôle", "is not a SIRET: 14 digits, the last of which are for control")
	}
	if len(ask.IdPHint) > maxHint || strings.ContainsFunc(ask.IdPHint, func(r rune) bool { return r <= ' ' || r > '~' }) {
		p.add("LoginRequest.IdPHint", "est trop long, ou contient une espace ou un caractère accentué", "is too long, or has a space or a character that is not ASCII")
	}
	if len(p) > 0 {
		return 0, p[0]
	}
	return set, nil
}
