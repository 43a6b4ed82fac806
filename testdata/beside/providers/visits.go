package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"
)

// A browser is that of one person.
type browser struct{ *http.Client }

func newBrowser() browser {
	jar, _ := cookiejar.New(nil) // which fails for options alone
	return browser{&http.Client{Jar: jar, Timeout: 30 * time.Second}}
}

// get returns what a page says, after all redirects; an error as the page of one.
func (b browser) get(ctx context.Context, address string) string {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err.Error()
	}
	return b.read(b.Do(r))
}

const noAnswer = "no answer: "

func (b browser) read(res *http.Response, err error) string {
	if u := (*url.Error)(nil); errors.As(err, &u) {
		return noAnswer + u.Err.Error() // without the address, which has a code
	}
	if err != nil {
		return noAnswer + err.Error()
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 1<<16))
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(string(body))
}

var logoutForm = regexp.MustCompile(`(?s)action="([^"]+)".*name="xsrf" value="([^"]+)"`)

// signOut goes to the provider, says yes on its page, and returns what the portal says.
func (b browser) signOut(address string) string {
	page := b.read(b.PostForm(address, nil))
	form := logoutForm.FindStringSubmatch(page)
	if form == nil {
		return page
	}
	return b.read(b.PostForm(form[1], url.Values{"xsrf": {form[2]}, "logout": {"yes"}}))
}

// visits are people who sign in at one portal, one after the other.
type visits struct {
	mu      sync.Mutex
	In      int            `json:"signed_in"`
	Lost    int            `json:"lost"`
	Reasons map[string]int `json:"reasons,omitempty"`
	first   time.Time      // lost
	last    time.Time
}

// every has somebody come each time a period has passed, until the context ends, and
// waits for the last of them.
func (v *visits) every(ctx context.Context, period time.Duration, address string) {
	ticker := time.NewTicker(period)
	defer ticker.Stop()
	var all sync.WaitGroup
	defer all.Wait()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			all.Go(func() { v.one(context.WithoutCancel(ctx), address) })
		}
	}
}

// refused returns how many were lost for another reason than that a machine under load
// gave no answer in time.
func (v *visits) refused() int {
	n := v.Lost
	for reason, times := range v.Reasons {
		if strings.HasSuffix(reason, ".unreachable") || reason == "calls.silent" || strings.HasPrefix(reason, noAnswer) {
			n -= times
		}
	}
	return n
}

func (v *visits) one(ctx context.Context, address string) {
	began := time.Now()
	b := newBrowser()
	said := b.get(ctx, address)
	v.mu.Lock()
	defer v.mu.Unlock()
	if strings.HasPrefix(said, "in eidas") {
		v.In++
		return
	}
	v.Lost++
	if v.Reasons == nil {
		v.Reasons = map[string]int{}
	}
	v.Reasons[said[:min(len(said), 100)]]++
	if v.first.IsZero() || began.Before(v.first) {
		v.first = began
	}
	if began.After(v.last) {
		v.last = began
	}
}
