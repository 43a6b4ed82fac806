package replicas

import (
	"bytes"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// A provider is a FranceConnect that counts how often each code comes to its
// token endpoint, and can make all who come there wait.
type provider struct {
	*mockidp.Provider

	mu      sync.Mutex
	codes   map[string]int
	gate    chan struct{} // nil is open
	waiting int           // token calls before the gate
}

// newProvider serves a mock.
func newProvider(t *testing.T) *provider {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := &provider{codes: map[string]int{}}
	// Cookies know no ports: the mock is on another host than a portal.
	_, port, err := net.SplitHostPort(l.Addr().String())
	require.NoError(t, err)
	p.Provider, err = mockidp.New(mockidp.Config{Auto: true, Origin: "http://localhost:" + port})
	require.NoError(t, err)
	server := &http.Server{Handler: http.HandlerFunc(p.serve), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { server.Close() })
	return p
}

func (p *provider) serve(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/token") {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		form, _ := url.ParseQuery(string(body))
		p.mu.Lock()
		p.codes[form.Get("code")]++
		gate := p.gate
		if gate != nil {
			p.waiting++
		}
		p.mu.Unlock()
		if gate != nil {
			<-gate
		}
	}
	p.ServeHTTP(w, r)
}

// hold makes token calls wait until the function that it returns is called.
func (p *provider) hold() (release func()) {
	gate := make(chan struct{})
	p.mu.Lock()
	defer p.mu.Unlock()
	p.gate, p.waiting = gate, 0
	return sync.OnceFunc(func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.gate = nil
		close(gate)
	})
}

// held is how many token calls wait.
func (p *provider) held() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.waiting
}

// seen is how often each code has come.
func (p *provider) seen() map[string]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Clone(p.codes)
}
