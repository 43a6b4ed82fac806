// Command portal is one replica of a portal: the two handlers that sign in,
// and nothing else. It prints a line when it listens, ends its requests when it
// is asked to stop, and ends when its standard input does, so that it does not
// outlive the test that started it.
//
// It reads the variables of franceconnect.ConfigFromEnv, and:
//
//	PORTAL_ADDR    where it listens
//	PORTAL_URL     how people reach it: the proxy's address
//	PORTAL_REDIS   address of a Redis; without it, there is no Store
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/redisstore"
)

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	config, err := franceconnect.ConfigFromEnv("FRANCECONNECT_", os.Getenv)
	if err != nil {
		return err
	}
	config.RedirectURL = os.Getenv("PORTAL_URL") + "/callback"
	if addr := os.Getenv("PORTAL_REDIS"); addr != "" {
		client := redisstore.NewClient(&redis.UniversalOptions{Addrs: []string{addr}})
		if config.Store, err = redisstore.New(client, redisstore.Options{Prefix: "portail:"}); err != nil {
			return err
		}
	}
	fc, err := franceconnect.New(config)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", os.Getenv("PORTAL_ADDR"))
	if err != nil {
		return err
	}
	server := &http.Server{Handler: handler(fc), ReadHeaderTimeout: 10 * time.Second}
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		<-stop.Done()
		ended <- server.Shutdown(context.Background())
	}()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(1)
	}()
	fmt.Println("listens on", listener.Addr())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-ended
}

// A page is what the portal says, to a test.
type page struct {
	Subject  string `json:"subject,omitempty"` // who signed in
	ReturnTo string `json:"return_to,omitempty"`
	Message  string `json:"message,omitempty"` // franceconnect.Message, in French
	Reason   string `json:"reason,omitempty"`
}

func handler(fc *franceconnect.Client) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /login", func(w http.ResponseWriter, r *http.Request) {
		if err := fc.Login(w, r, franceconnect.LoginRequest{ReturnTo: r.FormValue("next")}); err != nil {
			sorry(w, err)
		}
	})
	mux.HandleFunc("GET /callback", func(w http.ResponseWriter, r *http.Request) {
		s, err := fc.Callback(w, r)
		if err != nil {
			sorry(w, err)
			return
		}
		_ = json.NewEncoder(w).Encode(page{Subject: s.Subject, ReturnTo: s.ReturnTo})
	})
	return mux
}

// sorry is the error page: 503 if later is better, 400 if starting again is.
func sorry(w http.ResponseWriter, err error) {
	var p page
	p.Message, _ = franceconnect.UserMessage(err)
	if e := (*franceconnect.Error)(nil); errors.As(err, &e) {
		p.Reason = e.Reason
	}
	status := http.StatusBadRequest
	if errors.Is(err, franceconnect.ErrUnavailable) {
		status = http.StatusServiceUnavailable
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(p)
}
