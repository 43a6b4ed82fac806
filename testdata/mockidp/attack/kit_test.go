package attack_test

import (
	"cmp"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp/attack"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// A portal is a small one on the library: three handlers, a session in memory,
// a home page.
type portal struct {
	secure bool

	mu       sync.Mutex
	sessions map[string]*franceconnect.Session
}

var home = template.Must(template.New("").Parse(`<!DOCTYPE html><title>Portail</title>
{{if .Name}}<p>{{.Name}}</p><address>{{.Email}}</address><form method="post" action="/logout"><button>Se déconnecter</button></form>
{{else}}<a href="/login?next=/">FranceConnect</a>{{end}}`))

// newPortal returns a portal, with a second way in below /strong if second is
// not nil.
func newPortal(fc, second *franceconnect.Client, secure bool) http.Handler {
	return (&portal{secure: secure, sessions: map[string]*franceconnect.Session{}}).handler(fc, second)
}

func (p *portal) handler(fc, second *franceconnect.Client) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		var who struct{ Name, Email string }
		if s := p.session(r); s != nil {
			who.Name, who.Email = cmp.Or(s.Identity.FamilyName, s.Subject), s.Identity.Email
		}
		_ = home.Execute(w, who)
	})
	p.wayIn(mux, "", fc)
	if second != nil {
		p.wayIn(mux, "/strong", second)
	}
	mux.HandleFunc("POST /logout", func(w http.ResponseWriter, r *http.Request) { p.sorry(w, fc.Logout(w, r, p.end(r))) })
	mux.HandleFunc("GET /loggedout", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, fc.LogoutCallback(w, r)) })
	return http.NewCrossOriginProtection().Handler(mux)
}

func (p *portal) wayIn(mux *http.ServeMux, below string, fc *franceconnect.Client) {
	mux.HandleFunc("GET "+below+"/login", func(w http.ResponseWriter, r *http.Request) {
		p.sorry(w, fc.Login(w, r, franceconnect.LoginRequest{ReturnTo: r.FormValue("next")}))
	})
	mux.HandleFunc("GET "+below+"/callback", func(w http.ResponseWriter, r *http.Request) {
		s, err := fc.Callback(w, r)
		if err != nil {
			p.sorry(w, err)
			return
		}
		p.end(r)
		p.begin(w, s)
		http.Redirect(w, r, s.ReturnTo, http.StatusSeeOther)
	})
}

func (p *portal) name() string {
	if p.secure {
		return "__Host-session"
	}
	return "session"
}

func (p *portal) id(r *http.Request) string {
	if k, err := r.Cookie(p.name()); err == nil {
		return k.Value
	}
	return ""
}

func (p *portal) begin(w http.ResponseWriter, s *franceconnect.Session) {
	id := rand.Text()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sessions[id] = s
	http.SetCookie(w, &http.Cookie{Name: p.name(), Value: id, Path: "/", Secure: p.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

func (p *portal) session(r *http.Request) *franceconnect.Session {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sessions[p.id(r)]
}

func (p *portal) end(r *http.Request) (hint franceconnect.IDTokenHint) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s := p.sessions[p.id(r)]; s != nil {
		hint = s.IDTokenHint
	}
	delete(p.sessions, p.id(r))
	return hint
}

func (p *portal) sorry(w http.ResponseWriter, err error) {
	if err == nil {
		return
	}
	french, _ := franceconnect.UserMessage(err)
	http.Error(w, french, http.StatusBadRequest)
}

// target serves a portal that is made for its address and the mock. It ends
// last, after the mock that it may be waiting for.
func target(t *testing.T, secure bool, made func(url string, idp *mockidp.Provider) http.Handler) attack.Portal {
	return targetOn(t, mockidp.V2, secure, nil, made)
}

// targetOn does as target on a platform. On FranceConnect+ the client has a second
// callback, and tokens are encrypted to key.
func targetOn(t *testing.T, platform mockidp.Platform, secure bool, key *ecdsa.PrivateKey, made func(url string, idp *mockidp.Provider) http.Handler) attack.Portal {
	server := httptest.NewUnstartedServer(nil)
	t.Cleanup(server.Close)
	url := "http://" + server.Listener.Addr().String()
	if secure {
		url = "https://" + server.Listener.Addr().String()
	}
	client := mockidp.DefaultClient(platform)
	client.RedirectURIs, client.PostLogoutRedirectURIs = []string{url + "/callback"}, []string{url + "/loggedout"}
	if key != nil {
		set, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "k", Use: "enc"}}})
		require.NoError(t, err)
		client.JWKS, client.JWKSURI = set, ""
		client.RedirectURIs = append(client.RedirectURIs, url+"/strong/callback")
	}
	idp := mockidp.Start(t, mockidp.Config{Platform: platform, Clients: []mockidp.Client{client}})
	server.Config.Handler = made(url, idp)
	p := attack.Portal{
		IDP: idp, Client: client,
		Login: url + "/login", Next: "next", Logout: url + "/logout", Pages: []string{url + "/"},
		WhoIs: func(browser *http.Client) string { return nameOn(t, browser, url+"/") },
	}
	if secure {
		server.StartTLS()
		p.Transport = server.Client().Transport
	} else {
		server.Start()
	}
	return p
}

func onTheLibrary(t *testing.T, secure bool) attack.Portal {
	return target(t, secure, func(url string, idp *mockidp.Provider) http.Handler { return onTheLibraryAt(t, url, idp) })
}

func onTheLibraryAt(t *testing.T, url string, idp *mockidp.Provider) http.Handler {
	fc, err := franceconnect.New(configOf(t, url, idp))
	require.NoError(t, err)
	return newPortal(fc, nil, strings.HasPrefix(url, "https:"))
}

// onTheLibraryAtProConnect has the library for FranceConnect at ProConnect, which it
// can do with levels that FranceConnect has, too.
func onTheLibraryAtProConnect(t *testing.T) attack.Portal {
	return targetOn(t, mockidp.ProConnect, true, nil, func(url string, idp *mockidp.Provider) http.Handler {
		env := idp.Getenv(url+"/callback", url+"/loggedout")
		config, err := franceconnect.ConfigFromEnv("PROCONNECT_", func(name string) string {
			if name == "PROCONNECT_SCOPES" {
				return "openid given_name usual_name email siret"
			}
			return env(name)
		})
		require.NoError(t, err)
		config.HTTPClient = &http.Client{Timeout: 5 * time.Second}
		fc, err := franceconnect.New(config)
		require.NoError(t, err)
		return newPortal(fc, nil, true)
	})
}

func configOf(t *testing.T, url string, idp *mockidp.Provider) franceconnect.Config {
	config, err := franceconnect.ConfigFromEnv("FRANCECONNECT_", idp.Getenv(url+"/callback", url+"/loggedout"))
	require.NoError(t, err)
	config.Scopes, config.RequestAMR = []string{"identite_pivot", "email"}, true
	config.HTTPClient = &http.Client{Timeout: 5 * time.Second} // half of the default: attacks wait for it
	return config
}

// onTheLibraryAtPlus has two clients of one registration: the ordinary way in
// wants eidas2, the one below /strong wants eidas3.
func onTheLibraryAtPlus(t *testing.T) attack.Portal {
	key := newECKey(t)
	opens, err := franceconnect.NewDecryptionKey("k", "ECDH-ES", key)
	require.NoError(t, err)
	p := targetOn(t, mockidp.Plus, true, key, func(url string, idp *mockidp.Provider) http.Handler {
		config := configOf(t, url, idp)
		config.DecryptionKeys = []franceconnect.DecryptionKey{opens}
		var pool franceconnect.Pool
		fc, err := pool.New(config)
		require.NoError(t, err)
		config.Level, config.RedirectURL = franceconnect.Eidas3, url+"/strong/callback"
		second, err := pool.New(config)
		require.NoError(t, err)
		return newPortal(fc, second, true)
	})
	p.Others = []string{strings.TrimSuffix(p.Login, "/login") + "/strong/login"}
	return p
}

// secondWayIn returns the portal with its other way in to attack.
func secondWayIn(p attack.Portal) attack.Portal {
	p.Client.RedirectURIs = []string{p.Client.RedirectURIs[1], p.Client.RedirectURIs[0]}
	p.Login = strings.TrimSuffix(p.Login, "/login") + "/strong/login"
	return p
}

func newECKey(t *testing.T) *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	return key
}

var person = regexp.MustCompile(`<p>([^<]*)</p>`)

// nameOn returns the name on a page, or "".
func nameOn(t *testing.T, browser *http.Client, address string) string {
	return portaltest.On(t, browser, address, person)
}
