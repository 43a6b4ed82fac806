package attack

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// A trap is a server of the attacker's, which nobody has a reason to call. It
// records calls, and answers what the caller may be looking for.
type trap struct {
	server http.Server
	url    string

	mu     sync.Mutex
	visits map[string]int // by path
}

func newTrap() *trap {
	t := &trap{visits: map[string]int{}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(fmt.Sprintf("attack: %v", err)) // no test runs on such a machine
	}
	t.url = "http://" + l.Addr().String()
	t.server.Handler, t.server.ReadHeaderTimeout = t, 10*time.Second
	go t.server.Serve(l)
	return t
}

func (t *trap) close() { t.server.Close() }

func (t *trap) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	t.mu.Lock()
	t.visits[r.URL.Path]++
	t.mu.Unlock()
	if strings.HasSuffix(r.URL.Path, "/jwks") {
		fmt.Fprint(w, attackerJWKS())
		return
	}
	fmt.Fprint(w, `{"access_token":"trap","token_type":"Bearer","expires_in":60,"id_token":"trap"}`)
}

// address returns an address of the trap. Each attempt uses a path of its own.
func (t *trap) address(path string) string { return t.url + "/" + path }

// visited reports whether somebody has called that path.
func (t *trap) visited(path string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.visits["/"+path] > 0
}
