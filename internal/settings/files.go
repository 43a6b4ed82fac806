package settings

import (
	"bytes"
	"errors"
	"io/fs"
	"strings"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

// maxFile is more than any secret or key set has.
const maxFile = 1 << 20

var (
	errNone  = errors.New("no file may be read")
	errPath  = errors.New("not a name in the folder")
	errOther = errors.New("not an ordinary file, or too large")
)

// inside reads the files of a folder, and nothing else; files may be nil. It
// looks before it reads: a pipe may never end.
func inside(files fs.FS) func(name string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		switch {
		case files == nil:
			return nil, errNone
		case !fs.ValidPath(name):
			return nil, errPath
		}
		info, err := fs.Stat(files, name)
		switch {
		case err != nil:
			return nil, err
		case !info.Mode().IsRegular() || info.Size() > maxFile:
			return nil, errOther
		}
		return fs.ReadFile(files, name)
	}
}

// file returns what the file that a setting names has in it.
func (v *Values) file(key string) (string, *Problem) {
	name := v.Get(key)
	if Quoted(name) {
		return "", &Problem{v.name(key), InQuotes}
	}
	raw, err := v.read(name)
	if err == nil && len(bytes.TrimSpace(raw)) > 0 {
		return string(raw), nil
	}
	said := text.Of("désigne un fichier qui ne peut pas être lu", "names a file that cannot be read")
	switch {
	case err == nil:
		said = text.Of("désigne un fichier vide", "names a file that is empty")
	case errors.Is(err, errNone):
		said = text.Of("désigne un fichier, alors que ces réglages n’en font lire aucun : donnez la valeur elle-même", "names a file, but these settings may have none read: give the value itself")
	case errors.Is(err, errPath):
		said = text.Of("doit être un nom relatif au dossier prévu, sans .. ni barre oblique au début", "must be a name relative to the folder that is meant for it, without .. and without a slash at its beginning")
	case errors.Is(err, errOther):
		said = text.Of("désigne autre chose qu’un fichier ordinaire d’1 Mo au plus", "names something else than an ordinary file of 1 MB at most")
	case errors.Is(err, fs.ErrNotExist):
		said = text.Of("désigne un fichier qui n’existe pas", "names a file that does not exist")
	}
	return "", &Problem{v.name(key), said}
}

// Secret returns client_secret, itself or from the file that is named instead.
// Only the line break at the end of a file is not part of it.
func (v *Values) Secret() (string, *Problem) { return v.secret("client_secret") }

// NextSecret returns next_client_secret, in the same way.
func (v *Values) NextSecret() (string, *Problem) { return v.secret("next_client_secret") }

func (v *Values) secret(key string) (string, *Problem) {
	secret := v.get(key)
	if v.Named(key+"_file") == "" {
		return secret, nil
	}
	if secret != "" {
		return "", &Problem{v.name(key), text.Of("est donné deux fois : gardez la valeur ou le fichier", "is given twice: keep the value or the file")}
	}
	raw, problem := v.file(key + "_file")
	return strings.TrimRight(raw, "\r\n"), problem
}

// KeySet returns decryption_keys or direct_keys, itself or from the file that it
// names.
func (v *Values) KeySet(key string) (string, *Problem) {
	if v.Named(key) == "" {
		return v.Get(key), nil
	}
	return v.file(key)
}

// Named returns the file that a setting names, "" if it names none: keys may be
// there themselves, as a set or in PEM.
func (v *Values) Named(key string) string {
	name := v.Get(key)
	if form(key) == "keys" && (strings.HasPrefix(name, "{") || strings.HasPrefix(name, "-----BEGIN ")) {
		return ""
	}
	return name
}
