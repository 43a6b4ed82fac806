package careless

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
)

// A Mistake is made around a portal that makes none of its own: in front of it,
// or between it and FranceConnect. The portal has the addresses of [New]'s, and
// its session is a cookie whose name ends with session.
type Mistake struct {
	Name  string
	Front func(http.Handler) http.Handler           // nil if it is made behind the portal
	Calls func(http.RoundTripper) http.RoundTripper // nil if it is made in front
	HTTPS bool                                      // it is one on https alone
}

// Mistakes returns them, each with new memory of its own.
func Mistakes() []Mistake {
	front := func(name string, h func(http.Handler) http.Handler) Mistake { return Mistake{Name: name, Front: h} }
	header := func(name string, change func(*http.Request, http.Header)) Mistake {
		return front(name, changingHeader(change))
	}
	cookie := func(name string, change func(*http.Request, string) string) Mistake {
		return header(name, func(r *http.Request, h http.Header) {
			for i, set := range h["Set-Cookie"] {
				h["Set-Cookie"][i] = change(r, set)
			}
		})
	}
	onHTTPS := func(m Mistake) Mistake { m.HTTPS = true; return m }
	replaced := func(old, new string) func(*http.Request, string) string {
		return func(_ *http.Request, set string) string { return strings.Replace(set, old, new, 1) }
	}
	calls := func(name string, f func(http.RoundTripper) http.RoundTripper) Mistake {
		return Mistake{Name: name, Calls: f}
	}
	return []Mistake{
		// Sessions.
		front("a number in a second cookie is the person", personInASecondCookie),
		front("the person is beside the session's id, unsealed", personInTheCookie),
		front("the session is a token that says itself how it is signed", signedAsItSays),
		front("sessions have numbers", numbered),
		front("the end of the session's id does not count", shortened),
		cookie("the session's cookie is Strict", func(_ *http.Request, set string) string {
			if strings.HasPrefix(set, "session=") {
				return strings.Replace(set, "SameSite=Lax", "SameSite=Strict", 1)
			}
			return set
		}),
		cookie("cookies have a Domain", func(r *http.Request, set string) string { return set + "; Domain=" + hostOf(r) }),
		onHTTPS(cookie("cookies are not Secure", replaced("; Secure", ""))),
		onHTTPS(front("cookies have any name", anyName)),
		header("pages say no-referrer", func(_ *http.Request, h http.Header) { h.Set("Referrer-Policy", "no-referrer") }),
		header("each login leaves a cookie", func(r *http.Request, h http.Header) {
			if r.URL.Path == "/login" {
				h.Add("Set-Cookie", fmt.Sprintf("login-%d=%s; Path=/; HttpOnly; SameSite=Lax; Max-Age=600", len(r.Cookies()), strings.Repeat("x", 200)))
			}
		}),
		header("a callback that fails ends all logins", func(r *http.Request, h http.Header) {
			if r.URL.Path != "/callback" || h.Get("Location") != "" {
				return
			}
			for _, k := range r.Cookies() {
				h.Add("Set-Cookie", k.Name+"=; Path=/; Max-Age=0")
			}
		}),
		front("a state that is not known is taken for the latest", latestState),
		front("an error beside a code is not looked at", func(portal http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if q := r.URL.Query(); r.URL.Path == "/callback" && q.Has("code") {
					q.Del("error")
					r = r.Clone(r.Context())
					r.URL.RawQuery = q.Encode()
				}
				portal.ServeHTTP(w, r)
			})
		}),
		front("many cookies are refused", func(portal http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if len(r.Cookies()) > 30 {
					http.Error(w, "", http.StatusRequestHeaderFieldsTooLarge)
					return
				}
				portal.ServeHTTP(w, r)
			})
		}),
		front("the logout goes by Origin alone, under no-referrer", func(portal http.Handler) http.Handler {
			portal = changingHeader(func(_ *http.Request, h http.Header) { h.Set("Referrer-Policy", "no-referrer") })(portal)
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPost && r.Header.Get("Origin") == "null" {
					http.Error(w, "", http.StatusForbidden)
					return
				}
				portal.ServeHTTP(w, r)
			})
		}),
		front("the logout waits for FranceConnect's", logoutIfUp),
		// Pages and addresses.
		front("a name is in attributes, as it came", rewritingPage("p", func(name string) string {
			return `<p>` + html.EscapeString(name) + `</p><i title="` + name + `"></i><i title='` + name + `'></i>`
		})),
		front("an address is on the page, as it came", rewritingPage("address", func(address string) string { return "<address>" + address + "</address>" })),
		front("an address is in the middle of a sentence", rewritingPage("address", func(address string) string {
			return "<address>Nous écrivons à " + html.EscapeString(address) + " demain</address>"
		})),
		front("a parameter of the callback says where to go on to", nextOnTheCallback),
		header("the place to go on to is decoded once more", nextOnceMore),
		header("every header that names an address is believed", believing),
		header("the code goes on in the address", func(r *http.Request, h http.Header) {
			if code := r.URL.Query().Get("code"); code != "" && h.Get("Location") != "" {
				h.Set("Location", h.Get("Location")+"?code="+url.QueryEscape(code))
			}
		}),
		front("a name is in the middle of a sentence", inASentence),
		front("the place to go on to is kept in a cookie, however long", nextInACookie),
		front("a path is tidied up by a redirect", tidied),
		// What it sends: the third login of a browser is another.
		thirdLogin("PKCE in a third tab", func(q url.Values) { q.Set("code_challenge", strings.Repeat("c", 43)) }),
		thirdLogin("a short state in a third tab", func(q url.Values) { q.Set("state", q.Get("state")[:10]) }),
		thirdLogin("two levels in a third tab", func(q url.Values) { q.Set("acr_values", "eidas1 eidas2") }),
		thirdLogin("a hybrid flow in a third tab", func(q url.Values) { q.Set("response_type", "code id_token") }),
		passingOrigin(),
		calls("an empty call opens the connection", func(base http.RoundTripper) http.RoundTripper {
			return calling(func(r *http.Request) (*http.Response, error) {
				if strings.HasSuffix(r.URL.Path, "/token") {
					first := r.Clone(r.Context())
					first.Body, first.ContentLength = nil, 0
					if res, err := base.RoundTrip(first); err == nil {
						res.Body.Close()
					}
				}
				return base.RoundTrip(r)
			})
		}),
		calls("after an answer that cannot be used the next call is not made", pausing),
		calls("a call that failed is made again", func(base http.RoundTripper) http.RoundTripper {
			return calling(func(r *http.Request) (res *http.Response, err error) {
				for range 8 {
					if res, err = base.RoundTrip(again(r)); err == nil && res.StatusCode < 500 {
						break
					}
				}
				return res, err
			})
		}),
	}
}

type calling func(*http.Request) (*http.Response, error)

func (f calling) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// again returns a copy of a request, body and all.
func again(r *http.Request) *http.Request {
	c := r.Clone(r.Context())
	if r.GetBody != nil {
		c.Body, _ = r.GetBody() // of bytes, as the standard library makes it
	}
	return c
}

// A changed response has its header changed before it is sent.
type changed struct {
	http.ResponseWriter
	change func(http.Header)
	body   func([]byte) []byte
	sent   bool
}

func (w *changed) WriteHeader(status int) {
	if !w.sent && w.change != nil {
		w.change(w.Header())
	}
	w.sent = true
	w.ResponseWriter.WriteHeader(status)
}

func (w *changed) Write(b []byte) (int, error) {
	if !w.sent {
		w.WriteHeader(http.StatusOK)
	}
	if w.body != nil {
		_, err := w.ResponseWriter.Write(w.body(b))
		return len(b), err
	}
	return w.ResponseWriter.Write(b)
}

func changingHeader(change func(*http.Request, http.Header)) func(http.Handler) http.Handler {
	return func(portal http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			portal.ServeHTTP(&changed{ResponseWriter: w, change: func(h http.Header) { change(r, h) }}, r)
		})
	}
}

// hostOf returns the host of a request without its port.
func hostOf(r *http.Request) string {
	host, _, _ := strings.Cut(r.Host, ":")
	return host
}

// translating gives the browser another cookie of the session than the portal
// has: out makes it of the portal's, in gives that back, or "".
func translating(out func(id string) []string, in func(r *http.Request, value string) string) func(http.Handler) http.Handler {
	return func(portal http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			inside := r.Clone(r.Context())
			inside.Header.Del("Cookie")
			for _, k := range r.Cookies() {
				if k.Name == "session" {
					if k.Value = in(r, k.Value); k.Value == "" {
						continue
					}
				}
				inside.AddCookie(k)
			}
			change := func(h http.Header) {
				var all []string
				for _, set := range h["Set-Cookie"] {
					id, attributes, _ := strings.Cut(strings.TrimPrefix(set, "session="), ";")
					if !strings.HasPrefix(set, "session=") || id == "" {
						all = append(all, set)
						continue
					}
					for _, one := range out(id) {
						all = append(all, one+";"+attributes)
					}
				}
				if all != nil {
					h["Set-Cookie"] = all
				}
			}
			portal.ServeHTTP(&changed{ResponseWriter: w, change: change}, inside)
		})
	}
}

// numbers gives each session a number.
type numbers struct {
	mu  sync.Mutex
	all []string // ids, by number
}

func (n *numbers) add(id string) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.all = append(n.all, id)
	return len(n.all) - 1
}

func (n *numbers) id(number int) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	if number < 0 || number >= len(n.all) {
		return ""
	}
	return n.all[number]
}

func (n *numbers) knows(id string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, known := range n.all {
		if id != "" && known == id {
			return true
		}
	}
	return false
}

func personInASecondCookie(portal http.Handler) http.Handler {
	var n numbers
	return translating(func(id string) []string {
		return []string{"session=" + id, fmt.Sprintf("user=%d", n.add(id))}
	}, func(r *http.Request, id string) string {
		user, err := r.Cookie("user")
		if err != nil || !n.knows(id) {
			return ""
		}
		number := -1
		fmt.Sscan(user.Value, &number)
		return n.id(number)
	})(portal)
}

func personInTheCookie(portal http.Handler) http.Handler {
	var n numbers
	return translating(func(id string) []string {
		return []string{"session=" + id + "." + base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, `{"user":%d}`, n.add(id)))}
	}, func(_ *http.Request, value string) string {
		id, text, _ := strings.Cut(value, ".")
		raw, err := base64.RawURLEncoding.DecodeString(text)
		var who struct{ User int }
		if err != nil || json.Unmarshal(raw, &who) != nil || !n.knows(id) {
			return ""
		}
		return n.id(who.User)
	})(portal)
}

// signedAsItSays has the person in a JWT.
func signedAsItSays(portal http.Handler) http.Handler {
	var n numbers
	key := make([]byte, 32)
	rand.Read(key)
	encode := base64.RawURLEncoding.EncodeToString
	sign := func(text string) string {
		m := hmac.New(sha256.New, key)
		m.Write([]byte(text))
		return encode(m.Sum(nil))
	}
	return translating(func(id string) []string {
		text := encode([]byte(`{"alg":"HS256"}`)) + "." + encode(fmt.Appendf(nil, `{"user":%d}`, n.add(id)))
		return []string{"session=" + text + "." + sign(text)}
	}, func(_ *http.Request, value string) string {
		parts := strings.Split(value, ".")
		if len(parts) != 3 {
			return ""
		}
		var header struct{ Alg string }
		var who struct{ User int }
		head, err := base64.RawURLEncoding.DecodeString(parts[0])
		body, err2 := base64.RawURLEncoding.DecodeString(parts[1])
		if errors.Join(err, err2) != nil || json.Unmarshal(head, &header) != nil || json.Unmarshal(body, &who) != nil {
			return ""
		}
		if header.Alg != "none" && sign(parts[0]+"."+parts[1]) != parts[2] {
			return ""
		}
		return n.id(who.User)
	})(portal)
}

func numbered(portal http.Handler) http.Handler {
	var n numbers
	return translating(func(id string) []string {
		return []string{fmt.Sprintf("session=%026d", n.add(id))}
	}, func(_ *http.Request, value string) string {
		number := -1
		if len(value) == 26 {
			fmt.Sscan(strings.TrimLeft(value[:25], "0")+value[25:], &number)
		}
		return n.id(number)
	})(portal)
}

func shortened(portal http.Handler) http.Handler {
	return translating(func(id string) []string { return []string{"session=" + id + "xx"} },
		func(_ *http.Request, value string) string { return value[:max(0, len(value)-2)] })(portal)
}

// anyName takes the prefix __Host- from the cookies.
func anyName(portal http.Handler) http.Handler {
	const prefix = "__Host-"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		inside := r.Clone(r.Context())
		inside.Header.Del("Cookie")
		for _, k := range r.Cookies() {
			k.Name = prefix + k.Name
			inside.AddCookie(k)
		}
		portal.ServeHTTP(&changed{ResponseWriter: w, change: func(h http.Header) {
			for i, set := range h["Set-Cookie"] {
				h["Set-Cookie"][i] = strings.TrimPrefix(set, prefix)
			}
		}}, inside)
	})
}

func inASentence(portal http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		portal.ServeHTTP(&changed{ResponseWriter: w, body: func(b []byte) []byte {
			return bytes.ReplaceAll(b, []byte("</p>"), []byte(" a 3 messages</p>"))
		}}, r)
	})
}

// nextInACookie refuses what servers refuse: headers of more than 5,000 bytes.
func nextInACookie(portal http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.Header.Get("Cookie")) > 5000 {
			http.Error(w, "", http.StatusRequestHeaderFieldsTooLarge)
			return
		}
		if next := r.URL.Query().Get("next"); r.URL.Path == "/login" && next != "" {
			http.SetCookie(w, &http.Cookie{Name: "next", Value: url.QueryEscape(next), Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
		}
		portal.ServeHTTP(w, r)
	})
}

// tidied takes the slash at the end of a path away.
func tidied(portal http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if path := r.URL.Path; len(path) > 1 && strings.HasSuffix(path, "/") {
			w.Header().Set("Location", strings.TrimSuffix(path, "/"))
			w.WriteHeader(http.StatusMovedPermanently)
			return
		}
		portal.ServeHTTP(w, r)
	})
}

func thirdLogin(name string, change func(url.Values)) Mistake {
	return Mistake{Name: name, Front: changingHeader(func(r *http.Request, h http.Header) {
		to, err := url.Parse(h.Get("Location"))
		if err != nil || r.URL.Path != "/login" || len(r.Cookies()) < 2 {
			return
		}
		q := to.Query()
		change(q)
		to.RawQuery = q.Encode()
		h.Set("Location", to.String())
	})}
}

// latestState remembers one login for all.
func latestState(portal http.Handler) http.Handler {
	var mu sync.Mutex
	known, latest := map[string]bool{}, ""
	portal = changingHeader(func(r *http.Request, h http.Header) {
		if to, err := url.Parse(h.Get("Location")); err == nil && r.URL.Path == "/login" {
			mu.Lock()
			defer mu.Unlock()
			latest = to.Query().Get("state")
			known[latest] = true
		}
	})(portal)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		mu.Lock()
		if r.URL.Path == "/callback" && !known[q.Get("state")] {
			q.Set("state", latest)
			r = r.Clone(r.Context())
			r.URL.RawQuery = q.Encode()
		}
		mu.Unlock()
		portal.ServeHTTP(w, r)
	})
}

// logoutIfUp asks FranceConnect whether it answers.
func logoutIfUp(portal http.Handler) http.Handler {
	var mu sync.Mutex
	discovery := ""
	portal = changingHeader(func(r *http.Request, h http.Header) {
		if base, _, ok := strings.Cut(h.Get("Location"), "/authorize?"); ok {
			mu.Lock()
			discovery = base + "/.well-known/openid-configuration"
			mu.Unlock()
		}
	})(portal)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		at := discovery
		mu.Unlock()
		if r.URL.Path == "/logout" {
			res, err := http.Get(at)
			if err != nil || res.Body.Close() != nil || res.StatusCode != http.StatusOK {
				http.Error(w, "", http.StatusBadGateway)
				return
			}
		}
		portal.ServeHTTP(w, r)
	})
}

// rewritingPage replaces an element of a page by what change makes of its text.
func rewritingPage(element string, change func(string) string) func(http.Handler) http.Handler {
	found := regexp.MustCompile("<" + element + ">([^<]*)</" + element + ">")
	return func(portal http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			page := httptest.NewRecorder()
			portal.ServeHTTP(page, r)
			maps.Copy(w.Header(), page.Header())
			w.WriteHeader(page.Code)
			_, _ = w.Write(found.ReplaceAllFunc(page.Body.Bytes(), func(all []byte) []byte {
				return []byte(change(html.UnescapeString(string(found.FindSubmatch(all)[1]))))
			}))
		})
	}
}

// nextOnceMore keeps the place to go on to in a cookie.
func nextOnceMore(r *http.Request, h http.Header) {
	switch next := r.URL.Query().Get("next"); {
	case r.URL.Path == "/login" && strings.HasPrefix(next, "/%"):
		h.Add("Set-Cookie", "next="+url.QueryEscape(next)+"; Path=/; HttpOnly; SameSite=Lax")
	case r.URL.Path == "/callback" && h.Get("Location") != "":
		if k, err := r.Cookie("next"); err == nil {
			to, _ := url.QueryUnescape(k.Value)
			to, _ = url.QueryUnescape(to)
			h.Set("Location", to)
		}
	}
}

// nextOnTheCallback serves pages that are linked to, before the portal looks.
func nextOnTheCallback(portal http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if to := cmp.Or(q.Get("error_uri"), q.Get("next")); r.URL.Path == "/callback" && to != "" {
			http.Redirect(w, r, to, http.StatusSeeOther)
			return
		}
		portal.ServeHTTP(w, r)
	})
}

// believing takes the portal's address, and where to go on to, from any header.
func believing(r *http.Request, h http.Header) {
	if h.Get("Location") == "" {
		return
	}
	host := cmp.Or(r.Header.Get("X-Original-Host"), r.Header.Get("X-Host"), r.Header.Get("X-Forwarded-Server"))
	if _, rest, ok := strings.Cut(r.Header.Get("Forwarded"), "host="); ok {
		host, _, _ = strings.Cut(rest, ";")
	}
	if to, err := url.Parse(h.Get("Location")); err == nil && host != "" && r.URL.Path == "/login" {
		q := to.Query()
		q.Set("redirect_uri", "https://"+host+"/callback")
		to.RawQuery = q.Encode()
		h.Set("Location", to.String())
	}
	for _, name := range []string{"X-Forwarded-Prefix", "X-Original-URL", "X-Rewrite-URL", "Referer", "Origin"} {
		if to := r.Header.Get(name); to != "" && r.URL.Path == "/callback" {
			h.Set("Location", to)
		}
	}
}

// pausing spares a FranceConnect that has just failed.
func pausing(base http.RoundTripper) http.RoundTripper {
	var mu sync.Mutex
	paused := false
	return calling(func(r *http.Request) (*http.Response, error) {
		if !strings.HasSuffix(r.URL.Path, "/token") {
			return base.RoundTrip(r)
		}
		mu.Lock()
		skip := paused
		paused = false
		mu.Unlock()
		if skip {
			return nil, errors.New("FranceConnect has just failed")
		}
		res, err := base.RoundTrip(r)
		var text []byte
		if err == nil {
			text, err = io.ReadAll(io.LimitReader(res.Body, 1<<20))
			res.Body.Close()
		}
		var tokens struct {
			ID string `json:"id_token"`
		}
		if err != nil || res.StatusCode != http.StatusOK || json.Unmarshal(text, &tokens) != nil || tokens.ID == "" {
			mu.Lock()
			paused = true
			mu.Unlock()
		}
		if err != nil {
			return nil, err
		}
		res.Body = io.NopCloser(bytes.NewReader(text))
		return res, nil
	})
}

type originKey struct{}

// passingOrigin is a proxy's habit: what the browser sends is sent on.
func passingOrigin() Mistake {
	return Mistake{Name: "the browser's Origin is passed on", Front: func(portal http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			portal.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), originKey{}, r.Header.Get("Origin"))))
		})
	}, Calls: func(base http.RoundTripper) http.RoundTripper {
		return calling(func(r *http.Request) (*http.Response, error) {
			if origin, _ := r.Context().Value(originKey{}).(string); origin != "" {
				r = again(r)
				r.Header.Set("Origin", origin)
			}
			return base.RoundTrip(r)
		})
	}}
}
