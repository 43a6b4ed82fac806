//go:build !js

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/franceconnect-go/franceconnect/cmd/franceconnect/internal/webpage"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// thisPackage is what the page has inside.
const thisPackage = "github.com/franceconnect-go/franceconnect/cmd/franceconnect"

// preparePage returns the options of page, and what makes the page.
func (prog *program) preparePage() ([]option, runner) {
	out, d := "", &product{}
	options := []option{d.profileOption(prog.stdin), pathOption("o", &out, text.Of("fichier", "file"), text.Of("celui à écrire ; sans lui, la page est montrée sur ce poste", "the one to write; without it, the page is shown on this machine"))}
	return options, func(ctx context.Context, _ []string) int { return prog.page(ctx, d, out) }
}

// page writes the page to a file, or shows it until the program is stopped.
func (prog *program) page(ctx context.Context, d *product, out string) int {
	built, err := webpage.Build(ctx, thisPackage)
	file := &bytes.Buffer{}
	if err == nil {
		err = prog.questions(d).Write(file, built)
	}
	switch {
	case errors.Is(err, webpage.ErrNoGo):
		return prog.failure(text.Of("la page se fabrique avec Go, qui n’est pas installé ici ; chaque version publiée la donne toute faite (franceconnect.html)", "the page is made with Go, which is not installed here; each release has it ready (franceconnect.html)"), nil)
	case err != nil:
		return prog.failure(text.Of("la page n’a pas pu être fabriquée", "the page could not be made"), err)
	case out == "":
		err = prog.showPage(ctx, file.Bytes())
	default:
		err = os.WriteFile(out, file.Bytes(), 0o644)
	}
	if err != nil {
		return prog.failure(text.Of("la page n’a pas pu être écrite", "the page could not be written"), err)
	}
	return succeeded
}

// showPage serves the page on loopback, at an address that it says, until the
// context ends.
func (prog *program) showPage(ctx context.Context, file []byte) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(file))
	})}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	fmt.Fprintln(prog.stdout, prog.say(text.Of("Ouvrez ", "Open "))+"http://"+listener.Addr().String()+"/")
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
