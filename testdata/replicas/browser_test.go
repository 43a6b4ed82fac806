package replicas

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/stretchr/testify/require"
)

// A browser is a person's: its cookies, and the fleet that it signs in at.
type browser struct {
	t     require.TestingT
	fleet *fleet
	http.Client
}

// pool is the connections of all browsers.
var pool = &http.Transport{MaxIdleConnsPerHost: 64}

func (f *fleet) browser() *browser {
	jar, err := cookiejar.New(nil)
	require.NoError(f.t, err)
	b := &browser{t: f.t, fleet: f, Client: http.Client{Jar: jar, Transport: pool}}
	b.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return b
}

// An outcome is the page on which a login ends.
type outcome struct {
	status   int
	lostOn   int // replica on which the request was lost, or -1
	lostAs   int // number of that request
	location string
	asked    time.Time // when this page was asked for
	answered time.Time

	Subject  string `json:"subject"`
	ReturnTo string `json:"return_to"`
	Message  string `json:"message"`
	Reason   string `json:"reason"`
}

func (o outcome) signedIn() bool { return o.status == http.StatusOK && o.Subject != "" }

// get asks for one page.
func (b *browser) get(address string) outcome {
	asked := time.Now()
	res, err := b.Get(address)
	require.NoError(b.t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	require.NoError(b.t, err)
	o := outcome{status: res.StatusCode, lostOn: -1, location: res.Header.Get("Location"), asked: asked, answered: time.Now()}
	if on := res.Header.Get(lostOn); on != "" {
		o.lostOn, err = strconv.Atoi(on)
		require.NoError(b.t, err)
		o.lostAs, err = strconv.Atoi(res.Header.Get(lostAs))
		require.NoError(b.t, err)
	}
	_ = json.Unmarshal(body, &o) // the portal's own pages
	return o
}

// begin goes to FranceConnect and signs in there. It returns the address of the
// callback, or the page where it ended before.
func (b *browser) begin() (callback string, o outcome) {
	o = b.get(b.fleet.proxy.URL + "/login?next=/compte")
	for o.location != "" {
		if strings.HasPrefix(o.location, b.fleet.proxy.URL+"/callback?") {
			return o.location, o
		}
		o = b.get(o.location)
	}
	return "", o
}

// signIn is a whole login.
func (b *browser) signIn() outcome {
	callback, o := b.begin()
	if callback == "" {
		return o
	}
	return b.get(callback)
}

// cookies are what the browser sends to the portal.
func (b *browser) cookies() []*http.Cookie {
	u, err := url.Parse(b.fleet.proxy.URL)
	require.NoError(b.t, err)
	return b.Jar.Cookies(u)
}
