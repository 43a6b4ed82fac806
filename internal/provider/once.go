package provider

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
)

// How often a request is sent. Over HTTP/2, net/http sends a request again after
// each reset that may mean that nobody processed it, with its body if it can be
// read anew, and on each new connection it begins to count at nought: a front
// that resets and closes had the code and the secret thousands of times.
//
// So net/http never sends again what was sent. What has a body goes out once, and
// once more only if the server says that it did nothing about it; what has none
// is sent twice at most.

// A Cause is why a call failed, in words of ours.
type Cause string

func (c Cause) Error() string { return string(c) }

const (
	// errCut is a request without a body that net/http would have sent again.
	errCut Cause = "the connection was cut before the answer"

	// errOnce is one with a body.
	errOnce Cause = "the connection was cut before the answer; what was sent is not sent again"
)

// sendAgain reports whether a request may be sent again.
func sendAgain(err error) bool { return errors.Is(err, errCut) || neverProcessed(err) }

// neverProcessed reports whether a server said that it did nothing about a request:
// that it refuses the stream, or that it is going away and this was not among
// the last that it took (RFC 9113, sections 8.7 and 6.8). Of a request that
// cannot be sent again net/http keeps no more than the text of such an error:
// should that change, the request is not sent again.
func neverProcessed(err error) bool {
	if by := (*ProxyError)(nil); errors.As(err, &by) && by.Err != nil {
		err = by.Err // its own text has the proxy alone
	}
	said := err.Error()
	return strings.Contains(said, "REFUSED_STREAM; received from peer") || strings.Contains(said, "Server's graceful shutdown GOAWAY")
}

// An attempt is a request on its way. Without a body, it ends before it is sent a
// second time.
type attempt struct {
	stop  context.CancelFunc
	form  string // the body, if there is one
	conns int    // that it was given
	http2 bool   // the latest of them
	trace httptrace.ClientTrace
}

// withAttempt returns a context for an attempt, which stop ends.
func withAttempt(ctx context.Context, stop context.CancelFunc) (context.Context, *attempt) {
	a := &attempt{stop: stop}
	a.trace.GotConn = a.gotConn
	return httptrace.WithClientTrace(ctx, &a.trace), a
}

// gotConn is called when a connection is about to take the request, by the
// goroutine that makes the call. Over HTTP/2, nothing of a request is written
// whose context is over; over HTTP/1.1, it takes a connection that is closed.
func (a *attempt) gotConn(info httptrace.GotConnInfo) {
	conn := info.Conn
	a.http2 = false
	if secure, ok := conn.(*tls.Conn); ok {
		a.http2 = secure.ConnectionState().NegotiatedProtocol == "h2"
		conn = secure.NetConn()
	}
	if a.conns++; a.conns == 1 || a.form != "" {
		return
	}
	a.stop()
	if !a.http2 { // others are on that one
		_ = conn.Close()
	}
}

// again is for http.Request.GetBody. Over HTTP/1.1, net/http asks for a body anew
// only if it has written nothing of the request: the connection ended as it was
// taken from the pool. Over HTTP/2, GetBody is best nil: net/http then says what
// happened.
func (a *attempt) again() (io.ReadCloser, error) {
	if a.http2 {
		return nil, errOnce
	}
	return io.NopCloser(strings.NewReader(a.form)), nil
}

// explain returns the error of an attempt.
func (a *attempt) explain(err error) error {
	if a.form == "" && a.conns > 1 {
		return errCut
	}
	return err
}

// OnceTransport is for the calls to data providers: as often as ours do, it sends
// a request, by Base. The request itself stays as it is.
type OnceTransport struct{ Base *http.Transport }

// RoundTrip makes the request.
func (t OnceTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := t.send(req, req.Body)
	if err == nil || !sendAgain(err) || req.Context().Err() != nil {
		return res, ByProxy(t.Base, req, err)
	}
	body := req.Body
	if hasBody(req) {
		if req.GetBody == nil {
			return nil, err
		}
		anew, unreadable := req.GetBody()
		if unreadable != nil {
			return nil, err
		}
		body = anew
	}
	t.Base.CloseIdleConnections()
	res, err = t.send(req, body)
	return res, ByProxy(t.Base, req, err)
}

// CloseIdleConnections is for http.Client's.
func (t OnceTransport) CloseIdleConnections() { t.Base.CloseIdleConnections() }

func hasBody(req *http.Request) bool { return req.Body != nil && req.Body != http.NoBody }

func (t OnceTransport) send(req *http.Request, body io.ReadCloser) (*http.Response, error) {
	if hasBody(req) {
		once := *req
		once.Body, once.GetBody = body, nil
		return t.Base.RoundTrip(&once)
	}
	ctx, cancel := context.WithCancel(req.Context())
	ctx, a := withAttempt(ctx, cancel)
	res, err := t.Base.RoundTrip(req.WithContext(ctx))
	if err != nil {
		cancel()
		return nil, a.explain(err)
	}
	res.Body = attemptBody{res.Body, cancel}
	return res, nil
}

// An attemptBody ends an attempt when it has been read.
type attemptBody struct {
	io.ReadCloser
	stop context.CancelFunc
}

func (b attemptBody) Close() error {
	defer b.stop()
	return b.ReadCloser.Close()
}
