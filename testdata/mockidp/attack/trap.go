package attack

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// A trap is a server that nobody has a reason to call. What comes is written
// down, and answered as what was looked for.
type trap struct {
	server http.Server
	url    string

	mu     sync.Mutex
	caught map[string]int // by path
}

func newTrap() *trap {
	t := &trap{caught: map[string]int{}}
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
	t.caught[r.URL.Path]++
	t.mu.Unlock()
	if strings.HasSuffix(r.URL.Path, "/jwks") {
		fmt.Fprint(w, foreignKeys())
		return
	}
	fmt.Fprint(w, `{"access_token":"trap","token_type":"Bearer","expires_in":60,"id_token":"trap"}`)
}

// at is an address of the trap, for one scene alone.
func (t *trap) at(path string) string { return t.url + "/" + path }

// sprung tells whether somebody went to that address.
func (t *trap) sprung(path string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.caught["/"+path] > 0
}
