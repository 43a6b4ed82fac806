package keyfile

import (
	"crypto"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"
)

var day = time.Date(2026, 11, 22, 23, 30, 0, 0, time.FixedZone("", -3600))

// Another implementation reads what is drawn, and finds the same thumbprint.
func TestAKeyIsAJWK(t *testing.T) {
	t.Parallel()
	for _, algorithm := range Algorithms() {
		k, err := New(algorithm, "", day)
		require.NoError(t, err)
		var read jose.JSONWebKey
		require.NoError(t, json.Unmarshal(k.jwk, &read))
		require.True(t, read.Valid())
		require.False(t, read.IsPublic())
		require.Equal(t, []string{k.ID, algorithm, "enc"}, []string{read.KeyID, read.Algorithm, read.Use})
		thumbprint, err := read.Thumbprint(crypto.SHA256)
		require.NoError(t, err)
		require.Equal(t, "2026-11-23-"+hex.EncodeToString(thumbprint[:4]), k.ID)
	}
}

func TestAKeyIsPrintedByItsName(t *testing.T) {
	t.Parallel()
	k, err := New("ECDH-ES", "first", day)
	require.NoError(t, err)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%x"} {
		require.Equal(t, "first", fmt.Sprintf(verb, k))
	}
}

func TestAFileThatExistsIsAnErrExist(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "keys.json")
	k, err := New("ECDH-ES", "", day)
	require.NoError(t, err)
	require.NoError(t, Write(file, k))
	before, err := os.ReadFile(file)
	require.NoError(t, err)
	err = Write(file, k)
	require.True(t, errors.Is(err, fs.ErrExist))
	said := (*Error)(nil)
	require.ErrorAs(t, err, &said)
	require.Contains(t, said.French, "reste tel quel")
	after, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, before, after)
}

func TestWhatTheSystemSaysOfAFileIsSaidInBothLanguages(t *testing.T) {
	t.Parallel()
	said := (*Error)(nil)
	for err, french := range map[error]string{fs.ErrPermission: "n’est pas permis", fs.ErrNotExist: "n’existe pas", errors.New("x"): "ne peut pas être lu ou écrit"} {
		require.ErrorAs(t, fileError("cles.json", err), &said)
		require.ErrorIs(t, said, err)
		require.Contains(t, said.French, "cles.json "+french)
		require.Equal(t, error(said), fileError("other.json", said), "what was said stays")
	}
}
