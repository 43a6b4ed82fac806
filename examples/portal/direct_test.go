package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// sent returns where the app sends people, with a token that is changed.
func (town *town) sent(destination string, change mockidp.TokenChange) string {
	return directPath + "?" + url.Values{"ami_token": {town.idp.AppToken(destination, change)}}.Encode()
}

func TestWhomTheAppSendsIsSignedInWithoutAClick(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	v := newVisitor(t, town.url)
	p := v.read(v.Get(town.sent(town.url+"/mon-compte", mockidp.TokenChange{})))
	require.Equal(t, "/mon-compte", p.At.Path)
	require.Contains(t, p.Body, "Se déconnecter")
	require.Contains(t, town.log.String(), "stage=direct")
	require.NotContains(t, town.log.String(), "ami_token=")
}

func TestWhateverIsWrongWithTheTokenThereIsTheButton(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	v := newVisitor(t, town.url)
	used := town.sent(town.url+"/mon-compte", mockidp.TokenChange{})
	require.Equal(t, http.StatusSeeOther, newVisitor(t, town.url).Peek(used).Status)
	wrong := []string{directPath, used}
	for _, day := range mockidp.AppDays() {
		wrong = append(wrong, town.sent(town.url+"/mon-compte", day.Token))
	}
	for _, address := range wrong {
		p := v.Get(address)
		require.Equal(t, http.StatusOK, p.Status)
		require.Equal(t, "/connexion", p.At.Path)
		require.NotContains(t, p.At.RawQuery, "ami_token")
		require.Contains(t, p.Body, "S’identifier avec <strong>FranceConnect</strong>")
	}
	require.Equal(t, "/mon-compte", v.Get(used).At.Query().Get("next"), "where they wanted to")
	require.Equal(t, len(wrong)+1, strings.Count(town.log.String(), "ami_token."), "each is written down")
	require.NotContains(t, town.log.String(), "level=ERROR")

	town.config.Direct = nil
	town.restart(t)
	require.Equal(t, "/connexion", v.Get(town.sent(town.url+"/mon-compte", mockidp.TokenChange{})).At.Path)
	require.Contains(t, town.log.String(), "direct.unset")
}

func TestThePortalServesItsSectorIdentifierDocument(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	require.JSONEq(t, `["`+town.url+callbackPath+`"]`, newVisitor(t, town.url).Get(sectorPath).Body)
}

func TestThePathOfOtherCountriesIsOfferedWhereFranceConnectHasIt(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, newTown(t).url)
	require.NotContains(t, v.Get("/connexion").Body, "Union européenne")
	town := newTownOn(t, mockidp.Plus, false)
	v = newVisitor(t, town.url)
	p := v.Peek(v.Link(v.Get("/connexion?next=/mon-compte"), "Vous avez une identité numérique d’un autre pays de l’Union européenne\u00a0?"))
	to, err := url.Parse(p.Header.Get("Location"))
	require.NoError(t, err)
	require.Equal(t, "eidas-bridge", to.Query().Get("idp_hint"))
	to, err = url.Parse(v.Peek("/franceconnect/login?avec=nimporte").Header.Get("Location"))
	require.NoError(t, err)
	require.NotContains(t, to.Query(), "idp_hint", "nobody else chooses one")
}

func TestTheFileHasWhatTheAppWouldKnowThePersonBy(t *testing.T) {
	t.Parallel()
	town, v := signedIn(t)
	var f struct {
		FranceConnect struct {
			Hash string `json:"empreinte_pour_l_application_de_l_etat"`
		} `json:"franceconnect"`
	}
	require.NoError(t, json.Unmarshal([]byte(v.Get(filePath).Body), &f))
	require.Regexp(t, `^[0-9a-f]{64}$`, f.FranceConnect.Hash)
	require.Contains(t, v.Get(dataPath).Body, "l’application de l’État")
	require.NotContains(t, town.log.String(), f.FranceConnect.Hash)
}
