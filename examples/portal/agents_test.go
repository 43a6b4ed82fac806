package main

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/proconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp/attack"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// Whoever is an agent and a citizen, in one browser, is each of them by themselves.
func TestTheTwoDoorsLeadToTwoAccounts(t *testing.T) {
	t.Parallel()
	town := newTownOfAgents(t)
	v := newVisitor(t, town.url)
	require.Contains(t, v.Get("/connexion").Body, `href="/agents"`)
	v.signIn()
	citizen := v.session(town).account
	require.Len(t, town.portal.accounts.byID, 1)

	p := v.Get(agentsPath)
	require.Contains(t, p.Body, "S’identifier avec <strong>ProConnect</strong>", "a citizen is no agent")
	town.agentIDP.Next(mockidp.Scenario{Person: "maire"})
	p = v.Get(agentLoginPath)
	require.Equal(t, agentsPath, p.At.Path)
	for _, said := range []string{"Solène Rose Lestang", "21999999200015", "Direction générale/État civil", "<dd>eidas1</dd>"} {
		require.Contains(t, p.Body, said)
	}
	require.NotContains(t, p.Body, "@example.fr", "the town does not ask for it")
	require.Len(t, town.portal.accounts.byID, 1, "no account of a citizen is made")
	require.Len(t, town.portal.agents.byID, 1)
	require.Equal(t, citizen, v.session(town).account, "and nobody is signed out")
	require.Equal(t, "/mon-compte", v.Get("/mon-compte").At.Path)

	p = v.SubmitTo(v.Get(agentsPath), agentLogoutPath)
	p = v.Submit(p) // ProConnect's own form, as its script does
	require.Equal(t, agentsLeftPath, p.At.Path)
	require.Contains(t, p.Body, "Votre session d’agent et votre session ProConnect sont terminées")
	require.Equal(t, citizen, v.session(town).account, "who leaves as an agent is a citizen still")
	require.Contains(t, v.Get(agentsPath).Body, "S’identifier avec")
}

// An address is not an account, on either side.
func TestNobodyIsFoundByAnEmailAddress(t *testing.T) {
	t.Parallel()
	town := newTownOfAgents(t)
	config := *town.agentsConfig
	config.Scopes = append([]string{"email"}, agentScopes...)
	town.agentsConfig = &config
	town.restart(t)
	_, err := town.portal.accounts.add(account{email: "boite.commune@example.fr"})
	require.NoError(t, err)
	for _, person := range []string{"boite-commune-1", "boite-commune-2"} {
		town.agentIDP.Next(mockidp.Scenario{Person: person})
		v := newVisitor(t, town.url)
		require.Contains(t, v.Get(agentLoginPath).Body, "Vous êtes connecté en tant qu’agent")
		require.Nil(t, v.session(town))
	}
	require.Len(t, town.portal.agents.byID, 2, "who share an address")
	require.Len(t, town.portal.accounts.byID, 1)
}

func TestAnAgentComesBackAndMaySignInWithASecondFactor(t *testing.T) {
	t.Parallel()
	town := newTownOfAgents(t)
	v := newVisitor(t, town.url)
	town.agentIDP.Next(mockidp.Scenario{Person: "maire"})
	p := v.Get(agentLoginPath)
	require.Contains(t, p.Body, "Me connecter avec un second facteur")
	town.clock.Advance(time.Minute)
	town.agentIDP.Next(mockidp.Scenario{Person: "maire"})
	p = v.Get(agentLoginPath + "?facteurs=plusieurs")
	require.NotContains(t, p.Body, "Me connecter avec un second facteur")
	require.Len(t, town.portal.agents.byID, 1)
	town.clock.Advance(idleTime)
	require.Contains(t, v.Get(agentsPath).Body, "S’identifier avec")
}

// A page about an agent's login names ProConnect, and sends nobody to the account of a
// citizen who is signed in in the same browser.
func TestAnErrorOfTheOneDoorIsNotOfTheOther(t *testing.T) {
	t.Parallel()
	town := newTownOfAgents(t)
	v := newVisitor(t, town.url)
	v.signIn()
	town.agentIDP.Next(mockidp.Scenario{Cancel: true})
	p := v.Get(agentLoginPath)
	require.Equal(t, http.StatusForbidden, p.Status)
	require.Contains(t, p.Body, "La connexion avec ProConnect n’a pas abouti")
	require.NotContains(t, p.Body, "La connexion avec FranceConnect")
	require.Contains(t, p.Body, agentLoginPath)
	require.Contains(t, p.Body, `href="`+agentsPath+`"`)
	require.NotContains(t, p.Body, "Revenir à mon compte")
	p = newVisitor(t, town.url).Get(agentCallbackPath + "?state=x")
	require.NotContains(t, p.Body, "/connexion#autre-moyen")
	p = v.Get(agentCallbackPath + "?state=" + strings.Repeat("a", 40))
	require.NotContains(t, p.Body, "Vous êtes déjà connecté")
	require.Contains(t, p.Body, "recommencer")
}

// The callback of one door refuses what is meant for the other.
func TestACallbackOfTheOneDoorDoesNotOpenTheOther(t *testing.T) {
	t.Parallel()
	town := newTownOfAgents(t)
	v := newVisitor(t, town.url)
	var back *url.URL
	v.Client.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if r.URL.Path == agentCallbackPath {
			back = r.URL
			return http.ErrUseLastResponse
		}
		return nil
	}
	v.Get(agentLoginPath)
	require.NotNil(t, back)
	require.Equal(t, http.StatusBadRequest, v.Get(callbackPath+"?"+back.RawQuery).Status)
	require.Empty(t, town.portal.accounts.byID)
	require.Empty(t, town.portal.agents.byID)
}

// Without ProConnect there is no such door.
func TestAPortalWithoutAgentsHasNoDoorForThem(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	v := newVisitor(t, town.url)
	require.Equal(t, http.StatusNotFound, v.Get(agentsPath).Status)
	require.NotContains(t, v.Get("/connexion").Body, "ProConnect")
}

func TestAWrongSettingOfTheOtherDoorIsNamed(t *testing.T) {
	t.Parallel()
	s, err := readSettings(environ("PROCONNECT_ENVIRONMENT", "production", "PROCONNECT_ASSURANCE", "eidas4"))
	defer s.close()
	require.ErrorContains(t, err, "PROCONNECT_ASSURANCE holds eidas4")
	p, err := newPortal(s.url, s.config, s.plus, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	err = p.openAgents(*s.agents)
	require.ErrorContains(t, err, "PROCONNECT_CLIENT_ID is missing")
	require.ErrorContains(t, err, "PROCONNECT_CLIENT_SECRET is missing")
}

// The other door holds every attack, with the first one beside it.
func TestTheDoorOfAgentsHoldsEveryAttack(t *testing.T) {
	t.Parallel()
	attack.Run(t, attackedAgents(t), attackedAgents(t), attackedAgents(t), attackedAgents(t))
}

var agentName = regexp.MustCompile(`<dt>Nom</dt><dd>([^<]*)`)

func attackedAgents(t *testing.T) attack.Portal {
	server := httptest.NewUnstartedServer(nil)
	t.Cleanup(server.Close)
	address := "http://" + server.Listener.Addr().String()
	citizens := mockidp.Start(t, mockidp.Config{Clients: []mockidp.Client{mockClient(mockidp.V2, address, callbackPath)}})
	config, err := franceconnect.ConfigFromEnv("FRANCECONNECT_", citizens.Getenv("", ""))
	require.NoError(t, err)
	client := mockClient(mockidp.ProConnect, address, agentCallbackPath)
	idp := mockidp.Start(t, mockidp.Config{Platform: mockidp.ProConnect, Clients: []mockidp.Client{client}})
	agents, err := proconnect.ConfigFromEnv(agentsPrefix, idp.Getenv("", ""))
	require.NoError(t, err)
	agents.Scopes, agents.Assurance = agentScopes, proconnect.Eidas1|proconnect.Eidas1MFA
	agents.HTTPClient = &http.Client{Timeout: 5 * time.Second} // half of the default: attacks wait for it
	p, err := newPortal(address, config, nil, slog.New(slog.NewTextHandler(io.Discard, nil)))
	require.NoError(t, err)
	require.NoError(t, p.openAgents(agents))
	server.Config.Handler = p.handler()
	server.Start()
	return attack.Portal{
		IDP: idp, Client: client,
		Login: address + agentLoginPath, Logout: address + agentLogoutPath,
		Pages: []string{address + agentsPath},
		WhoIs: func(browser *http.Client) string { return portaltest.On(t, browser, address+agentsPath, agentName) },
	}
}
