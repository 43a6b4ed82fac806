// Command doctor accompanies a portal from the first form to production with
// FranceConnect: what to write on the forms, what is wrong and whose it is, what
// a code means. It speaks French, and English with -lang en.
//
//	go run github.com/franceconnect-go/franceconnect/examples/doctor@latest fiche
//
//	doctor fiche     the registration sheet, form by form
//	doctor verifier  checks the settings; with -reseau, FranceConnect and the portal too
//	doctor etapes    the path from ProConnect to production
//	doctor erreur Y030007
//	doctor cles      keys for FRANCECONNECT_COOKIE_KEYS and FRANCECONNECT_DECRYPTION_KEYS
//
// It reads the variables that franceconnect.ConfigFromEnv reads, and PORTAL_URL;
// with -plus, those of FranceConnect+ beside another. It never shows a secret, a
// token or a code. Its exit status is 1 if a check failed, 2 if it was used
// wrongly.
//
//	command.go                     the flags that all commands have
//	setting.go place.go beside.go  the portal and its FranceConnect, from the variables
//	jsonfile.go                    or from a file
//	given.go                       what only the team knows
//	fiche.go sheet.go scope.go     the sheet
//	where.go                       where the client id and the secret come from
//	verifier.go check.go           the checks, in their order
//
// Without network:
//
//	offline.go address.go asked.go the settings
//	swapped.go leak.go git.go      the secret where it should not be
//
// Of FranceConnect:
//
//	link.go provider.go            the way there, what it says of itself
//	probe.go logout.go             what it says of this client
//
// Of the portal:
//
//	site.go departure.go cookie.go header.go published.go
//	page.go button.go look.go style.go   the sign-in page
//
//	etapes.go path.go aiden.go     the path
//	erreur.go cles.go              codes and keys
package main

import (
	"context"
	"io"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"time"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	w := system{args: os.Args[1:], getenv: os.Getenv, environ: os.Environ(), stdout: os.Stdout, stderr: os.Stderr, now: time.Now, terminal: isTerminal(os.Stdout)}
	w.files, w.folder = workingTree()
	if runtime.GOOS == "linux" {
		w.processes = os.DirFS("/proc")
	}
	os.Exit(run(ctx, w))
}

// Exit statuses.
const (
	succeeded = iota
	failed
	misused
)

// run is the whole program.
func run(ctx context.Context, w system) int {
	prog := &program{system: w, lang: french}
	if w.transport == nil {
		prog.transport = newTransport()
	}
	flags := prog.flags("doctor")
	if status, done := prog.parse(flags, w.args); done {
		return status
	}
	rest := flags.Args()
	if len(rest) == 0 {
		return prog.usageError(flags, text.Of("il faut une commande", "a command is needed"))
	}
	command, ok := commands[rest[0]]
	if !ok {
		return prog.usageError(flags, text.Of("il n’y a pas de commande de ce nom", "there is no command of this name"))
	}
	return command(prog, ctx, rest[1:])
}

// commands by name, French and English.
var commands map[string]func(*program, context.Context, []string) int

func init() {
	commands = map[string]func(*program, context.Context, []string) int{
		"fiche": (*program).runSheet, "sheet": (*program).runSheet,
		"verifier": (*program).runCheck, "vérifier": (*program).runCheck, "check": (*program).runCheck,
		"etapes": (*program).runSteps, "étapes": (*program).runSteps, "steps": (*program).runSteps,
		"erreur": (*program).runExplain, "error": (*program).runExplain,
		"cles": (*program).runKeys, "clés": (*program).runKeys, "keys": (*program).runKeys,
	}
}

// newTransport goes out as the portal does, by the proxy of the variables.
func newTransport() http.RoundTripper {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.TLSHandshakeTimeout = callTime
	t.ResponseHeaderTimeout = callTime
	return t
}

// callTime bounds one call.
const callTime = 10 * time.Second

// isTerminal tells whether people look at what is written.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
