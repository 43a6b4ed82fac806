package fcotel

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel/metric"

	"github.com/franceconnect-go/franceconnect"
)

// seconds are the bounds of the histograms: from a FranceConnect next door to
// the 25 seconds that a callback may take.
var seconds = metric.WithExplicitBucketBoundaries(.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 25)

// metrics are the instruments. Those of several configs are one, if their
// MeterProvider is.
type metrics struct {
	logins, callbacks, refreshes metric.Int64Counter
	callback, request            metric.Float64Histogram
	available                    metric.Int64Gauge
}

func newMetrics(meter metric.Meter) (*metrics, error) {
	var m metrics
	var errs [6]error
	m.logins, errs[0] = meter.Int64Counter("franceconnect.logins", metric.WithUnit("{login}"),
		metric.WithDescription("Logins that were sent to FranceConnect, or could not be"))
	m.callbacks, errs[1] = meter.Int64Counter("franceconnect.callbacks", metric.WithUnit("{callback}"),
		metric.WithDescription("Logins that came back, and what became of them"))
	m.callback, errs[2] = meter.Float64Histogram("franceconnect.callback.duration", metric.WithUnit("s"), seconds,
		metric.WithDescription("Time that a callback takes, FranceConnect's part included"))
	m.request, errs[3] = meter.Float64Histogram("franceconnect.request.duration", metric.WithUnit("s"), seconds,
		metric.WithDescription("Time that FranceConnect takes for one request"))
	m.refreshes, errs[4] = meter.Int64Counter("franceconnect.keys.refreshes", metric.WithUnit("{refresh}"),
		metric.WithDescription("Fetches of FranceConnect's keys; while they fail, the last good ones serve"))
	m.available, errs[5] = meter.Int64Gauge("franceconnect.available",
		metric.WithDescription("1 if FranceConnect answered the latest request, 0 if not"))
	return &m, errors.Join(errs[:]...)
}

// count counts an event. Only a success has its level: with each reason beside
// each level there would be three times as many series, which say no more. A
// client that is switched off has nothing to count.
func (m *metrics) count(ctx context.Context, e franceconnect.Event, what description) {
	if what.outcome == disabled {
		return
	}
	if e.Err != nil {
		what.level = ""
	}
	where, outcome := platformKey.String(what.platform), outcomeKey.String(what.outcome)
	switch e.Operation {
	case "login", "direct":
		m.logins.Add(ctx, 1, metric.WithAttributes(what.attributes()...))
	case "callback":
		m.callbacks.Add(ctx, 1, metric.WithAttributes(what.attributes()...))
		m.callback.Record(ctx, e.Duration.Seconds(), metric.WithAttributes(where, outcome))
	case "keys":
		m.refreshes.Add(ctx, 1, metric.WithAttributes(where, outcome))
	}
	if !isRequest(e.Operation) {
		return
	}
	m.request.Record(ctx, e.Duration.Seconds(), metric.WithAttributes(where, outcome, requestKey.String(e.Operation)))
	switch what.outcome {
	case hungUp: // which says nothing about FranceConnect
	case unavailable:
		m.available.Record(ctx, 0, metric.WithAttributes(where))
	default: // a refusal is an answer
		m.available.Record(ctx, 1, metric.WithAttributes(where))
	}
}
