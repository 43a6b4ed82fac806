package portaltest

import (
	"context"
	"net/http"
	"net/http/httptrace"
	"path"
	"sync/atomic"
)

// An Impatient is a transport that gives up, as if its time were over, the calls
// that nobody is going to answer. No clock decides: such a call is over as soon
// as it is sent.
type Impatient struct {
	Base http.RoundTripper // default: http.DefaultTransport

	silent atomic.Pointer[map[string]bool]
}

// Silence says by the ends of their paths, as in "/token", which calls nobody
// answers from now on.
func (i *Impatient) Silence(silent map[string]bool) { i.silent.Store(&silent) }

// RoundTrip makes a call.
func (i *Impatient) RoundTrip(r *http.Request) (*http.Response, error) {
	base := i.Base
	if base == nil {
		base = http.DefaultTransport
	}
	silent := i.silent.Load()
	if silent == nil || !(*silent)["/"+path.Base(r.URL.Path)] {
		return base.RoundTrip(r)
	}
	ctx, cancel := context.WithCancelCause(r.Context())
	defer cancel(nil)
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteRequest: func(httptrace.WroteRequestInfo) { cancel(context.DeadlineExceeded) },
	})
	res, err := base.RoundTrip(r.WithContext(ctx))
	if err != nil && r.Context().Err() == nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return res, err
}
