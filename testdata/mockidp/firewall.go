package mockidp

import (
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Behind returns a listener with a firewall before it, which forgets connections
// without a word when [Fault].Silent or [Provider.Forget] says so. Serve the
// Provider on it; [Start] does.
func (p *Provider) Behind(l net.Listener) net.Listener {
	return &firewall{Listener: l, lines: &p.lines}
}

// Forget makes the connections by which clients call (for tokens, userinfo or keys) go
// silent, as a firewall or a NAT does that has forgotten them: nothing that either
// side says on them arrives, not even that it closes them. Later ones are as ever, and
// so are those of browsers, of which one in the same process as the client has a
// transport of its own. It returns how many there were.
func (p *Provider) Forget() (n int) {
	p.lines.Range(func(_, l any) bool {
		if l := l.(*line); l.called.Load() && !l.silent.Swap(true) {
			n++
		}
		return true
	})
	return n
}

// noteCall notes that a connection is one by which a client calls.
func (p *Provider) noteCall(r *request) {
	switch r.path {
	case "/token", "/userinfo", "/jwks":
		if l, ok := p.lines.Load(r.RemoteAddr); ok {
			l.(*line).called.Store(true)
		}
	}
}

// A firewall is the listener.
type firewall struct {
	net.Listener
	lines *sync.Map // of *line, by the address of the other side

	mu     sync.Mutex
	closed bool
	kept   []net.Conn // silent ones that the server has closed, of which nobody is told
}

func (f *firewall) Accept() (net.Conn, error) {
	conn, err := f.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l := &line{Conn: conn, firewall: f}
	f.lines.Store(conn.RemoteAddr().String(), l)
	return l, nil
}

// Close ends what was kept, too.
func (f *firewall) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	for _, c := range f.kept {
		c.Close()
	}
	f.kept = nil
	return f.Listener.Close()
}

// A line is a connection, seen from the server's side.
type line struct {
	net.Conn
	firewall *firewall
	called   atomic.Bool // by a client, not by a browser
	silent   atomic.Bool
	ended    atomic.Bool // by the other side
}

func (l *line) Read(b []byte) (int, error) {
	for {
		n, err := l.Conn.Read(b)
		if timeout, ok := err.(net.Error); err != nil && !(ok && timeout.Timeout()) {
			l.ended.Store(true)
		}
		if err != nil || !l.silent.Load() {
			return n, err
		}
	}
}

func (l *line) Write(b []byte) (int, error) {
	if l.silent.Load() {
		return len(b), nil
	}
	return l.Conn.Write(b)
}

// Close ends the connection for the server. Of a silent one the other side hears nothing.
func (l *line) Close() error {
	l.firewall.lines.CompareAndDelete(l.RemoteAddr().String(), l)
	l.firewall.mu.Lock()
	defer l.firewall.mu.Unlock()
	if !l.silent.Load() || l.ended.Load() || l.firewall.closed {
		return l.Conn.Close()
	}
	l.firewall.kept = append(l.firewall.kept, l.Conn)
	return l.SetReadDeadline(time.Unix(1, 0)) // whoever reads is not left waiting
}
