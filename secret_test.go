package franceconnect_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

const (
	nextSecret  = franceconnect.Secret("a1e57a1e57a1e57a1e57a1e57a1e57a1e57a1e57a1e57a1e57a1e57a1e57a1e5")
	wrongSecret = franceconnect.Secret("0badc0de0badc0de0badc0de0badc0de0badc0de0badc0de0badc0de0badc0de")
)

// withNext is a portal that has the next secret beside the present one.
func withNext(c *franceconnect.Config) { c.NextClientSecret = nextSecret }

// reasons are those of the events of a stage.
func (p *portal) reasons(t *testing.T, stage string) (all []string) {
	for _, e := range p.told(stage) {
		all = append(all, reason(t, e.Err))
	}
	return all
}

func TestASecretChangesWithoutALostLogin(t *testing.T) {
	t.Parallel()
	for _, platform := range keyPlatforms {
		p, b := newPortalOn(t, platform, nil, withNext), newBrowser(t)
		login := func(posts int) {
			t.Helper()
			before := p.asked("/token")
			require.Empty(t, b.open(b.leave(p, "/")).Reason)
			require.Equal(t, posts, p.asked("/token")-before)
		}
		login(1)
		require.Empty(t, p.told("secret"), "nothing changed")

		back := b.leave(p, "/") // whose code is from before
		p.idp.ChangeSecret(p.config.ClientID, string(nextSecret))
		require.Empty(t, b.open(back).Reason)
		require.Equal(t, []string{"secret.next"}, p.reasons(t, "secret"))
		login(1) // and the one that was taken goes first from then on
		login(1)

		p.idp.ChangeSecret(p.config.ClientID, string(p.config.ClientSecret)) // called off
		login(2)
		login(1)
		require.Equal(t, []string{"secret.next", "secret.present"}, p.reasons(t, "secret"))
	}
}

func TestAllWhoComeBackWhileTheSecretChangesSignInAndItIsToldOnce(t *testing.T) {
	t.Parallel()
	p := newPortal(t, withNext)
	var backs []string
	var browsers []*browser
	for range 20 {
		b := newBrowser(t)
		browsers, backs = append(browsers, b), append(backs, b.leave(p, "/"))
	}
	p.idp.ChangeSecret(p.config.ClientID, string(nextSecret))
	reasons := make([]string, len(backs))
	var all sync.WaitGroup
	for i, b := range browsers {
		all.Go(func() { reasons[i] = b.open(backs[i]).Reason })
	}
	all.Wait()
	require.Equal(t, make([]string, len(backs)), reasons)
	require.Equal(t, []string{"secret.next"}, p.reasons(t, "secret"))
	require.LessOrEqual(t, p.asked("/token"), 2*len(backs))
}

// invalid_client is said of other things than the secret.
func TestTheOtherSecretIsTriedForAWrongSecretAlone(t *testing.T) {
	t.Parallel()
	answer := func(status int, code, y string) mockidp.Fault {
		body, err := json.Marshal(map[string]string{"error": code, "error_description": "refused", "error_uri": "https://docs.example.fr/?code=" + y + "&id=x"})
		require.NoError(t, err)
		return mockidp.Fault{Status: status, Body: string(body)}
	}
	for name, test := range map[string]struct {
		fault mockidp.Fault
		posts int
	}{
		"wrong secret":                 {answer(401, "invalid_client", "Y0434A7B"), 2},
		"wrong secret without a code":  {answer(401, "invalid_client", ""), 2},
		"unknown client":               {answer(401, "invalid_client", "Y0479FCE"), 1},
		"no secret":                    {answer(401, "invalid_client", "Y044D82C"), 1},
		"the portal's keys":            {answer(400, "invalid_client_metadata", "Y044D511"), 1},
		"a used code":                  {answer(400, "invalid_grant", "Y0416228"), 1},
		"a request":                    {answer(400, "invalid_request", "Y048017B"), 1},
		"another code of another name": {answer(401, "unauthorized_client", "Y0434A7B"), 1},
		"an outage":                    {answer(503, "invalid_client", "Y0434A7B"), 1},
		"too much":                     {answer(429, "invalid_client", "Y0434A7B"), 1},
		"a page":                       {mockidp.Fault{Status: 401, Body: "<html>invalid_client"}, 1},
		"a cut connection":             {mockidp.Fault{Reset: true}, 1},
	} {
		p, b := newPortal(t, withNext), newBrowser(t)
		back := b.leave(p, "/")
		p.idp.InjectFault("/token", test.fault)
		require.NotEmpty(t, b.open(back).Reason, name)
		require.Equal(t, test.posts, p.asked("/token"), name)
		require.Empty(t, p.told("secret"), name)
	}
}

func TestWithoutANextSecretThereIsOnePost(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*franceconnect.Config){
		"none":     func(c *franceconnect.Config) { c.ClientSecret = wrongSecret },
		"the same": func(c *franceconnect.Config) { c.ClientSecret, c.NextClientSecret = wrongSecret, wrongSecret },
	} {
		p, b := newPortal(t, change), newBrowser(t)
		require.Equal(t, "token.refused", b.open(b.leave(p, "/")).Reason, name)
		require.Equal(t, 1, p.asked("/token"), name)
	}
}

func TestTwoWrongSecretsAreAnErrorAndTwoPosts(t *testing.T) {
	t.Parallel()
	p, b := newPortal(t, func(c *franceconnect.Config) { c.ClientSecret, c.NextClientSecret = wrongSecret, nextSecret }), newBrowser(t)
	for i := range 3 {
		require.Equal(t, "token.refused", b.open(b.leave(p, "/")).Reason)
		require.Equal(t, 2*(i+1), p.asked("/token"))
	}
	require.Empty(t, p.told("secret"))
	require.ErrorIs(t, p.told("callback")[0].Err, franceconnect.ErrMisconfigured)
	require.Len(t, p.told("token"), 6, "each of them is an event")
}

// A code that is over shows which secret is right, too.
func TestAnExpiredCodeShowsWhichSecretIsTaken(t *testing.T) {
	t.Parallel()
	p, b := newPortal(t, withNext), newBrowser(t)
	p.idp.ChangeSecret(p.config.ClientID, string(nextSecret))
	require.Equal(t, "token.over", b.forge(p, url.Values{"code": {strings.Repeat("A", 43)}}).Reason)
	require.Equal(t, []string{"secret.next"}, p.reasons(t, "secret"))
	require.Equal(t, 2, p.asked("/token"))
	require.Empty(t, b.open(b.leave(p, "/")).Reason)
	require.Equal(t, 3, p.asked("/token"))
}

func TestTheChangeOfASecretIsAWarningWithAdviceAndWithoutTheSecret(t *testing.T) {
	t.Parallel()
	var log portaltest.Log
	write := franceconnect.LogEvents(slog.New(slog.NewTextHandler(&log, nil)))
	p, b := newPortal(t, func(c *franceconnect.Config) {
		withNext(c)
		observe := c.Observe
		c.Observe = func(ctx context.Context, e franceconnect.Event) { observe(ctx, e); write(ctx, e) }
	}), newBrowser(t)
	for i, secret := range []franceconnect.Secret{nextSecret, p.config.ClientSecret} {
		p.idp.ChangeSecret(p.config.ClientID, string(secret))
		require.Empty(t, b.open(b.leave(p, "/")).Reason)
		told := p.told("secret")
		require.Len(t, told, i+1)
		french, english := franceconnect.OperatorAdvice(told[i].Err)
		require.Contains(t, french, "FRANCECONNECT_NEXT_CLIENT_SECRET")
		require.Contains(t, english, "FRANCECONNECT_NEXT_CLIENT_SECRET")
		require.NotRegexp(t, breakable, french)
	}
	require.Equal(t, 2, strings.Count(log.String(), "level=WARN msg=franceconnect stage=secret "))
	require.NotContains(t, log.String(), "level=ERROR")
	for _, secret := range []franceconnect.Secret{nextSecret, p.config.ClientSecret} {
		require.NotContains(t, log.String(), string(secret[:12]))
	}
}

// A server may repeat the secret that it was sent before.
func TestNeitherSecretIsInAnErrorThatRepeatsBoth(t *testing.T) {
	t.Parallel()
	const present = franceconnect.Secret("f00df00df00df00df00df00df00df00df00df00df00df00df00df00df00df00d")
	for _, wrong := range []bool{true, false} { // the one that is sent is either
		var sent []string
		p := newPortal(t, func(c *franceconnect.Config) {
			c.ClientSecret, c.NextClientSecret = present, nextSecret
			c.HTTPClient = &http.Client{Transport: tripper(func(r *http.Request) (*http.Response, error) {
				if !strings.HasSuffix(r.URL.Path, "/token") {
					return portaltest.Web.RoundTrip(r)
				}
				require.NoError(t, r.ParseForm())
				sent = append(sent, r.PostForm.Get("client_secret"))
				w, code := httptest.NewRecorder(), "invalid_request"
				if wrong {
					code = "invalid_client"
				}
				w.Code = http.StatusUnauthorized
				text, err := json.Marshal(map[string]string{"error": code, "error_description": "got " + string(present) + " and " + string(nextSecret) + " and that is all"})
				require.NoError(t, err)
				_, err = w.Write(text)
				require.NoError(t, err)
				return w.Result(), nil
			})}
		})
		b := newBrowser(t)
		b.open(b.leave(p, "/"))
		if wrong {
			require.Equal(t, []string{string(present), string(nextSecret)}, sent)
		}
		told := append(p.told("token"), p.told("callback")...)
		require.Len(t, told, len(sent)+1)
		for _, e := range told {
			text, err := json.Marshal(e.Err)
			require.NoError(t, err)
			require.Contains(t, string(text), "and that is all")
			for _, secret := range []franceconnect.Secret{present, nextSecret} {
				require.NotContains(t, string(text)+e.Err.Error(), string(secret[:12]))
			}
		}
	}
}

func TestANextSecretIsCheckedAsTheFirst(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		change          func(*franceconnect.Config)
		french, english string
	}{
		{func(c *franceconnect.Config) { c.NextClientSecret = "hush-hush\n" }, "retour à la ligne", "line break"},
		{func(c *franceconnect.Config) { c.NextClientSecret = "'hush-hush'" }, "entre guillemets", "in quotation marks"},
		{func(c *franceconnect.Config) {
			c.Environment, c.ClientSecret, c.NextClientSecret = franceconnect.IntegrationV1, wrongSecret, nextSecret
		}, "elle signe avec le secret", "it signs with the secret"},
	} {
		c := good()
		test.change(&c)
		_, err := franceconnect.New(c)
		wrong := franceconnect.ConfigErrors(err)
		require.Len(t, wrong, 1, test.english)
		require.Equal(t, "NextClientSecret", wrong[0].Field)
		require.Contains(t, wrong[0].French, test.french)
		require.Contains(t, wrong[0].English, test.english)
		require.NotRegexp(t, breakable, wrong[0].French)
		french, _ := franceconnect.OperatorAdvice(err)
		require.Contains(t, french, "Le champ «\u00a0Prochain secret (Client Secret)\u00a0» (NextClientSecret)")
	}
}
