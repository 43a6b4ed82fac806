//go:build linux && cgo

package main

import (
	"cmp"
	"context"
	"crypto"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// A module keeps private keys. Its methods may be called by several goroutines.
type module interface {
	// generate makes a key of a kind: P-256, P-384, P-521, RSA-2048, RSA-3072 or
	// RSA-4096.
	generate(name, kind string) error

	// key returns the crypto.Decrypter or the ecdh.KeyExchanger of a key.
	key(name, kind string) (crypto.PrivateKey, error)

	close() error
}

const origin = "http://localhost:8080"

func main() {
	if err := run(context.Background(), os.Args[1:], os.Getenv); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, getenv func(string) string) (err error) {
	name, kind := cmp.Or(getenv("HSM_KEY"), "franceconnect-1"), cmp.Or(getenv("HSM_KIND"), "P-256")
	m, err := open(getenv)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.close()) }()
	if strings.Join(args, " ") == "generate" {
		return m.generate(name, kind)
	}
	key, err := decryptionKey(m, name, kind, getenv("HSM_ALGORITHM"))
	if err != nil {
		return err
	}
	// Before the first citizen comes.
	if err := key.Try(ctx); err != nil {
		return err
	}
	if strings.Join(args, " ") == "check" {
		return nil
	}
	return serve(key, getenv)
}

// open opens the module that the settings name.
func open(getenv func(string) string) (module, error) {
	switch {
	case getenv("HSM_PKCS11") != "":
		return openPKCS11(getenv("HSM_PKCS11"), getenv("HSM_TOKEN"), getenv("HSM_PIN"))
	case getenv("HSM_TPM") != "":
		return openTPM(getenv("HSM_TPM"))
	}
	return nil, errors.New("HSM_PKCS11 names the library of a module, or HSM_TPM a TPM: see README.md")
}

// decryptionKey gives the library a key of a module. It is published under its own
// name.
func decryptionKey(m module, name, kind, algorithm string) (franceconnect.DecryptionKey, error) {
	private, err := m.key(name, kind)
	if err != nil {
		return franceconnect.DecryptionKey{}, err
	}
	if algorithm == "" {
		algorithm = "ECDH-ES"
		if strings.HasPrefix(kind, "RSA") {
			algorithm = "RSA-OAEP"
		}
	}
	return franceconnect.NewDecryptionKey(name, algorithm, private)
}

// serve is the portal. Without FRANCECONNECT_ENVIRONMENT it brings its own
// FranceConnect+, a simulator.
func serve(key franceconnect.DecryptionKey, getenv func(string) string) error {
	if getenv("FRANCECONNECT_ENVIRONMENT") == "" {
		mock, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		client := mockidp.DefaultClient(mockidp.Plus)
		client.EncryptionAlg = "ECDH-ES"
		if a := getenv("HSM_ALGORITHM"); a != "" || strings.HasPrefix(getenv("HSM_KIND"), "RSA") {
			client.EncryptionAlg = cmp.Or(a, "RSA-OAEP")
		}
		client.RedirectURIs = []string{origin + "/callback"}
		idp, err := mockidp.New(mockidp.Config{Platform: mockidp.Plus, Origin: "http://" + mock.Addr().String(), Clients: []mockidp.Client{client}})
		if err != nil {
			return err
		}
		go func() { slog.Error("the simulator has ended", "error", http.Serve(mock, idp)) }()
		getenv = idp.Getenv(origin+"/callback", "")
	}
	config, err := franceconnect.ConfigFromEnv("FRANCECONNECT_", getenv)
	if err != nil {
		return err
	}
	config.RedirectURL = cmp.Or(config.RedirectURL, origin+"/callback")
	portal, err := newPortal(config, key)
	if err != nil {
		return err
	}
	slog.Info("listening", "portal", origin)
	server := &http.Server{Addr: "localhost:8080", Handler: portal, ReadHeaderTimeout: 10 * time.Second}
	return server.ListenAndServe()
}

// newPortal makes a portal of a config and one key, which it publishes.
func newPortal(config franceconnect.Config, key franceconnect.DecryptionKey) (http.Handler, error) {
	config.DecryptionKeys = []franceconnect.DecryptionKey{key}
	config.Observe = franceconnect.LogEvents(slog.Default())
	fc, err := franceconnect.New(config)
	if err != nil {
		return nil, err
	}
	sorry := func(w http.ResponseWriter, err error) {
		french, english := franceconnect.UserMessage(err)
		http.Error(w, french+"\n"+english, franceconnect.StatusCode(err))
	}
	mux := http.NewServeMux()
	mux.Handle("GET /franceconnect/jwks.json", fc.JWKSHandler())
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		if err := fc.Login(w, r, franceconnect.LoginRequest{}); err != nil {
			sorry(w, err)
		}
	})
	mux.HandleFunc("GET /callback", func(w http.ResponseWriter, r *http.Request) {
		s, err := fc.Callback(w, r)
		if err != nil {
			sorry(w, err)
			return
		}
		fmt.Fprintf(w, "Vous êtes connecté (%v).\nYou are signed in (%v).\n", s.Level, s.Level)
	})
	return mux, nil
}
