package conform

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// wayInAndOut is a whole visit.
func wayInAndOut(t *testing.T, town *town) {
	v := newVisitor(t, town)
	home := v.Get("/")
	require.Contains(t, home.Body, "S’identifier avec")
	require.Empty(t, v.who())
	origin := strings.TrimSuffix(town.idp.Issuer(), "/api/v2")
	require.Contains(t, home.Header.Get("Content-Security-Policy"), "form-action 'self' "+origin+";")
	require.Equal(t, "no-store", home.Header.Get("Cache-Control"))
	style := v.Get("/style.css")
	require.True(t, strings.HasPrefix(style.Header.Get("Content-Type"), "text/css"))
	require.Contains(t, style.Body, ".franceconnect-button")

	account := v.signIn()
	require.Contains(t, account.Body, "Se déconnecter")
	gone := v.Submit(account)
	if !town.AtOnce { // otherwise it was signed out of FranceConnect before
		gone = v.throughFranceConnect(gone)
	}
	require.Len(t, town.asked("/session/end"), 1)
	require.Equal(t, http.StatusOK, gone.Status)
	require.Equal(t, "/franceconnect/logout", gone.At.Path)
	require.Equal(t, !town.AtOnce, strings.Contains(gone.Body, "Vous êtes déconnecté de ce portail et de FranceConnect"), gone.Body)
	require.Empty(t, v.who())
	for _, r := range town.asked("/authorize") {
		require.Equal(t, town.client.RedirectURIs, r.Params["redirect_uri"])
	}
}

// tellsWhatWentWrong looks at the pages of logins that fail.
func tellsWhatWentWrong(t *testing.T, town *town) {
	for _, failure := range []struct {
		answer mockidp.Scenario
		err    error
	}{
		{mockidp.Scenario{Cancel: true}, franceconnect.ErrDenied},
		{mockidp.Scenario{Error: "server_error", ErrorDescription: "camille.lestang@example.fr"}, franceconnect.ErrLoginExpired},
		{mockidp.Scenario{IDToken: mockidp.TokenChange{Key: "other"}}, franceconnect.ErrVerification},
		{mockidp.Scenario{UserInfo: mockidp.TokenChange{Claims: map[string]any{"sub": strings.Repeat("0", 64) + "v1"}}}, franceconnect.ErrVerification},
		{mockidp.Scenario{TokenFault: mockidp.Fault{Status: http.StatusInternalServerError, Body: "Vautrin"}}, franceconnect.ErrUnavailable},
	} {
		town.idp.Next(failure.answer)
		v := newVisitor(t, town)
		p := v.Get("/franceconnect/login?next=/mon-compte")
		require.Equal(t, "/franceconnect/callback", p.At.Path)
		require.Equal(t, franceconnect.StatusCode(failure.err), p.Status, p.Body)
		french, english := franceconnect.UserMessage(failure.err)
		require.Contains(t, p.Body, french)
		require.Contains(t, p.Body, english)
		for _, private := range []string{"Camille", "VAUTRIN", "Vautrin", "Lestang", "example.fr", "1984", p.At.Query().Get("state"), "code="} {
			require.NotContains(t, p.Body, private)
		}
		require.Empty(t, v.who())
		require.Len(t, v.cookies(), strangersCookies(t, town), "the login's cookie is gone")
	}
}

// strangersCookies returns how many cookies the portal gives to whom it does not know.
func strangersCookies(t *testing.T, town *town) int {
	v := newVisitor(t, town)
	v.Get("/")
	return len(v.cookies())
}

// callbackIsUsedOnce opens the address of a callback again.
func callbackIsUsedOnce(t *testing.T, town *town) {
	v := newVisitor(t, town)
	v.signIn()
	var callback *url.URL
	for _, u := range v.Trail {
		if u.Path == "/franceconnect/callback" {
			callback = u
		}
	}
	other := newVisitor(t, town)
	require.Equal(t, http.StatusBadRequest, other.Get(callback.String()).Status)
	require.Empty(t, other.who())

	again := v.Get(callback.String())
	require.Equal(t, http.StatusBadRequest, again.Status)
	french, _ := franceconnect.UserMessage(franceconnect.ErrLoginExpired)
	onward, _, found := strings.Cut(again.Body, french)
	require.True(t, found)
	require.Contains(t, onward, `<a href="/">Continuer`, "before anything else")
	require.Contains(t, v.Get("/").Text(), "Camille", "where they are told that they are signed in")
	require.Equal(t, "Camille Rose Ariane VAUTRIN", v.who(), "still who they were")
	require.Len(t, town.asked("/token"), 1, "FranceConnect was not asked again")
}

// callbackOfAnotherBrowser has somebody open what belongs to an attacker.
func callbackOfAnotherBrowser(t *testing.T, town *town) {
	attacker := newVisitor(t, town)
	attacker.Stop = "/franceconnect/callback"
	attacker.Get("/franceconnect/login?next=/mon-compte")
	callback := attacker.Trail[len(attacker.Trail)-1]
	require.Equal(t, "/franceconnect/callback", callback.Path)

	victim := newVisitor(t, town)
	require.Equal(t, http.StatusBadRequest, victim.Get(callback.String()).Status)
	victim.Stop = "/api/v2/authorize"
	victim.Get("/franceconnect/login") // with a login of its own that is open
	victim.Stop = ""
	require.Equal(t, http.StatusBadRequest, victim.Get(callback.String()).Status)
	require.Empty(t, victim.who())
}

// abandonedLogins leaves so many logins, with so long a way to go on to, that
// their cookies are as wide as the SDK lets them be.
func abandonedLogins(t *testing.T, town *town) {
	v := newVisitor(t, town)
	v.Stop = "/api/v2/authorize"
	for range 8 {
		v.Get("/franceconnect/login?next=/" + strings.Repeat("a", 400))
	}
	v.Stop = ""
	logins := slices.DeleteFunc(v.cookies(), func(k *http.Cookie) bool { return !strings.Contains(k.Name, "fc-") })
	require.Len(t, logins, 3)
	width := 0
	for _, k := range logins {
		width += len(k.Name) + len(k.Value) + len("=; ")
	}
	require.LessOrEqual(t, width, 3000, "the oldest ones were deleted: each Set-Cookie arrived")
	v.signIn()
	require.Less(t, v.widest, 4<<10, "servers take 8 kB, and the portal has cookies of its own")
}

// longWayBack goes on to an address of 1024 bytes, the longest that a login takes.
func longWayBack(t *testing.T, town *town) {
	next := town.account() + "?"
	next += strings.Repeat("a", 1024-len(next))
	v := newVisitor(t, town)
	p := v.Get("/franceconnect/login?next=" + url.QueryEscape(next))
	if town.AtOnce {
		p = v.throughFranceConnect(p)
	}
	require.Equal(t, next, p.At.RequestURI())
	require.Equal(t, "Camille Rose Ariane VAUTRIN", v.who())
}

// switchedOff has FranceConnect switched off, by an administrator.
func switchedOff(t *testing.T, on *town) {
	town := newTown(t, on.Portal, on.way, franceconnect.Config{Disabled: true})
	v := newVisitor(t, town)
	home := v.Get("/")
	require.Equal(t, http.StatusOK, home.Status)
	require.NotContains(t, home.Body, "franceconnect")
	for _, path := range []string{"/franceconnect/login", "/franceconnect/callback?code=a&state=b"} {
		require.Equal(t, http.StatusNotFound, v.Get(path).Status, path)
	}
	require.Empty(t, v.who())
}
