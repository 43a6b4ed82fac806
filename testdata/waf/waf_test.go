// Package waf tries the OWASP core rule set on a login, with the rules of
// examples/frameworks/waf and without: go test -C testdata/waf ./... It is outside CI.
// Last run on 28 November 2026.
package waf

import (
	"cmp"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"

	coreruleset "github.com/corazawaf/coraza-coreruleset/v4"
	"github.com/corazawaf/coraza/v3"
	"github.com/corazawaf/coraza/v3/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
)

// A firewall is the core rule set at one of its levels.
type firewall struct {
	coraza.WAF
	alarms []string // of the last request
}

func newFirewall(t *testing.T, level int, more string) *firewall {
	t.Helper()
	w := &firewall{}
	config := coraza.NewWAFConfig().WithRootFS(coreruleset.FS).WithErrorCallback(func(m types.MatchedRule) {
		if id := m.Rule().ID() / 1000; id < 949 && id > 901 {
			var about strings.Builder
			for _, data := range m.MatchedDatas() {
				about.WriteString(" " + data.Variable().Name() + ":" + data.Key())
			}
			w.alarms = append(w.alarms, fmt.Sprint(m.Rule().ID(), about.String()))
		}
	}).WithDirectives("Include @coraza.conf-recommended\nInclude @crs-setup.conf.example\nSecRuleEngine On\n" +
		fmt.Sprintf(`SecAction "id:900000,phase:1,pass,t:none,nolog,setvar:tx.blocking_paranoia_level=%d"`, level) + "\n" +
		more + "\nInclude @owasp_crs/*.conf")
	var err error
	w.WAF, err = coraza.NewWAF(config)
	require.NoError(t, err)
	return w
}

// refuses reports whether a browser's request does not get through.
func (w *firewall) refuses(address string, cookies ...*http.Cookie) bool {
	w.alarms = nil
	r := httptest.NewRequest(http.MethodGet, address, nil)
	for _, c := range cookies {
		r.AddCookie(c)
	}
	tx := w.NewTransaction()
	defer tx.Close()
	tx.ProcessConnection("203.0.113.7", 40000, "127.0.0.1", 443)
	tx.ProcessURI(r.URL.RequestURI(), http.MethodGet, "HTTP/1.1")
	tx.SetServerName(r.Host)
	for name, value := range map[string]string{
		"Host": r.Host, "Cookie": r.Header.Get("Cookie"), "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "Accept-Language": "fr,fr-FR;q=0.8,en-US;q=0.5",
		"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
	} {
		if value != "" {
			tx.AddRequestHeader(name, value)
		}
	}
	if tx.ProcessRequestHeaders() != nil {
		return true
	}
	it, err := tx.ProcessRequestBody()
	return err != nil || it != nil
}

const (
	callback = "https://portail.example.fr/franceconnect/callback"
	iss      = "&iss=https%3A%2F%2Foidc.franceconnect.gouv.fr%2Fapi%2Fv2"
	state    = "&state=3f2a9c0d7e8b41565d2c9f0a1b7e3c48aa01bb02cc03dd04ee05ff0617283940"
)

// callbacks are those that FranceConnect sends people back with.
var callbacks = map[string]string{
	"code":         "?code=vX9mQ2rT4yU6iO8pA1sD3fG5hJ7kL0zX2cV4bN6mQ8w" + state + iss,
	"cancelled":    "?error=access_denied&error_description=User%20auth%20aborted" + state + iss,
	"broken":       "?error=temporarily_unavailable&error_description=authentication%20aborted%20due%20to%20a%20technical%20error%20on%20the%20authorization%20server" + state + iss,
	"wrong hint":   "?error=invalid_idp_hint&error_description=An%20idp_hint%20was%20provided%20but%20is%20not%20allowed&state=undefined" + iss,
	"plus":         "?code=vX9mQ2rT4yU6iO8pA1sD3fG5hJ7kL0zX2cV4bN6mQ8w" + state + strings.Replace(iss, "oidc", "auth", 1),
	"wrong claims": "?error=invalid_request&error_description=could%20not%20parse%20the%20claims%20parameter%20JSON" + state + iss,
}

// loginCookies are those of five logins that were begun.
func loginCookies(t *testing.T) (all []*http.Cookie) {
	t.Helper()
	fc, err := franceconnect.New(franceconnect.Config{Environment: franceconnect.Production, ClientID: strings.Repeat("1d0c11e4", 8), ClientSecret: "secret",
		RedirectURL: callback, CookieKeys: []franceconnect.CookieKey{franceconnect.NewCookieKey()}})
	require.NoError(t, err)
	for range 5 {
		w := httptest.NewRecorder()
		require.NoError(t, fc.Login(w, httptest.NewRequest(http.MethodGet, "https://portail.example.fr/franceconnect/login", nil), franceconnect.LoginRequest{ReturnTo: "/mon-compte"}))
		all = append(all, w.Result().Cookies()...)
	}
	return all
}

func TestWithTheRulesEveryCallbackGetsThrough(t *testing.T) {
	rules, err := os.ReadFile("../../examples/frameworks/waf/franceconnect-crs.conf")
	require.NoError(t, err)
	for level := 1; level <= 4; level++ {
		without, with := newFirewall(t, level, ""), newFirewall(t, level, string(rules))
		cookies := loginCookies(t)
		require.Equal(t, level == 4, without.refuses("https://portail.example.fr/", cookies...), "level %d: %v", level, without.alarms)
		require.False(t, with.refuses("https://portail.example.fr/", cookies...), "level %d: %v", level, with.alarms)
		for name, query := range callbacks {
			require.Equal(t, level > 1, without.refuses(callback+query, cookies...), "level %d, %s: %v", level, name, without.alarms)
			require.False(t, with.refuses(callback+query, cookies...), "level %d, %s: %v", level, name, with.alarms)
			require.Equal(t, level > 1, with.refuses(callback+"/else"+query), "another address: level %d, %s", level, name)
		}
		// FranceConnect draws a code in base64url, and libinjection knows this one.
		const unlucky = "?code=12--Q2rT4yU6iO8pA1sD3fG5hJ7kL0zX2cV4bN6mQ8w" + state + iss
		require.True(t, without.refuses(callback+unlucky), "level %d", level)
		require.False(t, with.refuses(callback+unlucky), "level %d: %v", level, with.alarms)
		require.True(t, with.refuses(callback+"?other='+OR+1=1--+"+state+iss), "the other parameters are looked at: level %d", level)
	}
}

// COOKIES=1000000 go test -C testdata/waf -run Million -v -timeout 0: as many sealed
// cookies, twenty of different logins in a request, by the whole of the rule set.
func TestAMillionSealedCookiesRaiseNoAlarm(t *testing.T) {
	count, _ := strconv.Atoi(cmp.Or(os.Getenv("COOKIES"), "400"))
	const each = 20
	levels := 3 // the fourth refuses them, without the rules of examples/frameworks/waf
	var running sync.WaitGroup
	for level := 1; level <= levels; level++ {
		running.Go(func() {
			w := newFirewall(t, level, "")
			for left := count / levels; left > 0; left -= each {
				var cookies []*http.Cookie
				for range each / 5 {
					cookies = append(cookies, loginCookies(t)...)
				}
				assert.False(t, w.refuses("https://portail.example.fr/", cookies...), "level %d: %v", level, w.alarms)
			}
		})
	}
	running.Wait()
	t.Logf("%d cookies", count/levels/each*each*levels)
}
