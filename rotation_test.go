package franceconnect_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// keyPlatforms are those that publish keys.
var keyPlatforms = []mockidp.Platform{mockidp.V2, mockidp.Plus}

// FranceConnect's kids are labels of a hardware module.
func TestAKeyThatChangesUnderItsNameLosesNobody(t *testing.T) {
	t.Parallel()
	for _, platform := range keyPlatforms {
		for _, alg := range []string{"ES256", "RS256"} {
			if platform == mockidp.Plus && alg == "RS256" {
				continue // it has no such key
			}
			p, b := newPortalOn(t, platform, func(c *mockidp.Client) { c.SigningAlg = alg }, nil), newBrowser(t)
			require.Empty(t, b.open(b.leave(p, "/")).Reason)
			for range 3 {
				p.idp.RotateUnderSameKIDs()
				require.Empty(t, b.open(b.leave(p, "/")).Reason) // how soon, internal/provider measures by a clock of its own
				require.Empty(t, b.open(b.leave(p, "/")).Reason)
			}
			require.Equal(t, 4, p.asked("/jwks"))
		}
	}
}

// Between the two tokens of one login, too.
func TestAKeyThatChangesDuringALoginLosesNobody(t *testing.T) {
	t.Parallel()
	for _, platform := range keyPlatforms {
		for _, sameName := range []bool{true, false} {
			var p *portal
			var once sync.Once
			p = newPortalOn(t, platform, nil, func(c *franceconnect.Config) {
				c.HTTPClient = &http.Client{Transport: tripper(func(r *http.Request) (*http.Response, error) {
					if r.URL.Path == "/api/v2/userinfo" {
						once.Do(func() {
							if sameName {
								p.idp.RotateUnderSameKIDs()
							} else {
								p.idp.Rotate()
							}
						})
					}
					return portaltest.Web.RoundTrip(r)
				})}
			})
			b := newBrowser(t)
			require.Empty(t, b.open(b.leave(p, "/")).Reason)
			require.Equal(t, 2, p.asked("/jwks"))
		}
	}
}

// Every place of Config.MaxCalls is taken by a login that needs the new keys: their
// fetch is none of those calls, and waits for none.
func TestAKeyThatChangesWhileAllCallsAreTakenLosesNobody(t *testing.T) {
	t.Parallel()
	for _, platform := range keyPlatforms {
		for _, most := range []int{1, 4} {
			var p *portal
			var arrived sync.WaitGroup
			arrived.Add(most)
			changed := make(chan struct{})
			p = newPortalOn(t, platform, nil, func(c *franceconnect.Config) {
				c.MaxCalls = most
				c.HTTPClient = &http.Client{Transport: tripper(func(r *http.Request) (*http.Response, error) {
					if r.Method == http.MethodPost {
						arrived.Done()
						<-changed
					}
					return portaltest.Web.RoundTrip(r)
				})}
			})
			_ = p.fc.Ready(t.Context()) // on FranceConnect+ it warns of our own keys
			require.Equal(t, 1, p.asked("/jwks"), "the keys of before are held")
			var all sync.WaitGroup
			reasons := make([]string, most)
			for i := range most {
				b := newBrowser(t)
				back := b.leave(p, "/")
				all.Go(func() { reasons[i] = b.open(back).Reason })
			}
			arrived.Wait()
			late := newBrowser(t)
			require.Equal(t, "calls.full", late.open(late.leave(p, "/")).Reason, "the bound is reached")
			p.idp.RotateUnderSameKIDs()
			close(changed)
			all.Wait()
			require.Equal(t, make([]string, most), reasons)
			require.Equal(t, 2, p.asked("/jwks"))
		}
	}
}

func TestAPoisonedKeySetIsForgottenWithTheNextGoodOne(t *testing.T) {
	t.Parallel()
	for _, platform := range keyPlatforms {
		p, b := newPortalOn(t, platform, nil, nil), newBrowser(t)
		for _, day := range mockidp.BadDays() {
			switch day.Name {
			case "keys-replaced":
				p.idp.Next(day.Scenario)
				require.Empty(t, b.open(b.leave(p, "/")).Reason)
			case "jwks-poisoned":
				p.idp.Next(day.Scenario)
				require.Equal(t, "id_token.signature", b.open(b.leave(p, "/")).Reason)
			}
		}
		require.Empty(t, b.open(b.leave(p, "/")).Reason)
	}
}

// HS256 has no published key.
func TestAForgedTokenOfV1AsksForNoKeys(t *testing.T) {
	t.Parallel()
	p, b := newPortalOn(t, mockidp.V1, nil, func(c *franceconnect.Config) { c.Scopes = []string{"openid"} }), newBrowser(t)
	p.idp.Next(mockidp.Scenario{IDToken: mockidp.TokenChange{Key: "other"}})
	require.Equal(t, "id_token.signature", b.open(b.leave(p, "/")).Reason)
	require.Zero(t, p.asked("/jwks"))
}

// The goroutine of a fetch is nobody's: a panic there would end the process.
func TestAPanicOfThePortalsDuringTheFetchOfTheKeysLosesNoLogin(t *testing.T) {
	t.Parallel()
	blow := func(of string) {
		if of == "keys" {
			panic("boom")
		}
	}
	for name, change := range map[string]func(*franceconnect.Config){
		"Observe": func(c *franceconnect.Config) {
			c.Observe = func(_ context.Context, e franceconnect.Event) { blow(e.Operation) }
		},
		"Trace": func(c *franceconnect.Config) {
			c.Trace = func(ctx context.Context, operation string) (context.Context, func(franceconnect.Event)) {
				blow(operation)
				return ctx, nil
			}
		},
		"the end of Trace": func(c *franceconnect.Config) {
			c.Trace = func(ctx context.Context, operation string) (context.Context, func(franceconnect.Event)) {
				return ctx, func(franceconnect.Event) { blow(operation) }
			}
		},
	} {
		p, b := newPortal(t, change), newBrowser(t)
		require.Empty(t, b.open(b.leave(p, "/")).Reason, name)
	}
	var once sync.Once
	p, b := newPortal(t, func(c *franceconnect.Config) {
		c.HTTPClient = &http.Client{Transport: tripper(func(r *http.Request) (*http.Response, error) {
			if r.URL.Path == "/api/v2/jwks" {
				once.Do(func() { blow("keys") })
			}
			return portaltest.Web.RoundTrip(r)
		})}
	}), newBrowser(t)
	require.Empty(t, b.open(b.leave(p, "/")).Reason)
	<-p.keysTold
	require.ErrorContains(t, p.told("keys")[0].Err, "the transport of Config.HTTPClient panicked")
}

// Observe asks whether FranceConnect is back.
func TestObserveMayAskReadyAboutTheKeys(t *testing.T) {
	t.Parallel()
	var p *portal
	said := make(chan error, 1)
	p = newPortal(t, func(c *franceconnect.Config) {
		var once sync.Once
		c.Observe = func(ctx context.Context, e franceconnect.Event) {
			if e.Operation == "keys" {
				once.Do(func() {
					p.idp.ClearFault("/jwks")
					said <- p.fc.Ready(ctx)
				})
			}
		}
	})
	p.idp.InjectFault("/jwks", mockidp.Fault{Status: http.StatusServiceUnavailable})
	require.ErrorIs(t, p.fc.Ready(t.Context()), franceconnect.ErrUnavailable)
	require.NoError(t, <-said)
}

// A closed tab, another network: nobody has to do anything about it. What a
// transport or a Store makes of it is theirs.
func TestAPersonWhoLeavesIsNoOutageAndNoAdvice(t *testing.T) {
	t.Parallel()
	for name, leave := range map[string]func(context.Context, *franceconnect.Config, func()){
		"during the token call": func(ctx context.Context, c *franceconnect.Config, leave func()) {
			c.HTTPClient = &http.Client{Transport: tripper(func(r *http.Request) (*http.Response, error) {
				leave()
				return portaltest.Web.RoundTrip(r)
			})}
		},
		"during the token call of a transport with its own words": func(ctx context.Context, c *franceconnect.Config, leave func()) {
			c.HTTPClient = &http.Client{Transport: tripper(func(r *http.Request) (*http.Response, error) {
				if r.URL.Path == "/api/v2/token" {
					leave()
					return nil, errors.New("aborted")
				}
				return portaltest.Web.RoundTrip(r)
			})}
		},
		"while the Store is asked": func(_ context.Context, c *franceconnect.Config, leave func()) { c.Store = leavingStore{leave} },
		"while the keys are fetched": func(ctx context.Context, c *franceconnect.Config, leave func()) {
			c.HTTPClient = &http.Client{Transport: tripper(func(r *http.Request) (*http.Response, error) {
				if r.URL.Path == "/api/v2/jwks" {
					<-ctx.Done() // it has left
				}
				return portaltest.Web.RoundTrip(r)
			})}
			c.Trace = func(ctx context.Context, operation string) (context.Context, func(franceconnect.Event)) {
				return ctx, func(franceconnect.Event) {
					if operation == "token" {
						leave()
					}
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			var log portaltest.Log
			p, b := newPortal(t, func(c *franceconnect.Config) {
				leave(ctx, c, cancel)
				write := franceconnect.LogEvents(slog.New(slog.NewTextHandler(&log, nil)))
				c.Observe = func(ctx context.Context, e franceconnect.Event) {
					switch {
					case e.Operation == "callback":
						write(ctx, e)
					case e.Operation == "token" && e.Err != nil:
						require.ErrorIs(t, e.Err, context.Canceled)
					}
				}
			}), newBrowser(t)
			back := httptest.NewRequest(http.MethodGet, b.leave(p, "/"), nil)
			for _, k := range b.cookies(p) {
				back.AddCookie(k)
			}
			_, err := p.fc.Callback(httptest.NewRecorder(), back.WithContext(ctx))
			require.ErrorIs(t, err, context.Canceled)
			require.Contains(t, log.String(), "level=INFO ")
			require.NotContains(t, log.String(), "advice")
			french, english := franceconnect.OperatorAdvice(err)
			require.Empty(t, french+english)
			w := httptest.NewRecorder()
			p.fc.HealthHandler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
			require.Equal(t, http.StatusOK, w.Code)
		})
	}
}

// A tripper is a transport of the portal's.
type tripper func(*http.Request) (*http.Response, error)

func (f tripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// A leavingStore is one whose person leaves while it is asked.
type leavingStore struct{ leave func() }

func (leavingStore) Put(context.Context, string, []byte, time.Duration) error { return nil }

func (s leavingStore) Take(context.Context, string) ([]byte, bool, error) {
	s.leave()
	return nil, false, errors.New("connection closed")
}

// FranceConnect refuses a hint of a key that it no longer has, on a page that leads
// nowhere.
func TestAPersonWhoseKeyWasWithdrawnStaysAtThePortalWhenTheySignOut(t *testing.T) {
	t.Parallel()
	for _, platform := range keyPlatforms {
		for name, rotate := range map[string]func(*mockidp.Provider){
			"under another name": (*mockidp.Provider).Rotate,
			"under its name":     (*mockidp.Provider).RotateUnderSameKIDs,
		} {
			p, b := newPortalOn(t, platform, nil, nil), newBrowser(t)
			require.Empty(t, b.open(b.leave(p, "/")).Reason)
			require.True(t, b.open(b.logout(p)).LoggedOut, "with the key that is published")
			require.Equal(t, 1, p.asked("/jwks"), "which was fetched just now")

			b.open(b.leave(p, "/"))
			rotate(p.idp)
			other := newBrowser(t) // whose login brings the new key, and whose hint is not meant
			p.mu.Lock()
			old := p.hint
			p.mu.Unlock()
			require.Empty(t, other.open(other.leave(p, "/")).Reason, name)
			p.mu.Lock()
			p.hint = old
			p.mu.Unlock()
			asked := p.asked("/session/end")
			res, err := b.PostForm(p.URL+"/logout", nil)
			require.NoError(t, err)
			require.NoError(t, res.Body.Close())
			require.Equal(t, asked, p.asked("/session/end"), "the person was not sent there")
			err = p.told("logout")[1].Err
			require.ErrorIs(t, err, franceconnect.ErrStillOpen)
			require.ErrorContains(t, err, "logout.hint")
			require.Equal(t, http.StatusOK, franceconnect.StatusCode(err))
			french, _ := franceconnect.UserMessage(err)
			require.Contains(t, french, "Votre session FranceConnect est peut-être encore ouverte")

			// What the page says to do ends it.
			require.Empty(t, b.open(b.leave(p, "/")).Reason)
			require.True(t, b.open(b.logout(p)).LoggedOut)
		}
	}
}

// A quiet portal has keys of some minutes ago.
func TestASignOutLooksAtKeysOfTheLastMinute(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		idp, err := mockidp.New(mockidp.Config{Auto: true, Origin: "https://mock.test"})
		require.NoError(t, err)
		asked, down := 0, false
		config, err := franceconnect.ConfigFromEnv("FRANCECONNECT_", idp.Getenv("http://localhost:8080/callback", ""))
		require.NoError(t, err)
		web := inProcess{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/api/v2/jwks" {
				if asked++; down {
					time.Sleep(time.Hour)
				}
			}
			idp.ServeHTTP(w, r)
		})}
		config.HTTPClient = &http.Client{Transport: web}
		fc, err := franceconnect.New(config)
		require.NoError(t, err)
		hint := func() franceconnect.IDTokenHint {
			w := httptest.NewRecorder()
			require.NoError(t, fc.Login(w, httptest.NewRequest(http.MethodGet, "/login", nil), franceconnect.LoginRequest{}))
			b := newBrowser(t)
			b.Transport = web
			back := httptest.NewRequest(http.MethodGet, b.location(b.Get(w.Header().Get("Location"))), nil)
			for _, k := range w.Result().Cookies() {
				back.AddCookie(k)
			}
			s, err := fc.Callback(httptest.NewRecorder(), back)
			require.NoError(t, err)
			return s.IDTokenHint
		}
		logout := func(hint franceconnect.IDTokenHint) error {
			return fc.Logout(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/logout", nil), hint)
		}
		first := hint()
		time.Sleep(time.Minute)
		require.NoError(t, logout(first))
		require.Equal(t, 1, asked, "a minute is recent")
		idp.RotateUnderSameKIDs()
		time.Sleep(time.Second)
		for range 100 {
			require.ErrorIs(t, logout(first), franceconnect.ErrStillOpen)
		}
		require.Equal(t, 2, asked)

		second := hint()
		time.Sleep(2 * time.Minute)
		down = true
		start := time.Now()
		require.NoError(t, logout(second), "it is sent, for want of keys")
		require.Equal(t, 3*time.Second, time.Since(start))
		time.Sleep(time.Hour)
	})
}

// A portal has moved from v1 to v2, and somebody is still signed in from before.
func TestAHintOfAnotherPlatformIsNotSentToFranceConnect(t *testing.T) {
	t.Parallel()
	config := good()
	header, claims := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256"}`)), base64.RawURLEncoding.EncodeToString([]byte(`{}`))
	mac := hmac.New(sha256.New, []byte(config.ClientSecret))
	mac.Write([]byte(header + "." + claims))
	for _, signature := range [][]byte{mac.Sum(nil), make([]byte, sha256.Size)} { // with the secret of today, and of before
		w := httptest.NewRecorder()
		hint := franceconnect.IDTokenHint(header + "." + claims + "." + base64.RawURLEncoding.EncodeToString(signature))
		err := clientOf(t, config).Logout(w, httptest.NewRequest(http.MethodPost, "/logout", nil), hint)
		require.ErrorIs(t, err, franceconnect.ErrStillOpen)
		require.Empty(t, w.Header().Get("Location"))
	}
}
