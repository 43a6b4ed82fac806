// Command keys makes the key pair with which FranceConnect+ encrypts what it
// says to a portal.
//
//	go run ./examples/keys [-alg ECDH-ES|RSA-OAEP-256|RSA-OAEP] [-kid NAME] FILE
//	go run ./examples/keys [-alg …] [-kid NAME] -add FILE
//
// The private key goes to FILE and nowhere else; FRANCECONNECT_DECRYPTION_KEYS
// names it. FILE is made, and never overwritten; with -add it is there already,
// and the new key comes behind those in it, for their algorithm unless told
// otherwise.
//
//	tell.go              what to do with them
//	../internal/keyfile  a new key, and the file of them
package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/franceconnect-go/franceconnect/examples/internal/keyfile"
)

func main() { os.Exit(run(os.Args[1:], time.Now(), os.Stdout, os.Stderr)) }

// Exit statuses.
const (
	succeeded = iota
	failed
	misused
)

func run(args []string, now time.Time, out, errs io.Writer) int {
	algorithms := keyfile.Algorithms()
	flags := flag.NewFlagSet("keys", flag.ContinueOnError)
	flags.SetOutput(errs)
	flags.Usage = func() {
		fmt.Fprintf(errs, "usage: keys [-alg %s] [-kid NAME] [-add] FILE\n", strings.Join(algorithms, "|"))
		flags.PrintDefaults()
	}
	alg := flags.String("alg", "", "`algorithm` that the portal is registered with at FranceConnect+; without it "+algorithms[0]+", or with -add that of the first key in FILE")
	kid := flags.String("kid", "", "`name` of the key; without it, the day and the start of the key’s thumbprint")
	add := flags.Bool("add", false, "add the key to a FILE that exists")
	misuse := func(french, english string) int {
		fmt.Fprintf(errs, "%s / %s\n", french, english)
		flags.Usage()
		return misused
	}
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return succeeded
	case err != nil:
		return misused
	case flags.NArg() != 1 || flags.Arg(0) == "":
		return misuse("il faut un seul fichier, après les options", "want one FILE, behind the options")
	case *alg != "" && !slices.Contains(algorithms, *alg):
		return misuse("-alg n’est pas un algorithme de FranceConnect+", "-alg is not an algorithm of FranceConnect+")
	case !keyfile.IsName(*kid):
		return misuse("-kid n’est pas un nom : lettres, chiffres, points, tirets, 64 au plus", "-kid is not a name: letters, digits, dots, dashes, 64 at most")
	}

	file, write := flags.Arg(0), keyfile.Write
	former := algorithms[0] // what FranceConnect+ encrypts with now
	var err error
	if *add {
		write = keyfile.Add
		former, err = keyfile.Algorithm(file)
	}
	var key keyfile.Key
	if err == nil {
		key, err = keyfile.New(cmp.Or(*alg, former), *kid, now)
	}
	if err == nil {
		err = write(file, key)
	}
	if err != nil {
		fmt.Fprintln(errs, err)
		return failed
	}
	tell(out, file, key)
	switch {
	case *add && key.Algorithm == former:
		tellRotation(out)
	case *add:
		tellChange(out, key.Algorithm)
	}
	return succeeded
}
