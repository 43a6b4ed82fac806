package mockidp

import (
	"net"
	"net/http"
	"time"
)

// TB is the part of testing.TB that [Start] needs.
type TB interface {
	Helper()
	Cleanup(func())
	Fatalf(format string, args ...any)
}

// Start returns a Provider that is served on a free port of 127.0.0.1 until the
// test ends. It fills in cfg.Origin if that is "".
func Start(t TB, cfg Config) *Provider {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("mockidp: %v", err)
	}
	if cfg.Origin == "" {
		cfg.Origin = "http://" + l.Addr().String()
	}
	p, err := New(cfg)
	if err != nil {
		l.Close()
		t.Fatalf("%v", err)
	}
	server := &http.Server{Handler: p, ReadHeaderTimeout: 10 * time.Second}
	done := make(chan struct{})
	go func() {
		defer close(done)
		server.Serve(p.Behind(l))
	}()
	t.Cleanup(func() {
		server.Close() // ends hanging responses, too
		<-done
	})
	return p
}
