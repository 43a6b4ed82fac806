package franceconnect

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/franceconnect-go/franceconnect/internal/login"
)

// A Store remembers, for all the machines of a portal together, which logins
// are still open. Without one, a login lives in the browser's sealed cookie
// alone, and each Client that New has made remembers in memory, together with
// all that With makes of it, which it has seen used: the latest 262,144 or more,
// and an Event with the reason "used.full" if that was not enough for 30 minutes.
// What forbids a second use at another process, after a restart, or after another
// New, is FranceConnect's code, good for one use within 30 seconds: whoever
// changes settings while people sign in takes With, which keeps the memory. With
// a Store, a callback is accepted once, whichever machine it reaches, and never
// while the Store cannot be asked.
//
// Keys are at most 64 characters of [a-z0-9:]; values are opaque, at most 16
// bytes, and hold nothing personal.
type Store interface {
	// Put keeps value under key for ttl.
	Put(ctx context.Context, key string, value []byte, ttl time.Duration) error

	// Take returns the value under key and removes it, in one step: of two
	// calls at once, one finds it. Absence is not an error.
	Take(ctx context.Context, key string) (value []byte, found bool, err error)
}

const (
	// loginTime is how long a login stays open: FranceConnect gives a person
	// 30 minutes on its pages.
	loginTime = 30 * time.Minute

	// maxLogins and maxCookies bound what abandoned logins add to every
	// request of a browser: so many cookies, and so many bytes of them.
	maxLogins  = 5
	maxCookies = 4 << 10

	// maxReturnTo is the longest path that fits a cookie beside the rest.
	maxReturnTo = 1 << 10

	// maxUsed is how many used logins a machine remembers without a Store,
	// twice: the latest 262,144 at least.
	maxUsed = 1 << 18

	// stateName is how much of the state names its cookie: enough for two
	// logins of one browser never to meet. What is compared is all of it.
	stateName = 16
)

// loginName returns the name of a login's cookie: two clients of one portal
// share a host, and neither open nor sweep each other's logins.
func (c *Client) loginName(suffix string) string { return c.cookiePrefix() + c.loginTag + "-" + suffix }

// logoutName returns the name of the logout's cookie: of the clients that share
// a registration, those recognise it that share the page of the return. No
// login's name begins so, even if that page is the callback's, too.
func (c *Client) logoutName() string { return c.cookiePrefix() + "logout-" + c.logoutTag }

// cookiePrefix makes a browser take a cookie from this host over https only, and
// show it to no other (RFC 6265bis, section 4.1.3.2).
func (c *Client) cookiePrefix() string {
	if c.config.insecure() {
		return "fc-"
	}
	return "__Host-fc-"
}

// setCookie gives the browser a cookie that comes back from FranceConnect's
// site: a Strict one would not (RFC 6265bis, section 5.2). Values are base64url,
// and names ours or those of cookies that net/http has read: they need none of
// http.Cookie's care, which is a quarter of what a login costs.
func (c *Client) setCookie(w http.ResponseWriter, name, value string, life time.Duration) {
	flags := "; HttpOnly; SameSite=Lax; Secure"
	if c.config.insecure() {
		flags = "; HttpOnly; SameSite=Lax"
	}
	w.Header().Add("Set-Cookie", name+"="+value+"; Path=/; Max-Age="+strconv.Itoa(int(life.Seconds()))+flags)
}

// deleteCookie takes one back that came with this request.
func (c *Client) deleteCookie(w http.ResponseWriter, name string) {
	c.setCookie(w, name, "", 0)
}

// storeKey returns a login's key in the Store. It is not the state: who reads
// the Store learns nothing that opens a login.
func (c *Client) storeKey(state string) string {
	sum := sha256.Sum256([]byte(c.loginTag + state))
	return "fc:" + hex.EncodeToString(sum[:16])
}

// saveLogin gives a login to the browser and makes room for it.
func (c *Client) saveLogin(ctx context.Context, w http.ResponseWriter, r *http.Request, p *login.Pending) *Error {
	name := c.loginName(p.State[:stateName])
	value := c.logins.Seal(name, p.Encode())
	if c.config.Store != nil {
		if err := c.config.Store.Put(ctx, c.storeKey(p.State), []byte{1}, loginTime); err != nil {
			return &Error{Kind: ErrUnavailable, Reason: "store", cause: err}
		}
	}
	c.pruneLogins(w, r, maxLogins-1, maxCookies-len(value))
	c.setCookie(w, name, value, loginTime)
	return nil
}

// pruneLogins deletes the cookies of logins that are over, and of the oldest ones
// while there are more than so many, or more than so many bytes.
func (c *Client) pruneLogins(w http.ResponseWriter, r *http.Request, logins, bytes int) {
	type open struct {
		*http.Cookie
		expires time.Time
	}
	var all []open
	for _, k := range r.Cookies() {
		if !strings.HasPrefix(k.Name, c.loginName("")) {
			continue
		}
		p, ok := c.decodeLogin(k.Name, k.Value)
		if !ok {
			c.deleteCookie(w, k.Name)
			continue
		}
		all = append(all, open{k, p.Expires})
	}
	slices.SortStableFunc(all, func(a, b open) int { return b.expires.Compare(a.expires) })
	for _, k := range all {
		logins, bytes = logins-1, bytes-len(k.Value)
		if logins < 0 || bytes < 0 {
			c.deleteCookie(w, k.Name)
		}
	}
}

// decodeLogin reads a login's cookie, if it is one and not over.
func (c *Client) decodeLogin(name, value string) (*login.Pending, bool) {
	text, ok := c.logins.Open(name, value)
	if !ok {
		return nil, false
	}
	p, ok := login.Decode(text)
	return p, ok && c.config.Now().Before(p.Expires)
}

// consumeLogin finds the login that a state belongs to, in this browser, and closes
// it: whatever comes of it, it was its one use.
func (c *Client) consumeLogin(ctx context.Context, w http.ResponseWriter, r *http.Request, state string) (*login.Pending, *Error) {
	if len(state) < stateName {
		return nil, &Error{Kind: ErrLoginExpired, Reason: "state.missing"}
	}
	name := c.loginName(state[:stateName])
	k, err := r.Cookie(name)
	if err != nil {
		return nil, &Error{Kind: ErrLoginExpired, Reason: "state.unknown"}
	}
	p, ok := c.decodeLogin(name, k.Value)
	if !ok {
		c.deleteCookie(w, name)
		return nil, &Error{Kind: ErrLoginExpired, Reason: "state.over"}
	}
	if !p.Matches(state) {
		return nil, &Error{Kind: ErrLoginExpired, Reason: "state.unknown"}
	}
	c.deleteCookie(w, name)
	first, err := c.firstUse(ctx, p)
	switch {
	case err != nil:
		return nil, &Error{Kind: ErrUnavailable, Reason: "store", cause: err}
	case !first:
		return nil, &Error{Kind: ErrLoginExpired, Reason: "state.used"}
	}
	return p, nil
}

// firstUse reports whether a login is used for the first time: anywhere, as the
// Store has it, or else on this machine, since the cookie may have been kept by
// hand.
func (c *Client) firstUse(ctx context.Context, p *login.Pending) (bool, error) {
	if c.config.Store != nil {
		_, found, err := c.config.Store.Take(ctx, c.storeKey(p.State))
		return found, err
	}
	now := c.config.Now()
	first, forgot := c.used.First(p, now)
	if forgot {
		c.observe(ctx, "used", 0, now, &Error{Kind: ErrMisconfigured, Reason: "used.full",
			Detail: fmt.Sprintf("more than %d logins in %v on this machine: the oldest could be used twice; Config.Store has room", 2*c.used.Most, loginTime)})
	}
	return first, nil
}
