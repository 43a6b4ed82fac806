package fcotel_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/fcotel"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// A world is a portal with its eyes open, a FranceConnect of its own, and all
// that the portal's telemetry was told.
type world struct {
	t      *testing.T
	idp    *mockidp.Provider
	config franceconnect.Config
	fc     *franceconnect.Client
	spans  *tracetest.SpanRecorder
	traces *sdktrace.TracerProvider
	reader *sdkmetric.ManualReader
	heard  *listener
}

const callback = "http://localhost:8080/callback"

func newWorld(t *testing.T, platform mockidp.Platform, change func(*franceconnect.Config)) *world {
	w := &world{t: t, spans: tracetest.NewSpanRecorder(), reader: sdkmetric.NewManualReader(), heard: &listener{}}
	keys := http.NewServeMux()
	server := httptest.NewServer(keys)
	t.Cleanup(server.Close)

	client := mockidp.DefaultClient(platform)
	if platform == mockidp.Plus {
		client.JWKSURI = server.URL
	}
	w.idp = mockidp.Start(t, mockidp.Config{Platform: platform, Clients: []mockidp.Client{client}, Auto: true})
	var err error
	w.config, err = franceconnect.ConfigFromEnv("FRANCECONNECT_", w.idp.Getenv(callback, ""))
	require.NoError(t, err)
	w.config.Scopes = []string{"identite_pivot", "email"}
	w.config.HTTPClient = &http.Client{Transport: w.heard}
	t.Cleanup(w.heard.calls.CloseIdleConnections)
	w.heard.add(client.ID, client.Secret)
	if change != nil {
		change(&w.config)
	}
	w.traces = sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(w.spans))
	require.NoError(t, fcotel.Instrument(&w.config, fcotel.Options{
		TracerProvider: w.traces,
		MeterProvider:  sdkmetric.NewMeterProvider(sdkmetric.WithReader(w.reader)),
	}))
	w.renew()
	keys.Handle("/", w.fc.JWKSHandler())
	return w
}

// renew makes a Client that has asked nothing yet.
func (w *world) renew() {
	var err error
	w.fc, err = franceconnect.New(w.config)
	require.NoError(w.t, err)
}

// leave starts a login, and is the request that comes back from it, or nil if
// it ends on FranceConnect's pages, or before.
func (w *world) leave(ctx context.Context) *http.Request {
	sent := httptest.NewRecorder()
	err := w.fc.Login(sent, httptest.NewRequestWithContext(ctx, http.MethodGet, "/connexion", nil), franceconnect.LoginRequest{ReturnTo: "/dossier/7"})
	if errors.Is(err, franceconnect.ErrUnavailable) {
		return nil // FranceConnect is known not to answer
	}
	require.NoError(w.t, err)
	jar, err := cookiejar.New(nil)
	require.NoError(w.t, err)
	var back *http.Request
	b := &http.Client{Jar: jar, Transport: portaltest.Web, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), callback) {
			back = r
			return http.ErrUseLastResponse
		}
		return nil
	}}
	res, err := b.Get(sent.Header().Get("Location"))
	require.NoError(w.t, err)
	res.Body.Close()
	w.heard.query(sent.Header().Get("Location"))
	if back == nil {
		return nil
	}
	w.heard.query(back.URL.String())
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, back.URL.RequestURI(), nil)
	for _, k := range sent.Result().Cookies() {
		w.heard.add(k.Value)
		r.AddCookie(k)
	}
	return r
}

// signIn is a whole login, which may not come back.
func (w *world) signIn(ctx context.Context) error {
	r := w.leave(ctx)
	if r == nil {
		return nil
	}
	s, err := w.fc.Callback(httptest.NewRecorder(), r)
	if err == nil {
		text, err := json.Marshal(s)
		require.NoError(w.t, err)
		w.heard.json(text)
	}
	return err
}

// settled waits until nothing is under way: the keys are fetched for many.
func (w *world) settled() {
	require.Eventually(w.t, func() bool { return len(w.spans.Started()) == len(w.spans.Ended()) }, 20*time.Second, time.Millisecond, "a span is open")
}

func (w *world) metrics() map[string]metricdata.Metrics {
	var all metricdata.ResourceMetrics
	require.NoError(w.t, w.reader.Collect(w.t.Context(), &all))
	found := map[string]metricdata.Metrics{}
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			found[m.Name] = m
		}
	}
	return found
}

// series are the values of a metric, or the counts of a histogram, by their
// attributes: {franceconnect.outcome=started,…}.
func (w *world) series(name string) map[string]int64 {
	all := map[string]int64{}
	add := func(set attribute.Set, n int64) { all[set.Encoded(attribute.DefaultEncoder())] = n }
	switch data := w.metrics()[name].Data.(type) {
	case metricdata.Sum[int64]:
		for _, p := range data.DataPoints {
			add(p.Attributes, p.Value)
		}
	case metricdata.Gauge[int64]:
		for _, p := range data.DataPoints {
			add(p.Attributes, p.Value)
		}
	case metricdata.Histogram[float64]:
		for _, p := range data.DataPoints {
			add(p.Attributes, int64(p.Count))
		}
	}
	return all
}

// A listener is the line to FranceConnect, and keeps everything said on it and
// in the browser that nobody else may hear.
type listener struct {
	calls http.Transport // not the browser's: a firewall may forget those of the portal

	mu      sync.Mutex
	secrets []string
}

func (l *listener) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		form, _ := url.ParseQuery(string(body))
		l.add(form.Get("code"), form.Get("client_secret"))
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	res, err := l.calls.RoundTrip(r)
	if err != nil || strings.HasSuffix(r.URL.Path, "/jwks") {
		return res, err
	}
	body, err := io.ReadAll(res.Body)
	res.Body.Close()
	if err != nil {
		return nil, err
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	l.json(body)
	l.jwt(string(body))
	return res, nil
}

func (l *listener) add(secrets ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range secrets {
		if len(s) < 5 { // parts of ordinary words
			continue
		}
		switch s {
		case "franceconnect", "eidas1", "eidas2", "eidas3": // everybody's
			continue
		}
		l.secrets = append(l.secrets, s)
	}
}

func (l *listener) query(address string) {
	u, err := url.Parse(address)
	if err != nil {
		return
	}
	for _, name := range []string{"state", "nonce", "code", "client_id"} {
		l.add(u.Query().Get(name))
	}
}

// jwt keeps a token, and what it says if it is not encrypted.
func (l *listener) jwt(token string) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 && len(parts) != 5 {
		return
	}
	l.add(parts...)
	if payload, err := base64.RawURLEncoding.DecodeString(parts[1]); err == nil {
		l.json(payload)
	}
}

// json keeps every text in an answer.
func (l *listener) json(text []byte) {
	var v any
	if json.Unmarshal(text, &v) == nil {
		l.values(v)
	}
}

func (l *listener) values(v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, v := range v {
			l.values(v)
		}
	case []any:
		for _, v := range v {
			l.values(v)
		}
	case string:
		l.add(v)
		l.jwt(v)
	}
}

// told is every text that left the portal: names, attributes, descriptions.
func (w *world) told() string {
	var b strings.Builder
	attributes := func(all []attribute.KeyValue) {
		for _, a := range all {
			fmt.Fprintf(&b, " %s=%s", a.Key, a.Value.String())
		}
		b.WriteByte('\n')
	}
	for _, s := range w.spans.Ended() {
		b.WriteString(s.Name() + " " + s.Status().Description + " " + s.SpanContext().TraceState().String())
		attributes(s.Attributes())
		for _, e := range s.Events() {
			b.WriteString(e.Name)
			attributes(e.Attributes)
		}
		for _, link := range s.Links() {
			attributes(link.Attributes)
		}
	}
	for name, m := range w.metrics() {
		b.WriteString(name + " " + m.Description + " " + m.Unit + "\n")
		var sets []attribute.Set
		var dropped [][]attribute.KeyValue
		switch data := m.Data.(type) {
		case metricdata.Sum[int64]:
			for _, p := range data.DataPoints {
				sets = append(sets, p.Attributes)
				for _, e := range p.Exemplars {
					dropped = append(dropped, e.FilteredAttributes)
				}
			}
		case metricdata.Gauge[int64]:
			for _, p := range data.DataPoints {
				sets = append(sets, p.Attributes)
				for _, e := range p.Exemplars {
					dropped = append(dropped, e.FilteredAttributes)
				}
			}
		case metricdata.Histogram[float64]:
			for _, p := range data.DataPoints {
				sets = append(sets, p.Attributes)
				for _, e := range p.Exemplars {
					dropped = append(dropped, e.FilteredAttributes)
				}
			}
		default:
			require.Fail(w.t, "a metric of an unknown kind", name)
		}
		for _, set := range sets {
			attributes(set.ToSlice())
		}
		for _, all := range dropped {
			attributes(all)
		}
	}
	return b.String()
}

// histogram is the one series of a histogram.
func histogram(t *testing.T, m metricdata.Metrics) metricdata.HistogramDataPoint[float64] {
	data, ok := m.Data.(metricdata.Histogram[float64])
	require.True(t, ok)
	require.Len(t, data.DataPoints, 1)
	return data.DataPoints[0]
}
