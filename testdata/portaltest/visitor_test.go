package portaltest_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// site answers every POST with what was posted, and has a page with two forms.
func site(t *testing.T) string {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /page", func(w http.ResponseWriter, _ *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "seen", Value: "yes"})
		fmt.Fprint(w, `<a class="b" href="/away">S’identifier avec <strong>FranceConnect</strong></a>
			<form method="post" action="/one"><input type="hidden" name="csrf" value="a&amp;b"></form>
			<form class="f" method="post" action="/two"></form><p>l&#39;heure</p>`)
	})
	mux.Handle("GET /away", http.RedirectHandler("/page", http.StatusSeeOther))
	mux.HandleFunc("POST /", func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		fmt.Fprint(w, r.URL.Path, " ", r.PostForm.Encode(), " ", r.Header.Get("Sec-Fetch-Site"), r.Header.Get("Origin"))
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

func TestAVisitorFollowsLinksAndSendsForms(t *testing.T) {
	t.Parallel()
	base := site(t)
	v := portaltest.NewVisitor(t, base, nil)
	p := v.Get(base + "/page")
	require.Contains(t, p.Text(), "l'heure")
	require.Equal(t, "/away", v.Link(p, "S’identifier avec FranceConnect"))
	require.Equal(t, "/one csrf=a%26b&name=Zo%C3%A9 same-origin"+base, v.Submit(p, "name", "Zoé").Body)
	require.Equal(t, "/two  same-origin"+base, v.SubmitTo(p, "/two").Body)
	require.Equal(t, "/one  cross-sitehttps://evil.example", v.Post(base+"/one", nil, "https://evil.example", "cross-site").Body)
	require.Equal(t, "seen", v.Cookies()[0].Name)
}

func TestAVisitorStopsWhereItIsTold(t *testing.T) {
	t.Parallel()
	v := portaltest.NewVisitor(t, site(t), nil)
	require.Equal(t, http.StatusSeeOther, v.Peek("/away").Status)
	require.Empty(t, v.Trail)
	require.Equal(t, http.StatusOK, v.Get("/away").Status)
	v.Stop = "/page"
	require.Equal(t, http.StatusSeeOther, v.Get("/away").Status)
	require.Len(t, v.Trail, 2)
}

func TestAPatternIsFoundOnAPageOrNot(t *testing.T) {
	t.Parallel()
	page := site(t) + "/page"
	require.Equal(t, "l&#39;heure", portaltest.On(t, http.DefaultClient, page, regexp.MustCompile(`<p>([^<]*)</p>`)))
	require.Empty(t, portaltest.On(t, http.DefaultClient, page, regexp.MustCompile(`<h1>([^<]*)</h1>`)))
}

func TestAClockMovesOnlyWhenItIsTold(t *testing.T) {
	t.Parallel()
	c := portaltest.NewClock()
	start := c.Now()
	require.Equal(t, start, c.Now())
	c.Advance(time.Hour)
	require.Equal(t, start.Add(time.Hour), c.Now())
	c.Set(start)
	require.Equal(t, start, c.Now())
}

func TestALogKeepsWhatIsWritten(t *testing.T) {
	t.Parallel()
	var l portaltest.Log
	log.New(&l, "", 0).Print("a line")
	require.Equal(t, "a line\n", l.String())
}

func TestALogIsAwaitedLineByLine(t *testing.T) {
	t.Parallel()
	ctx, end := context.WithCancel(t.Context())
	var said portaltest.Log
	go func() {
		for _, part := range []string{"one\n", "two: hal", "f\n"} {
			fmt.Fprint(&said, part)
		}
	}()
	require.Equal(t, "half", said.Await(ctx, "two: "))
	require.Empty(t, said.Await(ctx, "one"))
	end()
	require.Empty(t, said.Await(ctx, "three"))
}
