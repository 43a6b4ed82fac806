// Package fcotel shows OpenTelemetry what a franceconnect.Client does: a span
// for each stage and for each request to FranceConnect, and the funnel of the
// logins as metrics. The README has their names.
//
// Nothing of a person, of a login or of a secret is in them, and every
// attribute has few values, which are all known beforehand.
//
//	fcotel.go   Instrument: the spans, and where they hang
//	metrics.go  the instruments, and what is counted
//	outcome.go  what became of a stage, in the words of the attributes
//	reason.go   every reason that is told
package fcotel

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/franceconnect-go/franceconnect"
)

// scope is what the spans and the metrics say they come from.
const scope = "github.com/franceconnect-go/franceconnect/fcotel"

// Options are where the spans and the metrics go.
type Options struct {
	TracerProvider trace.TracerProvider // Default: the global one, otel.GetTracerProvider
	MeterProvider  metric.MeterProvider // Default: the global one, otel.GetMeterProvider
}

// Instrument sets the Trace of a config that no Client was made of yet. The one
// that was there before is called too, around the span; Observe, such as
// franceconnect.LogEvents, within it. It is called once for each config. If the
// MeterProvider returns an error, Instrument returns it and leaves the config
// unchanged.
func Instrument(config *franceconnect.Config, o Options) error {
	if o.TracerProvider == nil {
		o.TracerProvider = otel.GetTracerProvider()
	}
	if o.MeterProvider == nil {
		o.MeterProvider = otel.GetMeterProvider()
	}
	m, err := newMetrics(o.MeterProvider.Meter(scope))
	if err != nil {
		return err
	}
	tracer, outer := o.TracerProvider.Tracer(scope), config.Trace
	config.Trace = func(ctx context.Context, operation string) (context.Context, func(franceconnect.Event)) {
		end := func(franceconnect.Event) {}
		if outer != nil {
			if begun, after := outer(ctx, operation); after != nil {
				ctx, end = begun, after
			} else {
				ctx = begun
			}
		}
		ctx, span := start(ctx, tracer, operation)
		return ctx, func(e franceconnect.Event) {
			defer end(e)
			what := describe(e)
			finish(span, what)
			m.count(ctx, e, what)
		}
	}
	return nil
}

// start begins the span of an operation, below the portal's own or that of the
// callback. A fetch of FranceConnect's keys is below the callback that began
// it, and may end after it: others wait for it too, and none of them owns it.
func start(ctx context.Context, tracer trace.Tracer, operation string) (context.Context, trace.Span) {
	kind := trace.SpanKindInternal
	if isRequest(operation) {
		kind = trace.SpanKindClient
	}
	return tracer.Start(ctx, "franceconnect."+operation, trace.WithSpanKind(kind))
}

// finish ends the span of an operation. What is nobody's failure (the person went
// back, the login was over) is no error of the span.
func finish(span trace.Span, what description) {
	span.SetAttributes(what.attributes()...)
	if what.status != 0 {
		span.SetAttributes(attribute.Int("http.response.status_code", what.status))
	}
	if what.failed() {
		span.SetStatus(codes.Error, what.reason)
	}
	span.End()
}

func isRequest(stage string) bool {
	return stage == "token" || stage == "userinfo" || stage == "keys"
}

// statusOf returns the HTTP status that FranceConnect answered a failure with, or 0.
func statusOf(err error) int {
	if e := (*franceconnect.Error)(nil); errors.As(err, &e) {
		return e.Status
	}
	return 0
}
