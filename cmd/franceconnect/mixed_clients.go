package main

import (
	"regexp"
	"strings"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// What the name of a variable says.
var (
	aboutFC      = regexp.MustCompile(`^FC_|^FCP|FRANCE_?CONNECT`)
	saysPlus     = regexp.MustCompile(`PLUS`)
	saysLive     = regexp.MustCompile(`PROD`)
	saysTest     = regexp.MustCompile(`SANDBOX|SBX|INTEG|RECETTE|QUALIF|TEST|DEV|BAC_A_SABLE`)
	saysSecret   = regexp.MustCompile(`SECRET$`)
	saysClientID = regexp.MustCompile(`CLIENT_?ID$`)
)

// checkMixedClients looks for the client id and the secret under the names of
// other clients: a portal has one of each for every FranceConnect. Variables are
// all it looks at, and it shows their names alone.
func (prog *program) checkMixedClients(f *findings, p *portal) {
	others := 0
	for _, variable := range prog.environ {
		name, value, _ := strings.Cut(variable, "=")
		upper := strings.ToUpper(name)
		if value == "" || !aboutFC.MatchString(upper) || p.isOwnVariable(name) || !saysSecret.MatchString(upper) && !saysClientID.MatchString(upper) {
			continue
		}
		others++
		mine, elsewhere := text.Of("l’identifiant client", "the client id"), saysSecret
		switch value {
		case p.config.ClientID:
		case string(p.config.ClientSecret), string(p.config.NextClientSecret):
			mine, elsewhere = text.Of("le secret", "the secret"), saysClientID
		default:
			continue
		}
		var why text.Text
		switch {
		case saysPlus.MatchString(upper) && p.environment.Platform != franceconnect.Plus, p.plus && strings.HasPrefix(name, prefix):
			why = text.Of("qui est d’un autre FranceConnect", "which is of another FranceConnect")
		case saysTest.MatchString(upper) && p.environment.isProduction(), saysLive.MatchString(upper) && p.environment.name != "" && !p.environment.isProduction():
			why = text.Of("qui est d’un autre environnement", "which is of another environment")
		case elsewhere.MatchString(upper):
			why = text.Of("qui est faite pour autre chose", "which is for something else")
		default:
			continue
		}
		f.fail("swapped", sidePortal, text.Of(mine.French+" est aussi dans "+name+", "+why.French, mine.English+" is in "+name+" too, "+why.English),
			text.Of("Chaque FranceConnect et chaque environnement a son identifiant et son secret : remettez chacun à sa place.", "Each FranceConnect and each environment has a client id and a secret of its own: put each in its place."))
		return
	}
	if others > 0 {
		f.ok("swapped", text.Of("l’identifiant et le secret ne sont pas ceux d’un autre FranceConnect d’ici", "the client id and the secret are not those of another FranceConnect here"))
	}
}

// isOwnVariable reports whether a variable is one that this client is read from.
func (p *portal) isOwnVariable(name string) bool {
	return name == p.setting("FRANCECONNECT_CLIENT_ID") || name == p.setting("FRANCECONNECT_CLIENT_SECRET") || name == p.setting("FRANCECONNECT_NEXT_CLIENT_SECRET")
}
