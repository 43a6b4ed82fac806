package fcotel_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/fcotel"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

var platforms = []mockidp.Platform{mockidp.V2, mockidp.Plus, mockidp.V1}

// ended are the spans by their names, the last one of each.
func (w *world) ended() map[string]sdktrace.ReadOnlySpan {
	w.settled()
	all := map[string]sdktrace.ReadOnlySpan{}
	for _, s := range w.spans.Ended() {
		all[s.Name()] = s
	}
	return all
}

func attributesOf(s sdktrace.ReadOnlySpan) string {
	set := attribute.NewSet(s.Attributes()...)
	return set.Encoded(attribute.DefaultEncoder())
}

func TestTheSpansOfALoginAreATreeBelowThePortals(t *testing.T) {
	t.Parallel()
	w := newWorld(t, mockidp.V2, nil)
	ctx, span := w.traces.Tracer("portal").Start(t.Context(), "portal")
	require.NoError(t, w.signIn(ctx))
	require.NoError(t, w.fc.Ready(ctx))
	require.NoError(t, w.fc.Logout(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, http.MethodPost, "/", nil), ""))
	span.End()
	all := w.ended()
	require.Len(t, all, 8)
	for name, want := range map[string]struct {
		parent, attributes string
		kind               trace.SpanKind
	}{
		"franceconnect.login":    {"portal", "franceconnect.level=eidas1,franceconnect.outcome=started,franceconnect.platform=v2", trace.SpanKindInternal},
		"franceconnect.callback": {"portal", "franceconnect.level=eidas1,franceconnect.outcome=signed_in,franceconnect.platform=v2", trace.SpanKindInternal},
		"franceconnect.token":    {"franceconnect.callback", "franceconnect.outcome=answered,franceconnect.platform=v2", trace.SpanKindClient},
		"franceconnect.keys":     {"franceconnect.callback", "franceconnect.outcome=answered,franceconnect.platform=v2", trace.SpanKindClient},
		"franceconnect.userinfo": {"franceconnect.callback", "franceconnect.outcome=answered,franceconnect.platform=v2", trace.SpanKindClient},
		"franceconnect.ready":    {"portal", "franceconnect.outcome=answered,franceconnect.platform=v2", trace.SpanKindInternal},
		"franceconnect.logout":   {"portal", "franceconnect.outcome=answered,franceconnect.platform=v2", trace.SpanKindInternal},
	} {
		require.Contains(t, all, name)
		s := all[name]
		require.Equal(t, all[want.parent].SpanContext().SpanID(), s.Parent().SpanID(), name)
		require.Equal(t, want.kind, s.SpanKind(), name)
		require.Equal(t, want.attributes, attributesOf(s), name)
		require.Equal(t, sdktrace.Status{}, s.Status(), name)
	}
}

func TestASpanSaysWhyInOneWord(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		answer     mockidp.Scenario
		span       string
		attributes string
		status     sdktrace.Status
	}{
		{mockidp.Scenario{TokenFault: mockidp.Fault{Status: 502, Body: "<h1>Bad Gateway</h1>"}}, "franceconnect.token",
			"error.type=token.unreachable,franceconnect.error=unavailable,franceconnect.outcome=unavailable,franceconnect.platform=v2,http.response.status_code=502",
			sdktrace.Status{Code: codes.Error, Description: "token.unreachable"}},
		{mockidp.Scenario{Error: "invalid_scope"}, "franceconnect.callback", // as anybody can write
			"error.type=callback.refused,franceconnect.error=misconfigured,franceconnect.outcome=told_by_browser,franceconnect.platform=v2", sdktrace.Status{}},
		{mockidp.Scenario{IDToken: mockidp.TokenChange{Key: "other"}}, "franceconnect.callback",
			"error.type=id_token.signature,franceconnect.error=untrusted,franceconnect.outcome=refused_by_us,franceconnect.platform=v2",
			sdktrace.Status{Code: codes.Error, Description: "id_token.signature"}},
		{mockidp.Scenario{Cancel: true}, "franceconnect.callback", // nobody's failure
			"error.type=callback.denied,franceconnect.error=denied,franceconnect.outcome=cancelled,franceconnect.platform=v2", sdktrace.Status{}},
		{mockidp.Scenario{Callback: map[string]string{"code": ""}}, "franceconnect.callback",
			"error.type=callback.code,franceconnect.error=stale,franceconnect.outcome=refused_by_us,franceconnect.platform=v2", sdktrace.Status{}},
	} {
		w := newWorld(t, mockidp.V2, nil)
		w.idp.Next(test.answer)
		require.Error(t, w.signIn(t.Context()))
		s := w.ended()[test.span]
		require.Equal(t, test.attributes, attributesOf(s))
		require.Equal(t, test.status, s.Status())
		require.Empty(t, s.Events())
	}
}

func TestTheFunnelIsCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, mockidp.V2, nil)
	for _, a := range []mockidp.Scenario{
		{}, {},
		{Cancel: true},
		{Error: "invalid_scope"},
		{Error: "invalid_client"},
		{TokenFault: mockidp.Fault{Status: 400, Body: `{"error":"invalid_grant"}`}},
		{TokenFault: mockidp.Fault{Status: 401, Body: `{"error":"invalid_client"}`}},
		{UserInfoFault: mockidp.Fault{Status: 401, Body: `{"error":"invalid_token"}`}},
		{UserInfoFault: mockidp.Fault{Status: 403, Body: `{"error":"insufficient_scope"}`}},
		{Error: "server_error"},
		{Error: "temporarily_unavailable"},
		{Callback: map[string]string{"iss": "https://evil.test"}},
		{IDToken: mockidp.TokenChange{Claims: map[string]any{"nonce": "another"}}},
		{Refuse: "Y010011"}, // it ends there
	} {
		w.idp.Next(a)
		_ = w.signIn(t.Context())
	}
	require.Error(t, w.fc.Login(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil), franceconnect.LoginRequest{Level: 200}))
	w.settled()
	const v2 = ",franceconnect.platform=v2"
	require.Equal(t, map[string]int64{
		"franceconnect.level=eidas1,franceconnect.outcome=started" + v2:                                14,
		"error.type=config,franceconnect.error=misconfigured,franceconnect.outcome=refused_by_us" + v2: 1,
	}, w.series("franceconnect.logins"))
	require.Equal(t, map[string]int64{
		"franceconnect.level=eidas1,franceconnect.outcome=signed_in" + v2:                                                   2,
		"error.type=callback.denied,franceconnect.error=denied,franceconnect.outcome=cancelled" + v2:                        1,
		"error.type=callback.refused,franceconnect.error=misconfigured,franceconnect.outcome=told_by_browser" + v2:          1,
		"error.type=callback.unknown,franceconnect.error=stale,franceconnect.outcome=told_by_browser" + v2:                  1,
		"error.type=callback.restart,franceconnect.error=stale,franceconnect.outcome=told_by_browser" + v2:                  1,
		"error.type=callback.iss,franceconnect.error=untrusted,franceconnect.outcome=told_by_browser" + v2:                  1,
		"error.type=token.over,franceconnect.error=stale,franceconnect.outcome=refused_by_franceconnect" + v2:               1,
		"error.type=token.refused,franceconnect.error=misconfigured,franceconnect.outcome=refused_by_franceconnect" + v2:    1,
		"error.type=userinfo.over,franceconnect.error=stale,franceconnect.outcome=refused_by_franceconnect" + v2:            1,
		"error.type=userinfo.refused,franceconnect.error=misconfigured,franceconnect.outcome=refused_by_franceconnect" + v2: 1,
		"error.type=callback.unavailable,franceconnect.error=unavailable,franceconnect.outcome=told_by_browser" + v2:        1,
		"error.type=id_token.nonce,franceconnect.error=untrusted,franceconnect.outcome=refused_by_us" + v2:                  1,
	}, w.series("franceconnect.callbacks"))
	require.Equal(t, map[string]int64{
		"franceconnect.outcome=signed_in" + v2: 2, "franceconnect.outcome=cancelled" + v2: 1, "franceconnect.outcome=told_by_browser" + v2: 5,
		"franceconnect.outcome=refused_by_franceconnect" + v2: 4, "franceconnect.outcome=refused_by_us" + v2: 1,
	}, w.series("franceconnect.callback.duration"))
	require.Equal(t, map[string]int64{"franceconnect.outcome=answered" + v2: 1}, w.series("franceconnect.keys.refreshes"))
	require.Equal(t, map[string]int64{
		"franceconnect.outcome=answered" + v2 + ",franceconnect.request=keys":                     1,
		"franceconnect.outcome=answered" + v2 + ",franceconnect.request=token":                    5,
		"franceconnect.outcome=refused_by_franceconnect" + v2 + ",franceconnect.request=token":    2,
		"franceconnect.outcome=answered" + v2 + ",franceconnect.request=userinfo":                 2,
		"franceconnect.outcome=refused_by_franceconnect" + v2 + ",franceconnect.request=userinfo": 2,
	}, w.series("franceconnect.request.duration"))
}

// A level that was reached, and one that is too low, on a platform that has two.
func TestTheLevelOfASignInIsTheOneReached(t *testing.T) {
	t.Parallel()
	w := newWorld(t, mockidp.Plus, nil)
	for _, acr := range []string{"eidas2", "eidas3", "eidas1"} {
		w.idp.Next(mockidp.Scenario{ACR: acr})
		_ = w.signIn(t.Context())
	}
	require.Equal(t, map[string]int64{
		"franceconnect.level=eidas2,franceconnect.outcome=signed_in,franceconnect.platform=plus":                            1,
		"franceconnect.level=eidas3,franceconnect.outcome=signed_in,franceconnect.platform=plus":                            1,
		"error.type=id_token.acr,franceconnect.error=level,franceconnect.outcome=refused_by_us,franceconnect.platform=plus": 1,
	}, w.series("franceconnect.callbacks"))
}

func TestAvailableIsWhetherTheLatestRequestWasAnswered(t *testing.T) {
	t.Parallel()
	w := newWorld(t, mockidp.V2, nil)
	available := func(a mockidp.Scenario) map[string]int64 {
		w.idp.Next(a)
		_ = w.signIn(t.Context())
		w.settled()
		return w.series("franceconnect.available")
	}
	require.Empty(t, w.series("franceconnect.available"), "nothing was asked yet")
	up, down := map[string]int64{"franceconnect.platform=v2": 1}, map[string]int64{"franceconnect.platform=v2": 0}
	require.Equal(t, up, available(mockidp.Scenario{}))
	require.Equal(t, down, available(mockidp.Scenario{TokenFault: mockidp.Fault{Status: 503}}))
	require.Equal(t, down, available(mockidp.Scenario{Cancel: true}), "nobody was asked")
	require.Equal(t, up, available(mockidp.Scenario{TokenFault: mockidp.Fault{Status: 400, Body: `{"error":"invalid_grant"}`}}), "a refusal is an answer")
	require.Equal(t, down, available(mockidp.Scenario{UserInfoFault: mockidp.Fault{Status: 502}}))

	// A browser that goes away says nothing about FranceConnect.
	ctx, cancel := context.WithCancel(t.Context())
	r := w.leave(ctx)
	cancel()
	_, err := w.fc.Callback(httptest.NewRecorder(), r)
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, down, w.series("franceconnect.available"))
	require.Equal(t, up, available(mockidp.Scenario{}))
	r = w.leave(ctx)
	_, err = w.fc.Callback(httptest.NewRecorder(), r)
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, up, w.series("franceconnect.available"))
	require.Equal(t, int64(2), w.series("franceconnect.callbacks")["error.type=token.unreachable,franceconnect.error=unavailable,franceconnect.outcome=hung_up,franceconnect.platform=v2"])
	require.Equal(t, sdktrace.Status{}, w.ended()["franceconnect.callback"].Status(), "and is no failure")
}

func TestAnOutageWithoutKeysIsAFailedRefresh(t *testing.T) {
	t.Parallel()
	w := newWorld(t, mockidp.V2, nil)
	w.idp.InjectFault("/jwks", mockidp.Fault{Status: http.StatusServiceUnavailable})
	require.ErrorIs(t, w.fc.Ready(t.Context()), franceconnect.ErrUnavailable)
	w.settled()
	require.Equal(t, map[string]int64{"franceconnect.outcome=unavailable,franceconnect.platform=v2": 1}, w.series("franceconnect.keys.refreshes"))
	require.Equal(t, map[string]int64{"franceconnect.platform=v2": 0}, w.series("franceconnect.available"))
}

// fullStore is a Store that is out of order.
type fullStore struct{ err error }

func (s fullStore) Put(context.Context, string, []byte, time.Duration) error { return s.err }
func (s fullStore) Take(context.Context, string) ([]byte, bool, error)       { return nil, false, s.err }

func TestAStoreThatIsAwayIsNotFranceConnect(t *testing.T) {
	t.Parallel()
	w := newWorld(t, mockidp.V2, func(c *franceconnect.Config) { c.Store = fullStore{errors.New("5f0c: no room for fc:0123")} })
	require.Error(t, w.fc.Login(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil), franceconnect.LoginRequest{}))
	require.Equal(t, map[string]int64{"error.type=store,franceconnect.error=unavailable,franceconnect.outcome=unavailable,franceconnect.platform=v2": 1}, w.series("franceconnect.logins"))
	require.Empty(t, w.series("franceconnect.available"))
	require.NotContains(t, w.told(), "no room")
}

func TestAClientThatIsSwitchedOffCountsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, mockidp.V2, func(c *franceconnect.Config) { c.Disabled = true })
	_, err := w.fc.Callback(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	require.ErrorIs(t, err, franceconnect.ErrDisabled)
	require.Empty(t, w.metrics())
	require.Equal(t, sdktrace.Status{}, w.ended()["franceconnect.callback"].Status())
}

// brokenMeter is a MeterProvider that makes nothing.
type brokenMeter struct{ metric.MeterProvider }

func (brokenMeter) Meter(string, ...metric.MeterOption) metric.Meter {
	return brokenInstruments{noop.Meter{}}
}

type brokenInstruments struct{ metric.Meter }

func (brokenInstruments) Int64Gauge(string, ...metric.Int64GaugeOption) (metric.Int64Gauge, error) {
	return nil, errors.New("no gauges here")
}

func TestAMeterThatMakesNoInstrumentIsAnError(t *testing.T) {
	t.Parallel()
	var config franceconnect.Config
	require.ErrorContains(t, fcotel.Instrument(&config, fcotel.Options{MeterProvider: brokenMeter{}}), "no gauges here")
	require.Nil(t, config.Trace)
	require.Nil(t, config.Observe)
}

// Not parallel: the providers are the process's.
func TestWithoutOptionsTheGlobalProvidersAreTold(t *testing.T) {
	spans, reader := tracetest.NewSpanRecorder(), sdkmetric.NewManualReader()
	traces, meters := otel.GetTracerProvider(), otel.GetMeterProvider()
	defer func() { otel.SetTracerProvider(traces); otel.SetMeterProvider(meters) }()
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)))
	otel.SetMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader)))
	var config franceconnect.Config
	require.NoError(t, fcotel.Instrument(&config, fcotel.Options{}))
	tell(config, t.Context(), franceconnect.Event{Operation: "login"})
	require.Len(t, spans.Ended(), 1)
	w := &world{t: t, reader: reader}
	require.Len(t, w.series("franceconnect.logins"), 1)
}

func TestWhatWasThereBeforeIsCalledToo(t *testing.T) {
	t.Parallel()
	type key struct{}
	var mu sync.Mutex
	var log strings.Builder
	var began, within []string
	second := tracetest.NewSpanRecorder()
	w := newWorld(t, mockidp.V2, func(c *franceconnect.Config) {
		c.Trace = func(ctx context.Context, operation string) (context.Context, func(franceconnect.Event)) {
			mu.Lock()
			defer mu.Unlock()
			began = append(began, operation)
			return context.WithValue(ctx, key{}, operation), nil
		}
		write := franceconnect.LogEvents(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
		c.Observe = func(ctx context.Context, e franceconnect.Event) {
			mu.Lock()
			defer mu.Unlock()
			stage, _ := ctx.Value(key{}).(string)
			if trace.SpanFromContext(ctx).IsRecording() { // so that its line can name the trace
				within = append(within, stage)
			}
			write(ctx, e)
		}
		// Another tracer for the same config has spans of its own.
		require.NoError(t, fcotel.Instrument(c, fcotel.Options{
			TracerProvider: sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(second)), MeterProvider: noop.MeterProvider{}}))
	})
	require.NoError(t, w.signIn(t.Context()))
	w.settled()
	stages := []string{"login", "callback", "token", "userinfo", "keys"}
	mu.Lock()
	defer mu.Unlock()
	require.ElementsMatch(t, stages, began)
	require.ElementsMatch(t, stages, within)
	require.Equal(t, len(stages), strings.Count(log.String(), "msg=franceconnect "))
	require.Len(t, w.spans.Ended(), len(stages))
	require.Eventually(t, func() bool { return len(second.Ended()) == len(stages) }, 20*time.Second, time.Millisecond)
}

func TestAnObserverThatPanicsLeavesNoSpanOpen(t *testing.T) {
	t.Parallel()
	w := newWorld(t, mockidp.V2, func(c *franceconnect.Config) {
		c.Observe = func(context.Context, franceconnect.Event) { panic("the portal's") }
	})
	require.Panics(t, func() {
		_ = w.fc.Logout(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/", nil), "")
	})
	require.Len(t, w.spans.Ended(), 1)
}

// unanswered reports whether nobody waits for what a fault leaves of an answer.
func unanswered(f mockidp.Fault) bool { return f.Hang || f.Delay > 0 }

// Every bad day that the mock has, at once, on each platform: every span ends,
// the attributes stay few, and nothing that must stay here is told.
func TestOnBadDaysEverySpanEndsNothingLeaksAndTheSeriesStayFew(t *testing.T) {
	t.Parallel()
	for _, platform := range platforms {
		t.Run(string(platform), func(t *testing.T) {
			t.Parallel()
			impatient := &portaltest.Impatient{}
			w := newWorld(t, platform, func(c *franceconnect.Config) {
				impatient.Base, c.HTTPClient.Transport = c.HTTPClient.Transport, impatient
			})
			member, err := baggage.NewMember("person", "baggage-of-somebody")
			require.NoError(t, err)
			bag, err := baggage.New(member)
			require.NoError(t, err)
			w.heard.add("baggage-of-somebody")
			ctx := baggage.ContextWithBaggage(t.Context(), bag)
			days := 0
			for _, day := range mockidp.BadDays() {
				if !day.On(platform) {
					continue
				}
				days++
				w.renew()
				s := day.Scenario
				impatient.Silence(map[string]bool{"/token": unanswered(s.TokenFault), "/userinfo": unanswered(s.UserInfoFault), "/jwks": unanswered(s.Faults["/jwks"])})
				w.idp.Next(s)
				_ = w.signIn(ctx)
				w.idp.ClearFault("/jwks")
			}
			impatient.Silence(nil)
			for _, p := range mockidp.People() {
				w.idp.Next(mockidp.Scenario{Person: p.Login})
				_ = w.signIn(ctx)
			}
			var wg sync.WaitGroup
			for range 8 {
				wg.Go(func() {
					for range 4 {
						_ = w.signIn(ctx)
						hung, cancel := context.WithTimeout(ctx, 5*time.Millisecond)
						_ = w.signIn(hung)
						cancel()
					}
				})
			}
			wg.Wait()
			w.settled()
			require.Greater(t, days, 30)
			require.NotEmpty(t, w.spans.Ended())

			told := w.told()
			require.Contains(t, told, "error.type=id_token.nonce")
			require.NotContains(t, told, "_OTHER")
			w.heard.mu.Lock()
			require.Greater(t, len(w.heard.secrets), 300)
			for _, secret := range w.heard.secrets {
				require.False(t, strings.Contains(told, secret), "it tells %q", secret)
			}
			w.heard.mu.Unlock()

			for name, most := range map[string]int{"franceconnect.logins": 2, "franceconnect.callbacks": 40, "franceconnect.callback.duration": 6,
				"franceconnect.request.duration": 12, "franceconnect.keys.refreshes": 2, "franceconnect.available": 1} {
				n := len(w.series(name))
				require.LessOrEqual(t, n, most, name)
				t.Log(name, n)
			}
		})
	}
}

// A Reason that is not known, and whatever else there may be in an Error, is
// nothing to count by.
func TestWhatIsNotKnownIsOther(t *testing.T) {
	t.Parallel()
	w := newWorld(t, mockidp.V2, nil)
	for range 100 {
		e := &franceconnect.Error{Kind: franceconnect.ErrVerification, Reason: "secret-reason", Detail: "secret-detail", OAuthCode: "secret-code",
			Description: "secret-description", FCCode: "secret-Y", IncidentID: "secret-id", ReturnTo: "/secret"}
		for _, stage := range []string{"login", "callback", "token"} {
			tell(w.config, t.Context(), franceconnect.Event{Operation: stage, Platform: "secret-platform", Level: 99, Err: e})
		}
	}
	require.Equal(t, map[string]int64{"error.type=_OTHER,franceconnect.error=untrusted,franceconnect.outcome=refused_by_us,franceconnect.platform=_OTHER": 100}, w.series("franceconnect.callbacks"))
	require.NotContains(t, w.told(), "secret")
}

func TestACallbackFallsIntoBucketsOfSeconds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, mockidp.V2, nil)
	tell(w.config, t.Context(), franceconnect.Event{Operation: "callback", Duration: 1500 * time.Millisecond})
	m := w.metrics()["franceconnect.callback.duration"]
	require.Equal(t, "s", m.Unit)
	p := histogram(t, m)
	require.InDelta(t, 1.5, p.Sum, 1e-9)
	require.Equal(t, []float64{.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 25}, p.Bounds)
}

// What is told within a stage does not end it.
func TestAnEventWithinACallbackLeavesItsSpanOpen(t *testing.T) {
	t.Parallel()
	w := newWorld(t, mockidp.V2, nil)
	ctx, end := w.config.Trace(t.Context(), "callback")
	tell(w.config, ctx, franceconnect.Event{Operation: "used", Platform: franceconnect.V2, Err: &franceconnect.Error{Kind: franceconnect.ErrMisconfigured, Reason: "used.full"}})
	require.Len(t, w.spans.Ended(), 1)
	end(franceconnect.Event{Operation: "callback", Platform: franceconnect.V2})
	require.Len(t, w.spans.Ended(), 2)
	require.Equal(t, "franceconnect.outcome=signed_in,franceconnect.platform=v2", attributesOf(w.spans.Ended()[1]))
}

// A span is an error when LogEvents would write one, or when nobody answered: what
// a browser alone can bring about is neither, whatever the kind.
func TestASpanIsAnErrorWhenLogEventsWritesOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t, mockidp.V2, nil)
	var log strings.Builder
	write := franceconnect.LogEvents(slog.New(slog.NewTextHandler(&log, nil)))
	errored := 0
	for _, kind := range []error{franceconnect.ErrDenied, franceconnect.ErrLoginExpired, franceconnect.ErrLevelTooLow, franceconnect.ErrUnavailable, franceconnect.ErrVerification, franceconnect.ErrMisconfigured} {
		for _, reason := range []string{
			"callback.denied", "callback.iss", "callback.refused", "callback.restart", "callback.unavailable", "callback.unknown", "callback.code",
			"id_token.acr", "id_token.amr", "id_token.nonce", "id_token.signature", "userinfo.scope", "used.full", "userinfo.sub",
			"token.refused", "token.over", "token.malformed", "token.unreachable", "calls.full", "calls.silent", "store", "ami_token.signature", "direct.unset",
		} {
			log.Reset()
			e := franceconnect.Event{Operation: "callback", Platform: franceconnect.V2, Err: &franceconnect.Error{Kind: kind, Reason: reason}}
			write(t.Context(), e)
			want := strings.Contains(log.String(), "level=ERROR") || kind == franceconnect.ErrUnavailable && reason != "callback.unavailable"
			if kind == franceconnect.ErrUnavailable && !strings.HasSuffix(reason, "unavailable") && reason != "token.unreachable" && !strings.HasPrefix(reason, "calls.") && reason != "store" {
				continue // there is no such error
			}
			tell(w.config, t.Context(), e)
			ended := w.spans.Ended()
			require.Equal(t, want, ended[len(ended)-1].Status().Code == codes.Error, "%v %s", kind, reason)
			if want {
				errored++
			}
		}
	}
	require.Greater(t, errored, 10)
}

// tell traces an operation that is over at once.
func tell(config franceconnect.Config, ctx context.Context, e franceconnect.Event) {
	_, end := config.Trace(ctx, e.Operation)
	end(e)
}
