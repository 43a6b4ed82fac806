package main

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCheckKnowsProConnect(t *testing.T) {
	t.Parallel()
	good := map[string]string{"PROCONNECT_ENVIRONMENT": "production", "PROCONNECT_CLIENT_ID": "id", "PROCONNECT_CLIENT_SECRET": "hush-hush", "PORTAL_URL": "https://portail.example.fr"}
	for name, test := range map[string]struct {
		change       map[string]string
		said, unsaid []string
	}{
		"in order":                      {nil, []string{"✓ ProConnect, pour les agents", "ProConnect, production, https://auth.agentconnect.gouv.fr/api/v2", "accepté\u00a0: tout niveau", "https://portail.example.fr/proconnect/callback"}, []string{"✗ ProConnect", "! ProConnect"}},
		"no level with several factors": {map[string]string{"PROCONNECT_ASSURANCE": "eidas1"}, []string{"! ProConnect", "28/02/2027", "Ajoutez mfa à PROCONNECT_ASSURANCE"}, nil},
		"several factors":               {map[string]string{"PROCONNECT_ASSURANCE": "mfa eidas1"}, []string{"accepté\u00a0: eidas0-mfa eidas1 eidas1-mfa eidas2 eidas3"}, []string{"! ProConnect"}},
		"no signature":                  {map[string]string{"PROCONNECT_USERINFO_JSON": "true"}, []string{"! ProConnect", "sans signature"}, nil},
		"an unknown level":              {map[string]string{"PROCONNECT_ASSURANCE": "eidas4"}, []string{"✗ ProConnect", "PROCONNECT_ASSURANCE contient eidas4, qui n’est pas un niveau"}, []string{"✓ ProConnect"}},
		"no secret":                     {map[string]string{"PROCONNECT_CLIENT_SECRET": ""}, []string{"PROCONNECT_CLIENT_SECRET est absent", "partenaires.proconnect.gouv.fr"}, nil},
		"an address of FranceConnect":   {map[string]string{"PROCONNECT_ENVIRONMENT": "oidc.franceconnect.gouv.fr"}, []string{"PROCONNECT_ENVIRONMENT est une adresse de FranceConnect (production)"}, nil},
		"one callback for both":         {map[string]string{"PROCONNECT_REDIRECT_URL": "https://portail.example.fr/callback", "FRANCECONNECT_REDIRECT_URL": "https://portail.example.fr/callback"}, []string{"les deux portes ont la même adresse de retour"}, nil},
		"switched off":                  {map[string]string{"PROCONNECT_ENABLED": "false"}, nil, []string{"ProConnect, pour les agents"}},
		"no ProConnect":                 {map[string]string{"PROCONNECT_ENVIRONMENT": ""}, nil, []string{"ProConnect"}},
		"an address of ProConnect in the place of FranceConnect's": {map[string]string{"PROCONNECT_ENVIRONMENT": "", "FRANCECONNECT_ENVIRONMENT": "https://fca.integ01.dev-agentconnect.fr/api/v2"},
			[]string{"FRANCECONNECT_ENVIRONMENT est une adresse de ProConnect, integration", "Pour des agents\u00a0: PROCONNECT_ENVIRONMENT"}, nil},
	} {
		env := map[string]string{"FRANCECONNECT_ENVIRONMENT": "sandbox"}
		maps.Copy(env, good)
		maps.Copy(env, test.change)
		out := call(t, failed, env, "check").out
		for _, said := range test.said {
			require.Contains(t, out, said, name)
		}
		for _, unsaid := range test.unsaid {
			require.NotContains(t, out, unsaid, name)
		}
	}
}
