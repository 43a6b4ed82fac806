package provider

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

const (
	// maxBody is the most that is read of any answer: the largest one, a
	// userinfo with every claim, is below 10 kB.
	maxBody = 1 << 20

	// callTime bounds one call, from the connection to the last byte.
	callTime = 10 * time.Second

	// A firewall forgets connections without a word. Over HTTP/1.1, one that is in
	// the pool then is closed unused after idleTime, or has taken a call by that
	// time. Over HTTP/2, where one connection has all calls, it is closed when it
	// has been silent for pingAfter and has not answered a ping in pingTime. So
	// nobody who comes 10 seconds later is lost. Servers give up theirs after 5
	// seconds at the earliest (Apache httpd, Node.js): ours go first.
	idleTime  = 4 * time.Second
	pingAfter = 5 * time.Second
	pingTime  = 5 * time.Second
)

// transact is the one way in and out: it reads each answer whole, up to maxBody,
// before anybody parses it, so that a cut or endless body is an error of the call
// and never half an answer. The body of what it returns is closed.
func transact(base http.RoundTripper, req *http.Request) (*http.Response, []byte, error) {
	res, err := base.RoundTrip(req)
	if err != nil {
		return nil, nil, ByProxy(base, req, err)
	}
	if res == nil {
		return nil, nil, errNothing
	}
	if res.Body == nil {
		res.Body = http.NoBody
	}
	defer res.Body.Close()
	text, err := readAll(res)
	if err != nil {
		return nil, nil, ByProxy(base, req, fmt.Errorf("reading the answer: %w", err))
	}
	if len(text) > maxBody {
		return nil, nil, fmt.Errorf("the answer is larger than %d bytes", maxBody)
	}
	return res, text, Instead(base, req, res.StatusCode, text)
}

// errNothing is a mistake of a transport that is not ours.
const errNothing Cause = "the transport of Config.HTTPClient returned neither an answer nor an error"

// readAll reads a body, or one byte more than maxBody of it. Where its length is
// said, there is room for it and for the byte that shows whether it is true.
func readAll(res *http.Response) ([]byte, error) {
	size := res.ContentLength + 1
	if size < 2 || size > maxBody+1 {
		size = bytes.MinRead
	}
	text := make([]byte, size)
	for n := 0; n < len(text); {
		more, err := res.Body.Read(text[n:])
		n += more
		if err == io.EOF {
			return text[:n], nil
		}
		if err != nil { // io.ErrUnexpectedEOF of a body that is cut, too
			return nil, err
		}
	}
	rest, err := io.ReadAll(io.LimitReader(res.Body, maxBody+1-size))
	return append(text, rest...), err
}

// A httpCaller is what all calls go through, and how long one may take. It is no
// http.Client: a redirect is an answer like any other, since a token request sent
// on elsewhere would carry the client secret, and there are no cookies.
type httpCaller struct {
	transport http.RoundTripper
	own       *http.Transport // the same, if nobody else's connections are in it
	timeout   time.Duration
	http1     *atomic.Bool // the latest connection spoke HTTP/1.1
}

// newHTTPCaller makes one. A custom client gives its transport (a proxy, a private
// authority) and its timeout.
func newHTTPCaller(custom *http.Client) httpCaller {
	l := httpCaller{timeout: callTime, http1: new(atomic.Bool)}
	if custom != nil {
		l.transport, l.timeout = custom.Transport, cmp.Or(max(custom.Timeout, 0), callTime)
	}
	if l.transport == nil {
		l.own = NewTransport()
		l.transport = l.own
	}
	return l
}

// call makes a call, a POST if there is a form, and reads its answer. What is
// sent again is in once.go.
func (l httpCaller) call(ctx context.Context, call, address, form string, header http.Header) (*http.Response, []byte, error) {
	deadline := time.Now().Add(l.timeout)
	res, body, err := l.send(ctx, deadline, address, form, header)
	if err != nil && sendAgain(err) {
		if l.own != nil {
			l.own.CloseIdleConnections() // as old as the one that failed
		}
		res, body, err = l.send(ctx, deadline, address, form, header)
	}
	if err != nil {
		return nil, nil, transportError(call, err)
	}
	return res, body, nil
}

// send sends a request, once.
func (l httpCaller) send(ctx context.Context, deadline time.Time, address, form string, header http.Header) (*http.Response, []byte, error) {
	ctx, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	ctx, a := withAttempt(ctx, cancel)
	method, body := http.MethodGet, io.Reader(nil)
	if form != "" {
		method, body, a.form = http.MethodPost, strings.NewReader(form), form
	}
	req, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return nil, nil, err
	}
	// An answer is a kilobyte or two: not worth the compression that net/http would
	// ask for, which also hides its length.
	header["Accept-Encoding"] = []string{"identity"}
	req.Header, req.GetBody = header, nil
	if form != "" && l.http1.Load() {
		req.GetBody = a.again
	}
	res, text, err := transact(l.transport, req)
	if a.conns > 0 && l.http1.Load() == a.http2 {
		l.http1.Store(!a.http2)
	}
	if err != nil {
		return nil, nil, a.explain(err)
	}
	return res, text, nil
}

// NewTransport returns the transport of all calls of ours for which nobody gave
// another. It keeps enough idle connections for a busy portal: Go's own default
// keeps two per host and opens a new one for almost every login when many come
// at once.
func NewTransport() *http.Transport {
	return &http.Transport{
		Proxy:                  fromEnvironment,
		OnProxyConnectResponse: onProxyConnect,
		DialContext:            (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout:    5 * time.Second,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		ForceAttemptHTTP2:      true,
		HTTP2:                  &http.HTTP2Config{SendPingTimeout: pingAfter, PingTimeout: pingTime, WriteByteTimeout: pingTime},
		MaxIdleConns:           128,
		MaxIdleConnsPerHost:    64,
		IdleConnTimeout:        idleTime,
	}
}
