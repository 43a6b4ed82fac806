package main

import (
	"encoding/json"
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// The mock refuses what API Particulier refuses, in its shape.
func TestTheMockIsStrict(t *testing.T) {
	t.Parallel()
	var token string
	town := newTown(t, func(_ *mockidp.Client, town *town) {
		town.api.base = roundTrip(func(r *http.Request) (*http.Response, error) {
			token = r.Header.Get("Authorization")
			return portaltest.Web.RoundTrip(r)
		})
		town.api.scopes = []string{quotientScope}
	})
	newVisitor(t, town).signInWithData()
	require.Regexp(t, `^Bearer .{43}$`, token)
	good := quotientPath + "?recipient=" + mockRecipient
	for _, test := range []struct {
		method, path, token string
		status              int
		code                string
	}{
		{"GET", good, token, 200, ""},
		{"GET", quotientPath, token, 400, "MOCK-400"},
		{"GET", quotientPath + "?recipient=", token, 400, "MOCK-400"},
		{"GET", good + "&recipient=" + mockRecipient, token, 400, "MOCK-400"},
		{"GET", quotientPath + "?recipient=21999001700011", token, 422, "MOCK-422"},
		{"GET", quotientPath + "?recipient=219990017", token, 422, "MOCK-422"},
		{"GET", good, "", 401, "MOCK-401"},
		{"GET", good, "Bearer another", 401, "MOCK-401"},
		{"GET", scholarshipPath + "?recipient=" + mockRecipient, token, 403, "MOCK-403"},
		{"GET", "/v3/dss/quotient_familial/identite?recipient=" + mockRecipient, token, 404, "-"},
		{"POST", good, token, 404, "-"},
	} {
		r, err := http.NewRequest(test.method, town.api.origin+test.path, nil)
		require.NoError(t, err)
		r.Header.Set("Authorization", test.token)
		res, err := (&http.Client{Transport: portaltest.Web}).Do(r)
		require.NoError(t, err)
		var said struct {
			Data   map[string]any
			Errors []struct{ Code, Title, Detail string }
		}
		wrong := json.NewDecoder(res.Body).Decode(&said)
		require.NoError(t, res.Body.Close())
		require.Equal(t, test.status, res.StatusCode, test.path)
		if test.code == "-" {
			require.Error(t, wrong, "not the API's")
			continue
		}
		require.NoError(t, wrong)
		require.Equal(t, "1000", res.Header.Get("RateLimit-Limit"))
		require.Regexp(t, `^9\d\d$`, res.Header.Get("RateLimit-Remaining"))
		require.Regexp(t, `^\d{10}$`, res.Header.Get("RateLimit-Reset"))
		if test.code == "" {
			require.Equal(t, map[string]any{"quotient_familial": map[string]any{"fournisseur": "CNAF", "valeur": 872., "annee": 2026., "mois": 11.}}, said.Data)
			continue
		}
		require.Len(t, said.Errors, 1)
		require.Equal(t, test.code, said.Errors[0].Code)
		require.NotEmpty(t, said.Errors[0].Title)
		require.NotEmpty(t, said.Errors[0].Detail)
	}

	// The minute's requests are counted, and there is another minute.
	ask := func() *http.Response {
		r, err := http.NewRequest("GET", town.api.origin+quotientPath, nil)
		require.NoError(t, err)
		res, err := (&http.Client{Transport: portaltest.Web}).Do(r)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		return res
	}
	town.clock.Advance(time.Minute)
	require.Equal(t, "999", ask().Header.Get("RateLimit-Remaining"))
	town.data.used = rateLimit
	res := ask()
	require.Equal(t, http.StatusTooManyRequests, res.StatusCode)
	require.Equal(t, "0", res.Header.Get("RateLimit-Remaining"))
	require.Regexp(t, `^([1-9]|[1-5]\d|60)$`, res.Header.Get("Retry-After"))
	town.clock.Advance(time.Minute)
	require.Equal(t, http.StatusBadRequest, ask().StatusCode)
}

// The same question twice at once: one is told to wait, and the other hangs.
func TestTheMockAnswersOneOfTwoAtOnce(t *testing.T) {
	t.Parallel()
	first := make(chan *http.Response, 2)
	town := newTown(t, func(_ *mockidp.Client, town *town) {
		town.api.scopes = []string{quotientScope}
		town.api.base = roundTrip(func(r *http.Request) (*http.Response, error) {
			for range 2 {
				go func() {
					if res, err := portaltest.Web.RoundTrip(r.Clone(r.Context())); err == nil {
						res.Body.Close()
						first <- res
					}
				}()
			}
			var res *http.Response
			select {
			case res = <-first:
			case <-r.Context().Done():
				t.Error("both hang")
				return nil, r.Context().Err()
			}
			require.Equal(t, http.StatusConflict, res.StatusCode)
			require.Equal(t, "1", res.Header.Get("Retry-After"))
			first <- res
			return nil, http.ErrServerClosed
		})
	})
	town.today(t, "muet")
	newVisitor(t, town).signInWithData()
	require.Len(t, first, 1)
}

func TestFixtures(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, d := range fixtures.BadDays {
		require.Regexp(t, `^[a-z0-9-]+$`, d.Name)
		require.False(t, names[d.Name], d.Name)
		names[d.Name] = true
		require.NotEmpty(t, d.What)
		require.True(t, d.Status >= 200 || d.Hang || d.Abort, d.Name)
		require.NotRegexp(t, regexp.MustCompile(`[^\x{a0}\x{202f}][:;!?»]|«[^\x{a0}\x{202f}]|'`), d.What+d.Title)
	}
	people := map[string]bool{}
	for _, p := range mockidp.People() {
		people[p.Birthdate] = true
	}
	for _, d := range fixtures.People {
		require.True(t, people[d.Birthdate], d.FamilyName)
	}
}

func TestSIRET(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		mockRecipient:     true,
		"13002526500013":  true, // DINUM's
		"35600000000048":  true, // La Poste, the head office
		"35600000049837":  true, // La Poste, an establishment: sum of the digits 45
		"35600000049838":  false,
		"21999001700011":  false,
		"21999001800010":  false,
		"21999001800000":  false, // of its two checks, the SIREN's fails
		"2199900170001":   false,
		"219990017000100": false,
		"21999001 70010":  false,
		"２1999001700010":  false,
		"":                false,
	} {
		require.Equal(t, want, validSIRET(text), text)
	}
}
