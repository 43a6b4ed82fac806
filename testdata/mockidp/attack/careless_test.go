package attack_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/careless"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp/attack"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// mistakes are those of the package careless, and the attacks that each falls to.
// Where it falls to those of several rules, beside says why.
var mistakes = map[string]struct {
	falls  string
	beside string
}{
	"a number in a second cookie is the person":                     {"session-with-a-cookie-of-the-victims session-counted-on", "the numbers of people follow one another, too"},
	"the person is beside the session's id, unsealed":               {"session-with-a-part-of-the-victims session-rewritten", ""},
	"the session is a token that says itself how it is signed":      {"session-rewritten", ""},
	"sessions have numbers":                                         {"session-counted-on", ""},
	"the end of the session's id does not count":                    {"session-tampered", ""},
	"the session's cookie is Strict":                                {"cookie-strict", ""},
	"cookies have a Domain":                                         {"cookie-for-neighbours", ""},
	"cookies are not Secure":                                        {"cookie-in-the-clear", ""},
	"cookies have any name":                                         {"cookie-from-neighbours", ""},
	"pages say no-referrer":                                         {"logout-under-its-own-policy-in-an-old-browser", ""},
	"a callback that fails ends all logins":                         {"forged-callback-during-a-login", ""},
	"each login leaves a cookie":                                    {"logins-given-up", ""},
	"a name is in the middle of a sentence":                         {"name-with-bidirectional-marks", ""},
	"the place to go on to is kept in a cookie, however long":       {"next-giant", ""},
	"a path is tidied up by a redirect":                             {"path-of-another-host", ""},
	"a state that is not known is taken for the latest":             {"state-missing state-empty state-of-one-letter state-of-its-beginning state-without-its-end state-with-another-end state-and-more state-in-other-case state-undefined state-null state-of-zeros state-star state-path state-giant request-state-made-up", "a made-up state in the request comes back as a made-up one"},
	"an error beside a code is not looked at":                       {"code-and-error", ""},
	"many cookies are refused":                                      {"cookies-of-others", ""},
	"the logout goes by Origin alone, under no-referrer":            {"logout-under-its-own-policy logout-under-its-own-policy-in-an-old-browser", ""},
	"the logout waits for FranceConnect's":                          {"logout-while-franceconnect-is-down", ""},
	"a name is in attributes, as it came":                           {"name-with-a-quote name-with-an-apostrophe", ""},
	"an address is on the page, as it came":                         {"email-with-a-tag", ""},
	"an address is in the middle of a sentence":                     {"email-with-bidirectional-marks", ""},
	"the place to go on to is decoded once more":                    {"next-escaped next-escaped-back", ""},
	"a parameter of the callback says where to go on to":            {"error-uri next-on-the-callback", "an error_uri is such a parameter"},
	"every header that names an address is believed":                {"header-Forwarded header-X-Original-Host header-X-Host header-X-Forwarded-Server header-X-Forwarded-Prefix header-X-Original-URL header-X-Rewrite-URL header-Referer header-Origin", ""},
	"the code goes on in the address":                               {"leak-of-a-success", ""},
	"after an answer that cannot be used the next call is not made": {"token-endpoint-500 token-endpoint-502 token-endpoint-page token-endpoint-error-with-200 token-endpoint-list token-endpoint-null token-endpoint-nothing token-endpoint-cut token-endpoint-reset token-endpoint-giant", ""},
	"PKCE in a third tab":                                           {"sends-closed-list", "after which FranceConnect refuses the login: every attack with three logins in one browser finds that, too"},
	"a short state in a third tab":                                  {"sends-long-state", "the same"},
	"two levels in a third tab":                                     {"sends-one-level", ""},
	"a hybrid flow in a third tab":                                  {"sends-code-flow", "as with PKCE"},
	"the browser's Origin is passed on":                             {"sends-no-origin", ""},
	"an empty call opens the connection":                            {"sends-one-token-call token-call-tried-again token-endpoint-resets-again-and-again", "a call before the true one is a call more, whatever follows"},
	"a call that failed is made again":                              {"token-call-tried-again token-endpoint-resets-again-and-again", "a cut call is one that failed"},
}

// heldByAll are the attacks that no careless portal falls to, and why. They are for
// portals that are written in other languages, or fail in ways of their own.
var heldByAll = map[string]string{
	"code-made-up":               "FranceConnect refuses the code itself",
	"code-with-parameters":       "FranceConnect refuses the code itself",
	"callback-flood":             "a portal would have to send a code for a state of nobody's",
	"iss-of-somebody-with-error": "nobody is signed in by an error",
	"next-dots":                  "a browser makes a path of the portal's own of it",
	"next-line-break":            "net/http writes spaces for line breaks",
	"next-with-header":           "net/http writes spaces for line breaks",
	"userinfo-sub-empty":         "who has no sub is nobody to the careless portal, too",
	"leak-of-an-access-token":    "the careless portal cannot read the token, and uses what it has",
	"userinfo-endpoint-page":     "what fails is a portal that does not come back from it",
	"userinfo-endpoint-cut":      "what fails is a portal that does not come back from it",
	"userinfo-endpoint-reset":    "what fails is a portal that does not come back from it",
	"userinfo-endpoint-giant":    "what fails is a portal that does not come back from it",
}

// making returns the portal on the library with one mistake.
func making(t *testing.T, m careless.Mistake) attack.Portal {
	return target(t, m.HTTPS, func(url string, idp *mockidp.Provider) http.Handler {
		config := configOf(t, url, idp)
		if m.Calls != nil {
			config.HTTPClient = &http.Client{Timeout: 5 * time.Second, Transport: m.Calls(portaltest.Web)}
		}
		fc, err := franceconnect.New(config)
		require.NoError(t, err)
		portal := newPortal(fc, nil, m.HTTPS)
		if m.Front != nil {
			portal = m.Front(portal)
		}
		return portal
	})
}

// With -v it prints the table of the rules and the portals that fall.
func TestForEveryRuleACarelessPortalFalls(t *testing.T) {
	t.Parallel()
	var names []string
	rules := map[string]string{}
	for _, r := range attack.Rules() {
		names = append(names, r.Name)
		rules[r.Name] = r.Rule
	}
	var mu sync.Mutex
	falls := map[string][]string{} // portals, by the attack that they fall to
	add := func(portal string, fallen []string) {
		mu.Lock()
		defer mu.Unlock()
		for _, name := range fallen {
			falls[name] = append(falls[name], portal)
		}
	}
	t.Run("of", func(t *testing.T) {
		t.Run("nearly everything", func(t *testing.T) {
			t.Parallel()
			add("nearly everything", carelessFalls(t))
		})
		for name, second := range map[string]bool{"nearly everything, at FranceConnect+": false, "nearly everything, at FranceConnect+ by the second way in": true} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				_, fallen := fallenTo(t, "request-", carelessAtPlus(t, second))
				add(name, fallen)
			})
		}
		for _, only := range []string{"request-", "sends-levels"} {
			t.Run("nearly everything, at ProConnect: "+only, func(t *testing.T) {
				t.Parallel()
				_, fallen := fallenTo(t, only, carelessAtProConnect(t))
				add("nearly everything, at ProConnect", fallen)
			})
		}
		t.Run("the first key set is kept for ever", func(t *testing.T) {
			t.Parallel()
			p := target(t, false, func(url string, idp *mockidp.Provider) http.Handler { return stubborn(t, url, idp) })
			_, fallen := fallenTo(t, "keys-replaced", p)
			add("the first key set is kept for ever", fallen)
		})
		made := careless.Mistakes()
		require.Len(t, made, len(mistakes))
		for _, m := range made {
			t.Run(m.Name, func(t *testing.T) {
				t.Parallel()
				want := strings.Fields(mistakes[m.Name].falls)
				r := record(t, "", func(r *recorder) {
					r.wants = func(name string) bool { return slices.Contains(want, name) }
					attack.Run(r, making(t, m))
				})
				require.Empty(t, r.wrong, "an honest person gets in")
				for _, sub := range r.subs {
					require.NotEmpty(t, sub.wrong, "it falls to %s", sub.name)
				}
				require.Len(t, r.subs, len(want))
				add(m.Name, want)
			})
		}
	})
	if t.Failed() {
		return
	}
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	seen := map[string]bool{}
	var held []string
	for _, name := range names {
		if len(falls[name]) == 0 {
			held = append(held, name)
		}
		if rule := rules[name]; !seen[rule] {
			seen[rule] = true
			by := map[string]int{}
			all := 0
			for _, other := range names {
				if rules[other] != rule {
					continue
				}
				all++
				for _, portal := range falls[other] {
					by[portal]++
				}
			}
			require.NotEmpty(t, by, "no careless portal falls to an attack on the rule: %s", rule)
			for _, portal := range slices.Sorted(maps.Keys(by)) {
				fmt.Fprintf(w, "%s\t%d of %d\t%s\t%s\n", rule, by[portal], all, portal, mistakes[portal].beside)
			}
		}
	}
	require.NoError(t, w.Flush())
	for _, name := range held {
		require.NotEmpty(t, heldByAll[name], "no careless portal falls to %s: make one in testdata/careless, or say why there is none", name)
	}
	t.Logf("%d attacks on %d rules\n%s\nNo careless portal falls to %d: %s", len(names), len(seen), table.String(), len(held), strings.Join(held, ", "))
}
