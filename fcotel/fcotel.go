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

// Instrument sets the Begin and Observe of a config that no Client was made of
// yet. Those that were there before, such as franceconnect.LogEvents, are called
// too, within the span. It is called once for each config. The error is the
// MeterProvider's, and the config is as it was then.
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
	t := &tracer{o.TracerProvider.Tracer(scope)}
	begin, observe := config.Begin, config.Observe
	config.Begin = func(ctx context.Context, stage string) context.Context {
		if begin != nil {
			ctx = begin(ctx, stage)
		}
		return t.start(ctx, stage)
	}
	config.Observe = func(ctx context.Context, e franceconnect.Event) {
		what := describe(e)
		defer t.end(ctx, e.Operation, what) // last, and even if observe panics
		m.count(ctx, e, what)
		if observe != nil {
			observe(ctx, e)
		}
	}
	return nil
}

// A tracer makes the spans of one config.
type tracer struct{ trace.Tracer }

// spanKey finds the span of a stage again: not the innermost one, which may be
// somebody else's, nor that of another tracer for the same config.
type spanKey struct{ *tracer }

// A begun is the span of a stage that has begun.
type begun struct {
	trace.Span
	stage string
}

// start begins the span of a stage, below the portal's own or that of the
// callback. A fetch of FranceConnect's keys is below the callback that began
// it, and may end after it: others wait for it too, and none of them owns it.
func (t *tracer) start(ctx context.Context, stage string) context.Context {
	kind := trace.SpanKindInternal
	if isRequest(stage) {
		kind = trace.SpanKindClient
	}
	ctx, span := t.Start(ctx, "franceconnect."+stage, trace.WithSpanKind(kind))
	return context.WithValue(ctx, spanKey{t}, begun{span, stage})
}

// end ends the span of a stage. What is nobody's failure (the person went back,
// the login was over) is no error of the span.
func (t *tracer) end(ctx context.Context, stage string, what description) {
	span, ok := ctx.Value(spanKey{t}).(begun)
	if !ok || span.stage != stage {
		return // Begin was replaced after Instrument, or the event is within a stage that goes on
	}
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

// statusOf is the HTTP status that FranceConnect answered a failure with, or 0.
func statusOf(err error) int {
	if e := (*franceconnect.Error)(nil); errors.As(err, &e) {
		return e.Status
	}
	return 0
}
