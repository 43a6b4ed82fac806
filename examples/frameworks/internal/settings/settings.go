// Package settings is what main begins with in the examples: the client, and the
// sessions of those that have them in scs. The one in nethttp has both written out.
package settings

import (
	"cmp"
	"errors"
	"log"
	"os"

	"github.com/franceconnect-go/franceconnect"
)

// Read reads the variables of franceconnect.ConfigFromEnv, and PORTAL_URL, the
// address that people know, such as https://portail.example.fr. It ends the
// program if one is wrong.
func Read() (fc *franceconnect.Client, address string) {
	fc, address, err := read(os.Getenv)
	if err != nil {
		log.Fatal(err)
	}
	return fc, address
}

// Addr returns where to listen: PORTAL_ADDR, or else 127.0.0.1:8080.
func Addr() string { return cmp.Or(os.Getenv("PORTAL_ADDR"), "127.0.0.1:8080") }

func read(getenv func(string) string) (*franceconnect.Client, string, error) {
	address := getenv("PORTAL_URL")
	config, err := franceconnect.ConfigFromEnv("FRANCECONNECT_", getenv)
	config.RedirectURL, config.PostLogoutRedirectURL = address+"/franceconnect/callback", address+"/franceconnect/logout"
	fc, wrong := franceconnect.New(config)
	return fc, address, errors.Join(err, wrong)
}
