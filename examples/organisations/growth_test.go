package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// few is how many files are looked at in turn in these tests.
const few = 20

// A countedFolder counts what is asked of it, and does something else before.
type countedFolder struct {
	fs.ReadLinkFS
	opened, looked, listed atomic.Int64
	before                 func(op, name string) error
}

func (f *countedFolder) ask(op, name string, n *atomic.Int64) error {
	n.Add(1)
	if f.before == nil {
		return nil
	}
	return f.before(op, name)
}

func (f *countedFolder) Open(name string) (fs.File, error) {
	if err := f.ask("open", name, &f.opened); err != nil {
		return nil, err
	}
	return f.ReadLinkFS.Open(name)
}

func (f *countedFolder) Stat(name string) (fs.FileInfo, error) {
	if err := f.ask("stat", name, &f.looked); err != nil {
		return nil, err
	}
	return fs.Stat(f.ReadLinkFS, name)
}

func (f *countedFolder) ReadDir(name string) ([]fs.DirEntry, error) {
	if err := f.ask("list", name, &f.listed); err != nil {
		return nil, err
	}
	return fs.ReadDir(f.ReadLinkFS, name)
}

// asked returns what was asked, and begins to count again.
func (f *countedFolder) asked() (opened, looked, listed int) {
	return int(f.opened.Swap(0)), int(f.looked.Swap(0)), int(f.listed.Swap(0))
}

// count has the world's folder counted; its files are as old as they are after a while.
func (w *world) count() *countedFolder {
	f := &countedFolder{ReadLinkFS: os.DirFS(w.folder).(fs.ReadLinkFS)}
	w.orgs.reader = &reader{folder: f, path: w.folder, secrets: w.orgs.secretsOf, aside: w.orgs.aside,
		now: func() time.Time { return time.Now().Add(time.Hour) }, most: few}
	return f
}

// portal returns the file of a portal without FranceConnect.
func portal(i, version int) (name, text string) {
	return fmt.Sprintf("v%05d.json", i),
		fmt.Sprintf(`{"name": "Ville %d.%d", "host": "v%05d.example.fr", "franceconnect": {"enabled": false}}`, i, version, i)
}

// many writes the files of so many portals.
func (w *world) many(n, version int) {
	w.t.Helper()
	for i := range n {
		w.write(portal(i, version))
	}
}

// serves reports whether a portal is in a version.
func (w *world) serves(i, version int) bool {
	s := w.orgs.standing.Load().files[i]
	return s.org != nil && s.org.name == fmt.Sprintf("Ville %d.%d", i, version)
}

func TestWhatIsSeenInTurnCostsTheSameWhateverTheNumber(t *testing.T) {
	t.Parallel()
	for _, n := range []int{2 * few, 4 * few} {
		w := newWorld(t)
		w.many(n, 1)
		f := w.count()
		w.reload()
		opened, _, listed := f.asked()
		require.Equal(t, []int{n, 1}, []int{opened, listed}, "once each")
		w.orgs.reader.watch.close() // as where the system tells nothing
		w.write(portal(7, 2))
		w.write(portal(n-1, 2))
		for range n / few {
			w.reload()
			opened, looked, _ := f.asked()
			require.LessOrEqual(t, looked, 2*few+10)
			if known(t, w.folder) {
				require.LessOrEqual(t, looked, few+10)
				require.LessOrEqual(t, opened, 2)
			}
		}
		require.True(t, w.serves(7, 2))
		require.True(t, w.serves(n-1, 2))
		require.Len(t, lines(w.log.String(), "organisation"), n+2)
	}
}

// known reports whether this system says when a file was changed.
func known(t *testing.T, folder string) bool {
	info, err := os.Stat(folder)
	require.NoError(t, err)
	_, ok := stampOf(info)
	return ok
}

func TestTheLogOfMany(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.orgs.maxNames = 3
	n := maxLines + 1
	said := w.said(func() { w.many(n, 1); w.reload() })
	require.Equal(t, 1, strings.Count(said, "\n"), said)
	require.Contains(t, said, "msg=organisations understood=101 refused=0 files=101")
	require.Equal(t, 1, strings.Count(w.said(func() { w.orgs.reload(t.Context(), true) }), "\n"))

	for i := range 5 {
		name, _ := portal(i, 2)
		w.write(name, "{")
	}
	said = w.said(w.reload)
	require.Len(t, lines(said, "refused"), 3)
	require.Contains(t, said, `msg="and others are refused" count=2`)

	for i := range 5 {
		name, text := portal(i, 3)
		w.write(name, strings.Replace(text, `"host"`, `"habilitation_expires": "`+w.day(i-1)+`", "host"`, 1))
	}
	said = w.said(w.reload)
	require.Len(t, lines(said, "expires"), 3)
	require.Contains(t, said, `msg="and others expire" count=2 "over in all"=1`)

	for i := range n {
		name, _ := portal(i, 0)
		require.NoError(t, os.Remove(filepath.Join(w.folder, name)))
	}
	said = w.said(w.reload)
	require.Equal(t, 1, strings.Count(said, "\n"), said)
	require.Contains(t, said, `msg="organisations ended, their files are gone" count=101`)
}

// A folder that is exchanged, or unmounted, while it is read ends nobody's portal.
func TestAFolderThatGoesAwayWhileItIsReadEndsNobodysPortal(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.many(3, 1)
	f := w.count()
	w.reload()
	var once sync.Once
	away := func(op, _ string) error {
		if op == "open" {
			once.Do(func() {
				require.NoError(t, os.Rename(w.folder, w.folder+"-away"))
				require.NoError(t, os.Mkdir(w.folder, 0o700))
			})
		}
		return nil
	}
	f.before = away
	w.orgs.reload(t.Context(), true)
	require.Len(t, w.orgs.standing.Load().files, 3)
	require.NotContains(t, w.log.String(), "gone")
	f.before = nil
	w.reload() // and stays away
	require.Empty(t, w.orgs.standing.Load().files)
}

// An editor removes the file and writes it: between the two it is not there.
func TestAFileThatComesBackWhileItIsReadIsNotRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.many(1, 1)
	f := w.count()
	var once sync.Once
	f.before = func(op, name string) (err error) {
		if op == "open" {
			once.Do(func() { err = fs.ErrNotExist })
		}
		return err
	}
	w.reload()
	require.True(t, w.serves(0, 1))
	require.Empty(t, lines(w.log.String(), "refused"))
}

// What cannot be read may be read another time, as it stands: there were too many open files.
func TestAFileThatCouldNotBeReadIsReadAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.many(2, 1)
	name, text := portal(1, 1)
	w.write(name, strings.Replace(text, `"enabled": false`, `"enabled": false, "client_secret_file": "secret"`, 1))
	require.NoError(t, os.WriteFile(w.secret(town{name: strings.TrimSuffix(name, ".json")}, "secret"), []byte("1"), 0o600))
	f := w.count()
	full := errors.New("too many open files")
	secrets := &countedFolder{ReadLinkFS: os.DirFS(w.orgs.aside(name)).(fs.ReadLinkFS)}
	w.orgs.reader.secrets = func(string) fs.FS { return secrets }
	failing := func(op, _ string) error {
		if op == "open" {
			return full
		}
		return nil
	}
	f.before, secrets.before = failing, failing
	w.reload()
	require.Len(t, lines(w.log.String(), "refused"), 2)
	f.before = nil
	w.reload()
	require.True(t, w.serves(0, 1))
	sum := w.orgs.files[name].sum
	secrets.before = nil
	w.reload()
	require.NotEqual(t, sum, w.orgs.files[name].sum)
}

func TestAReloadThatIsEndedChangesNothingAndTheNextSeesAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.many(50, 1)
	f := w.count()
	w.reload()
	w.many(50, 2)
	ctx, end := context.WithCancel(t.Context())
	f.before = func(op, _ string) error {
		if op == "open" {
			end()
		}
		return nil
	}
	f.asked()
	w.orgs.reload(ctx, false)
	opened, _, _ := f.asked()
	require.Less(t, opened, 50)
	require.True(t, w.serves(0, 1))
	f.before = nil
	w.reload()
	for i := range 50 {
		require.True(t, w.serves(i, 2))
	}
}

func TestWhoAsksIsHeardDuringAReload(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.many(1, 1)
	f := w.count()
	ctx, end := context.WithTimeout(t.Context(), time.Minute) // what is not heard fails, and hangs nobody
	defer end()
	reading, goOn := make(chan struct{}, 10), make(chan struct{})
	f.before = func(op, _ string) error {
		if op == "open" {
			reading <- struct{}{}
			receive(ctx, goOn)
		}
		return nil
	}
	tick, again, ended := make(chan time.Time), make(chan os.Signal), make(chan struct{})
	go func() { w.orgs.reloadWhen(ctx, tick, again); close(ended) }()
	require.True(t, send(ctx, tick, time.Now()))
	require.True(t, receive(ctx, reading))
	require.True(t, send(ctx, again, os.Signal(os.Interrupt)), "during a reload")
	require.NotEmpty(t, w.log.Await(ctx, `msg="everything is read again, as asked`))
	require.True(t, send(ctx, goOn, struct{}{}))
	require.True(t, receive(ctx, reading), "everything")
	require.True(t, send(ctx, goOn, struct{}{}))
	require.True(t, send(ctx, tick, time.Now()))
	require.True(t, send(ctx, again, os.Signal(os.Interrupt)))
	end()
	<-ended
	require.Len(t, lines(w.log.String(), "organisation"), 2, "the first time, and as asked")
}

// send and receive report whether somebody was there before ctx was done.
func send[T any](ctx context.Context, to chan<- T, what T) bool {
	select {
	case to <- what:
		return true
	case <-ctx.Done():
		return false
	}
}

func receive[T any](ctx context.Context, from <-chan T) bool {
	select {
	case <-from:
		return true
	case <-ctx.Done():
		return false
	}
}

// A stuckWriter is somebody who does not read, until they are released.
type stuckWriter struct {
	released chan struct{}
	mu       sync.Mutex
	said     bytes.Buffer
}

func (s *stuckWriter) Write(b []byte) (int, error) {
	<-s.released
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.said.Write(b)
}

func TestWhoReadsTheLogSlowlyStopsNobody(t *testing.T) {
	t.Parallel()
	out := &stuckWriter{released: make(chan struct{})}
	l := newPatientLog(out)
	line := []byte(strings.Repeat("x", 1023) + "\n")
	for range 3 * maxBehind / len(line) {
		n, err := l.Write(line)
		require.NoError(t, err)
		require.Len(t, line, n)
	}
	close(out.released)
	l.close(time.Hour)
	said := out.said.String()
	kept := strings.Count(said, string(line))
	require.GreaterOrEqual(t, kept, maxBehind/len(line))
	lost := 0 // in one line, or in two if some were lost before anybody wrote
	for _, count := range regexp.MustCompile(`count=(\d+)\n`).FindAllStringSubmatch(said, -1) {
		n, err := strconv.Atoi(count[1])
		require.NoError(t, err)
		lost += n
	}
	require.Equal(t, 3*maxBehind/len(line), kept+lost)
	(&patientLog{wake: make(chan struct{}, 1)}).close(0) // nor does the end wait for ever

	w := newWorld(t)
	w.many(3, 1)
	out = &stuckWriter{released: make(chan struct{})}
	ctx, end := context.WithCancel(t.Context())
	tick, ended := make(chan time.Time), make(chan error, 1)
	go func() {
		ended <- run(ctx, []string{"-addr", "127.0.0.1:0", "-supervision", "127.0.0.1:0", "-folder", w.folder}, os.Getenv, out, tick, nil)
	}()
	tick <- time.Now() // it has started
	tick <- time.Now() // and reloads
	close(out.released)
	end()
	require.NoError(t, <-ended)
	require.Equal(t, 3, strings.Count(out.said.String(), "msg=organisation "))
}

// settle gives the hosts by the rule itself: again and again, the first by name who
// can have what it wants.
func settle(names []string, files map[string]*fileState) {
	for again := true; again; {
		again = false
		holder := map[string]string{}
		for _, name := range names {
			if o := files[name].serves; o != nil && !o.closed {
				for _, host := range o.hosts {
					holder[host] = name
				}
			}
		}
		for _, name := range names {
			f := files[name]
			if f.want == nil || f.want == f.serves {
				continue
			}
			free := !slices.ContainsFunc(f.want.hosts, func(host string) bool { return holder[host] != "" && holder[host] != name })
			if free || f.want.closed {
				f.serves, again = f.want, true
				break
			}
		}
	}
}

func TestHostsAreGivenByTheRule(t *testing.T) {
	t.Parallel()
	draw := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		var names []string
		got, want := map[string]*fileState{}, map[string]*fileState{}
		taken := map[string]bool{}
		for i := range 1 + draw.IntN(8) {
			name := fmt.Sprint(i)
			some := func(free bool) *organisation {
				o := &organisation{closed: draw.IntN(6) == 0}
				for range 1 + draw.IntN(2) {
					host := string(rune('a' + draw.IntN(6)))
					if !slices.Contains(o.hosts, host) && (!free || o.closed || !taken[host]) {
						o.hosts = append(o.hosts, host)
						taken[host] = taken[host] || free && !o.closed
					}
				}
				return o
			}
			f := fileState{}
			if draw.IntN(3) > 0 {
				f.serves = some(true)
			}
			if f.want = f.serves; draw.IntN(3) > 0 {
				f.want = some(false)
			}
			names = append(names, name)
			one, other := f, f
			got[name], want[name] = &one, &other
		}
		assignHosts(names, got)
		settle(names, want)
		for _, name := range names {
			require.Same(t, want[name].serves, got[name].serves)
			f := got[name]
			require.Equal(t, f.want != f.serves && f.want != nil, f.holder != "")
			if f.holder != "" {
				has := got[f.holder].serves
				require.True(t, slices.ContainsFunc(f.want.hosts, func(h string) bool { return slices.Contains(has.hosts, h) }))
			}
		}
	}
}

// Each wants what the next one has, or what the one before has; or all want what one has.
func TestHostsAreGivenInOneLookOrTwo(t *testing.T) {
	t.Parallel()
	const n = 5000
	for name, wants := range map[string]func(i int) int{
		"the next":   func(i int) int { return i + 1 },
		"the last":   func(i int) int { return i - 1 },
		"all others": func(i int) int { return n + i },
		"one":        func(int) int { return -1 },
	} {
		var names []string
		files := map[string]*fileState{}
		host := func(i int) *organisation { return &organisation{hosts: []string{fmt.Sprint(i)}} }
		for i := range n {
			names = append(names, fmt.Sprintf("%05d", i))
			files[names[i]] = &fileState{serves: host(i), want: host(wants(i))}
		}
		_, looks := assignHosts(names, files)
		require.LessOrEqual(t, looks, 2*n, name)
		if name != "one" {
			require.Same(t, files[names[9]].want, files[names[9]].serves, name)
		}
	}
}

// What the supervision is told takes as many words for eight hundred as for four hundred.
func TestTheSupervisionHasTheWordsForThoseItNames(t *testing.T) {
	type words struct{ health, metrics float64 }
	took := func(n int) (all words) {
		w := newWorld(t)
		w.orgs.maxNames = 5
		for i := range n {
			name, text := portal(i, 1)
			if i%2 == 0 {
				text = strings.Replace(text, `"host"`, `"habilitation_expires": "`+w.day(3)+`", "host"`, 1)
			} else {
				text = "{"
			}
			w.write(name, text)
		}
		w.reload()
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		all.health = testing.AllocsPerRun(3, func() { w.orgs.Health(httptest.NewRecorder(), r) })
		all.metrics = testing.AllocsPerRun(3, func() { w.orgs.Metrics(httptest.NewRecorder(), r) })
		return all
	}
	less, more := took(400), took(800)
	require.Less(t, more.health, less.health+50)
	require.Less(t, more.metrics, less.metrics+50)
}

// Who keeps a host wakes nobody who waits for it.
func TestAHostThatIsKeptIsNotLookedForAgain(t *testing.T) {
	t.Parallel()
	names := []string{"a", "b", "c", "d"}
	kept := func(hosts ...string) *organisation { return &organisation{hosts: hosts} }
	files := map[string]*fileState{"d": {serves: kept("h"), want: kept("h", "x")}}
	for _, name := range names[:3] {
		files[name] = &fileState{want: kept("h")}
	}
	_, looks := assignHosts(names, files)
	require.Equal(t, len(names), looks)
	require.Same(t, files["d"].want, files["d"].serves)
}
