package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

func TestAllIsWell(t *testing.T) {
	t.Parallel()
	for _, platform := range []mockidp.Platform{mockidp.V2, mockidp.Plus, mockidp.V1} {
		t.Run(string(platform), func(t *testing.T) {
			t.Parallel()
			r := newFixture(t, platform, nil).examine()
			require.True(t, r.OK)
			want := []string{"environment", "client-id", "client-secret", "addresses", "scopes", "level", "purpose", "cookie-keys",
				"dns", "proxy", "clock", "authorize", "token", "logout", "sign-in-page", "button", "look", "other-way", "headers", "login", "request", "cookies", "callback", "logged-out"}
			if platform != mockidp.V1 {
				want = append(want, "discovery", "keys")
			}
			if platform == mockidp.Plus {
				want = append(want, "decryption-keys")
			}
			for _, check := range want {
				if check != "environment" || platform != mockidp.V1 {
					require.Equal(t, good, r.of(check).Verdict, "%s: %v", check, r.of(check))
				}
			}
		})
	}
}

// A check that cannot fail is none.
func TestEachCheckFails(t *testing.T) {
	t.Parallel()
	fails := map[string]bool{}
	for _, table := range []map[string]breakage{faultsOfTheSettings(), faultsOfFranceConnect(), faultsOfThePortal(), faultsOfAProduct()} {
		for _, b := range table {
			fails[b.check] = fails[b.check] || b.verdict == bad || b.verdict == warning
		}
	}
	for check := range titles {
		require.True(t, fails[check], check)
	}
}

func TestAFindingIsReadByPeople(t *testing.T) {
	t.Parallel()
	env := map[string]string{"FRANCECONNECT_ENVIRONMENT": "sandbox", "FRANCECONNECT_CLIENT_ID": clientID, "FRANCECONNECT_CLIENT_SECRET": secret,
		"FRANCECONNECT_SCOPES": "identite_pivot phone", "PORTAL_URL": "https://portail.example.fr", "APP_ENV": "prod"}
	for name, args := range map[string][]string{"check.txt": {"check"}, "check.en.txt": {"-lang", "en", "check"}} {
		got := call(t, failed, env, args...)
		requireGolden(t, name, got.out)
	}
}

// On https, a cookie has to be Secure too.
func TestCookiesOfAPublicPortal(t *testing.T) {
	t.Parallel()
	p := &portal{origins: []string{"https://portail.example.fr"}}
	for line, want := range map[string]verdict{"x=y; Secure; HttpOnly; SameSite=Lax": good, "x=y; HttpOnly; SameSite=Lax": bad, "x=; Max-Age=0": bad} {
		var f findings
		p.checkCookies(&f, http.Header{"Set-Cookie": {line}}, nil)
		require.Equal(t, want, f[0].verdict, line)
	}
}

// In production, the button is the official one.
func TestTheButtonOfProductionIsOfficial(t *testing.T) {
	t.Parallel()
	for markup, want := range map[string]verdict{
		goodPage: warning, strings.Replace(goodPage, "<b>FranceConnect</b>", `<img alt="FranceConnect">`, 1): skipped, strings.Replace(goodPage, `"fc"`, `"fr-connect"`, 1): skipped,
	} {
		var f findings
		checkButtonStyle(&f, readPage(markup), nil, true)
		require.Equal(t, want, f[0].verdict)
	}
}

// What is wrong is not right as well.
func TestWhatIsWrongIsNotRight(t *testing.T) {
	t.Parallel()
	var read checkReport
	out := call(t, failed, map[string]string{"FRANCECONNECT_ENVIRONMENT": "sandbox", "FRANCECONNECT_COOKIE_KEYS": "x", "FRANCECONNECT_SCOPES": "identite_pivo", "FRANCECONNECT_LEVEL": "eidas2",
		"PORTAL_URL": "http://portail.example.fr"}, "check", "-json").out
	require.NoError(t, json.Unmarshal([]byte(out), &read))
	for _, one := range read.Checks {
		require.True(t, one.Verdict == bad || one.Check == "environment" || one.Verdict == skipped, one)
	}
}

// What is wrong is said once; of a token that is none, FranceConnect is not
// asked.
func TestAFaultIsSaidOnce(t *testing.T) {
	t.Parallel()
	said := 0
	for _, one := range newFixture(t, mockidp.V2, tokenInFile("bonjour")).examine().Checks {
		if one.Check == "logout" {
			said++
		}
	}
	require.Equal(t, 1, said)

	said = 0
	for _, one := range newFixture(t, mockidp.V2, offline(env("PORTAL_URL", "https://*.example.fr"))).examine().Checks {
		if one.Check == "addresses" {
			said++
		}
	}
	require.Equal(t, 1, said, "of two addresses with one fault, one is told")

	wrong := newFixture(t, mockidp.V2, env("FRANCECONNECT_CLIENT_SECRET", strings.Repeat("ab", 32))).examine()
	require.Equal(t, partners, wrong.of("token").Form, "where the right secret is")
}

// A portal with both has two sets of variables.
func TestFranceConnectPlusBesideAnother(t *testing.T) {
	t.Parallel()
	f := newFixture(t, mockidp.Plus, func(f *fixture) {
		page("/connexion", body(goodPage))(f) // the button is the other one’s
		page("/compte", to("/connexion"))(f)  // the way up wants somebody who is signed in
		f.after = func() {
			for _, name := range []string{"ENVIRONMENT", "CLIENT_ID", "CLIENT_SECRET", "SCOPES", "DECRYPTION_KEYS"} {
				f.env[plusPrefix+name] = f.env[prefix+name]
				delete(f.env, prefix+name)
			}
			env("FRANCECONNECT_ENVIRONMENT", "https://autre.example.fr", "FRANCECONNECT_CLIENT_ID", "x", "FRANCECONNECT_PLATFORM", "")(f)
			flags("-plus", "-retour", "/franceconnect/callback", "-depart", "/compte")(f)
		}
	})
	r := f.examine()
	require.True(t, r.OK, r)
	require.Equal(t, good, r.of("authorize").Verdict)
	require.Equal(t, good, r.of("button").Verdict)
	require.Equal(t, skipped, r.of("login").Verdict)
	require.Equal(t, good, r.of("cookie-keys").Verdict, "FRANCECONNECT_COOKIE_KEYS is for both")
	f.headers["Content-Security-Policy"] = "form-action 'self' " + strings.TrimSuffix(f.idp.Issuer(), "/api/v2")
	require.Contains(t, f.examine().of("headers").What, "https://autre.example.fr", "both are left for")

	f.env["FRANCECONNECT_PLUS_SCOPES"] = "nulle_part"
	require.Contains(t, f.examine().of("scopes").Action, "FRANCECONNECT_PLUS_SCOPES")
	f.env["FRANCECONNECT_PLUS_LEVEL"] = "eidas9"
	require.Contains(t, f.examine().of("level").What, "FRANCECONNECT_PLUS_LEVEL")
	f.env["FRANCECONNECT_CLIENT_ID"] = clientID
	require.Contains(t, f.examine().of("swapped").What, " FRANCECONNECT_CLIENT_ID")

	var read struct{ Headers []header }
	out := call(t, failed, map[string]string{"FRANCECONNECT_ENVIRONMENT": "production", "FRANCECONNECT_PLUS_ENVIRONMENT": "production-plus"}, "check", "-json").out
	require.NoError(t, json.Unmarshal([]byte(out), &read))
	require.Contains(t, read.Headers[0].Value, "'self' https://oidc.franceconnect.gouv.fr https://auth.franceconnect.gouv.fr;")
	require.Contains(t, out, "ajoutez -plus")
}

func TestHeadersOfAPublicPortal(t *testing.T) {
	t.Parallel()
	var f findings
	p := &portal{origins: []string{"https://portail.example.fr"}}
	p.checkHeaders(&f, response{header: http.Header{"X-Content-Type-Options": {"nosniff"}, "Referrer-Policy": {"no-referrer"}, "X-Frame-Options": {"DENY"}}})
	require.Equal(t, warning, f[0].verdict)
	require.Contains(t, f[0].what.French, "HSTS")
}

func TestFormAction(t *testing.T) {
	t.Parallel()
	const fc = "https://oidc.franceconnect.gouv.fr"
	for policy, allowed := range map[string]bool{
		"": true, "default-src 'none'": true, "form-action 'self' " + fc: true, "form-action https:": true, "Form-Action oidc.franceconnect.gouv.fr": true,
		"form-action *": true, "form-action 'self'": false, "form-action 'none'; default-src *": false,
		"form-action *, form-action 'self'": false, "form-action http:": false,
		"form-action *.franceconnect.gouv.fr": true, "form-action https://*.gouv.fr": true, "form-action http://*.gouv.fr": false, "form-action *.example.fr": false,
		"form-action *; form-action 'self'": true, "form-action": false,
	} {
		require.Equal(t, allowed, allowsForm([]string{policy}, fc), policy)
	}
}

func TestPicturesInStyles(t *testing.T) {
	t.Parallel()
	for policy, allowed := range map[string]bool{
		"": true, "form-action 'self'": true, "default-src 'none'; img-src data:": true, "default-src data:": true,
		"default-src 'none'": false, "img-src 'self'; default-src data:": false, "img-src data:, img-src 'self'": false,
	} {
		require.Equal(t, allowed, allowsData([]string{policy}), policy)
	}
}

func TestCertificateThatExpires(t *testing.T) {
	t.Parallel()
	now := time.Now()
	prog := &program{system: system{now: func() time.Time { return now }}}
	for left, want := range map[time.Duration]verdict{time.Hour: warning, 90 * 24 * time.Hour: good} {
		var f findings
		prog.checkConnection(&f, "https://x.example", response{tls: &tls.ConnectionState{PeerCertificates: []*x509.Certificate{{NotAfter: now.Add(left)}}}})
		require.Equal(t, want, f[len(f)-1].verdict)
	}
}
