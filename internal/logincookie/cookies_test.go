package logincookie

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func save(t *testing.T, c *Cookies, w http.ResponseWriter, r *http.Request, l Login) {
	t.Helper()
	cookie, err := c.Save(t.Context(), w, r, l)
	require.NoError(t, err)
	w.Header().Add("Set-Cookie", cookie)
}

func TestSavingALoginDeletesOnceWhatIsNoLoginOrOver(t *testing.T) {
	t.Parallel()
	now := noon
	c := &Cookies{LoginTag: Tag("issuer", "id", "https://rp.test/cb"), Logins: box(t, "login", [32]byte{1}), Used: &Used{}, Now: func() time.Time { return now }}
	over := New(Asked{}, "/", noon.Add(Life))
	w := httptest.NewRecorder()
	save(t, c, w, httptest.NewRequest(http.MethodGet, "/", nil), over)
	now = noon.Add(Life)

	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.AddCookie(w.Result().Cookies()[0])
	r.AddCookie(&http.Cookie{Name: c.loginName("garbage"), Value: "garbage"})
	r.AddCookie(&http.Cookie{Name: "__Host-session", Value: "the portal's"})
	w = httptest.NewRecorder()
	save(t, c, w, r, New(Asked{}, "/", now.Add(Life)))
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

// A browser keeps what it is given, oldest first, and sends it.
type browser struct{ cookies []*http.Cookie }

func (b *browser) begin(t *testing.T, c *Cookies, returnTo string) {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	for _, k := range b.cookies {
		r.AddCookie(k)
	}
	w := httptest.NewRecorder()
	save(t, c, w, r, New(Asked{}, returnTo, noon.Add(Life)))
	for _, set := range w.Result().Cookies() {
		b.cookies = slices.DeleteFunc(b.cookies, func(k *http.Cookie) bool { return k.Name == set.Name })
		if set.MaxAge > 0 {
			b.cookies = append(b.cookies, set)
		}
	}
}

// size returns the length of the header, and how many logins of a client are in it.
func (b *browser) size(c *Cookies) (header, logins int) {
	for _, k := range b.cookies {
		header += len(k.Name) + len("=") + len(k.Value) + len("; ")
		if strings.HasPrefix(k.Name, c.loginName("")) {
			logins++
		}
	}
	return header, logins
}

func TestTheLoginsOfAllClientsOnAHostFitThreeKilobytes(t *testing.T) {
	t.Parallel()
	var clients []*Cookies
	for _, id := range []string{"v2", "plus", "third"} {
		clients = append(clients, &Cookies{LoginTag: Tag("issuer", id, "https://rp.test/cb"), LogoutTag: Tag("issuer", id, "https://rp.test/"),
			Logins: box(t, "login", [32]byte{1}), Logouts: box(t, "logout", [32]byte{1}), Used: &Used{}, Now: func() time.Time { return noon }})
	}
	b := &browser{cookies: []*http.Cookie{{Name: "__Host-session", Value: "the portal's"}, {Name: clients[0].logoutName(), Value: "a logout under way"}}}
	others, _ := b.size(clients[0])
	for _, length := range []int{1, 100, 400, 1024} {
		for i := range 20 {
			c := clients[i%len(clients)]
			_, before := b.size(c)
			b.begin(t, c, "/"+strings.Repeat("a", length-1))
			header, logins := b.size(c)
			require.LessOrEqual(t, header-others, 3000)
			require.LessOrEqual(t, logins, maxLogins)
			require.Positive(t, logins, "the newest is kept, whatever was there")
			if length == 1 && i < 9 {
				require.Equal(t, before+1, logins, "nobody is deleted while there is room")
			}
		}
	}
	require.Equal(t, "__Host-session", b.cookies[0].Name, "which is not ours")
	require.Equal(t, clients[0].logoutName(), b.cookies[1].Name, "which is no login")
}

func TestTheLongestLoginFitsThreeKilobytes(t *testing.T) {
	t.Parallel()
	c := &Cookies{LoginTag: Tag("issuer", "id", "https://rp.test/cb"), Logins: box(t, "login", [32]byte{1}), Used: &Used{}, Now: func() time.Time { return noon }}
	b := &browser{}
	b.begin(t, c, strings.Repeat("a", MaxContent))
	all, _ := b.size(c)
	require.LessOrEqual(t, all, maxBytes)
	require.Greater(t, all, maxBytes-50)
}

func TestTheOldestLoginGoesFirst(t *testing.T) {
	t.Parallel()
	c := &Cookies{LoginTag: Tag("issuer", "id", "https://rp.test/cb"), Logins: box(t, "login", [32]byte{1}), Used: &Used{}, Now: func() time.Time { return noon }}
	b := &browser{}
	for range maxLogins {
		b.begin(t, c, "/")
	}
	all := slices.Clone(b.cookies)
	b.begin(t, c, "/")
	require.Equal(t, all[1:], b.cookies[:maxLogins-1])
}
