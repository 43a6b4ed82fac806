package conform

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/alexedwards/scs/v2/memstore"

	"github.com/franceconnect-go/franceconnect"
)

// An SCS is an example whose sessions are in scs.
type SCS struct {
	NewSessions func(address string) *scs.SessionManager
	NewPortal   func(fc *franceconnect.Client, sessions *scs.SessionManager, address string) http.Handler
	IdleTime    time.Duration // after which a session ends
	AtOnce      bool          // see Portal
}

// RunSCS tests an example whose sessions are in scs, as Run and Idle do.
func RunSCS(t *testing.T, s SCS) {
	t.Run("ASessionEndsWithoutUse", func(t *testing.T) {
		Idle(t, s.IdleTime, func(t *testing.T, fc *franceconnect.Client, address string) http.Handler {
			sessions := s.NewSessions(address)
			stopSweeping(t, sessions)
			return s.NewPortal(fc, sessions, address)
		})
	})
	Run(t, Portal{AtOnce: s.AtOnce, Serve: Handler(func(_ *testing.T, fc *franceconnect.Client, address string) http.Handler {
		return s.NewPortal(fc, s.NewSessions(address), address)
	})})
}

// stopSweeping ends, at the end of a test of Idle, the goroutine that the memory
// of scs has begun. It waits until that has begun, which scs itself does not.
func stopSweeping(t *testing.T, sessions *scs.SessionManager) {
	synctest.Wait()
	t.Cleanup(sessions.Store.(*memstore.MemStore).StopCleanup)
}
