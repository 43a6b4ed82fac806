package main

import (
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

func TestALoginUnderWayDuringAReload(t *testing.T) {
	t.Parallel()
	w, bourg := newTown(t)
	for name, c := range map[string]struct {
		before, after map[string]any
		status        int
	}{
		"nothing changed":        {nil, nil, http.StatusOK},
		"a secret that is right": {map[string]any{"client_secret": strings.Repeat("0", 64)}, nil, http.StatusOK},
		"a secret that is wrong": {nil, map[string]any{"client_secret": strings.Repeat("0", 64)}, http.StatusInternalServerError},
		"a new key in front":     {map[string]any{"cookie_keys": []string{key(1)}}, map[string]any{"cookie_keys": []string{key(2), key(1)}}, http.StatusOK},
		"a new key alone":        {map[string]any{"cookie_keys": []string{key(1)}}, map[string]any{"cookie_keys": []string{key(2)}}, http.StatusBadRequest},
		"keys of its own":        {nil, map[string]any{"cookie_keys": []string{key(2)}}, http.StatusBadRequest},
	} {
		w.write("bourg.json", bourg.text(c.before))
		w.reload()
		v := w.visitor(bourg.url())
		callback := v.leave()
		w.write("bourg.json", bourg.text(c.after))
		w.reload()
		a := v.Get(callback)
		require.Equal(t, c.status, a.Status, name)
		require.Equal(t, c.status == http.StatusOK, v.signedIn(), name)
		if c.status == http.StatusBadRequest {
			require.Contains(t, a.Body, "Veuillez recommencer", name)
			v.signIn()
		}
	}
}

func TestASecretInAFileIsRenewedWhereItIs(t *testing.T) {
	t.Parallel()
	w, bourg := newTown(t)
	secret := w.secret(bourg, "client-secret")
	require.NoError(t, os.WriteFile(secret, []byte(strings.Repeat("0", 64)+"\n"), 0o600))
	w.write("bourg.json", bourg.text(map[string]any{"client_secret": nil, "client_secret_file": "client-secret"}))
	w.reload()
	require.Equal(t, http.StatusInternalServerError, w.visitor(bourg.url()).Get("/connexion").Status)

	// The JSON stays as it is.
	require.NoError(t, os.WriteFile(secret, []byte(bourg.secret+"\n"), 0o600))
	require.Len(t, lines(w.said(w.reload), "organisation"), 1)
	w.visitor(bourg.url()).signIn()
	require.NoError(t, os.WriteFile(secret, nil, 0o600)) // half written
	require.Len(t, lines(w.said(w.reload), "refused"), 1)
	w.visitor(bourg.url()).signIn()
	require.NoError(t, os.Remove(secret))
	require.Len(t, lines(w.said(w.reload), "refused"), 1)
	w.visitor(bourg.url()).signIn()
}

// A next secret is looked at in the same way.
func TestANextSecretInAFileIsSeenWhenItChanges(t *testing.T) {
	t.Parallel()
	w, bourg := newTown(t)
	next := w.secret(bourg, "next")
	require.NoError(t, os.WriteFile(next, []byte(strings.Repeat("0", 64)+"\n"), 0o600))
	w.write("bourg.json", bourg.text(map[string]any{"client_secret": strings.Repeat("1", 64), "next_client_secret_file": "next"}))
	w.reload()
	require.Equal(t, http.StatusInternalServerError, w.visitor(bourg.url()).Get("/connexion").Status)
	require.NoError(t, os.WriteFile(next, []byte(bourg.secret+"\n"), 0o600))
	w.reload()
	w.visitor(bourg.url()).signIn()
}

// Who may change the file of one organisation sends its secret where they like.
func TestAFileNamesNothingBeyondItsOwnSecrets(t *testing.T) {
	t.Setenv("FRANCECONNECT_COOKIE_KEYS", strings.Repeat("5", 64))
	w := newWorld(t)
	all := w.towns(mockidp.V2, "bourg", "hautmont")
	require.NoError(t, os.WriteFile(w.secret(all[1], "client-secret"), []byte(all[1].secret), 0o600))
	require.NoError(t, os.WriteFile(w.secret(all[0], "client-secret"), nil, 0o600))
	require.NoError(t, os.Symlink(w.secret(all[1], "client-secret"), w.secret(all[0], "link")))
	require.NoError(t, os.Symlink("../hautmont/client-secret", w.secret(all[0], "near")))
	outside := filepath.Join(t.TempDir(), "database")
	require.NoError(t, os.WriteFile(outside, []byte(strings.Repeat("5", 64)), 0o600))
	for _, name := range []string{outside, w.secret(all[1], "client-secret"), "../hautmont/client-secret", "hautmont/client-secret", "link", "near"} {
		w.write("bourg.json", all[0].text(map[string]any{"client_secret": nil, "client_secret_file": name}))
		said := w.said(w.reload)
		require.Len(t, lines(said, "refused"), 1, name)
		require.Contains(t, said, "client_secret_file", name)
		require.Equal(t, http.StatusServiceUnavailable, w.visitor(all[0].url()).Get("/connexion").Status, name)
	}
	for _, name := range []string{"link", "near", "../hautmont/client-secret"} { // neither opened nor looked at
		_, err := w.orgs.secretsOf("bourg.json").Open(name)
		require.Error(t, err, name)
		_, err = fs.Stat(w.orgs.secretsOf("bourg.json"), name)
		require.Error(t, err, name)
	}
	w.write("bourg.json", all[0].text(map[string]any{"client_secret": nil, "client_secret_variable": "FRANCECONNECT_COOKIE_KEYS"}))
	require.Contains(t, w.said(w.reload), "client_secret_variable")
	require.Zero(t, asked(all[0].idp, "/api/v2/token"))

	// What hautmont itself may name is the same file.
	w.write("hautmont.json", all[1].text(map[string]any{"client_secret": nil, "client_secret_file": "client-secret"}))
	w.reload()
	w.visitor(all[1].url()).signIn()
	w.orgs.secrets = "" // as without -secrets
	w.write("bourg.json", all[0].text(map[string]any{"client_secret": nil, "client_secret_file": "client-secret"}))
	require.Contains(t, w.said(w.reload), "donnez la valeur elle-même")
}

func TestKeysInAFileAreRenewedWhereTheyAre(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bourg := w.towns(mockidp.Plus, "bourg")[0]
	keys := w.secret(bourg, "keys.json")
	require.NoError(t, os.WriteFile(keys, decryptionKeys, 0o600))
	w.write("bourg.json", bourg.text(map[string]any{"platform": "plus", "decryption_keys": "keys.json"}))
	w.reload()
	v := w.visitor(bourg.url())
	v.signIn()
	require.NoError(t, os.WriteFile(keys, []byte(with(t, string(decryptionKeys), `"rfc"`, `"renewed"`)), 0o600))
	w.reload()
	require.Contains(t, v.Get(keysPath).Body, `"renewed"`)
	require.NotContains(t, v.Get(keysPath).Body, "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE")
	w.clock.Advance(5 * time.Minute) // for which FranceConnect+ goes on with the old set
	w.visitor(bourg.url()).signIn()
}
