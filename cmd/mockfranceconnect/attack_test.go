package main

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/careless"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp/attack"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// attacked runs the command on a portal that is made when the command has said what
// to set it up with.
func attacked(t *testing.T, args []string, make func(said map[string]string, address string) http.Handler) (status int, out, errs string) {
	t.Helper()
	return attackedUntil(t.Context(), t, args, make)
}

func attackedUntil(interrupted context.Context, t *testing.T, args []string, make func(said map[string]string, address string) http.Handler) (status int, out, errs string) {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	t.Cleanup(server.Close)
	address := "http://" + server.Listener.Addr().String()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var said, told portaltest.Log
	exit := new(int)
	go func() {
		defer cancel()
		*exit = run(interrupted, append([]string{"attack", "-addr", "127.0.0.1:0", "-login", address + "/login", "-callback", address + "/callback",
			"-logout", address + "/logout", "-after-logout", address + "/loggedout", "-account", address + "/"}, args...), &said, &told)
	}()
	said.Await(ctx, "issuer=")
	settings := map[string]string{}
	for line := range strings.Lines(said.String()) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		settings[name] = value
	}
	server.Config.Handler = make(settings, address)
	server.Start()
	<-ctx.Done()
	return *exit, said.String(), told.String()
}

func TestACarelessPortalIsAttackedFromOutsideAndEachBrokenRuleReported(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	junit, sarif := filepath.Join(folder, "junit.xml"), filepath.Join(folder, "report.sarif")
	status, out, errs := attacked(t, []string{"-next", "next", "-patience", "3s", "-junit", junit, "-sarif", sarif}, func(said map[string]string, address string) http.Handler {
		return careless.New(careless.Config{Issuer: said["issuer"], ClientID: said["client_id"], ClientSecret: said["client_secret"], URL: address})
	})
	require.Equal(t, failed, status, errs)
	require.Contains(t, out, "logout-by-link: the portal does not hold this attack:")
	require.Contains(t, out, "What to change: ")
	var broken, made int
	_, err := fmt.Sscanf(out[strings.LastIndex(strings.TrimSpace(out), "\n")+1:], "%d attacks, %d rules broken", &made, &broken)
	require.NoError(t, err)
	require.Greater(t, broken, 100)

	var suite struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Cases    []struct {
			Name    string `xml:"name,attr"`
			Failure *struct {
				Message string `xml:"message,attr"`
			} `xml:"failure"`
		} `xml:"testcase"`
	}
	text, err := os.ReadFile(junit)
	require.NoError(t, err)
	require.NoError(t, xml.Unmarshal(text, &suite))
	require.Equal(t, []int{made, broken, made}, []int{suite.Tests, suite.Failures, len(suite.Cases)})

	var report struct {
		Version string
		Runs    []struct {
			Tool struct {
				Driver struct {
					Rules []struct{ ID string }
				}
			}
			Results []struct {
				RuleID  string `json:"ruleId"`
				Message struct{ Text string }
			}
		}
	}
	text, err = os.ReadFile(sarif)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &report))
	require.Equal(t, "2.1.0", report.Version)
	require.Len(t, report.Runs[0].Tool.Driver.Rules, made)
	require.Len(t, report.Runs[0].Results, broken)
}

// Who holds all of them is a test of each portal; here are what a report says then,
// and what is wrong before anything is attacked.
func TestAPortalThatDoesNotUseTheMockIsNotAttacked(t *testing.T) {
	t.Parallel()
	status, out, errs := attacked(t, []string{"-wait", "300ms"}, func(map[string]string, string) http.Handler { return http.NotFoundHandler() })
	require.Equal(t, failed, status)
	require.Contains(t, errs, "does not send a browser to http://127.0.0.1:")
	require.Contains(t, errs, "seen: 404 Not Found")
	require.NotContains(t, out, "attacks,")
	status, _, errs = attacked(t, []string{"-who", "(nobody)", "-patience", "3s"}, func(said map[string]string, address string) http.Handler {
		return careless.New(careless.Config{Issuer: said["issuer"], ClientID: said["client_id"], ClientSecret: said["client_secret"], URL: address})
	})
	require.Equal(t, failed, status)
	require.Contains(t, errs, "says that nobody is signed in")
	require.Contains(t, errs, "shows nothing that -who looks for; without -who, that is the family name")
}

func TestWhoInterruptsAnAttackDoesNotWaitForAPortalThatHangs(t *testing.T) {
	t.Parallel()
	interrupted, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	status, _, errs := attackedUntil(interrupted, t, []string{"-patience", "1h"}, func(said map[string]string, address string) http.Handler {
		portal := careless.New(careless.Config{Issuer: said["issuer"], ClientID: said["client_id"], ClientSecret: said["client_secret"], URL: address})
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/" { // the account: the attacks have begun
				interrupt()
				<-t.Context().Done()
				return
			}
			portal.ServeHTTP(w, r)
		})
	})
	require.Equal(t, failed, status)
	require.Contains(t, errs, "interrupted: context canceled")
}

func TestOnlyNearHostsAreAttacked(t *testing.T) {
	t.Parallel()
	permits := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == permitPath {
			fmt.Fprintln(w, permit)
		}
	}))
	defer permits.Close()
	_, port, err := net.SplitHostPort(permits.Listener.Addr().String())
	require.NoError(t, err)
	resolves := map[string]string{"portal.test": "10.1.2.3", "far.test": "203.0.113.7", "silent.test": "203.0.113.8", "app.franceconnect.gouv.fr": "127.0.0.1", "permits.test": "203.0.113.9"}
	for _, row := range []struct{ allowed, address, want string }{
		{"", "http://localhost:8080/login", ""},
		{"", "http://127.0.0.1:8080/login", ""},
		{"", "http://[::1]:8080/login", ""},
		{"", "http://192.168.1.7/login", ""},
		{"", "http://portal.test/login", ""},
		{"", "http://203.0.113.7/login", "neither this machine nor on a private network"},
		{"", "https://far.test/login", "-host far.test"},
		{"other.test", "https://far.test/login", "-host far.test"},
		{"silent.test", "http://silent.test:1/login", "is not attacked"},
		{"", "https://app.franceconnect.gouv.fr/api/v2/authorize", "it is never attacked"},
		{"fcp.integ01.dev-franceconnect.fr", "https://fcp.integ01.dev-franceconnect.fr/login", "it is never attacked"},
		{"", "https://nowhere.test/", "does not resolve"},
		{"", "/login", "no address with its host"},
	} {
		g := &hostGuard{allowed: row.allowed, lookup: func(_ context.Context, host string) ([]net.IP, error) {
			if ip, ok := resolves[host]; ok {
				return []net.IP{net.ParseIP(ip)}, nil
			}
			return net.DefaultResolver.LookupIP(t.Context(), "ip", host)
		}}
		if row.allowed == "silent.test" {
			g.lookup = func(context.Context, string) ([]net.IP, error) { return []net.IP{net.ParseIP("203.0.113.8")}, nil }
		}
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		err := g.check(ctx, []string{row.address})
		cancel()
		if row.want == "" {
			require.NoError(t, err, row.address)
		} else {
			require.ErrorContains(t, err, row.want, row.address)
		}
	}
	// A name that resolves to another address later, or a redirect, leads nowhere.
	g := &hostGuard{lookup: func(context.Context, string) ([]net.IP, error) { return []net.IP{net.ParseIP("203.0.113.7")}, nil }}
	_, err = (&http.Client{Transport: g.transport()}).Get("http://portal.test/")
	require.ErrorContains(t, err, "may not be attacked")
	_, err = (&http.Client{Transport: g.transport()}).Get("http://app.franceconnect.gouv.fr/")
	require.ErrorContains(t, err, "is FranceConnect’s")

	// Two answers: far for the check, this machine for the call, so that no test
	// leaves it.
	calls := 0
	g = &hostGuard{allowed: "permits.test", lookup: func(context.Context, string) ([]net.IP, error) {
		if calls++; calls == 1 {
			return []net.IP{net.ParseIP("203.0.113.9")}, nil
		}
		return []net.IP{net.IPv4(127, 0, 0, 1)}, nil
	}}
	require.NoError(t, g.check(t.Context(), []string{"http://permits.test:" + port + "/login"}))
}

func TestWrongUsageOfAttackIsNamed(t *testing.T) {
	t.Parallel()
	all := []string{"attack", "-login", "http://localhost/a", "-callback", "http://localhost/b", "-logout", "http://localhost/c", "-account", "http://localhost/d"}
	bad := filepath.Join(t.TempDir(), "routes.json")
	control := httptest.NewServer(mockidp.Start(t, mockidp.Config{}).Control(new(mockidp.Clock)))
	defer control.Close()
	require.NoError(t, os.WriteFile(bad, []byte(`{"logni":"x"}`), 0o600))
	twice, scopes := filepath.Join(t.TempDir(), "twice.json"), filepath.Join(t.TempDir(), "scopes.json")
	require.NoError(t, os.WriteFile(twice, []byte(`{}{}`), 0o600))
	require.NoError(t, os.WriteFile(scopes, []byte(`{"scopes":["openid"],"login":"http://other.test/"}`), 0o600))
	for want, args := range map[string][]string{
		"-account is \"\"":                  all[:7],
		"-who: want one group":              append(all[:9:9], "-who", "a"),
		"-who: error parsing":               append(all[:9:9], "-who", "("),
		"-addr: \"0.0.0.0\"":                append(all[:9:9], "-addr", "0.0.0.0:0"),
		"unexpected argument":               append(all[:9:9], "now"),
		"not defined: -nope":                {"attack", "-nope"},
		`-routes: json: unknown field "lo`:  append(all[:9:9], "-routes", bad),
		"Platform is":                       append(all[:9:9], "-addr", "127.0.0.1:0", "-platform", "v3"),
		"-control: GET /ready: ":            append(all[:9:9], "-control", "http://127.0.0.1:1"),
		"-control: none of its clients has": append(all[:9:9], "-control", control.URL),
		"-routes: something follows":        append(all[:9:9], "-routes", twice),
		"-control is \"127.0.0.1:8601\"":    append(all[:9:9], "-control", "127.0.0.1:8601"),
		"-jwks is of a mock that":           append(all[:9:9], "-control", control.URL, "-jwks", "http://localhost/jwks"),
		"scopes are those of a mock that":   append(all[:9:9], "-control", control.URL, "-routes", scopes), // and the -login of the flag
		"-login is \"\"":                    {"attack", "-account", ""},
		"it is never attacked":              append(all[:9:9], "-pages", "https://franceconnect.gouv.fr/"),
	} {
		var errs strings.Builder
		require.Equal(t, misused, run(t.Context(), args, &strings.Builder{}, &errs), want)
		require.Contains(t, errs.String(), want)
		require.True(t, strings.HasPrefix(errs.String(), "mockfranceconnect attack: "))
	}
	var out strings.Builder
	require.Equal(t, succeeded, run(t.Context(), []string{"attack", "-h"}, &out, &strings.Builder{}))
	require.Contains(t, out.String(), "\n  -sarif")
}

func TestResultsArePrintedWhoseReportCannotBeWritten(t *testing.T) {
	t.Parallel()
	var out, errs strings.Builder
	sarif := filepath.Join(t.TempDir(), "report.sarif")
	a := attacker{out: &out, errs: &errs}
	require.Equal(t, failed, a.report([]result{{name: "logout-by-link"}}, filepath.Join(sarif, "nowhere", "junit.xml"), sarif))
	require.Equal(t, "1 attacks, 0 rules broken\n", out.String())
	require.Contains(t, errs.String(), "-junit: ")
	require.FileExists(t, sarif)
}

func TestEachRuleIsNamedOnce(t *testing.T) {
	t.Parallel()
	require.Len(t, rulesByName(), len(attack.Rules()))
}
