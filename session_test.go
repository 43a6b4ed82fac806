package franceconnect_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/bearer"
	"github.com/franceconnect-go/franceconnect/internal/provider"
	"github.com/franceconnect-go/franceconnect/person"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

func session() *franceconnect.Session {
	return &franceconnect.Session{
		Subject: "5ub", Level: franceconnect.Eidas1, AMR: []string{"fc"}, SignedInAt: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC),
		Identity: person.Identity{Pivot: person.Pivot{GivenName: "Zéphyrine", GivenNames: []string{"Zéphyrine"}, FamilyName: "QUENTRAC",
			BirthDate: person.BirthDate{Year: 1971, Month: 3}}, RNIPP: &person.Pivot{FamilyName: "QUENTRAC"},
			Address: &person.Address{Locality: "Ailleurs"}, Other: map[string]json.RawMessage{"address": json.RawMessage(`{"locality":"Ailleurs"}`)}},
		ReturnTo: "/compte", IDTokenHint: "head.body.signature",
	}
}

func TestASessionSurvivesTheStoreOfAPortal(t *testing.T) {
	t.Parallel()
	s := session()
	text, err := json.Marshal(s)
	require.NoError(t, err)
	var fromJSON franceconnect.Session
	require.NoError(t, json.Unmarshal(text, &fromJSON))
	require.Equal(t, *s, fromJSON)
	var buffer bytes.Buffer
	require.NoError(t, gob.NewEncoder(&buffer).Encode(s))
	var fromGob franceconnect.Session
	require.NoError(t, gob.NewDecoder(&buffer).Decode(&fromGob))
	require.Equal(t, *s, fromGob)
}

func TestWhatIsNotKnownOfAPersonTakesNoRoomInTheStore(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(franceconnect.Session{Subject: "5ub"})
	require.NoError(t, err)
	for _, name := range []string{"AMR", "UsageName", "Email", "RNIPP", "Address", "PhoneNumber", "IdentityProviderID", "IdentityProviderBirthDate", "Other"} {
		require.NotContains(t, string(text), `"`+name+`"`)
	}
}

func TestASessionPrintsItsLevelAlone(t *testing.T) {
	t.Parallel()
	s := session()
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&out, verb+verb+verb+verb, s, *s, s.Identity, s.IDTokenHint)
		fmt.Fprintf(&out, verb+verb+verb+verb, struct{ S any }{s.Identity}, s.Identity.Pivot, s.Identity.RNIPP, s.Identity.Address)
	}
	for _, h := range []slog.Handler{slog.NewTextHandler(&out, portaltest.WithoutClock()), slog.NewJSONHandler(&out, portaltest.WithoutClock())} {
		slog.New(h).Info("m", "session", s, "value", *s, "identity", s.Identity, "hint", s.IDTokenHint, "pivot", s.Identity.Pivot, "address", s.Identity.Address)
	}
	for _, leak := range []string{"5ub", "phyrine", "QUENTRAC", "1971", "Ailleurs", "signature"} {
		require.NotContains(t, out.String(), leak)
	}
	require.Contains(t, out.String(), "eidas1")
}

func TestASessionFromTheStoreCallsNoDataProvider(t *testing.T) {
	t.Parallel()
	s := &franceconnect.Session{}
	_, err := s.Transport("https://particulier.api.gouv.fr", nil).RoundTrip(httptest.NewRequest(http.MethodGet, "https://particulier.api.gouv.fr/v3", nil))
	require.ErrorContains(t, err, "call data providers in the callback")
}

// Its connections are given up as those to FranceConnect are, which
// TestAfterConnectionsWentSilentNobodyIsLostWhoComesLater holds.
func TestTheCallsToADataProviderHaveATransportOfOurs(t *testing.T) {
	t.Parallel()
	p, b := newPortal(t, nil), newBrowser(t)
	s, err := comeBack(p.fc, b.leave(p, "/"), b.cookies(p))
	require.NoError(t, err)
	transport, ok := s.Transport("https://particulier.api.gouv.fr", nil).(bearer.Transport)
	require.True(t, ok)
	require.IsType(t, provider.OnceTransport{}, transport.Base)
}

// An access token is sent to no address that anybody could listen to.
func TestADataProviderIsAtASecureOrigin(t *testing.T) {
	t.Parallel()
	s := &franceconnect.Session{}
	for _, test := range []struct{ origin, to string }{
		{"http://particulier.api.gouv.fr", "http://particulier.api.gouv.fr/"},
		{"", "http://127.0.0.1/"},
		{"particulier.api.gouv.fr", "http://127.0.0.1/"},
		{"%", "http://127.0.0.1/"},
		{"https://a@particulier.api.gouv.fr", "https://particulier.api.gouv.fr/"},
	} {
		_, err := s.Transport(test.origin, nil).RoundTrip(httptest.NewRequest(http.MethodGet, test.to, nil))
		require.ErrorContains(t, err, "https://host", test.origin)
	}
}

func TestTheAccessTokenIsForALibraryThatTakesATokenSource(t *testing.T) {
	t.Parallel()
	p, b := newPortal(t, nil), newBrowser(t)
	s, err := comeBack(p.fc, b.leave(p, "/"), b.cookies(p))
	require.NoError(t, err)
	got, err := s.TokenSource().Token()
	require.NoError(t, err)
	require.Equal(t, string(s.AccessToken()), got.AccessToken)
	require.Equal(t, s.SignedInAt.Add(time.Minute), got.Expiry)
	require.Equal(t, "Bearer", got.Type())

	_, err = session().TokenSource().Token()
	require.ErrorContains(t, err, "callback only")
}
