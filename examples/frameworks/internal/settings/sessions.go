package settings

import (
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/franceconnect-go/franceconnect/examples/frameworks/page"
)

// Sessions returns the sessions of a portal at address, in scs: they last 30
// minutes without use, and no longer than the browser is open.
func Sessions(address string) *scs.SessionManager {
	sessions := scs.New()
	sessions.Codec = page.SessionCodec{}
	sessions.IdleTimeout, sessions.Cookie.Persist = 30*time.Minute, false
	sessions.Cookie.Name, sessions.Cookie.Secure = page.Cookie(address, "session")
	return sessions
}
