package main

import (
	"cmp"
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"slices"
	"sync/atomic"
	"time"

	"github.com/franceconnect-go/franceconnect"
)

// organisations are the portals of a folder. Requests see what byHost has at
// that moment, which never changes; reload makes another one beside it.
type organisations struct {
	folder  string
	secrets string                    // the folder of the files that files name; "" if they may name none
	keys    []franceconnect.CookieKey // of those that have none in their file
	http    *http.Client              // to FranceConnect; nil is the SDK's own
	pool    franceconnect.Pool        // of the organisations' clients
	now     func() time.Time
	log     *slog.Logger

	warnBefore time.Duration // of what expires
	maxNames   int           // that the supervision is told

	byHost   atomic.Pointer[map[string]*organisation]
	standing atomic.Pointer[standing]
	tally    tally

	// Of reload alone.
	files  map[string]*fileState
	said   string            // about the folder
	warned map[string]string // of what expires: the day, by file
}

// newOrganisations has none before the first reload.
func newOrganisations(folder, secrets string, keys []franceconnect.CookieKey, log *slog.Logger) *organisations {
	o := &organisations{folder: folder, secrets: secrets, keys: keys, now: time.Now, log: log, warnBefore: warnBefore, maxNames: maxNames, warned: map[string]string{}}
	o.standing.Store(&standing{})
	o.byHost.Store(&map[string]*organisation{})
	return o
}

// A fileState is what became of one file.
type fileState struct {
	sum    [32]byte
	want   *organisation // what the file says; nil if nothing of it can serve
	err    error         // what is wrong with it
	holder string        // the file that has a host of want's
	serves *organisation // what is served: want, or the last good one; nil if there is none
}

// reload reads the folder again and serves what it says from then on. What
// cannot serve leaves the last good one in its place, and nobody else's. It says
// what has changed, or with all also what has not. It is not for two goroutines
// at once.
func (o *organisations) reload(all bool) {
	found, err := readFolder(os.DirFS(o.folder), o.secretsOf)
	if err != nil { // an unmounted disk ends nobody's portal
		if all || o.said != err.Error() {
			o.complain("folder", o.folder, err)
		}
		o.said = err.Error()
		o.standing.Store(&standing{err, o.standing.Load().files})
		o.warn(all)
		return
	}
	o.said = ""
	names := slices.Sorted(maps.Keys(found))
	next, before := map[string]*fileState{}, map[string]fileState{}
	for _, name := range names {
		f := o.files[name]
		if f != nil {
			before[name] = *f
		}
		if f == nil || f.sum != found[name].sum {
			f = &fileState{sum: found[name].sum, serves: before[name].serves}
			f.want, f.err = o.build(name, found[name])
			if f.err != nil && f.serves != nil && !f.serves.closed {
				f.want = nil // the last good one it is
			}
		}
		next[name] = f
	}
	assignHosts(names, next)

	byHost := map[string]*organisation{}
	for _, f := range next {
		if f.serves != nil {
			for _, host := range f.serves.hosts {
				if byHost[host] == nil || !f.serves.closed {
					byHost[host] = f.serves
				}
			}
		}
	}
	gone := slices.DeleteFunc(slices.Sorted(maps.Keys(o.files)), func(name string) bool { return next[name] != nil })
	o.files = next
	o.byHost.Store(&byHost)
	o.tally.name(names, o.maxNames)
	now := &standing{}
	for _, name := range names {
		now.files = append(now.files, next[name].standing(name))
	}
	o.standing.Store(now)

	for _, name := range gone {
		o.log.Info("organisation ended, its file is gone", "file", name)
	}
	for i, name := range names {
		f, was := next[name], before[name]
		if all || f.sum != was.sum || f.holder != was.holder {
			o.tell(now.files[i])
		}
	}
	o.warn(all)
}

// reloadWhen reloads at each tick, and says everything when it is told again, until
// ctx is done.
func (o *organisations) reloadWhen(ctx context.Context, tick <-chan time.Time, again <-chan os.Signal) {
	for {
		select {
		case <-tick:
			o.reload(false)
		case <-again:
			o.reload(true)
		case <-ctx.Done():
			return
		}
	}
}

// build makes the organisation of a file, all new but for who is signed in. If
// the file is wrong but says whose it is, it is one that is closed.
func (o *organisations) build(name string, f file) (*organisation, error) {
	if f.err != nil {
		return nil, f.err
	}
	s, err := readSettings(f.text, o.secretsOf(name))
	if s.hosts == nil {
		return nil, err
	}
	org := &organisation{file: name, name: cmp.Or(s.name, s.hosts[0]), hosts: s.hosts, url: s.url, expires: s.expires, closed: true, log: o.log, tally: &o.tally}
	if err != nil {
		return org, err
	}
	account := ""
	if config := s.config; !config.Disabled {
		org.environment = config.Environment.String()
		account = config.Environment.Parts().Issuer + " " + config.ClientID
	}
	if org.fc, err = o.client(org, s.config); err != nil {
		return org, err
	}
	org.closed = false
	org.open(s.config, o.sessionsAt(s, account))
	return org, nil
}

// client makes the client of an organisation, which shares keys and connections
// with the others of its FranceConnect.
func (o *organisations) client(org *organisation, config franceconnect.Config) (*franceconnect.Client, error) {
	config.Observe, config.HTTPClient, config.Now = org.observe, o.http, o.now
	if len(config.CookieKeys) == 0 {
		for _, k := range o.keys {
			// One for each host: what is sealed for one organisation opens at no
			// other, not even at one that has the same client at FranceConnect.
			own, err := hkdf.Key(sha256.New, k[:], nil, "organisation "+org.hosts[0], len(k))
			if err != nil {
				return nil, err
			}
			config.CookieKeys = append(config.CookieKeys, franceconnect.CookieKey(own))
		}
	}
	return o.pool.New(config)
}

// sessionsAt returns who is signed in at a host, as long as they are the same
// people: another client, or another FranceConnect, has other names (sub) for
// them. Who switches FranceConnect off, signs nobody out.
func (o *organisations) sessionsAt(s settings, account string) *sessions {
	if org := (*o.byHost.Load())[s.hosts[0]]; org != nil && !org.closed && (s.config.Disabled || org.sessions.account == account) {
		return org.sessions
	}
	return newSessions(account, o.now, s.url)
}

// standing returns what a file has become.
func (f *fileState) standing(name string) fileStanding {
	s := fileStanding{file: name, err: f.err, org: f.serves}
	if f.holder != "" {
		s.err = complaint{"Une adresse (host) de ce fichier est déjà celle de " + f.holder + "\u00a0: elle reste à ce dernier.",
			"A host of this file is already that of " + f.holder + ", which keeps it."}
	}
	switch {
	case s.err == nil:
	case s.org == nil:
		s.serving = "nothing"
	case s.org.closed:
		s.serving = "a maintenance page"
	default:
		s.serving = "the last good one"
	}
	return s
}

// tell says what a file has become: what was understood, or what is wrong with
// it, and what is served meanwhile.
func (o *organisations) tell(s fileStanding) {
	if s.err == nil {
		o.log.Info("organisation", s.org.summary()...)
		return
	}
	o.complain("file", s.file, s.err, "serving", s.serving)
}

// complain writes a line for each thing that is wrong.
func (o *organisations) complain(what, name string, err error, more ...any) {
	for _, c := range complaintsOf(err) {
		o.log.Error("refused", append([]any{what, name, "conseil", plainSpaces.Replace(c.french), "advice", c.english}, more...)...)
	}
}
