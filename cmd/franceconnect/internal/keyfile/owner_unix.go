//go:build unix

package keyfile

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// keepAccess gives a file the owner, the group and their mode of the one whose place
// it takes: the portal has another account than whoever changes its keys. Nobody
// else can read it.
func keepAccess(f *os.File, former fs.FileInfo) error {
	s := former.Sys().(*syscall.Stat_t)
	return errors.Join(f.Chown(int(s.Uid), int(s.Gid)), f.Chmod(former.Mode().Perm()&^0o007))
}
