package main

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// decryptionKey is one that nobody but this test uses.
const decryptionKey = `{"kty":"EC","crv":"P-256","kid":"leaks","alg":"ECDH-ES","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","d":"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"}`

// Whatever a person does, no page and no line of the log has a secret in it, or
// the name that FranceConnect has for them; and the log has nobody's identity.
func TestNothingLeaks(t *testing.T) {
	t.Parallel()
	town := newTownWithPlus(t)
	var err error
	town.plusConfig.DecryptionKeys, err = franceconnect.ParseDecryptionKeys([]byte(`{"keys":[` + decryptionKey + `]}`))
	require.NoError(t, err)
	town.restart(t)
	v := newVisitor(t, town.url)
	var seen []string
	var secrets []string
	hint := func(h franceconnect.IDTokenHint) {
		secrets = append(secrets, string(h))
		secrets = append(secrets, strings.Split(string(h), ".")...)
		claims, err := base64.RawURLEncoding.DecodeString(strings.Split(string(h), ".")[1])
		require.NoError(t, err)
		var id struct{ Sub, Nonce string }
		require.NoError(t, json.Unmarshal(claims, &id))
		secrets = append(secrets, id.Sub, id.Nonce)
	}

	seen = append(seen, v.signIn().Body, v.Get(aidPath).Body)
	s := v.session(town).session
	hint(s.IDTokenHint)
	secrets = append(secrets, town.secret, string(town.plusConfig.ClientSecret), s.Subject, string(s.AccessToken()), v.sessionID())

	// The account: what is shown of it, chosen, taken away.
	for _, path := range []string{welcomePath, accountPath, profilePath, dataPath, filePath, passwordPath, erasePath} {
		seen = append(seen, v.Get(path).Body)
	}
	const secret = "un secret de Camille"
	v.chosePassword(secret)
	v.SubmitTo(v.Get(profilePath), profilePath, "adresse", "rose@example.fr", "telephone", "04 65 71 77 77")
	w := newVisitor(t, town.url)
	seen = append(seen, w.enter("rose@example.fr", secret+".").Body, w.enter("rose@example.fr", secret).Body, w.Get(dataPath).Body,
		w.SubmitTo(w.Get(passwordPath), passwordPath, "actuel", "?", "nouveau", secret+"!").Body)
	a := town.one(t)
	secrets = append(secrets, secret, a.ID, string(a.password.key), base64.StdEncoding.EncodeToString(a.password.key))

	// One that is to be proved.
	v.SubmitTo(v.Get(accountPath), unlinkPath)
	u, p := town.arrive(t, "camille")
	seen = append(seen, p.Body, u.SubmitTo(p, provePath, "mot-de-passe", secret+".").Body)
	seen = append(seen, u.SubmitTo(p, provePath, "mot-de-passe", secret).Body)

	// Refused at FranceConnect+, then raised.
	town.plus.Next(mockidp.Scenario{Person: "anais"})
	seen = append(seen, v.confirm().Body)
	hint(v.session(town).plus)
	seen = append(seen, v.confirm().Body)
	hint(v.session(town).plus)
	secrets = append(secrets, v.sessionID(), "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE")

	p = v.Get("/mon-compte")
	for _, path := range []string{"/", "/connexion", aidPath, loggedOutPath, keysPath, "/inconnue", callbackPath, plusCallbackPath} {
		seen = append(seen, v.Get(path).Body)
	}
	for _, at := range v.Trail { // a callback that was used already
		if at.Path == callbackPath || at.Path == plusCallbackPath {
			secrets = append(secrets, at.Query().Get("code"), at.Query().Get("state"))
			seen = append(seen, v.Get(at.String()).Body)
		}
	}
	p = v.Submit(p) // to FranceConnect+ and FranceConnect; their own pages are their own
	p = v.Submit(p)
	seen = append(seen, p.Body)
	p = v.Submit(p)
	seen = append(seen, v.Submit(p).Body)

	// Answers that echo.
	for _, idp := range []*mockidp.Provider{town.idp, town.plus} {
		idp.InjectFault("/userinfo", mockidp.Fault{Status: http.StatusInternalServerError, Body: `{"error":"` + s.Subject + `"}`})
	}
	seen = append(seen, v.Get("/franceconnect/login").Body)
	town.idp.ClearFault("/userinfo")
	v.signIn()
	seen = append(seen, v.confirm().Body)

	log := town.log.String()
	require.NotEmpty(t, log)
	for _, secret := range secrets {
		require.NotEmpty(t, secret)
		for _, body := range append(seen, log) {
			require.NotContains(t, body, secret)
		}
	}
	require.Len(t, secrets, 3*6+5+4+2+3*2)
	for _, personal := range []string{"Camille", "VAUTRIN", "Vautrin", "Lestang", "1984", "69123", "example.fr", "example", "rose", "04 65", "Ana", "Guessan", "35238"} {
		require.NotContains(t, log, personal)
	}
	require.NotContains(t, log, "?", "an address with its query")
}

// What is wrong with a file of keys is said without any of it.
func TestKeysOfAFileDoNotLeak(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "keys.json")
	require.NoError(t, os.WriteFile(file, []byte(`{"keys":[`+strings.Replace(decryptionKey, "ECDH-ES", "RSA-OAEP", 1)+`]}`), 0o600))
	var out, errs strings.Builder
	require.Equal(t, misconfigured, run(t.Context(), environ("FRANCECONNECT_PLATFORM", "plus", "FRANCECONNECT_DECRYPTION_KEYS", file), &out, &errs))
	require.Contains(t, errs.String(), "FRANCECONNECT_DECRYPTION_KEYS ne contient pas")
	require.NotContains(t, errs.String(), "870MB6gf")
}
