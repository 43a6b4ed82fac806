package main

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// Tokens, names and data are in no log, whatever data providers answer, and the
// token is in nothing that is kept.
func TestNothingLeaks(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var tokens []string
	town := newTown(t, func(_ *mockidp.Client, town *town) {
		town.api.base = roundTrip(func(r *http.Request) (*http.Response, error) {
			mu.Lock()
			defer mu.Unlock()
			tokens = append(tokens, r.Header.Get("Authorization")[len("Bearer "):])
			return portaltest.Web.RoundTrip(r)
		})
	})
	var seen, kept string
	days := append([]badDay{{}}, fixtures.BadDays...)
	for _, day := range days {
		if day.Hang {
			continue
		}
		if day.Header["Retry-After"] == "1" { // of the real clock
			day.Header = map[string]string{"Retry-After": "0"}
		}
		town.data.setBadDay(day)
		v := newVisitor(t, town)
		seen += v.signInWithData().Body
		seen += v.Get(accountPage).Body
		text, rec, ok := v.record(town)
		require.True(t, ok)
		require.Empty(t, rec.Session.AccessToken())
		kept += text
		seen += v.Get(dataLoginPath).Body
		text, _, _ = v.record(town)
		kept += text
	}
	require.Greater(t, len(tokens), 4*len(fixtures.BadDays))
	log := town.log.String()
	require.Contains(t, log, mockRecipient, "which is public")
	require.Contains(t, kept, "VAUTRIN")
	for _, token := range tokens {
		require.Len(t, token, 43)
		for where, text := range map[string]string{"pages": seen, "log": log, "what is kept": kept} {
			require.NotContains(t, text, token, where)
		}
	}
	for _, personal := range []string{"Camille", "VAUTRIN", "Lestang", "1984", "69123", "872"} {
		require.NotContains(t, log, personal)
	}
	require.NotContains(t, seen, town.secret)
	require.NotContains(t, log, town.secret)
}

// A session that goes to a store leaves its token behind.
func TestTheTokenIsNotStored(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	token := string(s.AccessToken())
	require.Len(t, token, 43)
	text, err := json.Marshal(record{Session: *s, Household: &household{}})
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, gob.NewEncoder(&b).Encode(s))
	for _, stored := range []string{string(text), b.String(), fmt.Sprintf("%+v %#v", s, *s)} {
		require.NotEmpty(t, stored)
		require.NotContains(t, stored, token)
	}
	var back record
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, s.Subject, back.Session.Subject)
	require.Empty(t, back.Session.AccessToken())

	// And no call is made without it.
	a := newAPI(func(*http.Request) (*http.Response, error) { t.Error("a call without a token"); return nil, nil })
	require.Equal(t, unavailable, a.ask(t.Context(), &back.Session, tokenTime).Quotient.Missing)
}
