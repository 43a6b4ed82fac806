package franceconnect_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
)

// off is a client that an administrator has switched off, whatever else is in
// its settings.
func off(t *testing.T, config franceconnect.Config) *franceconnect.Client {
	config.Disabled = true
	fc, err := franceconnect.New(config)
	require.NoError(t, err)
	return fc
}

func TestDisabledAnswers404AndHasNoButton(t *testing.T) {
	t.Parallel()
	on, err := franceconnect.New(func() franceconnect.Config {
		c := good()
		c.PostLogoutRedirectURL = "https://portail.example.fr/"
		return c
	}())
	require.NoError(t, err)
	before := httptest.NewRecorder() // whoever signed out just before it was switched off
	require.NoError(t, on.Logout(before, httptest.NewRequest("POST", "/", nil), "hint"))
	require.Len(t, before.Result().Cookies(), 1)

	var seen []franceconnect.Event
	for name, config := range map[string]franceconnect.Config{"empty": {}, "wrong": {ClientID: "a b"}, "whole": good()} {
		config.Observe = func(_ context.Context, e franceconnect.Event) { seen = append(seen, e) }
		fc := off(t, config)
		w := httptest.NewRecorder()
		get, post := httptest.NewRequest("GET", "/?state=x&code=y", nil), httptest.NewRequest("POST", "/", nil)
		errs := map[string]error{"login": fc.Login(w, get, franceconnect.LoginRequest{}), "logout": fc.Logout(w, post, "hint"), "ready": fc.Ready(t.Context())}
		_, errs["callback"] = fc.Callback(w, get)
		for stage, err := range errs {
			require.ErrorIs(t, err, franceconnect.ErrDisabled, name, stage)
			require.Equal(t, http.StatusNotFound, franceconnect.StatusCode(err), name, stage)
			french, english := franceconnect.UserMessage(err)
			require.Contains(t, french, "choisir un autre mode de connexion")
			require.Contains(t, english, "choose another way")
			french, _ = franceconnect.OperatorAdvice(err)
			require.Contains(t, french, "désactivé dans les réglages")
		}
		for _, k := range before.Result().Cookies() {
			get.AddCookie(k)
		}
		require.False(t, fc.LogoutCallback(w, get))
		require.Empty(t, w.Header().Values("Set-Cookie"), name)
		require.Empty(t, w.Header().Get("Location"), name)
		require.Empty(t, fc.Button(franceconnect.Button{Path: "/login"}), name)
		require.Empty(t, fc.ProviderOrigin(), name)
		require.Empty(t, fc.Platform(), name)
		require.False(t, fc.Available(), name)
		w = httptest.NewRecorder()
		fc.JWKSHandler().ServeHTTP(w, get)
		require.Equal(t, http.StatusNotFound, w.Code, name)
		w = httptest.NewRecorder()
		fc.HealthHandler().ServeHTTP(w, get)
		require.Equal(t, http.StatusNotFound, w.Code, name)
	}
	require.Len(t, seen, 3*4, "each stage is told")
}

func TestAnOrganisationIsSwitchedOffAlone(t *testing.T) {
	t.Parallel()
	var pool franceconnect.Pool
	fc, err := pool.New(good())
	require.NoError(t, err)
	other, err := pool.New(franceconnect.Config{Disabled: true})
	require.NoError(t, err)
	require.ErrorIs(t, other.Ready(t.Context()), franceconnect.ErrDisabled)
	require.NotEmpty(t, loginURL(t, fc, franceconnect.LoginRequest{}))
}

func TestSwitchedOffInTheSettingsNeedsNothingElse(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`{"enabled":false}`, `{"enabled":false,"environment":"nonsense","client_secret_file":"/nowhere","level":"9","button":"pink"}`} {
		config, err := franceconnect.ConfigFromJSON([]byte(text), nil)
		require.NoError(t, err)
		require.True(t, config.Disabled)
	}
	for value, disabled := range map[string]bool{"": false, "true": false, "1": false, "Oui": false, "yes": false, "false": true, "0": true, "non": true, "NO": true} {
		config, err := franceconnect.ConfigFromEnv("FRANCECONNECT_", environment("FRANCECONNECT_ENVIRONMENT", "sandbox", "FRANCECONNECT_ENABLED", value))
		require.NoError(t, err, value)
		require.Equal(t, disabled, config.Disabled, value)
	}
	_, err := franceconnect.ConfigFromEnv("FRANCECONNECT_", environment("FRANCECONNECT_ENVIRONMENT", "sandbox", "FRANCECONNECT_ENABLED", "peut-être"))
	require.ErrorContains(t, err, "FRANCECONNECT_ENABLED is neither true nor false")
}
