package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What the system tells of is seen at once, and nothing else is opened: neither more
// files nor links, secrets, or a folder that is exchanged.
func TestWhatHasChangedIsSeenAtOnceAmongMany(t *testing.T) {
	t.Parallel()
	const n = 2*few + 1
	last := n - 1
	w := newWorld(t)
	w.many(n, 1)
	name, text := portal(last, 1)
	w.write(name, strings.Replace(text, `"enabled": false`, `"enabled": false, "client_secret_file": "secret"`, 1))
	secret := w.secret(town{name: strings.TrimSuffix(name, ".json")}, "secret")
	require.NoError(t, os.WriteFile(secret, []byte("1"), 0o600))
	f := w.count()
	w.reload()
	f.asked()
	sum := w.orgs.files[name].sum

	path := func(i int) string { name, _ := portal(i, 0); return filepath.Join(w.folder, name) }
	for what, change := range map[string]struct {
		do     func()
		opened int
		seen   func() bool
	}{
		"written": {func() { w.write(portal(last-1, 2)) }, 1, func() bool { return w.serves(last-1, 2) }},
		"replaced": {func() {
			_, text := portal(last-2, 2)
			w.write("new", text)
			require.NoError(t, os.Rename(filepath.Join(w.folder, "new"), path(last-2)))
		}, 1, func() bool { return w.serves(last-2, 2) }},
		"secret": {func() { require.NoError(t, os.WriteFile(secret, []byte("22"), 0o600)) }, 1,
			func() bool { return w.orgs.files[name].sum != sum }},
		"made":    {func() { w.write(portal(n, 1)) }, 1, func() bool { return w.serves(n, 1) }},
		"nothing": {func() {}, 0, func() bool { return true }},
	} {
		change.do()
		w.reload()
		opened, looked, _ := f.asked()
		require.Equal(t, change.opened, opened, what)
		require.LessOrEqual(t, looked, few+10, what)
		require.True(t, change.seen(), what)
	}
	require.NoError(t, os.Remove(path(last-3)))
	before := len(w.orgs.files)
	w.reload()
	require.Len(t, w.orgs.files, before-1)

	require.NoError(t, os.Rename(w.folder, w.folder+"-away"))
	require.NoError(t, os.Mkdir(w.folder, 0o700))
	w.write(portal(1, 3))
	w.reload()
	require.Len(t, w.orgs.files, 1)
	w.write(portal(1, 4)) // in the folder that is there now
	w.reload()
	require.Equal(t, "Ville 1.4", w.orgs.standing.Load().files[0].org.name)
}

// Links of Kubernetes lead elsewhere once "..data" does; a link to elsewhere is
// looked at in turn.
func TestWhatLinksLeadToIsSeen(t *testing.T) {
	t.Parallel()
	const n = 2*few + 1
	w := newWorld(t)
	for _, version := range []int{1, 2} {
		folder := filepath.Join(w.folder, []string{"", "..one", "..two"}[version])
		require.NoError(t, os.Mkdir(folder, 0o700))
		for i := range n {
			name, text := portal(i, version)
			require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
			if version == 1 {
				require.NoError(t, os.Symlink(filepath.Join("..data", name), filepath.Join(w.folder, name)))
			}
		}
	}
	require.NoError(t, os.Symlink("..one", filepath.Join(w.folder, "..data")))
	w.count()
	w.reload()
	require.True(t, w.serves(n-1, 1))
	require.NoError(t, os.Symlink("..two", filepath.Join(w.folder, "..data_tmp")))
	require.NoError(t, os.Rename(filepath.Join(w.folder, "..data_tmp"), filepath.Join(w.folder, "..data")))
	w.reload()
	require.True(t, w.serves(0, 2))
	require.True(t, w.serves(n-1, 2))
}
