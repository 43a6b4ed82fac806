package keyfile

import (
	"errors"
	"io/fs"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

// An Error says in both languages what went wrong.
type Error struct {
	text.Text
	err error // what it is, such as an fs.ErrExist; may be nil
}

// Error returns the English text.
func (e *Error) Error() string { return "keyfile: " + e.English }

// Unwrap returns what the error is.
func (e *Error) Unwrap() error { return e.err }

// fileError says what the system said of a file, which is English; what was said
// already stays.
func fileError(file string, err error) error {
	if e := (*Error)(nil); errors.As(err, &e) {
		return err
	}
	said := text.Of("ne peut pas être lu ou écrit", "cannot be read or written")
	switch {
	case errors.Is(err, fs.ErrNotExist):
		said = text.Of("n’existe pas, ou son dossier", "does not exist, or its folder does not")
	case errors.Is(err, fs.ErrPermission):
		said = text.Of("n’est pas permis à cet utilisateur", "is not permitted to this user")
	}
	return &Error{text.Of(file+" "+said.French, file+" "+said.English), err}
}
