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
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
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
	reader   *reader
	files    map[string]*fileState
	said     string            // about the folder
	warned   map[string]string // of what expires: the day, by file
	warnedOn string            // the day on which all were looked at
}

// newOrganisations has none before the first reload.
func newOrganisations(folder, secrets string, keys []franceconnect.CookieKey, log *slog.Logger) *organisations {
	o := &organisations{folder: folder, secrets: secrets, keys: keys, now: time.Now, log: log, warnBefore: warnBefore, maxNames: maxNames, warned: map[string]string{}, files: map[string]*fileState{}}
	o.standing.Store(&standing{})
	o.byHost.Store(&map[string]*organisation{})
	return o
}

// A fileState is what became of one file.
type fileState struct {
	sum    [32]byte
	seen   seen
	want   *organisation // what the file says; nil if nothing of it can serve
	err    error         // what is wrong with it
	holder string        // the file that has a host of want's
	serves *organisation // what is served: want, or the last good one; nil if there is none
}

// reload looks at the folder again and serves what it says from then on. What
// cannot serve leaves the last good one in its place, and nobody else's. It says
// what has changed, or with all reads and says also what has not. Once ctx is done
// it ends, and changes nothing. It is not for two goroutines at once.
func (o *organisations) reload(ctx context.Context, all bool) {
	if o.reader == nil {
		o.reader = &reader{folder: os.DirFS(o.folder), path: o.folder, secrets: o.secretsOf, aside: o.aside, now: time.Now, most: inTurn}
	}
	due, err := o.reader.due(all, o.files)
	if err != nil { // an unmounted disk ends nobody's portal
		if all || o.said != err.Error() {
			o.complain("folder", o.folder, err)
		}
		o.said = err.Error()
		o.standing.Store(&standing{err, o.standing.Load().files})
		o.warn(false, all)
		return
	}
	found := o.look(ctx, due, all)
	if ctx.Err() != nil {
		o.reader.turn, o.reader.is = nil, nil // what was looked at is to be looked at again
		return
	}
	if o.reader.moved() {
		return
	}
	changed, gone := []string{}, []string{}
	for i, f := range found {
		was := o.files[due[i]]
		switch {
		case f.gone && was != nil:
			gone = append(gone, due[i])
			delete(o.files, due[i])
		case f.state == nil:
		case was != nil && was.sum == f.state.sum:
			was.seen = f.state.seen
		default:
			changed = append(changed, due[i])
			o.files[due[i]] = f.state
		}
	}
	if len(changed) > 0 || len(gone) > 0 || o.said != "" {
		many := len(changed)+len(gone) > inTurn
		if changed = o.accept(changed); many {
			clear(found) // which is not kept
			debug.FreeOSMemory()
		}
	}
	o.said = ""
	o.tell(changed, gone, all)
	o.warn(len(changed) > 0, all)
}

// A looked is what was found of a file: nothing new if state is nil.
type looked struct {
	state *fileState
	gone  bool
}

// look looks at files, and makes the organisations of those that are new, on all
// processors; with all, it reads them however they look.
func (o *organisations) look(ctx context.Context, names []string, all bool) []looked {
	found := make([]looked, len(names))
	var next atomic.Int64
	one := func() {
		for i := int(next.Add(1)) - 1; i < len(names) && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
			name, was := names[i], o.files[names[i]]
			if !all && was != nil && o.reader.same(name, was.seen) {
				continue
			}
			f, there := o.reader.read(name)
			if !there {
				found[i].gone = true
				continue
			}
			state := &fileState{sum: f.sum, seen: f.seen}
			if found[i].state = state; was != nil {
				if was.sum == f.sum {
					continue
				}
				state.serves = was.serves
			}
			state.want, state.err = o.build(name, f)
			if state.err != nil && state.serves != nil && !state.serves.closed {
				state.want = nil // the last good one it is
			}
		}
	}
	var others sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(names)) - 1 {
		others.Go(one)
	}
	one()
	others.Wait()
	return found
}

// accept serves what the files say, and returns whose standing has changed: those
// whose file has, and those who have waited for a host.
func (o *organisations) accept(changed []string) []string {
	names := slices.Sorted(maps.Keys(o.files))
	moved, _ := assignHosts(names, o.files)
	changed = append(changed, moved...)
	slices.Sort(changed)
	changed = slices.Compact(changed)
	byHost := make(map[string]*organisation, len(names))
	for _, name := range names {
		if s := o.files[name].serves; s != nil {
			for _, host := range s.hosts {
				if byHost[host] == nil || !s.closed {
					byHost[host] = s
				}
			}
		}
	}
	o.byHost.Store(&byHost)
	o.tally.name(names, o.maxNames)
	now := &standing{files: make([]fileStanding, 0, len(names))}
	for _, name := range names {
		now.files = append(now.files, o.files[name].standing(name))
	}
	o.standing.Store(now)
	return changed
}

// reloadWhen reloads at each tick, and says everything when it is told again, until
// ctx is done. It hears what it is told while it reloads.
func (o *organisations) reloadWhen(ctx context.Context, tick <-chan time.Time, again <-chan os.Signal) {
	ended := make(chan struct{}, 1)
	busy, asked := false, false
	begin := func(all bool) {
		busy = true
		go func() {
			o.reload(ctx, all)
			ended <- struct{}{}
		}()
	}
	for {
		ticks := tick
		if busy {
			ticks = nil
		}
		select {
		case <-ticks:
			begin(false)
		case <-again:
			o.log.Info("everything is read again, as asked")
			if asked = busy; !busy {
				begin(true)
			}
		case <-ended:
			if busy = asked; busy {
				asked = false
				begin(true)
			}
		case <-ctx.Done():
			if busy {
				<-ended
			}
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
	org.open(s, o.sessionsAt(s, account))
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

// maxLines is how many of one kind a reload tells one by one, of files that are
// well or gone. Beyond it, they are counted. What is wrong is told of maxNames.
const maxLines = 100

// tell says what has become of files: what was understood, or what is wrong with
// each, and what is served meanwhile. With all, it says so of all files.
func (o *organisations) tell(changed, gone []string, all bool) {
	if len(gone) > maxLines {
		o.log.Info("organisations ended, their files are gone", "count", len(gone))
		gone = nil
	}
	for _, name := range gone {
		o.log.Info("organisation ended, its file is gone", "file", name)
	}
	if len(changed) == 0 && !all {
		return
	}
	var well, refused []fileStanding
	files := o.standing.Load().files
	for _, s := range files {
		if !all {
			if len(changed) == 0 || changed[0] != s.file {
				continue
			}
			changed = changed[1:]
		}
		if s.err == nil {
			well = append(well, s)
		} else {
			refused = append(refused, s)
		}
	}
	if len(well) > maxLines {
		o.log.Info("organisations", "understood", len(well), "refused", len(refused), "files", len(files))
		well = nil
	}
	for _, s := range well {
		o.log.Info("organisation", s.org.summary()...)
	}
	for _, s := range refused[:min(len(refused), o.maxNames)] {
		o.complain("file", s.file, s.err, "serving", s.serving)
	}
	if more := len(refused) - o.maxNames; more > 0 {
		o.log.Error("and others are refused", "count", more)
	}
}

// complain writes a line for each thing that is wrong.
func (o *organisations) complain(what, name string, err error, more ...any) {
	for _, c := range complaintsOf(err) {
		o.log.Error("refused", append([]any{what, name, "conseil", plainSpaces.Replace(c.french), "advice", c.english}, more...)...)
	}
}
