package provider

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
)

const (
	// FranceConnect says max-age=600. Less than a minute or more than an hour
	// is not taken from anybody: the one would make a fetch of every login,
	// the other would keep a withdrawn key too long.
	minKeyAge     = time.Minute
	maxKeyAge     = time.Hour
	defaultKeyAge = 10 * time.Minute

	// refetchAfter is how long an unknown key id does not ask again.
	refetchAfter = time.Second

	// maxWaiting is how many calls wait for refetchAfter to pass. More than
	// this many tokens with unknown keys at once are an attack, not a rotation.
	maxWaiting = 4

	// maxKeys bounds a key set: FranceConnect publishes two keys, and a third
	// and a fourth while it rotates them.
	maxKeys = 32
)

// A keySet keeps FranceConnect's public keys: as long as their cache-control
// allows, and longer while FranceConnect cannot be reached, because yesterday's
// keys verify today's tokens or nothing does. A token with an unknown key id
// asks for new keys, at most once in refetchAfter however many come.
type keySet struct {
	url          string
	caller       httpCaller
	availability *availability
	now          func() time.Time

	mu      sync.Mutex // guards what follows
	keys    []jose.JSONWebKey
	renew   time.Time // from then on they are fetched beside a token call
	expires time.Time // from then on nobody goes on without having asked
	fetch   *fetch    // the latest one
	ended   time.Time // when it did; zero while it is under way
	waiting int
}

// newKeySet makes one that is empty. Many wait for one fetch: it never takes
// longer than callTime, however patient a single call may be.
func newKeySet(url string, l httpCaller, p *availability, now func() time.Time) *keySet {
	l.timeout = min(l.timeout, callTime)
	return &keySet{url: url, caller: l, availability: p, now: now}
}

// A fetch is shared by all who wait for it, and belongs to none of them.
type fetch struct {
	done chan struct{}
	err  error // set before done is closed
}

// Keys returns the keys named kid, or all of them when kid is empty. None is
// not an error: FranceConnect was asked and knows no such key.
func (p *Provider) Keys(ctx context.Context, o Observer, kid string) ([]jose.JSONWebKey, error) {
	s := p.keys
	found, fresh := s.lookup(kid)
	if fresh && len(found) > 0 {
		return found, nil
	}
	if len(found) == 0 && !s.waitToRefetch(ctx) {
		return nil, cmp.Or(contextError(ctx), s.latestError())
	}
	err := s.waitFetch(ctx, o)
	if found, _ = s.lookup(kid); len(found) == 0 {
		return nil, err
	}
	return found, nil
}

// contextError returns the error of a caller that gave up, if it did.
func contextError(ctx context.Context) error {
	if ctx.Err() == nil {
		return nil
	}
	return &Error{Call: "keys", Kind: Unreachable, Cause: ctx.Err()}
}

// latestError returns how the latest fetch ended, or nil while it is under way.
// There has been one: waitToRefetch has seen its end.
func (s *keySet) latestError() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.fetch.err
}

// EnsureKeys fetches the keys if those held are no longer fresh, so that Keys finds
// them. An error matters only if there are none at all.
func (p *Provider) EnsureKeys(ctx context.Context, o Observer) error {
	if p.keys.url == "" {
		return nil
	}
	_, err := p.Keys(ctx, o, "")
	return err
}

func (s *keySet) lookup(kid string) (found []jose.JSONWebKey, fresh bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range s.keys {
		if kid == "" || k.KeyID == kid {
			found = append(found, k)
		}
	}
	return found, s.now().Before(s.expires)
}

// waitToRefetch waits until fresh keys may be asked for again, or says no: because
// enough others wait already, or because the caller gives up. The wait is in
// real time, whatever the clock says: it spares FranceConnect, not a token.
func (s *keySet) waitToRefetch(ctx context.Context) bool {
	s.mu.Lock()
	wait := time.Until(s.ended.Add(refetchAfter))
	if wait <= 0 { // or none has ended yet
		s.mu.Unlock()
		return true
	}
	if s.waiting >= maxWaiting {
		s.mu.Unlock()
		return false
	}
	s.waiting++
	s.mu.Unlock()

	timer := time.NewTimer(wait)
	defer timer.Stop()
	defer func() {
		s.mu.Lock()
		s.waiting--
		s.mu.Unlock()
	}()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// prefetch starts a fetch without waiting for it, in the last quarter of the
// keys' life and after it, so that a busy portal never waits for keys. There
// are none to fetch on v1.
func (s *keySet) prefetch(ctx context.Context, o Observer) {
	s.mu.Lock()
	due := !s.now().Before(s.renew)
	s.mu.Unlock()
	if due && s.url != "" {
		s.startFetch(ctx, o)
	}
}

// startFetch returns the fetch under way, or one that has just ended, or a new one.
// It outlives a caller that gives up, because others wait for it too, but never
// its own deadline.
func (s *keySet) startFetch(ctx context.Context, o Observer) *fetch {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fetch == nil || !s.ended.IsZero() && time.Since(s.ended) >= refetchAfter {
		s.fetch, s.ended = &fetch{done: make(chan struct{})}, time.Time{}
		go s.runFetch(context.WithoutCancel(ctx), o, s.fetch)
	}
	return s.fetch
}

// waitFetch waits for a fetch, as long as ctx allows.
func (s *keySet) waitFetch(ctx context.Context, o Observer) error {
	f := s.startFetch(ctx, o)
	select {
	case <-f.done:
		return f.err
	case <-ctx.Done():
		return contextError(ctx)
	}
}

func (s *keySet) runFetch(ctx context.Context, o Observer, f *fetch) {
	keys, age, err := s.fetchKeys(ctx, o)

	s.mu.Lock()
	defer s.mu.Unlock()
	switch s.ended = time.Now(); {
	case err == nil:
		s.keys, s.renew, s.expires = keys, s.now().Add(age*3/4), s.now().Add(age)
	case len(s.keys) > 0:
		// The last good ones serve on; not every login asks again.
		s.renew = s.now().Add(minKeyAge)
		s.expires = s.renew
	}
	f.err = err
	close(f.done)
}

func (s *keySet) fetchKeys(ctx context.Context, o Observer) (keys []jose.JSONWebKey, age time.Duration, err error) {
	ctx, call := s.availability.startCall(ctx, o, "keys")
	defer func() { call.end(err) }()
	// No check of the content type: application/json in FranceConnect's
	// documentation, application/jwk-set+json on the wire.
	res, body, err := s.caller.call(ctx, "keys", s.url, "", http.Header{"Accept": {"application/jwk-set+json, application/json"}})
	if err != nil {
		return nil, 0, err
	}
	if res.StatusCode != http.StatusOK {
		return nil, 0, &Error{Call: "keys", Kind: Unreachable, Status: res.StatusCode}
	}
	keys = parseKeys(body)
	if len(keys) == 0 {
		return nil, 0, &Error{Call: "keys", Kind: Unreachable, Status: res.StatusCode}
	}
	return keys, keyAge(res.Header.Get("Cache-Control")), nil
}

// parseKeys keeps the public keys meant for signatures. One that is not
// understood is passed over (RFC 7517, section 5), and a private or a
// symmetric one has no place in a published set.
func parseKeys(body []byte) (keys []jose.JSONWebKey) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if json.Unmarshal(body, &set) != nil {
		return nil
	}
	for _, raw := range set.Keys[:min(len(set.Keys), maxKeys)] {
		var k jose.JSONWebKey
		if k.UnmarshalJSON(raw) != nil || !k.Valid() || !k.IsPublic() || k.Use != "" && k.Use != "sig" {
			continue
		}
		keys = append(keys, k)
	}
	return keys
}

// keyAge reads max-age (RFC 9111, section 5.2.2.1) within our bounds.
func keyAge(cacheControl string) time.Duration {
	for directive := range strings.SplitSeq(cacheControl, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
		if !strings.EqualFold(name, "max-age") {
			continue
		}
		if s, err := strconv.Atoi(strings.Trim(value, `"`)); err == nil {
			return min(max(time.Duration(s)*time.Second, minKeyAge), maxKeyAge)
		}
	}
	return defaultKeyAge
}
