package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

func TestALoginUnderWayDuringAReload(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bourg := w.towns(mockidp.V2, "bourg")[0]
	for name, c := range map[string]struct {
		before, after map[string]any
		status        int
	}{
		"nothing changed":        {nil, nil, http.StatusOK},
		"a secret that is right": {map[string]any{"client_secret": strings.Repeat("0", 64)}, nil, http.StatusOK},
		"a secret that is wrong": {nil, map[string]any{"client_secret": strings.Repeat("0", 64)}, http.StatusInternalServerError},
		"a new key in front":     {map[string]any{"keys": []string{key(1)}}, map[string]any{"keys": []string{key(2), key(1)}}, http.StatusOK},
		"a new key alone":        {map[string]any{"keys": []string{key(1)}}, map[string]any{"keys": []string{key(2)}}, http.StatusBadRequest},
		"keys of its own":        {nil, map[string]any{"keys": []string{key(2)}}, http.StatusBadRequest},
	} {
		w.write("bourg.json", bourg.text(c.before))
		w.reload()
		v := w.visitor(bourg.url())
		callback := v.leave()
		w.write("bourg.json", bourg.text(c.after))
		w.reload()
		a := v.get(callback)
		require.Equal(t, c.status, a.status, name)
		require.Equal(t, c.status == http.StatusOK, v.signedIn(), name)
		if c.status == http.StatusBadRequest {
			require.Contains(t, a.body, "Veuillez recommencer", name)
			v.signIn()
		}
	}
}

func TestASecretInAFileOrAVariable(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bourg := w.towns(mockidp.V2, "bourg")[0]
	secret := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(secret, []byte(strings.Repeat("0", 64)+"\n"), 0o600))
	w.write("bourg.json", bourg.text(map[string]any{"client_secret": nil, "client_secret_file": secret}))
	w.reload()
	require.Equal(t, http.StatusInternalServerError, w.visitor(bourg.url()).get("/connexion").status)

	// It is renewed where it is, and the JSON stays as it is.
	require.NoError(t, os.WriteFile(secret, []byte(bourg.secret+"\n"), 0o600))
	require.Len(t, lines(w.said(w.reload), "organisation"), 1)
	w.visitor(bourg.url()).signIn()
	require.NoError(t, os.WriteFile(secret, nil, 0o600)) // half written
	require.Len(t, lines(w.said(w.reload), "refused"), 1)
	w.visitor(bourg.url()).signIn()
	require.NoError(t, os.Remove(secret))
	require.Len(t, lines(w.said(w.reload), "refused"), 1)
	w.visitor(bourg.url()).signIn()

	w.vars["SECRET_DE_BOURG"] = bourg.secret
	w.write("bourg.json", bourg.text(map[string]any{"client_secret": nil, "client_secret_variable": "SECRET_DE_BOURG"}))
	w.reload()
	w.visitor(bourg.url()).signIn()
}

func TestKeysInAFileAreRenewedWhereTheyAre(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bourg := w.towns(mockidp.Plus, "bourg")[0]
	keys := filepath.Join(t.TempDir(), "keys")
	require.NoError(t, os.WriteFile(keys, decryptionKeys, 0o600))
	w.write("bourg.json", bourg.text(map[string]any{"platform": "plus", "decryption_keys": keys}))
	w.reload()
	v := w.visitor(bourg.url())
	v.signIn()
	require.NoError(t, os.WriteFile(keys, []byte(with(t, string(decryptionKeys), `"rfc"`, `"renewed"`)), 0o600))
	w.reload()
	require.Contains(t, v.get(keysPath).body, `"renewed"`)
	require.NotContains(t, v.get(keysPath).body, "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE")
	w.visitor(bourg.url()).signIn()
}
