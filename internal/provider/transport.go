package provider

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

const (
	// maxBody is the most that is read of any answer: the largest one, a
	// userinfo with every claim, is below 10 kB.
	maxBody = 1 << 20

	// callTime bounds one call, from the connection to the last byte.
	callTime = 10 * time.Second
)

// bounded is the one way in and out: it reads each answer whole, up to
// maxBody, before anybody parses it, so that a cut or endless body is an
// error of the call and never half an answer.
type bounded struct{ base http.RoundTripper }

func (b bounded) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := b.base.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, maxBody+1))
	res.Body.Close()
	if err != nil {
		return nil, fmt.Errorf("reading the answer: %w", err)
	}
	if len(body) > maxBody {
		return nil, fmt.Errorf("the answer is larger than %d bytes", maxBody)
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	return res, nil
}

// newClient makes the client that all calls go through. A custom one gives
// its transport (a proxy, a private authority) and its timeout; never its
// cookies, and no redirect is followed: a token request sent on elsewhere
// would carry the client secret.
func newClient(custom *http.Client) *http.Client {
	client := &http.Client{
		Timeout:       callTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	var base http.RoundTripper
	if custom != nil {
		base = custom.Transport
		if custom.Timeout > 0 {
			client.Timeout = custom.Timeout
		}
	}
	if base == nil {
		base = defaultTransport()
	}
	client.Transport = bounded{base}
	return client
}

// defaultTransport keeps enough idle connections for a busy portal: Go's own
// default keeps two per host and opens a new one for almost every login when
// many come at once.
func defaultTransport() *http.Transport {
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout:   5 * time.Second,
		TLSClientConfig:       &tls.Config{MinVersion: tls.VersionTLS12},
		ForceAttemptHTTP2:     true,
		MaxIdleConns:          128,
		MaxIdleConnsPerHost:   64,
		IdleConnTimeout:       90 * time.Second,
		ResponseHeaderTimeout: callTime,
	}
}
