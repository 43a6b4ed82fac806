package mockidp_test

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// controlled starts a mock with its control.
func controlled(t *testing.T, cfg mockidp.Config) (*mockidp.Provider, func(method, path, body string) (int, string)) {
	clock := new(mockidp.Clock)
	cfg.Now = clock.Now
	idp := mockidp.Start(t, cfg)
	server := httptest.NewServer(idp.Control(clock))
	t.Cleanup(server.Close)
	return idp, func(method, path, body string) (int, string) {
		t.Helper()
		r, err := http.NewRequest(method, server.URL+path, strings.NewReader(body))
		require.NoError(t, err)
		res, err := server.Client().Do(r)
		require.NoError(t, err)
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		return res.StatusCode, string(text)
	}
}

type openAPI struct {
	Paths map[string]map[string]struct {
		RequestBody struct {
			Content map[string]struct {
				Schema  struct{ Ref string } `json:"schema"`
				Example json.RawMessage
			}
		}
		Responses map[string]any
	}
	Components struct {
		Schemas map[string]struct {
			Properties map[string]any
		}
	}
}

// Every operation of the document is one that is served, its example is accepted,
// and what it says is refused is.
func TestTheControlIsAsItsDocumentSays(t *testing.T) {
	t.Parallel()
	idp, call := controlled(t, mockidp.Config{})
	status, text := call("GET", "/openapi.json", "")
	require.Equal(t, http.StatusOK, status)
	var doc openAPI
	require.NoError(t, json.Unmarshal([]byte(text), &doc))
	var served []string
	for path, operations := range doc.Paths {
		for method, operation := range operations {
			served = append(served, strings.ToUpper(method)+" "+path)
			body := strings.ReplaceAll(string(operation.RequestBody.Content["application/json"].Example), "{client_id}", idp.Clients()[0].ID)
			status, answer := call(strings.ToUpper(method), path, body)
			_, ok := operation.Responses[map[int]string{200: "200", 204: "204"}[status]]
			require.True(t, ok, "%s %s: %d %s", method, path, status, answer)
			if method == "post" && operation.Responses["400"] != nil {
				for _, wrong := range []string{`{"nonsense":1}`, `[`, `"text"`, `{}{}`, `{}}`} {
					status, answer := call("POST", path, wrong)
					require.Equal(t, http.StatusBadRequest, status, "%s %s", path, wrong)
					require.Contains(t, answer, `{"error":"`)
					require.NotContains(t, answer, "Go ", "whoever asks writes in another language")
				}
			}
			other := "DELETE"
			status, answer = call(other, path, "")
			require.Equal(t, http.StatusMethodNotAllowed, status)
			require.Contains(t, answer, `{"error":"`+path+` is called by `)
		}
	}
	slices.Sort(served)
	require.Equal(t, slices.Sorted(slices.Values(mockidp.ControlRoutes(idp))), served)
}

func TestTheDocumentHasTheMembersThatAreRead(t *testing.T) {
	t.Parallel()
	_, call := controlled(t, mockidp.Config{})
	_, text := call("GET", "/openapi.json", "")
	var doc openAPI
	require.NoError(t, json.Unmarshal([]byte(text), &doc))
	for name, of := range mockidp.ControlBodies() {
		require.Equal(t, members(reflect.TypeOf(of)), slices.Sorted(maps.Keys(doc.Components.Schemas[name].Properties)), name)
	}
}

// members returns the names that JSON has for the fields of a struct.
func members(of reflect.Type) (names []string) {
	for f := range of.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous {
			names = append(names, members(f.Type)...)
		} else {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// A whole test of another team's, by HTTP alone.
func TestALoginIsControlledByHTTP(t *testing.T) {
	t.Parallel()
	clock := new(mockidp.Clock)
	w := start(t, mockidp.Config{Auto: true, Now: clock.Now})
	server := httptest.NewServer(w.idp.Control(clock))
	defer server.Close()
	do := func(path, body string) {
		res, err := (&http.Client{Transport: portaltest.Web}).Post(server.URL+path, "application/json", strings.NewReader(body))
		require.NoError(t, err)
		res.Body.Close()
		require.Less(t, res.StatusCode, 300)
	}
	signIn := func() map[string]any {
		_, claims := w.read(w.userinfo(w.tokens().AccessToken).body)
		return claims
	}
	first := signIn()["sub"]
	do("/next", `{"person":"moussa"}`)
	require.Equal(t, "1962-11-01", signIn()["birthdate"])
	do("/next", `{"bad_day":"id-token-expired","person":"moussa"}`)
	_, claims := w.read(w.tokens().IDToken)
	require.Less(t, claims["exp"], float64(time.Now().Unix()))
	do("/break", `{"path":"/token","fault":{"status":503,"body":"{}"}}`)
	status, _ := w.trade(w.code())
	require.Equal(t, http.StatusServiceUnavailable, status)
	do("/mend", `{"path":"/token"}`)
	do("/rotate", `{}`)
	header, _ := w.read(w.tokens().IDToken)
	require.Equal(t, "pkcs11:ES256:hsm:1", header["kid"])
	do("/rotate", `{"same_kids":true}`)
	header, _ = w.read(w.tokens().IDToken)
	require.Equal(t, "pkcs11:ES256:hsm:1", header["kid"])
	do("/reset", ``)
	header, _ = w.read(w.tokens().IDToken)
	require.Equal(t, "pkcs11:ES256:hsm", header["kid"])
	require.Equal(t, first, signIn()["sub"])
	require.NotEmpty(t, w.idp.Requests())
}

func TestTheClockIsMovedByHTTP(t *testing.T) {
	t.Parallel()
	_, call := controlled(t, mockidp.Config{})
	now := func(text string) time.Time {
		var v struct{ Now time.Time }
		require.NoError(t, json.Unmarshal([]byte(text), &v))
		return v.Now
	}
	_, before := call("GET", "/clock", "")
	_, after := call("POST", "/clock", `{"advance":"31m"}`)
	require.GreaterOrEqual(t, now(after).Sub(now(before)), 31*time.Minute)
	_, set := call("POST", "/clock", `{"set":"2030-01-01T00:00:00Z"}`)
	require.Equal(t, 2030, now(set).Year())
	_, answer := call("POST", "/clock", `{"advance":"soon"}`)
	require.Contains(t, answer, "no duration")
	status, _ := call("POST", "/reset", "")
	require.Equal(t, http.StatusNoContent, status)
	_, again := call("GET", "/clock", "")
	require.Less(t, now(again).Sub(now(before)), time.Hour)
}

func TestTheControlNamesWhatIsWrongAndDoesNothing(t *testing.T) {
	t.Parallel()
	idp, call := controlled(t, mockidp.Config{Auto: true})
	for _, row := range [][3]string{
		{"/next", `{"person":"nobody"}`, "GET /people"},
		{"/next", `{"person":1}`, "person: JSON of another kind is wanted than number"},
		{"/next", `{"bad_day":"nothing"}`, "GET /bad-days"},
		{"/next", `{"bad_day":"register-down","acr":"eidas2"}`, "person alone"},
		{"/next", `{"userinfo_fault":{"delay":1}}`, "delay: JSON of another kind"},
		{"/next", `{"cancel":true,"error":"server_error"}`, "three ends of a login"},
		{"/next", `{"refuse":"deceased"}`, "is no Y code"},
		{"/next", `{"error_description":"why"}`, "goes with error"},
		{"/next", `{"id_token":{"alg":"HS1"}}`, `id_token: alg: \"HS1\" is none of none, HS256`},
		{"/next", `{"userinfo":{"key":"another"}}`, `userinfo: key: \"another\"`},
		{"/next", `{"token_fault":{"status":1}}`, "token_fault: status: 1 ends no response"},
		{"/next", `{"userinfo_fault":{"truncate":-5}}`, "userinfo_fault: delay, truncate and pad"},
		{"/next", `{"faults":{"token":{"status":503}}}`, `faults: token: path: \"token\" is no address`},
		{"/next", `{"faults":{"/jwks":{"status":-1}}}`, "faults: /jwks: status"},
		{"/break", `{"path":"token","fault":{"status":503}}`, "below the issuer"},
		{"/break", `{"path":"/api/v2/token","fault":{"status":503}}`, "below the issuer"},
		{"/break", `{"path":"/jwks","fault":{"status":1000}}`, "fault: status: 1000"},
		{"/break", `{"path":"/jwks","fault":{"delay":"-1s"}}`, "not below zero"},
		{"/break", `{"path":"/jwks","fault":{"pad":8388609}}`, "at most 8388608"},
		{"/break", `{"path":"/jwks","fault":{"header":{"a b":["c"]}}}`, `header: \"a b\" cannot be sent`},
		{"/break", `{"path":"/jwks","fault":{"header":{"a":["b\r\nc"]}}}`, "cannot be sent"},
		{"/break", `{"path":"/jwks","fault":503}`, "JSON of another kind"},
		{"/break", `{"path":"/jwks"}`, "it changes nothing"},
		{"/mend", `{}`, "below the issuer"},
		{"/mend", `{"path":"/tokn"}`, "below the issuer"},
		{"/clock", `{}`, "either advance"},
		{"/clock", `{"set":"9999-01-01T00:00:00Z"}`, "from 1970 to 2200"},
		{"/clock", `{"set":"0001-01-02T00:00:00Z"}`, "from 1970 to 2200"},
		{"/clock", `{"advance":"2562047h"}`, "from 1970 to 2200"},
		{"/secret", `{"client_id":"nobody","client_secret":"x"}`, "32 characters"},
	} {
		status, answer := call("POST", row[0], row[1])
		require.Equal(t, http.StatusBadRequest, status, row)
		require.Contains(t, answer, row[2])
	}
	status, answer := call("POST", "/next", strings.Repeat(" ", 4*mockidp.MaxPad)+"{}")
	require.Equal(t, http.StatusBadRequest, status)
	require.Contains(t, answer, "too large")
	require.Empty(t, mockidp.Queued(idp))
	_, now := call("GET", "/clock", "")
	require.Contains(t, now, time.Now().UTC().Format("2006-"))
	res, err := (&http.Client{Transport: portaltest.Web}).Get(idp.Issuer() + "/jwks")
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Equal(t, http.StatusOK, res.StatusCode)
	status, answer = call("GET", "/nothing", "")
	require.Equal(t, http.StatusNotFound, status)
	require.Contains(t, answer, "/openapi.json")
	status, answer = call("POST", "/break", `{"path":"/JWKS/","fault":{"status":503}}`)
	require.Equal(t, http.StatusNoContent, status, answer)
	res, err = (&http.Client{Transport: portaltest.Web}).Get(idp.Issuer() + "/jwks")
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Equal(t, http.StatusServiceUnavailable, res.StatusCode, "as a request may write it")
}

// What a test in another language can say is more than the bad days, and no less.
func TestEveryBadDayIsAScenarioOfTheControl(t *testing.T) {
	t.Parallel()
	for _, platform := range []mockidp.Platform{mockidp.V2, mockidp.Plus, mockidp.V1, mockidp.ProConnect} {
		_, call := controlled(t, mockidp.Config{Platform: platform})
		for _, day := range mockidp.BadDays() {
			text, err := json.Marshal(day.Scenario)
			require.NoError(t, err)
			if status, answer := call("POST", "/next", string(text)); day.On(platform) {
				require.Equal(t, http.StatusNoContent, status, "%s %s %s", platform, day.Name, answer)
			}
		}
	}
}

func TestResetEndsRefreshTokens(t *testing.T) {
	t.Parallel()
	w := onProConnect(t, mockidp.Config{Auto: true})
	got := w.tokens()
	w.clock.Advance(time.Hour)
	w.tokens() // and what has expired is looked for no more for a minute
	require.NoError(t, w.idp.Reset())
	status, _ := w.trade("", "grant_type", "refresh_token", "refresh_token", got.RefreshToken, "redirect_uri", "", "code", "")
	require.Equal(t, http.StatusBadRequest, status)
	require.Zero(t, mockidp.NextPrune(w.idp), "a clock that was put back may not keep that from being done")
}

func TestAFaultOfAnAddressThatDoesNotExistPanics(t *testing.T) {
	t.Parallel()
	idp := mockidp.Start(t, mockidp.Config{})
	require.PanicsWithValue(t, `mockidp: InjectFault: path: "/api/v2/token" is no address of this platform below the issuer, as /token is`,
		func() { idp.InjectFault("/api/v2/token", mockidp.Fault{Status: 503}) })
}

func TestAWebPageControlsNothing(t *testing.T) {
	t.Parallel()
	idp := mockidp.Start(t, mockidp.Config{})
	r := httptest.NewRequest("POST", "/rotate", nil)
	r.Header.Set("Origin", "https://evil.example")
	w := httptest.NewRecorder()
	idp.Control(new(mockidp.Clock)).ServeHTTP(w, r)
	require.Equal(t, http.StatusForbidden, w.Code)
}
