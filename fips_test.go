package franceconnect_test

import (
	"crypto/fips140"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// make fips runs this with GODEBUG=fips140=on and fips140=only, and says which in
// FIPS_TEST.
func TestPeopleSignInAndOutUnderFIPS140(t *testing.T) {
	mode := os.Getenv("FIPS_TEST")
	require.Equal(t, mode != "", fips140.Enabled(), "make fips sets GODEBUG and FIPS_TEST")
	require.Equal(t, mode == "only", fips140.Enforced())
	signIn := func(p *portal, level string) {
		t.Helper()
		b := newBrowser(t)
		o := b.open(b.leave(p, "/"))
		require.Equal(t, level, o.Level, "%s", o.Reason)
		require.True(t, b.open(b.logout(p)).LoggedOut)
	}
	for _, platform := range []mockidp.Platform{mockidp.V2, mockidp.V1} {
		signIn(newPortalOn(t, platform, nil, nil), "eidas1")
	}
	for _, algorithm := range []string{"ECDH-ES", "RSA-OAEP-256"} {
		signIn(newPlusPortal(t, algorithm, nil), "eidas2")
	}
	// SHA-1 is none of FIPS 140's hashes: New says so, before anybody signs in.
	config := good()
	config.Environment = franceconnect.IntegrationPlus
	config.DecryptionKeys = []franceconnect.DecryptionKey{newKey(t, "k1", "RSA-OAEP")}
	_, err := franceconnect.New(config)
	if mode != "only" {
		require.NoError(t, err)
		signIn(newPlusPortal(t, "RSA-OAEP", nil), "eidas2")
		return
	}
	require.Len(t, franceconnect.ConfigErrors(err), 1)
	require.ErrorContains(t, err, `DecryptionKeys holds a key, "k1", that does not open what is encrypted to it (crypto/rsa: use of hash functions other than SHA-2 or SHA-3 is not allowed in FIPS 140-only mode; it does open RSA-OAEP-256, which has SHA-256)`)
}
