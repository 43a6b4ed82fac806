package franceconnect_test

import (
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/codes"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// Each decision has its own words and status, all of them from the one table.
func TestADecisionHasWordsAndAStatus(t *testing.T) {
	t.Parallel()
	said := map[string]error{}
	for _, test := range []struct {
		err    error
		name   string
		status int
	}{
		{franceconnect.ErrDenied, "denied", http.StatusForbidden},
		{franceconnect.ErrLoginExpired, "stale", http.StatusBadRequest},
		{franceconnect.ErrLevelTooLow, "level", http.StatusForbidden},
		{franceconnect.ErrUnavailable, "unavailable", http.StatusServiceUnavailable},
		{franceconnect.ErrVerification, "untrusted", http.StatusBadGateway},
		{franceconnect.ErrMisconfigured, "misconfigured", http.StatusInternalServerError},
		{franceconnect.ErrDisabled, "disabled", http.StatusNotFound},
		{errors.New("the portal's own"), "misconfigured", http.StatusInternalServerError},
	} {
		err := fmt.Errorf("portal: %w", test.err)
		french, english := franceconnect.UserMessage(err)
		require.Equal(t, codes.Citizen(test.name), text.Text{French: french, English: english})
		require.NotEmpty(t, french)
		require.Equal(t, test.status, franceconnect.StatusCode(err), test.name)
		advice, english := franceconnect.OperatorAdvice(err)
		require.Equal(t, codes.Advice(test.name), text.Text{French: advice, English: english})
		require.NotEmpty(t, advice)
		if test.name != "misconfigured" {
			require.NoError(t, said[french], "said of two")
			said[french] = test.err
		}
	}
}

// An operator is told what the table has on the code, FranceConnect's own
// before OAuth's, and what the decision has if the table has nothing. What a
// code means depends on who says it.
func TestAdviceKnowsTheCode(t *testing.T) {
	t.Parallel()
	secret, _ := codes.Find("Y0434A7B")
	client, _ := codes.Find("invalid_client")
	denied, _ := codes.Find("access_denied")
	scope, _ := codes.Find("invalid_scope")
	carried := codes.Advice("carried")
	brought := text.Text{French: scope.Advice().French + " " + carried.French, English: scope.Advice().English + " " + carried.English}
	kid := &franceconnect.Error{Kind: franceconnect.ErrMisconfigured, Reason: "id_token.jwe.kid"}
	for _, test := range []struct {
		err  *franceconnect.Error
		want text.Text
	}{
		{&franceconnect.Error{Kind: franceconnect.ErrMisconfigured, Reason: "callback.refused", OAuthCode: "invalid_scope"}, brought},
		{&franceconnect.Error{Kind: franceconnect.ErrMisconfigured, Reason: "token.refused", OAuthCode: "invalid_client", FCCode: "Y0434A7B"}, secret.Advice()},
		{&franceconnect.Error{Kind: franceconnect.ErrMisconfigured, Reason: "token.refused", OAuthCode: "invalid_client", FCCode: "Y999999"}, client.Advice()},
		{&franceconnect.Error{Kind: franceconnect.ErrMisconfigured, Reason: "token.refused", OAuthCode: "invalid_request"}, codes.Advice("misconfigured")},
		{&franceconnect.Error{Kind: franceconnect.ErrLoginExpired, Reason: "callback.unknown", OAuthCode: "invalid_client"}, codes.Advice("callback.unknown")},
		{&franceconnect.Error{Kind: franceconnect.ErrVerification, Reason: "callback.iss"}, codes.Advice("callback.iss")},
		{&franceconnect.Error{Kind: franceconnect.ErrDenied, Reason: "callback.denied", OAuthCode: "access_denied"}, denied.Advice()},
		{&franceconnect.Error{Kind: franceconnect.ErrLoginExpired, Reason: "callback.code"}, codes.Advice("stale")},
		{&franceconnect.Error{Kind: franceconnect.ErrMisconfigured, Reason: "token.refused", OAuthCode: "made_up"}, codes.Advice("misconfigured")},
		{kid, codes.Advice("our_keys")},
		{&franceconnect.Error{Kind: franceconnect.ErrMisconfigured, Reason: "published_keys.never_fetched"}, codes.Advice("our_keys")},
		{&franceconnect.Error{Kind: franceconnect.ErrUnavailable, Reason: "token.unreachable"}, codes.Advice("unavailable")},
	} {
		french, english := franceconnect.OperatorAdvice(fmt.Errorf("portal: %w", test.err))
		require.Equal(t, test.want, text.Text{French: french, English: english}, test.err.Reason)
		require.NotEmpty(t, french)
	}
	require.Equal(t, secret.Advice(), client.Advice())
	require.Contains(t, secret.Advice().French, "Côté portail. Le secret présenté")
}

// The table explains a reason by the decision that a callback with it comes to.
func TestTheTableDecidesAsTheVectorsDo(t *testing.T) {
	t.Parallel()
	decides := map[string]string{"discovery.document": ""}
	for _, r := range codes.Reasons() {
		decides[r.Name] = r.Decision
	}
	vectors, err := filepath.Glob("testdata/vectors/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, vectors)
	for _, file := range vectors {
		head, _, _ := strings.Cut(readText(t, file), "\n\n")
		expect := regexp.MustCompile(`(?m)^expect: (\w+)$`).FindStringSubmatch(head)
		reason := regexp.MustCompile(`(?m)^reason: (\S+)$`).FindStringSubmatch(head)
		if expect != nil && reason != nil && !(reason[1] == "id_token.acr" && expect[1] == "untrusted") {
			require.Equal(t, expect[1], decides[reason[1]], "%s: %s", file, reason[1])
		}
	}
}

// What a person is told is the same whether a portal says it or the program
// explains a code by it.
func TestTheTableOfCodesTellsPeopleWhatMessageTells(t *testing.T) {
	t.Parallel()
	said := map[text.Text]bool{}
	for _, err := range []error{franceconnect.ErrDenied, franceconnect.ErrLoginExpired, franceconnect.ErrLevelTooLow, franceconnect.ErrUnavailable, franceconnect.ErrMisconfigured} {
		french, english := franceconnect.UserMessage(err)
		said[text.Text{French: french, English: english}] = true
	}
	require.NotEmpty(t, codes.All())
	for _, c := range codes.All() {
		require.True(t, said[c.Citizen] || c.Where == codes.Logout, c.Name)
	}
}
