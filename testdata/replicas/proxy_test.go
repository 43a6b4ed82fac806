package replicas

import (
	"errors"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// A proxy hands each request to a replica that it picks at random. When nobody
// listens there it picks another: nothing has been sent. It sends nothing
// twice: a request that was sent and not answered is answered by 502.
type proxy struct {
	*httptest.Server
	transport http.RoundTripper

	mu       sync.Mutex
	addrs    [3]string
	inFlight [3]map[int]bool // numbers of the requests that were sent and not answered
	requests int
	refused  int // requests that went elsewhere, since nobody listened
}

// lostOn is the header of a 502 that names the replica, lostAs the one with the
// request's number.
const lostOn, lostAs = "X-Lost-On", "X-Lost-As"

func newProxy(t *testing.T) *proxy {
	// A connection for each request: net/http would send some twice, on
	// connections that it had kept.
	p := &proxy{transport: &http.Transport{DisableKeepAlives: true}}
	for i := range p.inFlight {
		p.inFlight[i] = map[int]bool{}
	}
	p.Server = httptest.NewServer(http.HandlerFunc(p.forward))
	t.Cleanup(p.Close)
	return p
}

// set says where a replica listens; "" takes it out.
func (p *proxy) set(i int, addr string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.addrs[i] = addr
}

// addresses are where the replicas listen.
func (p *proxy) addresses() [3]string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.addrs
}

// pick draws a replica that was not tried for this request.
func (p *proxy) pick(tried [3]bool) (i, number int, addr string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, i := range rand.Perm(len(p.addrs)) {
		if !tried[i] && p.addrs[i] != "" {
			p.requests++
			p.inFlight[i][p.requests] = true
			return i, p.requests, p.addrs[i]
		}
	}
	return 0, 0, ""
}

// answered ends what pick began.
func (p *proxy) answered(i, number int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.inFlight[i], number)
}

// waiting are the numbers of the requests in flight on a replica.
func (p *proxy) waiting(i int) map[int]bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := map[int]bool{}
	for number := range p.inFlight[i] {
		all[number] = true
	}
	return all
}

func (p *proxy) forward(w http.ResponseWriter, r *http.Request) {
	var tried [3]bool
	for {
		i, number, addr := p.pick(tried)
		if addr == "" {
			http.Error(w, "nobody listens", http.StatusBadGateway)
			return
		}
		res, body, err := p.send(r, addr)
		p.answered(i, number)
		var op *net.OpError
		if errors.As(err, &op) && op.Op == "dial" {
			tried[i] = true
			p.mu.Lock()
			p.refused++
			p.mu.Unlock()
			continue
		}
		if err != nil {
			w.Header().Set(lostOn, strconv.Itoa(i))
			w.Header().Set(lostAs, strconv.Itoa(number))
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		maps.Copy(w.Header(), res.Header)
		w.WriteHeader(res.StatusCode)
		_, _ = w.Write(body)
		return
	}
}

// send makes one attempt. The answer has been read when it returns: half of
// one is none.
func (p *proxy) send(r *http.Request, addr string) (*http.Response, []byte, error) {
	out := r.Clone(r.Context())
	out.URL.Scheme, out.URL.Host, out.RequestURI = "http", addr, ""
	res, err := p.transport.RoundTrip(out)
	if err != nil {
		return nil, nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return res, body, err
}

// The proxy itself is checked first: what it says of lost requests is what the
// other tests count.
func TestTheProxyRetriesOnlyWhatWasNotSent(t *testing.T) {
	t.Parallel()
	p := newProxy(t)
	answers := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }))
	defer answers.Close()
	p.set(0, freeAddr())
	p.set(1, answers.Listener.Addr().String())
	for range 20 {
		res, err := http.Get(p.URL)
		require.NoError(t, err)
		res.Body.Close()
		require.Equal(t, http.StatusTeapot, res.StatusCode)
	}
	require.NotZero(t, p.refused)

	breaks := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	defer breaks.Close()
	resets := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		c, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			_ = c.(*net.TCPConn).SetLinger(0)
			c.Close()
		}
	}))
	defer resets.Close()
	for _, s := range []*httptest.Server{breaks, resets} {
		p.set(0, "")
		p.set(1, answers.Listener.Addr().String())
		p.set(2, s.Listener.Addr().String())
		lost := 0
		for range 40 {
			res, err := http.Get(p.URL)
			require.NoError(t, err)
			res.Body.Close()
			if res.StatusCode == http.StatusBadGateway {
				require.Equal(t, "2", res.Header.Get(lostOn))
				lost++
			}
		}
		require.NotZero(t, lost)
		require.Empty(t, p.waiting(2))
	}
}
