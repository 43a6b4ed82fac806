package main

import (
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

func TestABrokenFileKeepsTheLastGoodOneAndSaysSoOnce(t *testing.T) {
	t.Parallel()
	withEachWrongFile(t, func(t *testing.T, w *world, bourg, hautmont town, wrong wrongFile) {
		w.serve(bourg, hautmont)
		v := w.visitor(bourg.url())
		v.signIn()

		said := w.said(func() {
			w.write("bourg.json", wrong.change(bourg.text(nil)))
			w.reload()
			w.reload()
		})
		complaints := lines(said, "refused")
		require.NotEmpty(t, complaints)
		require.Contains(t, said, wrong.french)
		require.Contains(t, said, wrong.english)
		logins := lines(said, "franceconnect") // the keys of the sign-in may come later
		require.Equal(t, strings.Count(said, "\n"), len(complaints)+len(logins), "and nothing else, once: %s", said)
		for _, c := range complaints {
			require.Regexp(t, `^file=bourg\.json conseil="?.+"? advice="?.+"? serving="the last good one"$`, c)
		}
		require.Equal(t, complaints, lines(w.said(func() { w.orgs.reload(w.t.Context(), true) }), "refused"), "who asks is told again")
		require.True(t, v.signedIn())
		w.visitor(bourg.url()).signIn()
		w.visitor(hautmont.url()).signIn()

		said = w.said(func() {
			w.write("bourg.json", bourg.text(map[string]any{"button": "alternative"}))
			w.reload()
		})
		require.Len(t, lines(said, "organisation"), 1)
		require.Contains(t, w.visitor(bourg.url()).Get("/").Body, "franceconnect-alternative")
		require.True(t, v.signedIn())
	})
}

func TestAFileThatWasNeverRightClosesItsPortalAlone(t *testing.T) {
	t.Parallel()
	withEachWrongFile(t, func(t *testing.T, w *world, bourg, hautmont town, wrong wrongFile) {
		text := wrong.change(bourg.text(nil))
		require.NotEqual(t, bourg.text(nil), text)
		w.write("bourg.json", text)
		w.serve(hautmont)
		require.NotEmpty(t, lines(w.log.String(), "refused"))
		v := w.visitor(bourg.url())
		for _, path := range []string{"/", "/connexion", "/mon-compte", callbackPath, keysPath} {
			a := v.Peek(path)
			if !wrong.host {
				require.Equal(t, http.StatusNotFound, a.Status)
				continue
			}
			require.Equal(t, http.StatusServiceUnavailable, a.Status)
			require.Contains(t, a.Body, "Site en maintenance")
			require.Equal(t, "60", a.Header.Get("Retry-After"))
		}
		w.visitor(hautmont.url()).signIn()
		w.serve(bourg)
		v.signIn()
	})
}

func TestAllThatIsWrongIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	w, bourg := newTown(t)
	w.write(bourg.file(), with(t, bourg.text(map[string]any{"level": "9", "button": "rose"}), "Ville de bourg", ""))
	w.reload()
	require.Len(t, lines(w.log.String(), "refused"), 3)
	require.Contains(t, w.log.String(), `serving="a maintenance page"`)
}

// A file that cannot be read is not a file that is gone.
func TestAFileThatCannotBeReadKeepsTheLastGoodOne(t *testing.T) {
	t.Parallel()
	ways := map[string]func(path string) error{
		"leads nowhere": func(path string) error { return os.Symlink("nowhere", path) },
		"leads round":   func(path string) error { return os.Symlink(path, path) },
		"is a device":   func(path string) error { return os.Symlink(os.DevNull, path) },
	}
	if os.Geteuid() > 0 { // root reads everything, and on Windows, which has no such number, a mode keeps nobody out
		ways["is not ours"] = func(path string) error { return os.WriteFile(path, []byte("{}"), 0) }
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			bourg := w.towns(mockidp.V2, "bourg")[0]
			w.serve(bourg)
			path := filepath.Join(w.folder, bourg.file())
			require.NoError(t, os.Remove(path))
			require.NoError(t, way(path))
			said := w.said(func() { w.reload(); w.reload() })
			require.Len(t, lines(said, "refused"), 1)
			require.Contains(t, said, "ne peut pas être lu")
			w.visitor(bourg.url()).signIn()
		})
	}
}

func TestTheFolderIsReadAsItIsFound(t *testing.T) {
	t.Parallel()
	for name, put := range map[string]func(t *testing.T, folder, text string){
		"byte order mark": func(t *testing.T, folder, text string) {
			require.NoError(t, os.WriteFile(filepath.Join(folder, "a.json"), []byte("\ufeff"+text), 0o600))
		},
		"Windows": func(t *testing.T, folder, text string) {
			require.NoError(t, os.WriteFile(filepath.Join(folder, "A.JSON"), []byte(strings.ReplaceAll(text, "\n", "\r\n")), 0o600))
		},
		"replaced in one step": func(t *testing.T, folder, text string) {
			require.NoError(t, os.WriteFile(filepath.Join(folder, "a.json.tmp"), []byte(text), 0o600))
			require.NoError(t, os.Rename(filepath.Join(folder, "a.json.tmp"), filepath.Join(folder, "a.json")))
		},
		"ConfigMap": func(t *testing.T, folder, text string) {
			version := filepath.Join(folder, "..2026_11_22_"+fmt.Sprint(len(text)))
			require.NoError(t, os.MkdirAll(version, 0o700))
			require.NoError(t, os.WriteFile(filepath.Join(version, "a.json"), []byte(text), 0o600))
			require.NoError(t, os.Symlink(filepath.Base(version), filepath.Join(folder, "..data_tmp")))
			require.NoError(t, os.Rename(filepath.Join(folder, "..data_tmp"), filepath.Join(folder, "..data")))
			if err := os.Symlink(filepath.Join("..data", "a.json"), filepath.Join(folder, "a.json")); err != nil {
				require.ErrorIs(t, err, os.ErrExist)
			}
		},
		"same size and date": func(t *testing.T, folder, text string) {
			path, day := filepath.Join(folder, "a.json"), time.Unix(1e9, 0)
			require.NoError(t, os.WriteFile(path, []byte(text+strings.Repeat(" ", 4096-len(text))), 0o600))
			require.NoError(t, os.Chtimes(path, day, day))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			bourg := w.towns(mockidp.V2, "bourg")[0]
			// What is beside it is nobody's: these are wrong, and nothing is said.
			for _, other := range []string{"notes.txt", "a.json~", ".a.json.swp", ".#a.json", "._a.json", "#a.json#", "a.json.bak", "json"} {
				w.write(other, "{")
			}
			require.NoError(t, os.MkdirAll(filepath.Join(w.folder, "old.json", "a.json"), 0o700))
			require.NoError(t, os.Mkdir(filepath.Join(w.folder, "old"), 0o700))
			w.write(filepath.Join("old", "a.json"), "{")

			put(t, w.folder, bourg.text(nil))
			w.reload()
			w.visitor(bourg.url()).signIn()
			require.NotContains(t, w.visitor(bourg.url()).Get("/").Body, "franceconnect-alternative")
			put(t, w.folder, bourg.text(map[string]any{"button": "alternative"}))
			w.reload()
			require.Contains(t, w.visitor(bourg.url()).Get("/").Body, "franceconnect-alternative")
			require.Empty(t, lines(w.log.String(), "refused"))
			require.Len(t, lines(w.log.String(), "organisation"), 2)
			require.Empty(t, w.said(w.reload), "nothing has changed")
			require.Len(t, lines(w.said(func() { w.orgs.reload(w.t.Context(), true) }), "organisation"), 1)
		})
	}
}

func TestAFolderThatCannotBeReadEndsNobodysPortal(t *testing.T) {
	t.Parallel()
	w, _, v := signedIn(t)
	away := w.folder + "-away"
	for range 2 { // the second time is told as the first
		require.NoError(t, os.Rename(w.folder, away))
		said := w.said(func() { w.reload(); w.reload() })
		require.Len(t, lines(said, "refused"), 1)
		require.Contains(t, said, "Le dossier des organisations ne peut pas être lu")
		require.Len(t, lines(w.said(func() { w.orgs.reload(w.t.Context(), true) }), "refused"), 1)
		require.True(t, v.signedIn())
		require.NoError(t, os.Rename(away, w.folder))
		require.Empty(t, w.said(w.reload))
	}
}

func TestARemovedFileEndsItsPortalAndWhoWasSignedIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	all := w.towns(mockidp.V2, "bourg", "hautmont")
	w.serve(all...)
	v, other := w.visitor(all[0].url()), w.visitor(all[1].url())
	v.signIn()
	other.signIn()
	require.NoError(t, os.Remove(filepath.Join(w.folder, "bourg.json")))
	require.Contains(t, w.said(w.reload), `msg="organisation ended, its file is gone" file=bourg.json`)
	require.Equal(t, http.StatusNotFound, v.Get("/mon-compte").Status)
	require.True(t, other.signedIn())
	w.serve(all[0])
	require.False(t, v.signedIn())
}

func TestSessionsSurviveAReloadUnlessPeopleHaveOtherNames(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bourg, elsewhere := w.towns(mockidp.V2, "bourg")[0], w.towns(mockidp.V2, "bourg")[0]
	renamed := bourg
	renamed.id = strings.Repeat("ab", 32)
	for name, c := range map[string]struct {
		change  func()
		survive bool
	}{
		"button":      {func() { w.write("bourg.json", bourg.text(map[string]any{"button": "alternative"})) }, true},
		"secret":      {func() { w.write("bourg.json", bourg.text(map[string]any{"client_secret": strings.Repeat("1", 64)})) }, true},
		"cookie keys": {func() { w.write("bourg.json", bourg.text(map[string]any{"cookie_keys": []string{key(7)}})) }, true},
		"file name": {func() {
			require.NoError(t, os.Rename(filepath.Join(w.folder, "bourg.json"), filepath.Join(w.folder, "autre.json")))
		}, true},
		"off and on": {func() {
			w.write("bourg.json", bourg.text(map[string]any{"enabled": false}))
			w.reload()
			w.serve(bourg)
		}, true},
		"off, on elsewhere": {func() {
			w.write("bourg.json", bourg.text(map[string]any{"enabled": false}))
			w.reload()
			w.serve(elsewhere)
		}, false},
		"client":      {func() { w.write("bourg.json", renamed.text(nil)) }, false},
		"environment": {func() { w.write("bourg.json", elsewhere.text(nil)) }, false},
	} {
		w.serve(bourg)
		v := w.visitor(bourg.url())
		v.signIn()
		c.change()
		w.reload()
		require.Equal(t, c.survive, v.signedIn(), name)
		require.NoError(t, os.RemoveAll(filepath.Join(w.folder, "autre.json")))
	}
}

// key returns a cookie key, in base64.
func key(last byte) string { return strings.Repeat("A", 40) + string('A'+rune(last)) + "AA=" }

// Requests and reloads at once, for the race detector; each request is
// answered by one version or the other.
func TestReloadsDisturbNobody(t *testing.T) {
	t.Parallel()
	w, bourg, v := signedIn(t)
	var people sync.WaitGroup
	wrong := make(chan error, 4)
	for range cap(wrong) {
		people.Go(func() {
			for range 50 {
				if a, err := v.try(t.Context(), "/mon-compte"); err != nil || a.Status != http.StatusOK {
					wrong <- fmt.Errorf("%d: %w", a.Status, err)
					return
				}
			}
		})
	}
	for i := range 50 {
		w.write("bourg.json", bourg.text(map[string]any{"button": []string{"principal", "alternative", "rose"}[i%3]}))
		w.reload()
	}
	people.Wait()
	close(wrong)
	require.NoError(t, <-wrong)
}

// A lagging folder still lists a file that is gone.
type laggingFolder struct{ fs.ReadLinkFS }

func (f laggingFolder) ReadDir(name string) ([]fs.DirEntry, error) {
	all, err := fs.ReadDir(f.ReadLinkFS, name)
	return append(all, fs.FileInfoToDirEntry(goneFile{})), err
}

type goneFile struct{ fs.FileInfo }

func (goneFile) Name() string      { return "gone.json" }
func (goneFile) Mode() fs.FileMode { return 0 }

func TestAFileThatGoesAwayWhileTheFolderIsReadIsNotThere(t *testing.T) {
	t.Parallel()
	r := &reader{folder: laggingFolder{os.DirFS("villes").(fs.ReadLinkFS)}, path: "villes", secrets: func(string) fs.FS { return nil }, now: time.Now}
	t.Cleanup(r.watch.close)
	due, err := r.due(true, nil)
	require.NoError(t, err)
	require.Contains(t, due, "gone.json")
	_, there := r.read("saint-aubin.json")
	require.True(t, there)
	_, there = r.read("gone.json")
	require.False(t, there)
}
