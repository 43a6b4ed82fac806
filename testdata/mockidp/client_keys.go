package mockidp

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// fetchTimeout and maxKeys bound the fetch of a client's key set.
const (
	fetchTimeout = 5 * time.Second
	maxKeys      = 1 << 18
)

// keptKeys is the set that a client published when it was last fetched. While it
// is kept nothing else counts, also if it lacks the key that is needed.
type keptKeys struct {
	set   *jose.JSONWebKeySet
	until time.Time
}

// clientKeys returns a client's key set: the registered one, the one that is
// kept, or the one that is published now. A fetch that failed is not kept.
func (p *Provider) clientKeys(c *client) (*jose.JSONWebKeySet, error) {
	p.mu.Lock()
	registered, kept := c.jwks, c.kept
	p.mu.Unlock()
	switch {
	case registered != nil:
		return registered, nil
	case p.now().Before(kept.until):
		return kept.set, nil
	}
	set, header, err := p.fetchKeys(c.JWKSURI)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	c.kept = keptKeys{set, keptUntil(p.now(), header)}
	return set, nil
}

// minKept is how long a set is kept at least, whatever its answer says.
const minKept = time.Minute

var maxAge = regexp.MustCompile(`max-age=(\d+)`)

// keptUntil returns the end of a set's life: the latest of a minute, of Expires
// and of max-age. Age is not looked at, nor is no-store.
func keptUntil(now time.Time, header http.Header) time.Time {
	until := now.Add(minKept)
	if expires, err := http.ParseTime(header.Get("Expires")); err == nil && expires.After(until) {
		until = expires
	}
	if found := maxAge.FindStringSubmatch(strings.Join(header.Values("Cache-Control"), ", ")); found != nil {
		if seconds, err := strconv.ParseInt(found[1], 10, 32); err == nil {
			if end := now.Add(time.Duration(seconds) * time.Second); end.After(until) {
				until = end
			}
		}
	}
	return until
}

// fetchKeys fetches a client's jwks_uri. The text of its errors goes into the
// error_description, in brackets.
func (p *Provider) fetchKeys(uri string) (*jose.JSONWebKeySet, http.Header, error) {
	res, err := p.httpClient.Get(uri)
	if err != nil {
		return nil, nil, errors.New("fetch failed")
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, nil, fmt.Errorf("unexpected jwks_uri response status code, expected 200 OK, got %s", res.Status)
	}
	set := new(jose.JSONWebKeySet)
	if err := json.NewDecoder(io.LimitReader(res.Body, maxKeys)).Decode(set); err != nil {
		return nil, nil, fmt.Errorf("not a key set: %w", err)
	}
	return set, res.Header, nil
}
