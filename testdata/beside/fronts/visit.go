package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
)

// A visitor is a person with a browser of their own.
type visitor struct {
	*http.Client
	portal string
	proto  string // of the last answer of the portal
}

// A page is where a visitor is, after all redirects.
type page struct {
	at     *url.URL
	status int
	text   string
}

func newVisitor(portal string, transport http.RoundTripper) *visitor {
	jar, _ := cookiejar.New(nil) // which fails for options alone
	return &visitor{Client: &http.Client{Jar: jar, Transport: transport}, portal: portal}
}

func (v *visitor) get(ctx context.Context, address string) (page, error) {
	return v.do(ctx, http.MethodGet, address, nil)
}

func (v *visitor) do(ctx context.Context, method, address string, form url.Values) (page, error) {
	if strings.HasPrefix(address, "/") {
		address = v.portal + address
	}
	r, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(form.Encode()))
	if err != nil {
		return page{}, err
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", r.URL.Scheme+"://"+r.URL.Host)
	}
	res, err := v.Do(r)
	if err != nil {
		return page{}, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 1<<18))
	if strings.HasPrefix(res.Request.URL.String(), v.portal) {
		v.proto = res.Proto
	}
	return page{res.Request.URL, res.StatusCode, string(body)}, err
}

var (
	form  = regexp.MustCompile(`(?s)<form[^>]*action="([^"]+)"(.*?)</form>`)
	field = regexp.MustCompile(`<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"`)
)

// submit sends the form of a page whose action has these words in it, as it is.
func (v *visitor) submit(ctx context.Context, p page, action string) (page, error) {
	for _, f := range form.FindAllStringSubmatch(p.text, -1) {
		if !strings.Contains(f[1], action) {
			continue
		}
		to, err := p.at.Parse(strings.ReplaceAll(f[1], "&amp;", "&"))
		if err != nil {
			return page{}, err
		}
		values := url.Values{}
		for _, i := range field.FindAllStringSubmatch(f[2], -1) {
			values.Add(i[1], i[2])
		}
		return v.do(ctx, http.MethodPost, to.String(), values)
	}
	return page{}, fmt.Errorf("no form to %q at %s", action, p.at)
}

// signIn signs in by an address of the portal, by the page of a first visit if there is
// one.
func (v *visitor) signIn(ctx context.Context, address string) error {
	p, err := v.get(ctx, address)
	if err != nil {
		return err
	}
	account, err := v.get(ctx, "/mon-compte")
	if err != nil {
		return err
	}
	if account.status != http.StatusOK || !strings.Contains(account.text, "VAUTRIN") {
		return fmt.Errorf("not signed in: %d at %s", p.status, p.at.Path)
	}
	return nil
}

// fiveLogins begins five and ends them, the last one first.
func (v *visitor) fiveLogins(ctx context.Context) error {
	var departures []string
	v.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for i := range 5 {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, v.portal+fmt.Sprintf("/franceconnect/login?next=/mon-compte%%3Fonglet=%d", i), nil)
		if err != nil {
			return err
		}
		res, err := v.Do(r)
		if err != nil {
			return err
		}
		res.Body.Close()
		departures = append([]string{res.Header.Get("Location")}, departures...)
	}
	v.CheckRedirect = nil
	for _, to := range departures {
		if err := v.signIn(ctx, to); err != nil {
			return err
		}
	}
	return nil
}

// stepUp goes by FranceConnect+.
func (v *visitor) stepUp(ctx context.Context) error {
	p, err := v.get(ctx, "/franceconnect-plus/login?next=/aide-urgence")
	if err != nil {
		return err
	}
	if p, err = v.get(ctx, "/aide-urgence"); err != nil {
		return err
	}
	if !strings.Contains(p.text, "Mon dossier d’aide d’urgence") {
		return fmt.Errorf("no step-up: %d at %s", p.status, p.at.Path)
	}
	return nil
}

// signOut ends all three sessions.
func (v *visitor) signOut(ctx context.Context) error {
	p, err := v.get(ctx, "/mon-compte")
	for range 2 { // at FranceConnect+, and at FranceConnect
		if err == nil {
			p, err = v.submit(ctx, p, "/deconnexion")
		}
		if err == nil && !strings.HasPrefix(p.at.String(), v.portal) {
			p, err = v.submit(ctx, p, "") // which its script sends
		}
	}
	if err != nil {
		return err
	}
	if !strings.Contains(p.text, "Vous êtes déconnecté") {
		return fmt.Errorf("not signed out: %d at %s", p.status, p.at.Path)
	}
	return nil
}
