package proconnect

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/internal/token"
)

func TestClaimsBecomeAProfessional(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("testdata/professionals.json")
	require.NoError(t, err)
	var all []struct {
		What   string
		Claims map[string]json.RawMessage
		Is     Professional
	}
	require.NoError(t, json.Unmarshal(file, &all))
	require.NotEmpty(t, all)
	for _, test := range all {
		var claims token.Claims
		for name, value := range test.Claims {
			claims = append(claims, token.Claim{Name: name, Value: string(value)})
		}
		want, err := json.Marshal(test.Is)
		require.NoError(t, err)
		got, err := json.Marshal(newProfessional(claims))
		require.NoError(t, err)
		require.JSONEq(t, string(want), string(got), test.What)
	}
}

func TestASIRETHasItsFormAndItsControl(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("testdata/sirets.tsv")
	require.NoError(t, err)
	for line := range strings.Lines(string(file)) {
		row := strings.Split(line, "\t")
		require.Len(t, row, 3, line)
		siret, siren := SIRET(row[0]), SIREN(row[1])
		require.Equal(t, siren != "", siret.IsValid(), line)
		require.Equal(t, siren, siret.SIREN(), line)
		require.Equal(t, siren != "", siren.IsValid(), line)
	}
}

// Its values would do for the control.
func TestASIRENIsOfDigits(t *testing.T) {
	t.Parallel()
	require.True(t, luhn("13:025265"))
	require.False(t, SIREN("13:025265").IsValid())
}

func TestALevelIsOneOfASetThatHasNoOrder(t *testing.T) {
	t.Parallel()
	require.Len(t, acrs, 7)
	for i, acr := range acrs {
		a, err := ParseAssurance(acr)
		require.NoError(t, err)
		require.Equal(t, Assurance(1<<i), a)
		require.Equal(t, acr, a.String())
		require.True(t, a.In(all))
		require.Equal(t, strings.HasSuffix(acr, "-mfa") || a == Eidas2 || a == Eidas3, a.In(SeveralFactors()), acr)
		var back Assurance
		text, err := (a | Eidas1).MarshalText()
		require.NoError(t, err)
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, a|Eidas1, back)
	}
	require.False(t, Eidas3.In(Eidas2), "a set has no order")
	require.False(t, Assurance(0).In(all), "none is in no set")
	require.False(t, (Eidas1 | Eidas2).In(Eidas2))
	several, err := ParseAssurance(" mfa  eidas1 ")
	require.NoError(t, err)
	require.Equal(t, SeveralFactors()|Eidas1, several)
	for _, wrong := range []string{"eidas4", "EIDAS1", "eidas1,eidas2", "https://proconnect.gouv.fr/assurance/consistency-checked-2fa"} {
		_, err := ParseAssurance("eidas1 " + wrong)
		require.EqualError(t, err, "proconnect: holds "+wrong+", which is no level: those are mfa, eidas0, eidas0-mfa, eidas1, eidas1-mfa, eidas2, eidas3, https://proconnect.gouv.fr/assurance/certification-dirigeant")
	}
}
