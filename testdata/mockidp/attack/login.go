package attack

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// noLie is an honest FranceConnect.
var noLie mockidp.Scenario

// A login is one that the portal began: the browser is at FranceConnect's door.
type login struct {
	authorize *url.URL
	state     string
	nonce     string
}

// leave opens the portal's login, with a place to go on to unless it is "".
func (b *browser) leave(next string, headers ...string) *login {
	l, a := b.depart(next, headers...)
	if l == nil {
		b.s.fatalf("Portal.Login does not send the browser to FranceConnect (HTTP %d)", a.status)
	}
	return l
}

// depart is leave for a browser that somebody may be signed in in: some portals
// then go on at once, and there is no login.
func (b *browser) depart(next string, headers ...string) (*login, answer) {
	at := *b.s.at.login
	if next != "" {
		q := at.Query()
		q.Set(b.s.Next, next)
		at.RawQuery = q.Encode()
	}
	a := b.do(http.MethodGet, &at, nil, headers...)
	for range 5 {
		to := a.to()
		if to == nil {
			break
		}
		if to.Host == b.s.at.issuer.Host && strings.HasPrefix(to.Path, b.s.at.issuer.Path) {
			q := to.Query()
			b.s.secret(q.Get("nonce"), "the nonce")
			return &login{to, q.Get("state"), q.Get("nonce")}, a
		}
		if to.Host != b.s.at.callback.Host {
			break
		}
		a = b.do(http.MethodGet, to, nil)
	}
	return nil, a
}

// edited is a login whose authorization request was edited on its way.
func (s *scene) edited(l *login, edit func(*arena, url.Values)) *login {
	at := *l.authorize
	q := at.Query()
	edit(s.arena, q)
	at.RawQuery = q.Encode()
	return &login{&at, q.Get("state"), q.Get("nonce")}
}

// agree signs in at FranceConnect, which answers as told, and returns the
// callback, unopened. Unless the answer says who, it is the browser's owner.
func (b *browser) agree(l *login, told mockidp.Scenario) *url.URL {
	if told.Person == "" {
		told.Person = b.s.people[victim].Login
		if b == b.s.attacker {
			told.Person = b.s.people[attacker].Login
		}
	}
	b.s.leaving.Lock()
	b.s.IDP.Next(told)
	a := b.do(http.MethodGet, l.authorize, nil)
	b.s.leaving.Unlock()
	for range 10 {
		to := a.to()
		if to == nil {
			break
		}
		if b.s.at.isCallback(to) {
			b.s.secret(to.Query().Get("code"), "the authorization code")
			return to
		}
		a = b.do(http.MethodGet, to, nil)
	}
	b.s.fatalf("FranceConnect does not send the browser back (HTTP %d): %.300s", a.status, cmp.Or(words(a.body), a.body))
	return nil
}

// open opens a callback, goes on as far as the portal's own site, and returns
// the callback's answer.
func (b *browser) open(callback *url.URL, headers ...string) answer {
	a := b.do(http.MethodGet, callback, nil, headers...)
	b.follow(a)
	return a
}

// signIn is an honest login from its beginning to its end.
func (b *browser) signIn(who int) answer {
	return b.open(b.agree(b.leave(""), mockidp.Scenario{Person: b.s.people[who].Login}))
}

// logout posts the portal's form for it, as a page of the portal does.
func (b *browser) logout() answer {
	return b.do(http.MethodPost, b.s.at.logout, strings.NewReader(b.logoutForm().Encode()),
		"Origin", b.s.at.logout.Scheme+"://"+b.s.at.logout.Host, "Sec-Fetch-Site", "same-origin")
}

func (b *browser) logoutForm() url.Values {
	for _, page := range b.s.Pages {
		if fields, found := hidden(b.follow(b.get(page)), b.s.at.logout); found {
			return fields
		}
	}
	return url.Values{}
}

// words is a page without its tags.
func words(page string) string {
	var out []string
	for _, part := range strings.Split(page, "<") {
		if _, text, ok := strings.Cut(part, ">"); ok {
			out = append(out, strings.Fields(text)...)
		}
	}
	return strings.Join(out, " ")
}
