// Package portal is what a team writes first: a portal of a few lines, its
// sign-in at a simulator, and the attacks on it.
package portal

import (
	"cmp"
	"crypto/rand"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp/attack"
)

// open opens a portal at a simulator and returns its address.
func open(t *testing.T, idp *mockidp.Provider) string {
	mux := http.NewServeMux()
	portal := httptest.NewServer(http.NewCrossOriginProtection().Handler(mux))
	t.Cleanup(portal.Close)
	config, err := franceconnect.ConfigFromEnv("FRANCECONNECT_", idp.Getenv(portal.URL+"/callback", portal.URL+"/"))
	if err != nil {
		t.Fatal(err)
	}
	fc, err := franceconnect.New(config)
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	sessions := map[string]*franceconnect.Session{}
	session := func(r *http.Request) (string, *franceconnect.Session) {
		mu.Lock()
		defer mu.Unlock()
		if c, err := r.Cookie("session"); err == nil {
			return c.Value, sessions[c.Value]
		}
		return "", nil
	}
	sorry := func(w http.ResponseWriter, err error) {
		if err != nil {
			french, _ := franceconnect.UserMessage(err)
			http.Error(w, french, franceconnect.StatusCode(err))
		}
	}
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		if _, s := session(r); s != nil {
			_, _ = io.WriteString(w, cmp.Or(s.Identity.FamilyName, s.Subject))
		}
	})
	mux.HandleFunc("GET /login", func(w http.ResponseWriter, r *http.Request) {
		sorry(w, fc.Login(w, r, franceconnect.LoginRequest{ReturnTo: r.FormValue("next")}))
	})
	mux.HandleFunc("GET /callback", func(w http.ResponseWriter, r *http.Request) {
		s, err := fc.Callback(w, r)
		if err != nil {
			sorry(w, err)
			return
		}
		old, _ := session(r)
		id := rand.Text()
		mu.Lock()
		delete(sessions, old)
		sessions[id] = s
		mu.Unlock()
		http.SetCookie(w, &http.Cookie{Name: "session", Value: id, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
		http.Redirect(w, r, s.ReturnTo, http.StatusSeeOther)
	})
	mux.HandleFunc("POST /logout", func(w http.ResponseWriter, r *http.Request) {
		id, s := session(r)
		mu.Lock()
		delete(sessions, id)
		mu.Unlock()
		if s == nil {
			http.Redirect(w, r, "/", http.StatusSeeOther)
			return
		}
		sorry(w, fc.Logout(w, r, s.IDTokenHint))
	})
	return portal.URL
}

// get returns a page of the portal.
func get(t *testing.T, browser *http.Client, address string) string {
	res, err := browser.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestSomebodySignsIn(t *testing.T) {
	idp := mockidp.Start(t, mockidp.Config{Auto: true})
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	if get(t, &http.Client{Jar: jar}, open(t, idp)+"/login") == "" {
		t.Fatal("nobody is signed in")
	}
}

func TestAttacks(t *testing.T) {
	attack.Run(t, attacked(t), attacked(t), attacked(t), attacked(t))
}

// attacked is a portal at a simulator of its own.
func attacked(t *testing.T) attack.Portal {
	idp := mockidp.Start(t, mockidp.Config{})
	portal := open(t, idp)
	return attack.Portal{
		IDP: idp, Client: idp.Clients()[0],
		Login: portal + "/login", Next: "next", Logout: portal + "/logout", Pages: []string{portal + "/"},
		WhoIs: func(browser *http.Client) string { return get(t, browser, portal+"/") },
	}
}
