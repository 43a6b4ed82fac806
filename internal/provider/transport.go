package provider

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

const (
	// maxBody is the most that is read of any answer: the largest one, a
	// userinfo with every claim, is below 10 kB.
	maxBody = 1 << 20

	// callTime bounds one call, from the connection to the last byte.
	callTime = 10 * time.Second
)

// limitTransport is the one way in and out: it reads each answer whole, up to
// maxBody, before anybody parses it, so that a cut or endless body is an
// error of the call and never half an answer.
type limitTransport struct{ base http.RoundTripper }

// bufferedBody is a body that has been read.
type bufferedBody struct {
	bytes.Reader
	text []byte
}

func (w *bufferedBody) Close() error { return nil }

func (b limitTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := b.base.RoundTrip(req)
	if err != nil || res == nil { // for http.Client to say
		return nil, err
	}
	if res.Body == nil { // which http.Client takes for an empty one
		res.Body = http.NoBody
	}
	defer res.Body.Close()
	size := int64(bytes.MinRead) // and so much that the end is seen without growing
	if res.ContentLength > 0 && res.ContentLength <= maxBody {
		size += res.ContentLength
	}
	text := bytes.NewBuffer(make([]byte, 0, size))
	if _, err := text.ReadFrom(io.LimitReader(res.Body, maxBody+1)); err != nil {
		return nil, fmt.Errorf("reading the answer: %w", err)
	}
	if text.Len() > maxBody {
		return nil, fmt.Errorf("the answer is larger than %d bytes", maxBody)
	}
	w := &bufferedBody{text: text.Bytes()}
	w.Reset(w.text)
	res.Body = w
	return res, nil
}

// A httpCaller is what all calls go through, and how long one may take.
type httpCaller struct {
	client  *http.Client
	timeout time.Duration
}

// newHTTPCaller makes one. A custom client gives its transport (a proxy, a private
// authority) and its timeout; never its cookies, and no redirect is followed: a
// token request sent on elsewhere would carry the client secret.
func newHTTPCaller(custom *http.Client) httpCaller {
	timeout := callTime
	var base http.RoundTripper
	if custom != nil {
		base = custom.Transport
		if custom.Timeout > 0 {
			timeout = custom.Timeout
		}
	}
	if base == nil {
		base = defaultTransport()
	}
	// The timeout is not the client's: each call has a context with it, which
	// costs less than the timers and goroutines of http.Client.Timeout.
	return httpCaller{timeout: timeout, client: &http.Client{
		Transport:     limitTransport{base},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// call makes a call, a POST if there is a form, and reads its answer.
func (l httpCaller) call(ctx context.Context, call, address, form string, header http.Header) (*http.Response, []byte, error) {
	ctx, cancel := context.WithTimeout(ctx, l.timeout)
	defer cancel()
	method, body := http.MethodGet, io.Reader(nil)
	if form != "" {
		method, body = http.MethodPost, strings.NewReader(form)
	}
	req, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return nil, nil, transportError(call, err)
	}
	req.Header = header
	res, err := l.client.Do(req)
	if err != nil {
		return nil, nil, transportError(call, err)
	}
	return res, res.Body.(*bufferedBody).text, nil // as bounded left it
}

// defaultTransport keeps enough idle connections for a busy portal: Go's own
// default keeps two per host and opens a new one for almost every login when
// many come at once.
func defaultTransport() *http.Transport {
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout: 5 * time.Second,
		TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12},
		ForceAttemptHTTP2:   true,
		MaxIdleConns:        128,
		MaxIdleConnsPerHost: 64,
		IdleConnTimeout:     90 * time.Second,
	}
}
