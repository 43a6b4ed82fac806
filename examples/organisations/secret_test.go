package main

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

func TestNoSecretIsPrinted(t *testing.T) {
	t.Parallel()
	w, bourg := newTown(t)
	hautmont := w.towns(mockidp.Plus, "hautmont")[0]
	own := key(5)
	require.NoError(t, os.WriteFile(w.secret(bourg, "client-secret"), []byte(bourg.secret), 0o600))
	plus := map[string]any{"platform": "plus", "decryption_keys": decryptionKeys, "cookie_keys": []string{own}}
	var pages strings.Builder
	for _, text := range []string{
		bourg.text(nil),
		bourg.text(map[string]any{"client_secret": nil, "client_secret_file": "client-secret"}),
		bourg.text(map[string]any{"client_secret": nil, "client_secret_variable": bourg.secret}),
		bourg.text(map[string]any{"client_secret": bourg.secret + " " + bourg.secret}), // and other slips of the pen
		bourg.text(map[string]any{"client_id": bourg.secret + "\n"}),
		bourg.text(map[string]any{"environment": bourg.secret}),
		bourg.text(map[string]any{"level": bourg.secret, "button": bourg.secret, "platform": bourg.secret, "enabled": bourg.secret}),
		bourg.text(map[string]any{"redirect_url": "https://" + bourg.secret, "post_logout_redirect_url": bourg.secret}),
		bourg.text(map[string]any{"cookie_keys": []string{bourg.secret}, "decryption_keys": bourg.secret}),
		bourg.text(map[string]any{"client_secret": nil, "client_secret_file": bourg.secret, "decryption_keys": "/" + bourg.secret}),
		bourg.text(map[string]any{bourg.secret: ""}),
		with(t, bourg.text(nil), `"name"`, `"`+bourg.secret+`": "", "name"`),
		with(t, bourg.text(nil), `"bourg.example.fr"`, `"bourg.example.fr/`+bourg.secret+`"`),
		bourg.text(nil)[:strings.Index(bourg.text(nil), bourg.secret)+70],
	} {
		w.write("bourg.json", text)
		w.write("hautmont.json", hautmont.text(plus))
		w.reload()
		w.orgs.reload(w.t.Context(), true)
		for _, base := range []string{bourg.url(), hautmont.url()} {
			v := w.visitor(base)
			for _, path := range []string{"/connexion", "/", "/mon-compte", loggedOutPath, callbackPath, keysPath, "/style.css"} {
				a := v.Peek(path)
				fmt.Fprint(&pages, a.Header, a.Body)
				if a.Status < http.StatusMultipleChoices && path != keysPath {
					a = v.Get(path)
					fmt.Fprint(&pages, a.Header, a.Body)
				}
			}
			a := v.Get("/connexion")
			pages.WriteString(a.Body)
		}
	}
	fmt.Fprintf(&pages, "%v %+v %#v", w.orgs.keys, w.orgs.keys, w.orgs.keys)
	require.Contains(t, pages.String(), "Bonjour Camille")
	for _, secret := range []string{bourg.secret, hautmont.secret, own, "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"} {
		require.NotContains(t, w.log.String(), secret)
		require.NotContains(t, pages.String(), secret)
	}
	require.NotContains(t, w.log.String(), "Camille")
}

func TestOwnKeysAreAnothersNot(t *testing.T) {
	t.Parallel()
	keys, err := cookieKeys(" " + key(1) + ", " + key(2) + ",")
	require.NoError(t, err)
	first, err := franceconnect.ParseCookieKey(key(1))
	require.NoError(t, err)
	require.Len(t, keys, 2)
	require.True(t, first == keys[0])
	drawn, err := cookieKeys("")
	require.NoError(t, err)
	again, err := cookieKeys("")
	require.NoError(t, err)
	require.False(t, drawn[0] == again[0])
	_, err = cookieKeys("hello")
	require.ErrorContains(t, err, "FRANCECONNECT_COOKIE_KEYS")
	require.NotContains(t, err.Error(), "hello")
}
