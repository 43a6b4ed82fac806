package main

import (
	"cmp"
	"strings"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/settings"
	"github.com/franceconnect-go/franceconnect/internal/text"
	"github.com/franceconnect-go/franceconnect/proconnect"
)

// proConnectPrefix begins the variables of a portal's other door.
const proConnectPrefix = "PROCONNECT_"

// proConnectPartners is where a client of ProConnect is registered (2026-08-19).
const proConnectPartners = "https://partenaires.proconnect.gouv.fr"

// checkProConnect looks at the settings of a portal whose agents sign in with
// ProConnect, if it is one. Nothing is asked of ProConnect.
func (prog *program) checkProConnect(f *findings, p *portal) {
	if prog.getenv(proConnectPrefix+"ENVIRONMENT") == "" {
		return
	}
	config, err := proconnect.ConfigFromEnv(proConnectPrefix, prog.getenv)
	wrong := franceconnect.ConfigErrors(err)
	if len(wrong) == 0 {
		// What the portal sets itself is made up.
		config.RedirectURL = cmp.Or(config.RedirectURL, p.origins[0]+"/proconnect/callback")
		if len(config.CookieKeys) == 0 {
			config.CookieKeys = []franceconnect.CookieKey{franceconnect.NewCookieKey()}
		}
		_, err = proconnect.New(config)
		wrong = franceconnect.ConfigErrors(err)
	}
	for _, e := range wrong {
		name := e.Field
		if key := settings.ProConnect.KeyOf(e.Field); key != "" {
			name = proConnectPrefix + strings.ToUpper(key)
		}
		f.fail("proconnect", sidePortal, text.Of(name+" "+e.French, name+" "+e.English), text.Of("Corrigez "+name+".", "Correct "+name+".")).form = proConnectPartners
	}
	if len(wrong) > 0 || config.Disabled {
		return
	}
	levels := text.Of("tout niveau", "any level")
	if config.Assurance != 0 {
		levels = text.Of(config.Assurance.String(), config.Assurance.String())
	}
	f.ok("proconnect", text.Of("compris : "+config.Environment.String()+" ; accepté : "+levels.French+" ; à déclarer, lettre par lettre : "+strings.TrimSpace(config.RedirectURL+" "+config.PostLogoutRedirectURL),
		"understood: "+config.Environment.String()+"; accepted: "+levels.English+"; to be registered, letter by letter: "+strings.TrimSpace(config.RedirectURL+" "+config.PostLogoutRedirectURL)))
	if config.RedirectURL == p.config.RedirectURL {
		f.fail("proconnect", sidePortal, text.Of("les deux portes ont la même adresse de retour, "+config.RedirectURL, "both doors have one callback, "+config.RedirectURL),
			text.Of("Donnez à chacune la sienne.", "Give each its own."))
	}
	if config.UserInfoJSON {
		f.warn("proconnect", sideRegistration, text.Of("les données viennent sans signature (PROCONNECT_USERINFO_JSON)", "the data comes without a signature (PROCONNECT_USERINFO_JSON)"),
			text.Of("Faites inscrire ES256 comme algorithme de signature de userinfo, puis retirez ce réglage.", "Have ES256 registered as the signature algorithm of userinfo, then take this setting out.")).form = proConnectPartners
	}
	if config.Assurance != 0 && config.Assurance&proconnect.SeveralFactors() == 0 {
		f.warn("proconnect", sidePortal, text.Of("aucun niveau accepté n’a plusieurs facteurs, que tous les fournisseurs d’identité demanderont le 28/02/2027 (documentation du 19/08/2026) : des personnes seront refusées à mesure", "no level accepted has several factors, which all identity providers will ask for by 2027-02-28 (documentation of 2026-08-19): people will be refused as they arrive"),
			text.Of("Ajoutez mfa à PROCONNECT_ASSURANCE.", "Add mfa to PROCONNECT_ASSURANCE."))
	}
}
