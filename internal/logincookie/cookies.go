package logincookie

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	// Life is how long a login stays open: FranceConnect gives a person 30
	// minutes on its pages.
	Life = 30 * time.Minute

	// logoutLife is how long a logout is recognised.
	logoutLife = 10 * time.Minute

	// maxLogins and maxBytes bound what abandoned logins add to every request of
	// a browser: so many cookies of a client, and so many bytes of all clients on
	// the host, with their names. Servers refuse a header of 8 kB, and the portal
	// has cookies of its own.
	maxLogins = 5
	maxBytes  = 3000

	// stateName is how much of the state names a login's cookie, enough to tell
	// two logins of one browser apart. The whole state is compared.
	stateName = 16

	// tagSize is how many bytes tell one client from another.
	tagSize = 8
)

// A Store is the one of the root package.
type Store interface {
	Put(ctx context.Context, key string, value []byte, ttl time.Duration) error
	Take(ctx context.Context, key string) (value []byte, found bool, err error)
}

// Cookies are those of one client. They tell its logins from those of others
// that share a host with it.
type Cookies struct {
	LoginTag, LogoutTag string
	Insecure            bool // on http, on this machine
	Logins, Logouts     *Box
	Store               Store // may be nil; then Used is asked
	Used                *Used
	Now                 func() time.Time
}

// SealWith makes the boxes of the cookies.
func (c *Cookies) SealWith(keys [][32]byte) (err error) {
	if c.Logins, err = NewBox("login", keys...); err != nil {
		return err
	}
	c.Logouts, err = NewBox("logout", keys...)
	return err
}

// Tag names a client by the issuer, by its identifier there, and by the address
// that its browsers come back to.
func Tag(issuer, clientID, address string) string {
	sum := sha256.Sum256([]byte(issuer + "\x00" + clientID + "\x00" + address))
	return hex.EncodeToString(sum[:tagSize])
}

// An Error is a browser whose login is not open. The login that is known all the
// same is returned beside it.
type Error struct{ Reason string }

func (e *Error) Error() string { return "logincookie: " + e.Reason }

// ErrForgot says, beside a login that is in order, that Used has forgotten some.
var ErrForgot = errors.New("logincookie: used logins were forgotten")

// loginName returns the name of a login's cookie. Two clients of one portal share
// a host, and do not open each other's logins.
func (c *Cookies) loginName(suffix string) string {
	var room [64]byte
	return string(c.appendLoginName(room[:0], []byte(suffix)))
}

func (c *Cookies) appendLoginName(b, suffix []byte) []byte {
	return append(append(append(append(b, c.prefix()...), c.LoginTag...), '-'), suffix...)
}

// logoutName returns the name of the logout's cookie: of the clients that share
// a registration, those recognise it that share the page of the return. No
// login's name begins so, even if that page is the callback's, too.
func (c *Cookies) logoutName() string { return c.prefix() + "logout-" + c.LogoutTag }

// prefix makes a browser take a cookie from this host over https only, and show
// it to no other (RFC 6265bis, section 4.1.3.2).
func (c *Cookies) prefix() string {
	if c.Insecure {
		return "fc-"
	}
	return "__Host-fc-"
}

// appendAttributes makes of "name=value" a cookie that comes back from
// FranceConnect's site: a Strict one would not (RFC 6265bis, section 5.2). Values
// are sealed, and names ours or those of cookies that net/http has read: they need
// none of http.Cookie's care, which is a quarter of what a login costs.
func (c *Cookies) appendAttributes(pair []byte, life time.Duration) []byte {
	b := append(pair, "; Path=/; Max-Age="...)
	b = strconv.AppendInt(b, int64(life/time.Second), 10)
	b = append(b, "; HttpOnly; SameSite=Lax"...)
	if !c.Insecure {
		b = append(b, "; Secure"...)
	}
	return b
}

func (c *Cookies) delete(w http.ResponseWriter, name string) {
	var room [128]byte
	w.Header().Add("Set-Cookie", string(c.appendAttributes(append(append(room[:0], name...), '='), 0)))
}

// StoreKey returns a login's key in the Store. It is not the state: whoever reads
// the Store learns nothing that opens a login.
func (c *Cookies) StoreKey(state []byte) string {
	var room [2*tagSize + 2*random]byte
	sum := sha256.Sum256(append(append(room[:0], c.LoginTag...), state...))
	return string(hex.AppendEncode(append(room[:0], "fc:"...), sum[:16]))
}

// Save makes room for a login in the browser, and returns the cookie that gives it
// to it. An error is the Store's.
func (c *Cookies) Save(ctx context.Context, w http.ResponseWriter, r *http.Request, l Login) (cookie string, err error) {
	if c.Store != nil {
		if err := c.Store.Put(ctx, c.StoreKey(l.State[:]), open, Life); err != nil {
			return "", err
		}
	}
	var room [512]byte // of most of them
	var plain [fixed + 256]byte
	name := c.appendLoginName(room[:0], l.State[:stateName])
	pair := c.Logins.appendSealed(append(name, '='), name, l.appendTo(plain[:0]))
	c.prune(w, r, maxLogins-1, maxBytes-len(pair)-len("; "))
	return string(c.appendAttributes(pair, Life)), nil
}

// open is what a Store keeps of a login.
var open = []byte{1}

// prune deletes the cookies of this client's logins that are over, and then the
// oldest of all until at most so many of its logins, and so many bytes of every
// client's, remain. A browser sends the oldest first (RFC 6265, section 5.4).
func (c *Cookies) prune(w http.ResponseWriter, r *http.Request, logins, bytes int) {
	for _, k := range slices.Backward(r.Cookies()) {
		own := strings.HasPrefix(k.Name, c.loginName(""))
		if !own && !c.isLogin(k.Name) {
			continue
		}
		if own {
			if _, open := c.decode(k.Name, k.Value); !open {
				c.delete(w, k.Name)
				continue
			}
			logins--
		}
		bytes -= size(k.Name, k.Value)
		if own && logins < 0 || bytes < 0 {
			c.delete(w, k.Name)
		}
	}
}

// size returns what a cookie adds to a request: "name=value; ".
func size(name, value string) int { return len(name) + len("=") + len(value) + len("; ") }

// isLogin reports whether a name is that of some client's login.
func (c *Cookies) isLogin(name string) bool {
	rest, ours := strings.CutPrefix(name, c.prefix())
	return ours && len(rest) == 2*tagSize+1+stateName && rest[2*tagSize] == '-'
}

// decode reads a login's cookie, if it is one and not over.
func (c *Cookies) decode(name, value string) (Login, bool) {
	text, ok := c.Logins.Open(name, value)
	if !ok {
		return Login{}, false
	}
	l, ok := Decode(text)
	return l, ok && c.Now().Before(l.Expires)
}

// Consume finds the login that a state belongs to, in this browser, and closes
// it: whatever comes of it, it was its one use. The error is an *Error, the
// Store's, or ErrForgot beside a login that is in order.
func (c *Cookies) Consume(ctx context.Context, w http.ResponseWriter, r *http.Request, state string) (Login, error) {
	if len(state) < stateName {
		return Login{}, &Error{Reason: "state.missing"}
	}
	name := c.loginName(state[:stateName])
	k, err := r.Cookie(name)
	if err != nil {
		return Login{}, &Error{Reason: "state.unknown"}
	}
	l, ok := c.decode(name, k.Value)
	if !ok {
		c.delete(w, name)
		return Login{}, &Error{Reason: "state.over"}
	}
	if !l.Matches(state) {
		return Login{}, &Error{Reason: "state.unknown"}
	}
	c.delete(w, name)
	return l, c.use(ctx, l)
}

// use makes this the one use of a login: anywhere, as the Store has it, or else
// on this machine, since the cookie may have been kept by hand.
func (c *Cookies) use(ctx context.Context, l Login) error {
	if c.Store != nil {
		_, found, err := c.Store.Take(ctx, c.StoreKey(l.State[:]))
		if err == nil && !found {
			err = &Error{Reason: "state.used"}
		}
		return err
	}
	switch first, forgot := c.Used.First(l, c.Now()); {
	case !first:
		return &Error{Reason: "state.used"}
	case forgot:
		return ErrForgot
	}
	return nil
}

// StartLogout draws a logout's state, and returns the cookie that gives it to the
// browser.
func (c *Cookies) StartLogout() (state, cookie string) {
	var b [32]byte
	rand.Read(b[:])
	state = hex.EncodeToString(b[:])
	name := c.logoutName()
	return state, string(c.appendAttributes([]byte(name+"="+c.Logouts.Seal(name, []byte(state))), logoutLife))
}

// ConsumeLogout reports whether a state is that of this browser's logout, once.
func (c *Cookies) ConsumeLogout(w http.ResponseWriter, r *http.Request, state string) bool {
	name := c.logoutName()
	k, err := r.Cookie(name)
	if err != nil {
		return false
	}
	saved, ok := c.Logouts.Open(name, k.Value)
	if !ok || state != string(saved) {
		return false
	}
	c.delete(w, name)
	return true
}
