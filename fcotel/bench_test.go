package fcotel_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	tracenoop "go.opentelemetry.io/otel/trace/noop"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/fcotel"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

func benched() map[string]fcotel.Options {
	return map[string]fcotel.Options{
		"noop": {TracerProvider: tracenoop.NewTracerProvider(), MeterProvider: metricnoop.NewMeterProvider()},
		"metrics": {TracerProvider: tracenoop.NewTracerProvider(),
			MeterProvider: sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewManualReader()))},
		"metrics and traces": {TracerProvider: sdktrace.NewTracerProvider(),
			MeterProvider: sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewManualReader()))},
	}
}

// What one whole login costs here: four stages that begin and end.
func BenchmarkTheEventsOfALogin(b *testing.B) {
	for name, o := range benched() {
		b.Run(name, func(b *testing.B) {
			var config franceconnect.Config
			require.NoError(b, fcotel.Instrument(&config, o))
			b.ReportAllocs()
			for b.Loop() {
				e := franceconnect.Event{Platform: franceconnect.V2, Duration: time.Millisecond}
				e.Operation, e.Level = "login", franceconnect.Eidas1
				tell(config, b.Context(), e)
				callback, end := config.Trace(b.Context(), "callback")
				for _, e.Operation = range []string{"token", "userinfo"} {
					e.Level = 0
					tell(config, callback, e)
				}
				e.Operation, e.Level = "callback", franceconnect.Eidas1
				end(e)
			}
		})
	}
}

// What a callback takes, with the mock on the other end of a real connection.
func BenchmarkCallback(b *testing.B) {
	all := benched()
	all["bare"] = fcotel.Options{}
	for name, o := range all {
		b.Run(name, func(b *testing.B) {
			idp := mockidp.Start(b, mockidp.Config{Auto: true})
			config, err := franceconnect.ConfigFromEnv("FRANCECONNECT_", idp.Getenv(callback, ""))
			require.NoError(b, err)
			config.Scopes = nil
			if name != "bare" {
				require.NoError(b, fcotel.Instrument(&config, o))
			}
			fc, err := franceconnect.New(config)
			require.NoError(b, err)
			for b.Loop() {
				b.StopTimer()
				sent := httptest.NewRecorder()
				require.NoError(b, fc.Login(sent, httptest.NewRequest(http.MethodGet, "/", nil), franceconnect.LoginRequest{}))
				jar, err := cookiejar.New(nil)
				require.NoError(b, err)
				web := &http.Client{Jar: jar, Transport: portaltest.Web, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
					if r.URL.Host == "localhost:8080" {
						return http.ErrUseLastResponse
					}
					return nil
				}}
				res, err := web.Get(sent.Header().Get("Location"))
				require.NoError(b, err)
				res.Body.Close()
				back, err := res.Location()
				require.NoError(b, err)
				r := httptest.NewRequest(http.MethodGet, back.RequestURI(), nil)
				for _, k := range sent.Result().Cookies() {
					r.AddCookie(k)
				}
				b.StartTimer()
				_, err = fc.Callback(httptest.NewRecorder(), r)
				require.NoError(b, err)
			}
		})
	}
}
