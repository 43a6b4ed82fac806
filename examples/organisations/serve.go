package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"
)

// A site is what answers at an address.
type site struct {
	net.Listener
	http.Handler
}

// serve serves until ctx is done or a site fails, and lets the requests in
// progress finish.
func serve(ctx context.Context, o *organisations, tick <-chan time.Time, again <-chan os.Signal, sites ...site) error {
	ended := make(chan error, len(sites))
	servers := make([]*http.Server, len(sites))
	for i, s := range sites {
		servers[i] = &http.Server{
			Handler:           s.Handler,
			ReadHeaderTimeout: 5 * time.Second,
			ReadTimeout:       15 * time.Second,
			WriteTimeout:      40 * time.Second, // a callback takes 25 at most
			IdleTimeout:       2 * time.Minute,
			MaxHeaderBytes:    64 << 10,
			ErrorLog:          slog.NewLogLogger(o.log.Handler(), slog.LevelWarn),
		}
		go func() { ended <- servers[i].Serve(s.Listener) }()
	}
	var err error
	for running := true; running; {
		select {
		case <-tick:
			o.reload(false)
		case <-again:
			o.reload(true)
		case err = <-ended:
			running = false
		case <-ctx.Done():
			running = false
		}
	}
	grace, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for _, server := range servers {
		if stop := server.Shutdown(grace); stop != nil {
			err = errors.Join(err, stop, server.Close())
		}
	}
	return err
}
