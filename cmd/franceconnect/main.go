// Command franceconnect accompanies a portal from the first form to production
// with FranceConnect: what to write on the forms, what is wrong and whose it is,
// what a code means, and the keys. It speaks French, and English with -lang en.
//
//	go run github.com/franceconnect-go/franceconnect/cmd/franceconnect@latest help
//
//	franceconnect check      checks the settings; with -reseau, FranceConnect and the portal too
//	franceconnect fleet      the checks of all of an editor's towns, one line a town
//	franceconnect sheet      the registration sheet, form by form
//	franceconnect steps      the path from ProConnect to production
//	franceconnect mails      the e-mails ready to send, to the organisation, its officers and the examiner
//	franceconnect booklet    the acceptance tests, role by role
//	franceconnect page       an HTML page that does all but check, without a terminal or a network
//	franceconnect explain Y030007
//	franceconnect keys       keys for FRANCECONNECT_COOKIE_KEYS and FRANCECONNECT_DECRYPTION_KEYS
//	franceconnect completion bash, zsh or fish: the script that completes commands
//
// The French names of the commands work too: verifier, parc, fiche, etapes,
// courriels, cahier, erreur, cles. The program reads the variables that
// franceconnect.ConfigFromEnv reads, and PORTAL_URL; with -plus, those of FranceConnect+ beside another. It never
// shows a secret, a token or a code, but for a new cookie key. Its exit status
// is 1 if a check failed, 2 if it was used wrongly.
//
//	command.go option.go help.go    the table of commands, its options, and its help
//	output.go                       what every command writes
//	cmd_*.go completion_*.go        the commands
//
// The portal that is looked at:
//
//	portal.go environment.go        its settings and its FranceConnect, from the variables
//	portal_addresses.go             its addresses, and those of a product
//	plus.go settings_file.go        or from those of FranceConnect+, or from a file
//	organisation_file.go expiry.go  of its own, or of one organisation among several
//	registration.go credentials.go  what only the team knows, and where credentials come from
//	product.go profiles/            the editor's product that it is, as its profile says
//	sheet.go sheet_*.go             the sheet, form by form
//	datapass_boxes.go first_try.go
//	steps.go mails.go booklet.go    the path, and what is sent and ticked on it
//	paper.go                        all of these to be printed
//	page_questions.go               and in one page, with what it asks
//
// The checks, and what they find:
//
//	findings.go                     what a check found, and whose it is
//	settings.go addresses.go scopes.go mixed_clients.go leaks.go git.go
//	http.go proxy.go provider.go probe_client.go logout.go
//	site.go authorize_request.go round_trip.go browser.go seen.go
//	cookies.go headers.go jwks.go
//	page.go button.go button_style.go css.go
//
// The towns of an editor:
//
//	towns.go towns_csv.go           a folder of them, or a list
//	fleet_run.go twins.go           what is found of each, and of two
//	fleet_report.go fleet_since.go  what is kept of a run, and what has changed since an earlier one
//	fleet_output.go fleet_csv.go fleet_html.go fleet_junit.go
package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"time"

	"github.com/franceconnect-go/franceconnect/internal/built"
	"github.com/franceconnect-go/franceconnect/internal/provider"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	s := system{args: os.Args[1:], getenv: os.Getenv, environ: os.Environ(), stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, now: time.Now, wait: wait, terminal: isTerminal(os.Stdout), start: startProgram}
	s.files, s.folder = workingTree()
	s.modeless = runtime.GOOS == "windows"
	if runtime.GOOS == "linux" {
		s.processes = os.DirFS("/proc")
	}
	os.Exit(run(ctx, s))
}

// Exit statuses.
const (
	succeeded = iota
	failed
	misused
)

// A system is all that the program gets from outside.
type system struct {
	args           []string
	getenv         func(string) string
	stdin          io.Reader
	stdout, stderr io.Writer
	terminal       bool
	now            func() time.Time
	wait           func(context.Context, time.Duration) error
	transport      http.RoundTripper
	patience       time.Duration // bounds one call; default callTime
	modeless       bool          // no mode of a file keeps another account out

	// start runs another program and returns what it writes; nil if there are none.
	start func(ctx context.Context, name string, args ...string) ([]byte, error)

	// Where the secret is looked for; nil is nowhere.
	files     fs.FS    // the folder in which the program is called, or the repository around it
	folder    string   // where in it
	processes fs.FS    // the system's list of them, as Linux has it in /proc
	environ   []string // all variables, as os.Environ has them
}

// A program is one call of franceconnect.
type program struct {
	system
	english bool
	asJSON  bool

	tooMany func(host string) // is told of an answer 429; nil if nobody wants to know
}

// run runs the program and returns its exit status.
func run(ctx context.Context, s system) int {
	prog := &program{system: s}
	if prog.transport == nil {
		prog.transport = newTransport()
	}
	version := false
	options := append(prog.commonOptions(), switchOption("version", &version, text.Of("la version du module", "the version of the module")))
	words, rest, err := parseUntilWord(s.args, options)
	switch {
	case err != nil && err.help:
		prog.printHelp()
		return succeeded
	case err != nil:
		return prog.usageError("", err.why)
	case version:
		fmt.Fprintln(prog.stdout, built.Version("franceconnect"))
		return succeeded
	case len(words) == 0:
		return prog.usageError("", text.Of("il faut une commande", "a command is needed"))
	case words[0] == "help" || words[0] == "aide":
		return prog.help(rest)
	}
	c, ok := findCommand(words[0])
	if !ok {
		return prog.usageError("", noCommand(words[0]))
	}
	options, run := c.prepare(prog)
	words, err = parse(rest, append(options, prog.commonOptions()...))
	switch {
	case err != nil && err.help:
		prog.printCommandHelp(c)
		return succeeded
	case err != nil:
		return prog.usageError(c.name, err.why)
	case prog.asJSON && !c.json:
		return prog.usageError(c.name, text.Of("-json : "+c.name+" n’a pas de sortie en JSON", "-json: "+c.name+" has no output in JSON"))
	case len(words) > 0 && c.words.French == "":
		return prog.usageError(c.name, text.Of(named(words[0])+" : "+c.name+" ne prend que des options, qui commencent par un tiret", named(words[0])+": "+c.name+" takes options only, which begin with a dash"))
	}
	return run(ctx, words)
}

// newTransport goes out as the portal does, by the proxy of the variables.
func newTransport() http.RoundTripper {
	t := provider.NewTransport()
	t.TLSHandshakeTimeout = callTime
	t.ResponseHeaderTimeout = callTime
	return t
}

// callTime bounds one call, unless system.patience does.
const callTime = 10 * time.Second

// wait returns when a time has passed, or with an error when the program is to
// stop.
func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// isTerminal reports whether people look at what is written.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
