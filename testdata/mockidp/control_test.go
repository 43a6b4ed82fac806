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
				for _, wrong := range []string{`{"nonsense":1}`, `[`, `"text"`} {
					status, answer := call("POST", path, wrong)
					require.Equal(t, http.StatusBadRequest, status, "%s %s", path, wrong)
					require.Contains(t, answer, `{"error":"`)
				}
			}
			other := "DELETE"
			status, _ = call(other, path, "")
			require.Equal(t, http.StatusMethodNotAllowed, status)
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
		res, err := http.Post(server.URL+path, "application/json", strings.NewReader(body))
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

func TestTheControlNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	_, call := controlled(t, mockidp.Config{})
	for path, row := range map[string][2]string{
		"/next":   {`{"person":"nobody"}`, "GET /people"},
		"/break":  {`{"path":"token"}`, "below the issuer"},
		"/mend":   {`{}`, "below the issuer"},
		"/clock":  {`{}`, "either advance"},
		"/secret": {`{"client_id":"nobody","client_secret":"x"}`, "32 characters"},
	} {
		status, answer := call("POST", path, row[0])
		require.Equal(t, http.StatusBadRequest, status)
		require.Contains(t, answer, row[1])
	}
	_, answer := call("POST", "/next", `{"bad_day":"nothing"}`)
	require.Contains(t, answer, "GET /bad-days")
	status, answer := call("POST", "/next", `{"userinfo_fault":{"delay":1}}`)
	require.Equal(t, http.StatusBadRequest, status, answer)
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
