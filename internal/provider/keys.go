package provider

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
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

	// Tokens that the keys held do not verify make them be fetched: maxBurst
	// times, and once in refill after that, however many come. That is 20 times
	// in the first minute and 12 in each that follows, and nobody waits longer
	// than refill for their turn. fetchGap is between any two fetches, so that
	// one crowd does not spend it all.
	maxBurst = 8
	refill   = 5 * time.Second
	fetchGap = 250 * time.Millisecond

	// traceTime is how long a fetch waits for the observer to begin.
	traceTime = 500 * time.Millisecond

	// maxKeys bounds a key set: FranceConnect publishes two keys, and a third
	// and a fourth while it rotates them.
	maxKeys = 32
)

// ErrPanic is the cause of a fetch whose transport panicked.
var ErrPanic = errors.New("the transport of Config.HTTPClient panicked")

// A keySet keeps FranceConnect's public keys: as long as their cache-control
// allows, and longer while FranceConnect cannot be reached, because yesterday's
// keys verify today's tokens or nothing does. A token that they do not verify
// asks for newer ones: FranceConnect's kids are labels of a hardware module, and
// a new key may come under an old one.
type keySet struct {
	url          string
	caller       httpCaller
	availability *availability
	now          func() time.Time

	mu      sync.Mutex                   // guards what follows
	keys    map[string][]jose.JSONWebKey // by name, and all of them under none
	held    uint64                       // the number of the fetch that they are from
	renew   time.Time                    // from then on they are fetched beside a token call
	expires time.Time                    // from then on nobody goes on without having asked
	begun   uint64                       // the number of the latest fetch
	fetch   *fetch                       // the one under way, or nil
	ended   *fetch                       // the latest that is over, or nil
	latest  time.Time                    // when the latest fetch began
	whole   time.Time                    // when the budget will be whole again
}

// newKeySet makes one that is empty. Many wait for one fetch: it never takes
// longer than callTime, however patient a single call may be.
func newKeySet(url string, l httpCaller, p *availability, now func() time.Time) *keySet {
	l.timeout = min(l.timeout, callTime)
	return &keySet{url: url, caller: l, availability: p, now: now}
}

// A fetch is shared by all who wait for it, and belongs to none of them.
type fetch struct {
	number uint64
	done   chan struct{}
	err    error // set before done is closed
}

// A withinFetch is the key under which the context of a fetch has the fetch.
type withinFetch struct{ *keySet }

// Keys returns the keys named kid, or all of them when kid is empty. None is
// not an error: FranceConnect was asked and knows no such key.
//
// With want zero they are those that are held, as long as they are fresh. Whom they
// do not serve calls again with next as want, until next is zero: then they are
// from a fetch that began after the first of these calls, so that no newer ones
// would change anything. A fetch that was under way already may have been answered
// before a rotation: its keys are worth a try, and decide nothing.
func (p *Provider) Keys(ctx context.Context, o Observer, kid string, want uint64) (found []jose.JSONWebKey, next uint64, err error) {
	s := p.keys
	s.mu.Lock()
	defer s.mu.Unlock()
	renewing := want == 0
	if renewing {
		if want = s.begun + 1; s.now().Before(s.expires) {
			return s.keys[kid], want, nil
		}
	}
	for s.held < want {
		f, wait := s.ended, time.Duration(0)
		if f == nil || f.number < want {
			f, wait = s.join(ctx, o)
		}
		if f == nil && renewing && len(s.keys) > 0 {
			break // they serve on
		}
		s.mu.Unlock()
		failed := waitFor(ctx, f, wait, withinFetch{s})
		s.mu.Lock()
		switch {
		case f == nil && failed == nil:
			continue // it is our turn, unless somebody was faster
		case failed == nil || renewing && len(s.keys) > 0:
			// They are there, or serve on.
		case f != nil && failed == f.err && f.number < want:
			continue // it began before we asked
		default:
			return nil, 0, failed
		}
		break
	}
	if s.held < want {
		next = want
	}
	return s.keys[kid], next, nil
}

// RecentKeys are Keys that FranceConnect published in the last minute: for what it
// will look at itself. Whom they do not serve is given newer ones of the last
// refill at most, so that a crowd of them spends no more than comes back.
func (p *Provider) RecentKeys(ctx context.Context, o Observer, kid string, want uint64) ([]jose.JSONWebKey, uint64, error) {
	s := p.keys
	s.mu.Lock()
	age := time.Since(s.latest)
	if want != 0 && age < refill && s.fetch == nil {
		defer s.mu.Unlock()
		return s.keys[kid], 0, s.ended.err
	}
	if want == 0 && age > minKeyAge {
		want = s.begun + 1
	}
	s.mu.Unlock()
	return p.Keys(ctx, o, kid, want)
}

// waitFor waits for the end of a fetch, or without one for a time, as long as ctx allows.
func waitFor(ctx context.Context, f *fetch, wait time.Duration, within withinFetch) error {
	if f == nil {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		select {
		case <-timer.C:
			return nil
		case <-ctx.Done():
			return contextError(ctx)
		}
	}
	if ctx.Value(within) == f {
		return &Error{Call: "keys", Kind: Unreachable} // a transport that waits for itself
	}
	select {
	case <-f.done:
		return f.err
	case <-ctx.Done():
		return contextError(ctx)
	}
}

// contextError returns the error of a caller that gave up.
func contextError(ctx context.Context) error {
	return &Error{Call: "keys", Kind: Unreachable, Cause: ctx.Err()}
}

// EnsureKeys fetches the keys if those held are no longer fresh, so that Keys finds
// them. An error matters only if there are none at all.
func (p *Provider) EnsureKeys(ctx context.Context, o Observer) error {
	if p.keys.url == "" {
		return nil
	}
	_, _, err := p.Keys(ctx, o, "", 0)
	return err
}

// prefetch starts a fetch without waiting for it, in the last quarter of the
// keys' life and after it, so that a busy portal never waits for keys. There
// are none to fetch on v1.
func (s *keySet) prefetch(ctx context.Context, o Observer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.url != "" && !s.now().Before(s.renew) {
		s.join(ctx, o)
	}
}

// join returns the fetch under way, or a new one if the budget allows it, and
// otherwise how long that takes. The time is real, whatever the clock says: it
// spares FranceConnect, not a token. The caller holds s.mu.
func (s *keySet) join(ctx context.Context, o Observer) (*fetch, time.Duration) {
	if s.fetch != nil {
		return s.fetch, 0
	}
	now := time.Now()
	wait := max(s.whole.Add((1-maxBurst)*refill).Sub(now), s.latest.Add(fetchGap).Sub(now))
	if wait > 0 {
		return nil, wait
	}
	if s.whole.Before(now) {
		s.whole = now
	}
	s.whole, s.latest, s.begun = s.whole.Add(refill), now, s.begun+1
	s.fetch = &fetch{number: s.begun, done: make(chan struct{})}
	s.start(ctx, o, s.fetch)
	return s.fetch, 0
}

// start begins a fetch. It outlives whoever needed it first, because others wait
// for it too, but never its deadline, whatever its transport does.
func (s *keySet) start(ctx context.Context, o Observer, f *fetch) {
	ctx = context.WithValue(context.WithoutCancel(ctx), withinFetch{s}, f)
	limit, cancel := context.WithTimeout(ctx, s.caller.timeout)
	giveUp := context.AfterFunc(limit, func() { s.end(f, nil, 0, contextError(limit)) })
	observed := make(chan context.Context, 1)
	if o == nil {
		observed <- ctx
	} else {
		go tell(ctx, o, f, observed)
	}
	go func() {
		defer cancel()
		defer giveUp()
		// Of a fetch that is over, nothing. A panic is not the only way out:
		// runtime.Goexit, by which a test of the portal's fails, is none.
		defer s.end(f, nil, 0, &Error{Call: "keys", Kind: Unreachable, Cause: ErrPanic})
		defer logPanic(ctx, "the transport")
		late := time.NewTimer(traceTime)
		defer late.Stop()
		inner := ctx
		select {
		case inner = <-observed:
		case <-late.C:
		}
		keys, age, err := s.fetchKeys(inner)
		s.end(f, keys, age, err)
	}()
}

// tell tells an observer of a fetch. It is code of the portal's, which may take its
// time, call us, or panic: it has a goroutine of its own, and hears of the end
// when those who wait for the keys have gone on.
func tell(ctx context.Context, o Observer, f *fetch, observed chan<- context.Context) {
	defer logPanic(ctx, "Config.Trace or Config.Observe")
	inner, end := o(ctx, "keys")
	observed <- inner
	<-f.done
	end(f.err)
}

// logPanic is deferred where a panic would end the process, for want of a request
// that it could end. It is written down, as net/http does with a handler's.
func logPanic(ctx context.Context, where string) {
	if v := recover(); v != nil {
		slog.ErrorContext(ctx, "franceconnect: panic during the fetch of the keys", "in", where, "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
	}
}

// end ends a fetch, once: what comes later is too old.
func (s *keySet) end(f *fetch, keys []jose.JSONWebKey, age time.Duration, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fetch != f {
		return
	}
	s.fetch, s.ended = nil, f
	s.availability.record(context.Background(), err) // nobody's leaving ends it
	switch {
	case err == nil:
		s.keys, s.held, s.renew, s.expires = byName(keys), f.number, s.now().Add(age*3/4), s.now().Add(age)
	case len(s.keys) > 0:
		// The last good ones serve on; not every login asks again.
		s.renew = s.now().Add(minKeyAge)
		s.expires = s.renew
	}
	f.err = err
	close(f.done)
}

// byName sorts keys, for nobody to change.
func byName(all []jose.JSONWebKey) map[string][]jose.JSONWebKey {
	keys := map[string][]jose.JSONWebKey{}
	for _, k := range all {
		keys[k.KeyID] = append(keys[k.KeyID], k)
	}
	keys[""] = all
	return keys
}

func keysHeader() http.Header {
	return http.Header{"Accept": {"application/jwk-set+json, application/json"}}
}

func (s *keySet) fetchKeys(ctx context.Context) (keys []jose.JSONWebKey, age time.Duration, err error) {
	// No check of the content type: application/json in FranceConnect's
	// documentation, application/jwk-set+json on the wire.
	res, body, err := s.caller.call(ctx, "keys", s.url, "", keysHeader())
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

// A keyFinder is Keys or RecentKeys, as a verifier calls them.
type keyFinder = func(ctx context.Context, kid string, want uint64) ([]jose.JSONWebKey, uint64, error)

// KeysFor returns Keys of which an observer is told.
func (p *Provider) KeysFor(o Observer) keyFinder {
	return func(ctx context.Context, kid string, want uint64) ([]jose.JSONWebKey, uint64, error) {
		return p.Keys(ctx, o, kid, want)
	}
}

// RecentKeysFor returns RecentKeys of which an observer is told.
func (p *Provider) RecentKeysFor(o Observer) keyFinder {
	return func(ctx context.Context, kid string, want uint64) ([]jose.JSONWebKey, uint64, error) {
		return p.RecentKeys(ctx, o, kid, want)
	}
}
