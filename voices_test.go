package franceconnect_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/codes"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// A written is a line of the log of a callback.
type written struct{ Level, Stage, Error, Advice string }

// loggedPortal is a portal that writes down what happens, and what it wrote of
// callbacks.
func loggedPortal(t *testing.T, platform mockidp.Platform, change func(*franceconnect.Config)) (*portal, func() []written) {
	var log portaltest.Log
	logTo := franceconnect.LogEvents(slog.New(slog.NewJSONHandler(&log, nil)))
	algorithm := ""
	if platform == mockidp.Plus {
		algorithm = "ECDH-ES"
	}
	p := newPortalOn(t, platform, func(c *mockidp.Client) { c.EncryptionAlg = algorithm }, func(c *franceconnect.Config) {
		if algorithm != "" {
			c.DecryptionKeys = []franceconnect.DecryptionKey{newKey(t, "k1", algorithm)}
		}
		observe := c.Observe
		c.Observe = func(ctx context.Context, e franceconnect.Event) {
			observe(ctx, e)
			logTo(ctx, e)
		}
		if change != nil {
			change(c)
		}
	})
	return p, func() (all []written) {
		for line := range strings.Lines(log.String()) {
			var w written
			require.NoError(t, json.Unmarshal([]byte(line), &w))
			if w.Stage == "callback" {
				all = append(all, w)
			}
		}
		return all
	}
}

// begin starts a login and stops before FranceConnect, at the address of the
// request.
func (b *browser) begin(p *portal) *url.URL {
	follow := b.CheckRedirect
	defer func() { b.CheckRedirect = follow }()
	b.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	left, err := url.Parse(b.location(b.Get(p.URL + "/login")))
	require.NoError(b.t, err)
	return left
}

// forge is a callback that a stranger writes by hand: they begin a login, and
// never go to FranceConnect.
func (b *browser) forge(p *portal, answer url.Values) outcome {
	left := b.begin(p)
	q := url.Values{"state": {left.Query().Get("state")}, "iss": {p.idp.Issuer()}}
	maps.Copy(q, answer)
	return b.open(p.URL + "/callback?" + q.Encode())
}

var aSecret = regexp.MustCompile(`(?i)\bsecret`)

// Two requests of anybody's raise no alarm, whatever they say.
func TestAStrangersCallbackWakesNobody(t *testing.T) {
	t.Parallel()
	answers := map[string]url.Values{
		"iss of another": {"iss": {"https://evil.example"}, "code": {"x"}}, "no iss": {"iss": {""}, "error": {"server_error"}},
		"nothing": {}, "made-up code": {"code": {"x"}}, "an error in no words": {"error": {"é\x00"}},
		"a code and an error": {"code": {"x"}, "error": {"invalid_client"}, "error_description": {"the secret is wrong"}},
	}
	for _, name := range []string{"made_up", "interaction_required", "Y999999", "E010015", "INVALID_CLIENT", " invalid_client "} {
		answers["error "+name] = url.Values{"error": {name}}
	}
	for _, c := range codes.All() {
		answers["error "+c.Name] = url.Values{"error": {c.Name}}
	}
	for _, platform := range []mockidp.Platform{mockidp.V2, mockidp.V1} {
		p, log := loggedPortal(t, platform, nil)
		tried := 0
		for name, answer := range answers {
			require.NotEmpty(t, newBrowser(t).forge(p, answer).Message, name)
			tried++
			w := log()
			require.Len(t, w, tried)
			last := w[tried-1]
			require.Contains(t, []string{"INFO", "WARN"}, last.Level, "%s: %s", name, last.Error)
			require.NotRegexp(t, aSecret, last.Advice, name)
			err := p.told("callback")[tried-1].Err
			_, english := franceconnect.OperatorAdvice(err)
			require.NotRegexp(t, aSecret, english, name)
			require.Less(t, franceconnect.StatusCode(err), 500, name)
		}
	}
}

// Nor does a code of whatever form: FranceConnect says that it knows none.
func TestAMadeUpCodeIsNotTheSettingsFault(t *testing.T) {
	t.Parallel()
	for _, platform := range []mockidp.Platform{mockidp.V2, mockidp.V1} {
		p, log := loggedPortal(t, platform, nil)
		made := []string{"x", "g", "grant", "invalid_grant", "invalid", "_", "error", "undefined", "null", "0", "a b", "a+b", "a%00b",
			"%", "&client_id=x", "client_secret", "é", "\x00", "\r\n", "<script>", "' or 1=1", "{}", strings.Repeat("A", 43), strings.Repeat("A", 1000)}
		for i, code := range made {
			newBrowser(t).forge(p, url.Values{"code": {code}})
			require.ErrorIs(t, p.told("callback")[i].Err, franceconnect.ErrLoginExpired, "%q", code)
			require.Equal(t, "INFO", log()[i].Level, "%q", code)
		}
	}
}

// What a person changes in the request on its way, FranceConnect does as asked.
func TestAChangedRequestWakesNobody(t *testing.T) {
	t.Parallel()
	p, log := loggedPortal(t, mockidp.Plus, func(c *franceconnect.Config) {
		c.Level, c.RequestAMR = franceconnect.Eidas3, true
	})
	for i, change := range []struct{ name, value, reason string }{
		{"acr_values", "eidas2", "id_token.acr"},
		{"nonce", strings.Repeat("n", 64), "id_token.nonce"},
		{"claims", "", "id_token.amr"},
		{"scope", "openid", "userinfo.scope"},
	} {
		b := newBrowser(t)
		left := b.begin(p)
		q := left.Query()
		q.Set(change.name, change.value)
		if change.value == "" {
			q.Del(change.name)
		}
		left.RawQuery = q.Encode()
		require.Equal(t, change.reason, b.open(b.location(b.Get(left.String()))).Reason)
		w := log()[i]
		require.Equal(t, "WARN", w.Level, change.reason)
		require.Contains(t, w.Advice, "Une seule personne")
		require.Less(t, franceconnect.StatusCode(p.told("callback")[i].Err), 500)
	}
}

// Every error has one severity and one status, by who can bring it about.
func TestWhoSaysItDecidesHowLoudItIs(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		kind          error
		reason, level string
		status        int
	}{
		{franceconnect.ErrDenied, "callback.denied", "INFO", 403},
		{franceconnect.ErrLoginExpired, "callback.restart", "WARN", 400},
		{franceconnect.ErrLoginExpired, "callback.unknown", "WARN", 400},
		{franceconnect.ErrLoginExpired, "callback.code", "INFO", 400},
		{franceconnect.ErrLoginExpired, "state.unknown", "INFO", 400},
		{franceconnect.ErrLoginExpired, "token.over", "INFO", 400},
		{franceconnect.ErrUnavailable, "callback.unavailable", "WARN", 400},
		{franceconnect.ErrMisconfigured, "callback.refused", "WARN", 400},
		{franceconnect.ErrVerification, "callback.iss", "WARN", 400},
		{franceconnect.ErrVerification, "id_token.amr", "WARN", 400},
		{franceconnect.ErrVerification, "id_token.nonce", "WARN", 400},
		{franceconnect.ErrVerification, "userinfo.scope", "WARN", 400},
		{franceconnect.ErrLevelTooLow, "id_token.acr", "WARN", 403},
		{franceconnect.ErrMisconfigured, "used.full", "WARN", 400},
		{franceconnect.ErrUnavailable, "token.unreachable", "WARN", 503},
		{franceconnect.ErrVerification, "id_token.acr", "ERROR", 502},
		{franceconnect.ErrVerification, "id_token.signature", "ERROR", 502},
		{franceconnect.ErrVerification, "token.malformed", "ERROR", 502},
		{franceconnect.ErrVerification, "userinfo.sub", "ERROR", 502},
		{franceconnect.ErrMisconfigured, "token.refused", "ERROR", 500},
		{franceconnect.ErrMisconfigured, "userinfo.refused", "ERROR", 500},
		{franceconnect.ErrMisconfigured, "id_token.jwe.kid", "ERROR", 500},
		{franceconnect.ErrMisconfigured, "userinfo.hs256", "ERROR", 500},
	} {
		err := &franceconnect.Error{Kind: test.kind, Reason: test.reason}
		var log portaltest.Log
		franceconnect.LogEvents(slog.New(slog.NewTextHandler(&log, nil)))(t.Context(), franceconnect.Event{Operation: "callback", Err: err})
		require.Contains(t, log.String(), "level="+test.level+" ", test.reason)
		require.Equal(t, test.status, franceconnect.StatusCode(err), test.reason)
	}
}

// What FranceConnect's own server answers is as loud as ever.
func TestASecretThatIsWrongIsSaidAloud(t *testing.T) {
	t.Parallel()
	p, log := loggedPortal(t, mockidp.V2, func(c *franceconnect.Config) { c.ClientSecret = franceconnect.Secret(strings.Repeat("0", 64)) })
	b := newBrowser(t)
	require.Equal(t, "token.refused", b.open(b.leave(p, "/")).Reason)
	w := log()[0]
	require.Equal(t, "ERROR", w.Level)
	require.Regexp(t, aSecret, w.Advice)
	require.Equal(t, http.StatusInternalServerError, franceconnect.StatusCode(p.told("callback")[0].Err))
}

// FranceConnect signs with HS256 if the client is registered for it. Nobody else has
// the secret: of any other HS256, it is as loud a forgery as ever.
func TestAClientRegisteredForHS256IsToldSoAndAForgerIsNot(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		scenario mockidp.Scenario
		alg      string // registered
		reason   string
		kind     error
		advice   string
	}{
		{mockidp.Scenario{}, "HS256", "id_token.hs256", franceconnect.ErrMisconfigured, "Côté inscription : FranceConnect signe ce jeton en HS256"},
		{mockidp.Scenario{UserInfo: mockidp.TokenChange{Alg: "HS256"}}, "ES256", "userinfo.hs256", franceconnect.ErrMisconfigured, "Côté inscription : FranceConnect signe ce jeton en HS256"},
		{mockidp.Scenario{IDToken: mockidp.TokenChange{Alg: "HS256", Key: "other"}}, "ES256", "id_token.alg", franceconnect.ErrVerification, "À examiner"},
		{mockidp.Scenario{UserInfo: mockidp.TokenChange{Alg: "HS256", Key: "other"}}, "ES256", "userinfo.alg", franceconnect.ErrVerification, "À examiner"},
		{mockidp.Scenario{IDToken: mockidp.TokenChange{Alg: "HS512"}}, "ES256", "id_token.alg", franceconnect.ErrVerification, "À examiner"},
		{mockidp.Scenario{IDToken: mockidp.TokenChange{Alg: "none"}}, "ES256", "id_token.format", franceconnect.ErrVerification, "À examiner"},
	} {
		var log portaltest.Log
		write := franceconnect.LogEvents(slog.New(slog.NewTextHandler(&log, nil)))
		p := newPortalOn(t, mockidp.V2, func(c *mockidp.Client) { c.SigningAlg = test.alg }, func(c *franceconnect.Config) {
			c.NextClientSecret = nextSecret
			observe := c.Observe
			c.Observe = func(ctx context.Context, e franceconnect.Event) { observe(ctx, e); write(ctx, e) }
		})
		for _, secret := range []franceconnect.Secret{p.config.ClientSecret, nextSecret} { // whichever is taken
			p.idp.ChangeSecret(p.config.ClientID, string(secret))
			p.idp.Next(test.scenario)
			b := newBrowser(t)
			o := b.open(b.leave(p, "/"))
			require.Equal(t, test.reason, o.Reason)
			require.Empty(t, o.Subject, "it is not believed either way")
		}
		told := p.told("callback")
		require.Len(t, told, 2)
		for _, e := range told {
			require.ErrorIs(t, e.Err, test.kind, test.reason)
			french, english := franceconnect.OperatorAdvice(e.Err)
			require.Contains(t, strings.ReplaceAll(french, "\u00a0", " "), test.advice)
			require.Equal(t, test.kind == franceconnect.ErrVerification, strings.Contains(english, "attack"))
		}
		require.Equal(t, 2, strings.Count(log.String(), "level=ERROR "))
	}
}

func TestOfNoErrorThereIsNothingToSay(t *testing.T) {
	t.Parallel()
	french, english := franceconnect.UserMessage(nil)
	require.Empty(t, french+english)
	french, english = franceconnect.OperatorAdvice(nil)
	require.Empty(t, french+english)
	require.Equal(t, http.StatusOK, franceconnect.StatusCode(nil))
	require.Empty(t, franceconnect.ConfigErrors(nil))
}

// The table and Callback agree on what comes back through the browser, and on
// what the person is told then.
func TestTheTableSaysWhatComesThroughTheBrowser(t *testing.T) {
	t.Parallel()
	p := newPortal(t, nil)
	reasons := map[string][]string{}
	for _, c := range codes.All() {
		o := newBrowser(t).forge(p, url.Values{"error": {c.Name}})
		if c.Where == codes.Callback {
			reasons[o.Reason] = append(reasons[o.Reason], c.Name)
			require.Equal(t, c.Citizen.French, o.Message, c.Name)
		} else if c.Where != codes.Page { // which old servers sent back
			require.Equal(t, "callback.unknown", o.Reason, c.Name)
		}
	}
	require.Equal(t, map[string][]string{
		"callback.denied":      {"access_denied"},
		"callback.restart":     {"server_error", "invalid_request"},
		"callback.unavailable": {"temporarily_unavailable"},
		"callback.refused":     {"invalid_scope", "invalid_acr", "invalid_idp_hint", "Y030032", "unsupported_response_type", "unauthorized_client"},
	}, reasons)
}
