package main

import (
	"bytes"
	"encoding/binary"
	"io/fs"
	"strings"
	"sync"
	"syscall"
)

// A watch is told by the system which names of a folder have changed, so that
// nobody looks at fifty thousand files every second. It is told of what changes on
// this machine alone, and not of what a link leads to: both are looked at in turn.
// Its zero value watches nothing.
type watch struct {
	mu    sync.Mutex
	fd    int
	names map[int32]string // of what is watched, by its number: "" is the folder itself
}

const watched = syscall.IN_MODIFY | syscall.IN_ATTRIB | syscall.IN_CREATE | syscall.IN_DELETE |
	syscall.IN_MOVED_FROM | syscall.IN_MOVED_TO | syscall.IN_MOVE_SELF | syscall.IN_DELETE_SELF

// add watches a folder, whatever changes in which is a change of name. What cannot
// be watched is looked at in turn.
func (w *watch) add(folder, name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.names == nil {
		fd, err := syscall.InotifyInit1(syscall.IN_NONBLOCK | syscall.IN_CLOEXEC)
		if err != nil {
			return
		}
		w.fd, w.names = fd, map[int32]string{}
	}
	if n, err := syscall.InotifyAddWatch(w.fd, folder, watched|syscall.IN_ONLYDIR); err == nil {
		w.names[int32(n)] = name
	}
}

// changed returns the names that have changed since it was asked last, and whether
// there may be others.
func (w *watch) changed() (names []string, others bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.names == nil {
		return nil, false
	}
	buffer := make([]byte, 64<<10)
	for {
		n, err := syscall.Read(w.fd, buffer)
		if err == syscall.EINTR {
			continue
		}
		if err != nil || n <= 0 {
			return names, others
		}
		for rest := buffer[:n]; len(rest) >= syscall.SizeofInotifyEvent; {
			number := int32(binary.NativeEndian.Uint32(rest))
			mask := binary.NativeEndian.Uint32(rest[4:])
			end := syscall.SizeofInotifyEvent + int(binary.NativeEndian.Uint32(rest[12:]))
			name, _, _ := bytes.Cut(rest[syscall.SizeofInotifyEvent:end], []byte{0})
			rest = rest[end:]
			switch of, known := w.names[number]; {
			case mask&syscall.IN_Q_OVERFLOW != 0:
				others = true
			case mask&syscall.IN_IGNORED != 0: // it is gone, or what it was on
				others = others || known && of == ""
				delete(w.names, number)
			case of != "":
				names = append(names, of)
			case known && strings.HasPrefix(string(name), ".."): // what the links of Kubernetes lead to
				others = true
			case known && len(name) > 0:
				names = append(names, string(name))
			}
		}
	}
}

// close ends all.
func (w *watch) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.names != nil {
		_ = syscall.Close(w.fd)
		w.names = nil
	}
}

// stampOf returns what is another when a file is another, or says something else:
// its change time is nobody's to set. ok is false if that is not known.
func stampOf(info fs.FileInfo) (s stamp, ok bool) {
	sys, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return s, false
	}
	return stamp{uint64(sys.Dev), sys.Ino, info.Size(), sys.Ctim.Nano()}, true
}
