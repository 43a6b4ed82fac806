package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// A site is what answers at an address.
type site struct {
	net.Listener
	http.Handler
}

// serve serves until ctx is done or a site fails, and lets the requests in
// progress finish.
func serve(ctx context.Context, log *slog.Logger, sites ...site) error {
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
			ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		}
		go func() { ended <- servers[i].Serve(s.Listener) }()
	}
	var err error
	select {
	case err = <-ended:
	case <-ctx.Done():
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
