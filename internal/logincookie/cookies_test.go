package logincookie

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestSavingALoginDeletesOnceWhatIsNoLoginOrOver(t *testing.T) {
	t.Parallel()
	now := noon
	c := &Cookies{LoginTag: Tag("issuer", "id", "https://rp.test/cb"), Logins: box(t, "login", [32]byte{1}), Used: &Used{}, Now: func() time.Time { return now }}
	over := New(Asked{}, "/", noon.Add(Life))
	w := httptest.NewRecorder()
	require.NoError(t, c.Save(t.Context(), w, httptest.NewRequest(http.MethodGet, "/", nil), over))
	now = noon.Add(Life)

	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.AddCookie(w.Result().Cookies()[0])
	r.AddCookie(&http.Cookie{Name: c.loginName("garbage"), Value: "garbage"})
	r.AddCookie(&http.Cookie{Name: "__Host-session", Value: "the portal's"})
	w = httptest.NewRecorder()
	require.NoError(t, c.Save(t.Context(), w, r, New(Asked{}, "/", now.Add(Life))))
	deleted := 0
	for _, set := range w.Header().Values("Set-Cookie") {
		if strings.Contains(set, "Max-Age=0;") {
			deleted++
		}
		require.NotContains(t, set, "__Host-session")
	}
	require.Equal(t, 2, deleted)
	require.Len(t, w.Header().Values("Set-Cookie"), 3)
}
