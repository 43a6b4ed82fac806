// Browsers has somebody sign in, step up and sign out at the example portal on localhost
// in the browsers that are installed, over http and over https.
//
//	browsers PORTAL NAME=VERSION...
//
// PORTAL is the program of examples/portal.
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/franceconnect-go/franceconnect/testdata/beside/town"
)

// browsers start one in a folder of its own.
var browsers = map[string]func(ctx context.Context, folder string) (session, func(), error){
	"Chromium": func(ctx context.Context, folder string) (session, func(), error) {
		return drive(ctx, "chromedriver", map[string]any{"goog:chromeOptions": map[string]any{
			"args": []string{"--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--user-data-dir=" + folder}}})
	},
	"Firefox ESR": firefox,
	"WebKitGTK": func(ctx context.Context, folder string) (session, func(), error) {
		display, hide, err := screen(ctx)
		if err != nil {
			return nil, nil, err
		}
		s, stop, err := drive(ctx, "WebKitWebDriver", map[string]any{}, "DISPLAY="+display, "HOME="+folder, "GDK_BACKEND=x11")
		if err != nil {
			hide()
			return nil, nil, err
		}
		return s, func() { stop(); hide() }, nil
	},
}

type row struct {
	Browser string `json:"browser"`
	Version string `json:"version"`
	By      string `json:"by"`
	SignIn  string `json:"sign_in"`
	StepUp  string `json:"step_up"`
	SignOut string `json:"sign_out"`
}

const good = "whole"

func main() {
	out := struct {
		Date     string `json:"date"`
		Browsers []row  `json:"browsers"`
	}{Date: time.Now().UTC().Format(time.DateOnly)}
	ctx, stop := town.Interrupted()
	defer stop()
	var lost error
	for _, arg := range os.Args[2:] {
		name, version, _ := strings.Cut(arg, "=")
		for _, scheme := range []string{"http", "https"} {
			r, err := try(ctx, os.Args[1], name, scheme)
			if err = cmp.Or(err, ctx.Err()); err != nil {
				fmt.Fprintln(os.Stderr, "browsers:", name+":", err)
				os.Exit(1)
			}
			r.Browser, r.Version, r.By = name, version, scheme
			out.Browsers = append(out.Browsers, r)
			fmt.Fprintln(os.Stderr, name, scheme+":", r.SignIn+",", r.StepUp+",", r.SignOut)
			if r.SignIn != good || r.StepUp != good || r.SignOut != good {
				lost = errors.New("something was lost in " + name)
			}
		}
	}
	e := json.NewEncoder(os.Stdout)
	e.SetIndent("", "\t")
	if err := errors.Join(e.Encode(out), lost); err != nil {
		fmt.Fprintln(os.Stderr, "browsers:", err)
		os.Exit(1)
	}
}

// try has one browser go through the portal.
func try(ctx context.Context, program, name, scheme string) (r row, err error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	open, ok := browsers[name]
	if !ok {
		return r, fmt.Errorf("%q is no browser that is known", name)
	}
	folder, err := os.MkdirTemp("", "browser")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(folder)
	outside, err := town.FreePort()
	if err != nil {
		return r, err
	}
	inside, to := outside, scheme+"://localhost:"+outside
	if scheme == "https" {
		if inside, err = town.FreePort(); err != nil {
			return r, err
		}
		stop, err := front(folder, outside, inside)
		if err != nil {
			return r, err
		}
		defer stop()
	}
	// Its keys are fetched from inside: the certificate is for the browser alone.
	stop, err := town.Start(ctx, program, to, "127.0.0.1:"+inside, &http.Client{Transport: direct{"127.0.0.1:" + inside}})
	if err != nil {
		return r, err
	}
	defer stop()
	s, end, err := open(ctx, folder)
	if err != nil {
		return r, err
	}
	defer end()
	v := visitor{s, to}
	step := func(errs ...error) string {
		for _, err := range errs {
			if err != nil {
				return strings.NewReplacer(outside, "PORT", inside, "PORT", folder, "FOLDER").Replace(err.Error())
			}
		}
		return good
	}
	r.SignIn = step(v.open(ctx, "/connexion?next=/mon-compte"), v.click(ctx, `a[href*="/franceconnect/login"]`), v.sees(ctx, "/", "VAUTRIN"))
	r.StepUp = step(v.open(ctx, "/aide-urgence"), v.click(ctx, `a[href*="/franceconnect-plus/login"]`), v.sees(ctx, "/aide-urgence", "Mon dossier d’aide d’urgence"))
	r.SignOut = step(v.open(ctx, "/mon-compte"), v.click(ctx, `form[action="/deconnexion"] button`), v.sees(ctx, "/franceconnect/logout", "Terminez la déconnexion"),
		v.click(ctx, "button.action"), v.sees(ctx, "/franceconnect/logout", "Vous êtes déconnecté"))
	return r, nil
}

// direct sends requests to one address, whatever theirs is.
type direct struct{ to string }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host = "http", d.to
	return http.DefaultTransport.RoundTrip(r)
}

// front has TLS and HTTP/2, and hands Host on.
func front(folder, outside, inside string) (func(), error) {
	if _, err := town.Certify(folder); err != nil {
		return nil, err
	}
	server := &http.Server{Addr: "127.0.0.1:" + outside, ReadHeaderTimeout: 10 * time.Second, Handler: &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(&url.URL{Scheme: "http", Host: "127.0.0.1:" + inside})
		r.Out.Host = r.In.Host
	}}}
	go func() {
		_ = server.ListenAndServeTLS(filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem"))
	}()
	return func() { _ = server.Close() }, nil
}

// A visitor is a person with a browser.
type visitor struct {
	session
	portal string
}

func (v visitor) open(ctx context.Context, path string) error {
	_, err := v.run(ctx, navigate, map[string]string{"url": v.portal + path})
	return err
}

// click finds what a selector names, and clicks on it as a person would.
func (v visitor) click(ctx context.Context, selector string) error {
	value, err := v.run(ctx, find, map[string]string{"using": "css selector", "value": selector})
	if err != nil {
		return err
	}
	var element map[string]string // by a name that the standard gives
	if err := json.Unmarshal(value, &element); err != nil {
		return err
	}
	c := click
	for _, id := range element {
		c.element = id
	}
	_, err = v.run(ctx, c, nil)
	return err
}

// sees waits for a page of the portal that says something.
func (v visitor) sees(ctx context.Context, path, text string) error {
	var at, page string
	for range 300 {
		value, err := v.run(ctx, script, map[string]any{"script": `return [location.href, document.readyState == "complete" ? document.body.innerText : ""]`, "args": []any{}})
		var said [2]string
		if err == nil && json.Unmarshal(value, &said) == nil {
			at, page = said[0], said[1]
			if strings.HasPrefix(at, v.portal+path) && strings.Contains(page, text) {
				return nil
			}
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		time.Sleep(100 * time.Millisecond)
	}
	return fmt.Errorf("never %q, but at %s: %.200q", text, at, page)
}
