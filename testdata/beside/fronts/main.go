// Fronts has people sign in at the example portal through proxies and servers that
// others wrote, with the settings of examples/frameworks/proxies, and says how large what
// they hand on may be.
//
//	fronts [-waf SENTENCE] PORTAL SETTINGS NAME=VERSION...
//
// PORTAL is the program of examples/portal, SETTINGS the folder of the settings.
package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/franceconnect-go/franceconnect/testdata/beside/town"
)

// A front is how one is started, in a folder that has its settings.
type front struct {
	file    string
	command func(folder, file string) []string
	// What is changed in the settings: they are for TLS, and HTTP/2 where it is theirs
	// to say.
	h2, plain *strings.Replacer
}

var fronts = map[string]front{
	"nginx": {"nginx.conf", func(folder, file string) []string { return []string{"nginx", "-p", folder, "-c", file} },
		strings.NewReplacer(" ssl;", " ssl http2;"),
		strings.NewReplacer(" ssl;", ";", "ssl_certificate cert.pem;", "", "ssl_certificate_key key.pem;", "")},
	"HAProxy": {"haproxy.cfg", func(_, file string) []string { return []string{"haproxy", "-db", "-f", file} },
		strings.NewReplacer(),
		strings.NewReplacer(" ssl crt site.pem alpn h2,http/1.1", "", "Proto https", "Proto http")},
	"Apache": {"apache.conf", func(folder, file string) []string { return []string{"apache2", "-X", "-d", folder, "-f", file} },
		strings.NewReplacer("SSLEngine on", "SSLEngine on\n\tProtocols h2 http/1.1", "Listen", "LoadModule http2_module /usr/lib/apache2/modules/mod_http2.so\nListen"),
		strings.NewReplacer("SSLEngine on", "", "SSLCertificateFile cert.pem", "", "SSLCertificateKeyFile key.pem", "", "Proto https", "Proto http")},
	"Caddy": {"Caddyfile", func(_, file string) []string {
		return []string{"caddy", "run", "--adapter", "caddyfile", "--config", file}
	},
		strings.NewReplacer(),
		strings.NewReplacer("https://", "http://", "tls cert.pem key.pem", "")},
}

type results struct {
	Date   string `json:"date"`
	WAF    string `json:"coraza_with_the_owasp_core_rule_set"`
	Fronts []row  `json:"fronts"`
}

// A row is one front, in one way.
type row struct {
	Front    string `json:"front"`
	Version  string `json:"version"`
	By       string `json:"by"`
	SignIn   string `json:"sign_in"`
	Five     string `json:"five_open_logins"`
	StepUp   string `json:"step_up"`
	SignOut  string `json:"sign_out"`
	Cookie   limit  `json:"one_cookie"`
	Cookies  limit  `json:"cookies_of_500_bytes"`
	Query    limit  `json:"query"`
	Response limit  `json:"header_of_an_answer"`
}

// A limit is the most bytes that go through, and what becomes of more.
type limit struct {
	Bytes int    `json:"most_bytes"`
	More  string `json:"more"`
}

func main() {
	waf := flag.String("waf", "not tried", "what testdata/waf said")
	flag.Parse()
	out := results{Date: time.Now().UTC().Format(time.DateOnly), WAF: *waf}
	ctx, stop := town.Interrupted()
	defer stop()
	var lost error
	for _, arg := range flag.Args()[2:] {
		name, version, _ := strings.Cut(arg, "=")
		for _, by := range []string{"http/1.1", "https and http/1.1", "https and h2"} {
			r, err := try(ctx, flag.Arg(0), flag.Arg(1), name, by)
			if err = cmp.Or(err, ctx.Err()); err != nil {
				fmt.Fprintln(os.Stderr, "fronts:", name+":", err)
				os.Exit(1)
			}
			r.Front, r.Version, r.By = name, version, by
			out.Fronts = append(out.Fronts, r)
			fmt.Fprintln(os.Stderr, name, by+":", r.SignIn+",", r.Five+",", r.StepUp+",", r.SignOut)
			if r.SignIn != good || r.Five != good || r.StepUp != good || r.SignOut != good {
				lost = errors.New("something was lost at " + name)
			}
		}
	}
	e := json.NewEncoder(os.Stdout)
	e.SetIndent("", "\t")
	if err := errors.Join(e.Encode(out), lost); err != nil {
		fmt.Fprintln(os.Stderr, "fronts:", err)
		os.Exit(1)
	}
}

const good = "whole"

// try has one front hand on what people ask of the portal, and what probes ask.
func try(ctx context.Context, program, settings, name, by string) (r row, err error) {
	f, ok := fronts[name]
	if !ok {
		return r, fmt.Errorf("%q is no front that is known", name)
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	folder, err := os.MkdirTemp("", "front")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(folder)
	if err := os.Chmod(folder, 0o755); err != nil { // Apache is another user
		return r, err
	}
	outside, err := town.FreePort()
	if err != nil {
		return r, err
	}
	inside, err := town.FreePort()
	if err != nil {
		return r, err
	}
	ca, err := town.Certify(folder)
	if err != nil {
		return r, err
	}
	text, err := os.ReadFile(filepath.Join(settings, f.file))
	if err != nil {
		return r, err
	}
	scheme, change := "https", strings.NewReplacer()
	switch by {
	case "http/1.1":
		scheme, change = "http", f.plain
	case "https and h2":
		change = f.h2
	}
	file := filepath.Join(folder, f.file)
	said := strings.NewReplacer("8080", inside, "8443", outside).Replace(change.Replace(string(text)))
	if err := os.WriteFile(file, []byte(said), 0o644); err != nil {
		return r, err
	}
	words := f.command(folder, file)
	process := exec.CommandContext(ctx, words[0], words[1:]...)
	process.Dir, process.WaitDelay = folder, time.Second
	process.Cancel = func() error { return process.Process.Signal(os.Interrupt) }
	log, err := os.Create(filepath.Join(folder, "log"))
	if err != nil {
		return r, err
	}
	defer log.Close()
	process.Stdout, process.Stderr = log, log
	if err := process.Start(); err != nil {
		return r, err
	}
	defer func() { cancel(); _ = process.Wait() }() // interrupted, it may be an error
	if err := town.Answers(ctx, "127.0.0.1:"+outside, nil); err != nil {
		text, _ := os.ReadFile(log.Name())
		return r, fmt.Errorf("%w\n%s", err, text)
	}

	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: ca}, MaxResponseHeaderBytes: 1 << 21}
	defer transport.CloseIdleConnections()
	if by == "https and h2" {
		transport.ForceAttemptHTTP2 = true
	} else {
		transport.Protocols = new(http.Protocols)
		transport.Protocols.SetHTTP1(true)
	}
	url := scheme + "://localhost:" + outside
	if err := r.probe(ctx, &http.Client{Transport: transport}, url, "127.0.0.1:"+inside); err != nil {
		return r, err
	}
	stop, err := town.Start(ctx, program, url, "127.0.0.1:"+inside, &http.Client{Transport: transport})
	if err != nil {
		return r, err
	}
	defer stop()
	v := newVisitor(url, transport)
	step := func(err error) string {
		if err == nil && (v.proto == "HTTP/2.0") != (by == "https and h2") {
			err = fmt.Errorf("by %s", v.proto)
		}
		if err != nil {
			return strings.NewReplacer(outside, "PORT", inside, "PORT").Replace(err.Error())
		}
		return good
	}
	r.SignIn = step(v.signIn(ctx, "/franceconnect/login?next=/mon-compte"))
	r.Five = step(newVisitor(url, transport).fiveLogins(ctx))
	if r.Five == good {
		r.StepUp = step(v.stepUp(ctx))
		r.SignOut = step(v.signOut(ctx))
	}
	return r, nil
}

// probe finds what is the most that a front hands on, to somebody who takes all of it.
func (r *row) probe(ctx context.Context, client *http.Client, url, at string) error {
	l, err := net.Listen("tcp", at)
	if err != nil {
		return err
	}
	server := &http.Server{MaxHeaderBytes: 1 << 22, ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.Header.Get("Answer"))
		w.Header().Set("X-Answer", drawn(n))
	})}
	go func() { _ = server.Serve(l) }()
	defer server.Close()
	for to, set := range map[*limit]func(*http.Request, int){
		&r.Cookie: func(r *http.Request, n int) { r.Header.Set("Cookie", "c="+drawn(n-2)) },
		&r.Cookies: func(r *http.Request, n int) {
			for ; n > 0; n -= 500 {
				r.AddCookie(&http.Cookie{Name: "c", Value: drawn(min(n, 500))})
			}
		},
		&r.Query:    func(r *http.Request, n int) { r.URL.RawQuery = "q=" + drawn(n-2) },
		&r.Response: func(r *http.Request, n int) { r.Header.Set("Answer", strconv.Itoa(n)) },
	} {
		const most = 1 << 18
		low, high := 16, most
		for high-low > 16 {
			n := (low + high) / 2
			said, err := probeOnce(ctx, client, url, n, set)
			switch {
			case err != nil:
				return err
			case said == "":
				low = n
			default:
				high, to.More = n, said
			}
		}
		to.Bytes = low
		if to.More == "" {
			to.More = "not tried"
		}
	}
	return nil
}

// drawn returns letters and digits, as cookies and codes have them: HTTP/2 sends them
// compressed.
func drawn(n int) string {
	var b strings.Builder
	for b.Len() < n {
		b.WriteString(rand.Text())
	}
	return b.String()[:n]
}

// probeOnce returns what comes instead of the answer.
func probeOnce(ctx context.Context, client *http.Client, url string, n int, set func(*http.Request, int)) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/", nil)
	if err != nil {
		return "", err
	}
	set(r, n)
	res, err := client.Do(r)
	if err != nil {
		client.CloseIdleConnections()
		return "no answer", nil
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, res.Body)
	want, _ := strconv.Atoi(r.Header.Get("Answer"))
	if res.StatusCode != http.StatusOK {
		return strconv.Itoa(res.StatusCode), nil
	}
	if len(res.Header.Get("X-Answer")) != want {
		return "200 without it", nil
	}
	return "", nil
}
