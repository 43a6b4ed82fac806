package provider

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// answered is what is kept of an answer with these members.
func answered(t *testing.T, members map[string]string, secrets ...string) string {
	body, err := json.Marshal(members)
	require.NoError(t, err)
	e := errorResponse("token", &http.Response{StatusCode: http.StatusBadRequest}, body, secrets...)
	return strings.Join([]string{e.Code, e.Description, e.Y, e.ID, e.Error()}, "\n")
}

// longest returns how much of a secret is in a text, in characters in a row.
func longest(text, secret string) int {
	most := 0
	for i := range secret {
		for most < len(secret)-i && strings.Contains(text, secret[i:i+most+1]) {
			most++
		}
	}
	return most
}

func TestNoPartOfASecretIsInAnErrorWhereverAnAnswerHasIt(t *testing.T) {
	t.Parallel()
	for _, secret := range []string{
		strings.Repeat("5e0a", 4) + "9f8e7d6c5b4a39281706f5e4d3c2b1a0deadbeefcafe0123",
		"a+b/c=d&e f'g:h@i?j#k%l~m" + strings.Repeat("Zz9", 9),
		`back\slash"quote"` + strings.Repeat("Q7w", 12),
	} {
		forms := map[string]string{
			"as it is":             secret,
			"form-encoded":         url.QueryEscape(secret),
			"in small letters":     escape.ReplaceAllStringFunc(url.QueryEscape(secret), strings.ToLower),
			"in a path":            url.PathEscape(secret),
			"in base64":            base64.StdEncoding.EncodeToString([]byte(secret)),
			"with escaped slashes": strings.ReplaceAll(secret, "/", `\/`),
		}
		for how, form := range forms {
			for offset := range 300 {
				text := strings.Repeat("x", offset) + form + " was sent"
				said := answered(t, map[string]string{"error": "invalid_request", "error_description": text}, "code", secret)
				require.Less(t, longest(said, Clean(form, len(form))), telling, "%s, at %d: %s", how, offset, said)
			}
			said := answered(t, map[string]string{"error": "e" + form, "error_uri": "https://fc.test/?code=Y040001&id=" + form}, secret)
			require.Less(t, longest(said, Clean(form, len(form))), telling, how)
		}
		for cut := telling; cut < len(secret); cut++ { // by a server that repeats a part
			said := answered(t, map[string]string{"error": "invalid_request", "error_description": "got " + secret[:cut]}, secret)
			require.Less(t, longest(said, Clean(secret, len(secret))), telling, said)
		}
	}
}

// What a server repeats is all that it was sent: by each of the calls, and in
// each of the ways to send the secret.
func TestNothingSecretOfARequestThatIsRepeatedIsInAnError(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent, _ := io.ReadAll(r.Body)
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(map[string]string{"error": "invalid_request",
			"error_description": r.Header.Get("Authorization") + " and " + string(sent)})
	}))
	t.Cleanup(s.Close)
	const secret, code, access = "5e0a9f8e7d6c5b4a3928", "Mzk0ODU3MzQ5ODU3MzQ", "UWVydHl1aW9wYXNkZmc"
	for _, basic := range []bool{false, true} {
		p := New(Endpoints{Token: s.URL, UserInfo: s.URL}, basic, nil, time.Now)
		_, refused := p.Exchange(t.Context(), nil, Credentials{ID: "client", Secret: secret, RedirectURL: "https://rp.test/cb"}, code, 0)
		_, away := p.UserInfo(t.Context(), nil, access)
		for _, err := range []error{refused, away} {
			var e *Error
			require.ErrorAs(t, err, &e)
			require.Contains(t, e.Description, " and ", "it is what the server said")
			for _, s := range []string{secret, code, access, base64.StdEncoding.EncodeToString([]byte("client:" + secret))} {
				require.Less(t, longest(e.Description, s), telling, e.Description)
			}
		}
	}
}

func TestASecretThatLooksLikeAnIdentifierIsNotOne(t *testing.T) {
	t.Parallel()
	secret := strings.Repeat("0123456789abcdef", 4)
	said := answered(t, map[string]string{"error": "invalid_grant", "error_uri": "https://fc.test/?id=" + secret[:36]}, secret)
	require.NotContains(t, said, secret[:telling])
	said = answered(t, map[string]string{"error": "invalid_grant", "error_uri": "https://fc.test/?code=Y049E20B&id=6f1c2d3e-0000-4000-8000-1234567890ab"}, secret)
	require.Contains(t, said, "Y049E20B\n6f1c2d3e-0000-4000-8000-1234567890ab", "what is no secret stays")
}

func TestAShortSecretIsTakenOutAsAWhole(t *testing.T) {
	t.Parallel()
	require.Contains(t, answered(t, map[string]string{"error": "invalid_grant", "error_description": "the code c0de1 is over, and co is not"}, "c0de1"),
		"the code [removed] is over, and co is not")
}
