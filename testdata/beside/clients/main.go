// Clients has other people's relying parties sign somebody in and out at the mock, and
// says which can, with which settings.
//
//	clients [-readme FILE] NAME=VERSION=FOLDER...
//
// Each folder has what run.sh put there. With -readme the table in that file is replaced.
package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/franceconnect-go/franceconnect/testdata/beside/town"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

func main() {
	only := flag.String("only", "", "registrations that are tried, by a part of their names")
	flag.Parse()
	ctx, stop := town.Interrupted()
	defer stop()
	all, err := readResults()
	if err != nil {
		fail(err)
	}
	for _, arg := range flag.Args() {
		parts := strings.SplitN(arg, "=", 3)
		c, ok := clients[parts[0]]
		if !ok || len(parts) != 3 {
			fail(fmt.Errorf("%q is no client of ours", arg))
		}
		row := row{Client: parts[0], Version: parts[1], Date: time.Now().UTC().Format(time.DateOnly), Seen: map[string]string{}}
		for _, r := range registrations {
			if !strings.Contains(r.name, *only) {
				continue
			}
			said, err := try(ctx, c, r, parts[2])
			if err = cmp.Or(err, ctx.Err()); err != nil {
				fail(err)
			}
			row.Seen[r.name] = said
			fmt.Fprintln(os.Stderr, parts[0], r.name+":", said)
		}
		all.put(row)
	}
	if *only != "" {
		return // a trial
	}
	if err := errors.Join(all.write(), writeTables(all)); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "clients:", err)
	os.Exit(1)
}

// A registration is one way in which FranceConnect may have a client.
type registration struct {
	name            string
	platform        mockidp.Platform
	alg, encryption string
	level           string
}

var registrations = []registration{
	{name: "v2 ES256", platform: mockidp.V2, alg: "ES256", level: "eidas1"},
	{name: "v2 RS256", platform: mockidp.V2, alg: "RS256", level: "eidas1"},
	{name: "v2 HS256", platform: mockidp.V2, alg: "HS256", level: "eidas1"},
	{name: "+ ECDH-ES", platform: mockidp.Plus, alg: "ES256", encryption: "ECDH-ES", level: "eidas2"},
	{name: "+ RSA-OAEP", platform: mockidp.Plus, alg: "ES256", encryption: "RSA-OAEP", level: "eidas2"},
	{name: "+ RSA-OAEP-256", platform: mockidp.Plus, alg: "ES256", encryption: "RSA-OAEP-256", level: "eidas2"},
	{name: "v1", platform: mockidp.V1, alg: "HS256", level: "eidas1"},
}

// portalSettings are what a portal is told, in the variable SETTINGS.
type portalSettings struct {
	Issuer        string          `json:"issuer"`
	Base          string          `json:"base"` // of the endpoints
	Platform      string          `json:"platform"`
	ClientID      string          `json:"client_id"`
	ClientSecret  string          `json:"client_secret"`
	Callback      string          `json:"callback"`
	Out           string          `json:"out"`
	Alg           string          `json:"alg"`
	EncryptionAlg string          `json:"encryption_alg,omitempty"`
	JWK           json.RawMessage `json:"jwk,omitempty"`
	Level         string          `json:"level"`
}

// try has one client sign somebody in and out.
func try(ctx context.Context, c client, r registration, folder string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 4*time.Minute) // Keycloak starts slowly
	defer cancel()
	port, err := town.FreePort()
	if err != nil {
		return "", err
	}
	portal := "http://127.0.0.1:" + port
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	s := portalSettings{Platform: string(r.platform), ClientID: "mairie", ClientSecret: "not-a-secret-but-long-enough-for-this-run",
		Callback: portal + c.callback, Out: portal + cmp.Or(c.out, "/out"), Alg: r.alg, EncryptionAlg: r.encryption, Level: r.level}
	registered := mockidp.Client{ID: s.ClientID, Secret: s.ClientSecret, RedirectURIs: []string{s.Callback}, PostLogoutRedirectURIs: []string{s.Out},
		Scopes: []string{"openid", "given_name", "family_name", "email", "profile"}, SigningAlg: r.alg, EncryptionAlg: r.encryption}
	if r.encryption != "" && c.jwks != "" {
		registered.JWKSURI = portal + c.jwks
	} else if r.encryption != "" {
		if s.JWK, registered.JWKS, err = drawKey(r.encryption); err != nil {
			return "", err
		}
	}
	notes := make(chan string, 64)
	idp, err := mockidp.New(mockidp.Config{Platform: r.platform, Auto: true, Origin: "http://" + l.Addr().String(), Clients: []mockidp.Client{registered},
		Note: func(n mockidp.Note) {
			if n.Refused {
				select {
				case notes <- n.String():
				default:
				}
			}
		}})
	if err != nil {
		return "", err
	}
	server := &http.Server{Handler: idp, ReadHeaderTimeout: 10 * time.Second}
	defer server.Close()
	go func() { _ = server.Serve(l) }()
	s.Issuer = idp.Issuer()
	s.Base = s.Issuer
	if r.platform == mockidp.V1 {
		s.Base += "/api/v1"
	}

	text, err := json.Marshal(s)
	if err != nil {
		return "", err
	}
	words, err := c.command(s, folder)
	if err != nil {
		return "", err
	}
	if words == nil {
		return "not tried", nil
	}
	program := exec.CommandContext(ctx, words[0], words[1:]...)
	program.Dir = folder
	program.Env = append(os.Environ(), "SETTINGS="+string(text))
	var log bytes.Buffer
	program.Stdout, program.Stderr = &log, &log
	program.WaitDelay = time.Second
	if err := program.Start(); err != nil {
		return "", err
	}
	ended := make(chan struct{})
	go func() { _ = program.Wait(); close(ended) }()
	defer func() { cancel(); <-ended }()
	if town.Answers(ctx, "127.0.0.1:"+port, ended) != nil {
		cancel()
		<-ended
		return "does not start: " + cmp.Or(lastLine(strings.ReplaceAll(log.String(), folder, "FOLDER")), "it says nothing"), nil
	}
	said := visit(ctx, c, portal, r.level)
	if said == whole && !slices.ContainsFunc(idp.Requests(), func(r mockidp.Request) bool {
		return strings.HasSuffix(r.Path, "/session/end") || r.Path == "/logout"
	}) {
		said = "login, logout of itself alone"
	}
	select {
	case n := <-notes:
		if said != whole {
			said += " (" + n + ")"
		}
	default:
	}
	return said, nil
}

const whole = "whole"

var form = regexp.MustCompile(`(?s)<form[^>]*action="([^"]+)"(.*?)</form>`)
var input = regexp.MustCompile(`<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"`)

// visit signs in and out, and returns how far it came.
func visit(ctx context.Context, c client, portal, level string) string {
	jar, _ := cookiejar.New(nil) // which fails for options alone
	b := &http.Client{Jar: jar, Timeout: time.Minute}
	page, _ := get(ctx, b, portal+strings.NewReplacer("PORTAL", url.QueryEscape(portal), "LEVEL", level).Replace(c.login))
	if !c.isIn(page) {
		return "no login: " + lastLine(page)
	}
	page, at := get(ctx, b, portal+c.logout(portal))
	for range 3 { // Keycloak asks too
		f := form.FindStringSubmatch(page)
		if f == nil || at == nil {
			break
		}
		to, err := at.Parse(html.UnescapeString(f[1]))
		if err != nil || to.Hostname() != "127.0.0.1" { // nothing leaves this machine
			return "login, no logout: " + lastLine(page)
		}
		values := url.Values{}
		for _, i := range input.FindAllStringSubmatch(f[2], -1) {
			values.Set(i[1], i[2])
		}
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, to.String(), strings.NewReader(values.Encode()))
		if err != nil {
			return err.Error()
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		page, at = read(b.Do(r))
	}
	if at == nil || !strings.HasPrefix(at.String(), portal+"/out") {
		return "login, no logout: " + lastLine(page)
	}
	return whole
}

func get(ctx context.Context, b *http.Client, address string) (string, *url.URL) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err.Error(), nil
	}
	r.Header.Set("Accept", "text/html") // mod_auth_openidc sends nobody else to sign in
	return read(b.Do(r))
}

func read(res *http.Response, err error) (string, *url.URL) {
	if err != nil {
		return err.Error(), nil
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 1<<18))
	if err != nil {
		return err.Error(), nil
	}
	return string(body), res.Request.URL
}

var tags = regexp.MustCompile(`(?s)<(style|script|title).*?</(style|script|title)>|<[^>]*>`)

// lastLine returns the end of what somebody said.
func lastLine(text string) string {
	words := strings.Fields(tags.ReplaceAllString(text, " "))
	text = strings.Join(words, " ")
	return text[max(0, len(text)-200):]
}

func drawKey(alg string) (private, public json.RawMessage, err error) {
	key, err := newKey(alg)
	if err != nil {
		return nil, nil, err
	}
	k := jose.JSONWebKey{Key: key, KeyID: "portail", Algorithm: alg, Use: "enc"}
	if private, err = k.MarshalJSON(); err != nil {
		return nil, nil, err
	}
	public, err = json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{k.Public()}})
	return private, public, err
}
