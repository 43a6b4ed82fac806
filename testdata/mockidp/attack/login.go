package attack

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// honest is the scenario of an honest FranceConnect.
var honest mockidp.Scenario

// A login is a login that the portal has started: the browser has not followed
// the redirect to FranceConnect yet.
type login struct {
	url   *url.URL
	state string
	nonce string
}

// startLogin opens Portal.Login, with a place to go on to unless next is "",
// and returns the redirect to FranceConnect.
func (b *browser) startLogin(next string, headers ...string) *login {
	l, a := b.tryLogin(next, headers...)
	if l == nil {
		b.attempt.fatalf("Portal.Login does not send the browser to FranceConnect (HTTP %d)", a.status)
	}
	return l
}

// tryLogin does as startLogin in a browser where somebody may be signed in. Some
// portals then start no login, and it returns nil.
func (b *browser) tryLogin(next string, headers ...string) (*login, response) {
	at := *b.attempt.urls.login
	if next != "" {
		q := at.Query()
		q.Set(b.attempt.Next, next)
		at.RawQuery = q.Encode()
	}
	a := b.do(http.MethodGet, &at, nil, headers...)
	for range 5 {
		to := a.redirectURL()
		if to == nil {
			break
		}
		if to.Host == b.attempt.urls.issuer.Host && strings.HasPrefix(to.Path, b.attempt.urls.issuer.Path) {
			q := to.Query()
			b.attempt.addSecret(q.Get("nonce"), "the nonce")
			return &login{to, q.Get("state"), q.Get("nonce")}, a
		}
		if to.Host != b.attempt.urls.callback.Host {
			break
		}
		a = b.do(http.MethodGet, to, nil)
	}
	return nil, a
}

// editRequest returns a login with its authorization request edited.
func (s *attempt) editRequest(l *login, edit func(*arena, url.Values)) *login {
	at := *l.url
	q := at.Query()
	edit(s.arena, q)
	at.RawQuery = q.Encode()
	return &login{&at, q.Get("state"), q.Get("nonce")}
}

// authorize signs in at FranceConnect, which answers with a scenario, and
// returns the callback without opening it. Unless the scenario names a person,
// the browser's owner signs in.
func (b *browser) authorize(l *login, told mockidp.Scenario) *url.URL {
	if told.Person == "" {
		told.Person = b.attempt.people[victim].Login
		if b == b.attempt.attacker {
			told.Person = b.attempt.people[attacker].Login
		}
	}
	b.attempt.nextMu.Lock()
	b.attempt.IDP.Next(told)
	a := b.do(http.MethodGet, l.url, nil)
	b.attempt.nextMu.Unlock()
	for range 10 {
		to := a.redirectURL()
		if to == nil {
			break
		}
		if b.attempt.urls.isCallback(to) {
			b.attempt.addSecret(to.Query().Get("code"), "the authorization code")
			return to
		}
		a = b.do(http.MethodGet, to, nil)
	}
	b.attempt.fatalf("FranceConnect does not send the browser back (HTTP %d): %.300s", a.status, cmp.Or(pageText(a.body), a.body))
	return nil
}

// openCallback comes back from FranceConnect to a callback, and follows redirects
// on the portal. It returns the response of the callback itself.
func (b *browser) openCallback(callback *url.URL, headers ...string) response {
	b.fromElsewhere = true
	defer func() { b.fromElsewhere = false }()
	a := b.do(http.MethodGet, callback, nil, headers...)
	b.follow(a)
	return a
}

// signIn signs a person in honestly, from the login to the page after it.
func (b *browser) signIn(who int) response {
	return b.openCallback(b.authorize(b.startLogin(""), mockidp.Scenario{Person: b.attempt.people[who].Login}))
}

// logout posts the portal's logout form, as a page of the portal does.
func (b *browser) logout() response {
	return b.do(http.MethodPost, b.attempt.urls.logout, strings.NewReader(b.logoutForm().Encode()),
		"Origin", b.attempt.urls.logout.Scheme+"://"+b.attempt.urls.logout.Host, "Sec-Fetch-Site", "same-origin")
}

func (b *browser) logoutForm() url.Values {
	for _, page := range b.attempt.Pages {
		if fields, found := formFields(b.follow(b.get(page)), b.attempt.urls.logout); found {
			return fields
		}
	}
	return url.Values{}
}

// pageText returns the text of a page, without its tags.
func pageText(page string) string {
	var out []string
	for part := range strings.SplitSeq(page, "<") {
		if _, text, ok := strings.Cut(part, ">"); ok {
			out = append(out, strings.Fields(text)...)
		}
	}
	return strings.Join(out, " ")
}
