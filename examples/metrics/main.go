// Metrics is a portal that can be watched: what FranceConnect does to it is
// logged as JSON, counted for Prometheus, and told to a probe.
//
//	go run .   # in examples/metrics
//
// Without FRANCECONNECT_ENVIRONMENT it brings its own FranceConnect, a simulator;
// with it and the other variables of franceconnect.ConfigFromEnv, it is a client
// of that one, whose callback is http://localhost:8080/callback unless
// FRANCECONNECT_REDIRECT_URL says another address that leads there.
//
// Open http://localhost:8080, sign in, and choose a bad day now and then.
// The figures are at http://127.0.0.1:9464/metrics, where nobody outside can
// read them; dashboard.json is for Grafana, alerts.yml for Prometheus. There
// is no session here: examples/portal has one.
package main

import (
	"cmp"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	exporter "go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/sdk/metric"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/fcotel"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

const (
	portalAddress  = "127.0.0.1:8080"
	metricsAddress = "127.0.0.1:9464" // OpenTelemetry's port for Prometheus
	origin         = "http://localhost:8080"
)

func main() {
	log := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	if err := run(log, os.Getenv); err != nil {
		log.Error(err.Error())
		os.Exit(1)
	}
}

func run(log *slog.Logger, getenv func(string) string) error {
	config, mock, err := configure(origin, getenv)
	if err != nil {
		return err
	}
	portal, metrics, err := watched(config, log)
	if err != nil {
		return err
	}
	ends := make(chan error)
	serve := func(address string, h http.Handler) {
		server := &http.Server{Addr: address, Handler: h, ReadHeaderTimeout: 10 * time.Second}
		ends <- server.ListenAndServe()
	}
	if mock != nil {
		go func() { ends <- http.Serve(mock.listener, mock) }()
	}
	go serve(metricsAddress, metrics)
	go serve(portalAddress, portal)
	log.Info("listening", "portal", origin, "metrics", "http://"+metricsAddress+"/metrics", "health", origin+"/sante/franceconnect")
	return <-ends
}

// watched makes the portal of a config, and beside it what Prometheus reads.
func watched(config franceconnect.Config, log *slog.Logger) (portal, metrics http.Handler, err error) {
	registry := prometheus.NewRegistry()
	reader, err := exporter.New(exporter.WithRegisterer(registry), exporter.WithoutScopeInfo(), exporter.WithoutTargetInfo())
	if err != nil {
		return nil, nil, fmt.Errorf("the exporter: %w", err)
	}
	config.Observe = franceconnect.LogEvents(log)
	err = fcotel.Instrument(&config, fcotel.Options{
		MeterProvider: metric.NewMeterProvider(metric.WithReader(reader)),
	})
	if err != nil {
		return nil, nil, fmt.Errorf("the instruments: %w", err)
	}
	fc, err := franceconnect.New(config)
	if err != nil {
		return nil, nil, err
	}

	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { show(w, http.StatusOK, view{}) })
	mux.HandleFunc("GET /connexion", func(w http.ResponseWriter, r *http.Request) {
		if err := fc.Login(w, r, franceconnect.LoginRequest{}); err != nil {
			sorry(w, err)
		}
	})
	mux.HandleFunc("GET /callback", func(w http.ResponseWriter, r *http.Request) {
		if _, err := fc.Callback(w, r); err != nil {
			sorry(w, err)
			return
		}
		show(w, http.StatusOK, view{French: "Vous êtes connecté.", English: "You are signed in."})
	})
	mux.Handle("GET /sante/franceconnect", fc.HealthHandler())
	mux.Handle("GET /franceconnect/jwks.json", fc.JWKSHandler()) // FranceConnect+ fetches our keys

	private := http.NewServeMux()
	private.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	return mux, private, nil
}

func sorry(w http.ResponseWriter, err error) {
	french, english := franceconnect.UserMessage(err)
	// The back button and a restored tab open a callback again: whoever is signed in
	// has nothing to start again.
	show(w, franceconnect.StatusCode(err), view{french, english, errors.Is(err, franceconnect.ErrLoginExpired)})
}

// A view is what the page shows.
type view struct {
	French, English string
	Onward          bool
}

func show(w http.ResponseWriter, status int, v view) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_ = page.Execute(w, v) // who hung up does not read it
}

var page = template.Must(template.New("").Parse(`<!DOCTYPE html>
<html lang="fr"><meta charset="utf-8"><title>Portail observé</title>
<main><h1>Portail observé</h1>
{{with .French}}<p role="status">{{.}}</p>{{end}}{{with .English}}<p lang="en">{{.}}</p>{{end}}
{{if .Onward}}<p><a href="/">Continuer, si vous êtes déjà connecté</a> <span lang="en">(go on, if you are signed in already)</span></p>
{{end}}<p><a href="/connexion">S’identifier avec FranceConnect</a></p></main></html>
`))

// configure reads what is agreed on with the FranceConnect that is named, or starts a
// mock, with which everything is agreed.
func configure(portal string, getenv func(string) string) (franceconnect.Config, *mock, error) {
	if getenv("FRANCECONNECT_ENVIRONMENT") == "" {
		return onMock(portal)
	}
	config, err := franceconnect.ConfigFromEnv("FRANCECONNECT_", getenv)
	config.RedirectURL = cmp.Or(config.RedirectURL, portal+"/callback")
	if len(config.CookieKeys) == 0 {
		config.CookieKeys = []franceconnect.CookieKey{franceconnect.NewCookieKey()}
	}
	return config, nil, err
}

// A mock is a FranceConnect in a box, inside this process.
type mock struct {
	*mockidp.Provider
	listener net.Listener
}

func onMock(portal string) (franceconnect.Config, *mock, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return franceconnect.Config{}, nil, fmt.Errorf("the mock: %w", err)
	}
	idp, err := mockidp.New(mockidp.Config{Origin: "http://" + l.Addr().String()})
	if err != nil {
		return franceconnect.Config{}, nil, errors.Join(err, l.Close())
	}
	config, err := franceconnect.ConfigFromEnv("FRANCECONNECT_", idp.Getenv(portal+"/callback", ""))
	config.Scopes = []string{"identite_pivot", "email"}
	return config, &mock{idp, l}, err
}
