// Command organisations serves the portals of several towns from one process:
// each has its own host, client, keys, FranceConnect, level and button, from a
// file of its own that can be changed at any time. It is meant to be copied:
// the standard library, the SDK, and nothing else.
//
//	go run ./examples/organisations
//	go run ./examples/organisations -addr :8080 -folder /etc/organisations -secrets /run/secrets/organisations
//
// Without -folder it serves the towns in villes/, which do not exist, at
// simulators of FranceConnect that it brings along. Change one of the files
// while it runs.
//
// # A file
//
//	{
//		"name": "Ville de Bourg-les-Eaux",
//		"host": ["aides.bourg.fr", "www.aides.bourg.fr"],
//		"franceconnect": {
//			"environment": "https://fcp-low.sbx.dev-franceconnect.fr",
//			"client_id": "…",
//			"client_secret_file": "client-secret"
//		},
//		"client_secret_expires": "2027-03-31",
//		"habilitation_expires": "2027-06-30"
//	}
//
// People are brought to the first host. What is in franceconnect is what
// franceconnect.ConfigFromJSON reads; redirect_url and post_logout_redirect_url
// are computed from the host unless they are there.
//
// Who changes a file also says where its secret is sent. So it names files of its
// own folder alone: those of bourg.json are in bourg, below -secrets, and without
// -secrets there are none. Nothing else of this machine, and nothing of another
// organisation, can be had by writing in it. Which files there are in the two
// folders is the operator's.
//
// # What happens to it
//
// The folder is looked at every second, with the files that name a secret or keys.
// Linux says which have changed, and those are read at once, however many there are;
// of the others a thousand are looked at in each second, so that nothing grows with
// their number. On other systems, in a folder that another machine writes to, and
// behind links to elsewhere, a change among fifty thousand may so take fifty
// seconds. On SIGHUP, which Windows does not have, everything is read at once, and
// said again. All organisations that are new are made beside those that serve, and
// take their place in one step; a request that is under way ends with what it
// began with.
//
//   - A file that is wrong, half written or unreadable: its last good version
//     goes on serving, and the log says what is wrong, once for each change, in
//     French and in English. Without one, its host has a page « en maintenance ».
//     If the folder itself cannot be read, nothing changes.
//   - A file that is gone: so is the portal, and who was signed in there.
//   - A host that another file has: it stays with who has it. Between files that
//     come at the same time, the first by name has it.
//   - "enabled": false: no button, and 404 where the login was. Who is signed in
//     stays signed in.
//   - Any other change: who is signed in stays signed in, unless the client id or
//     the environment is another one, for which people have other names (sub). A
//     login under way goes on with the new secret. With new cookie keys it has
//     to be started again, unless the old ones are behind them in the list.
//
// The log has a line for each organisation that has changed, and one for all if those are
// more than 100; of what is wrong, and of what expires, it names 500 organisations and counts the
// rest. Who reads it too slowly stops nobody: lines for which there is no room, 1 MB, are counted.
//
// On Windows a file that is being read cannot be replaced: whoever replaces one
// tries again, as most editors do.
//
// Cookie keys are those of FRANCECONNECT_COOKIE_KEYS, in base64 and separated by
// commas, or drawn at each start; "cookie_keys" in a file is for that one alone. No
// organisation can open another's cookies either way.
//
// # The supervision
//
// At -supervision, which is for nobody outside:
//
//   - /health says by organisation what is wrong, as JSON: a file that is refused, a
//     host that is another's, a latest login that FranceConnect or this program
//     refused; which FranceConnect does not answer; and what expires. It is 503 if
//     something is wrong, and 200 if something expires soon.
//   - /metrics counts logins and callbacks by organisation, for Prometheus, under the
//     names of the module fcotel; franceconnect_organisation_wrong and
//     franceconnect_organisation_expiry_timestamp_seconds are for alerts.
//
// 500 organisations have a name there, and the rest one together: _OTHER in the
// metrics, a number in /health.
//
// The two days of a file are the last ones on which the secret and the habilitation
// hold, as somebody typed them: nothing else depends on them. From 30 days
// before (-warn), a line in the log says so, once a day for an organisation at most,
// and once more on SIGHUP and after a start.
//
// The files:
//
//	folder.go        the files of the folder, and of the secrets, whatever they are
//	watch_linux.go   which of them have changed, as the system says; watch_other.go: it does not
//	file.go          what one of them says
//	hosts.go         which hosts it has, and who has one that two want
//	reload.go        from files to organisations, beside those that serve, in one goroutine
//	organisation.go  which one a request is for, and its portal
//	expiry.go        the days that were typed, and who is warned of them
//	health.go        what is wrong with whom
//	metrics.go       what is counted
//	session.go       who is signed in there
//	session_store.go the sessions, in memory
//	expiring.go      what is kept for a time, and how many of it
//	pages.go         page.html, style.css
//	log.go           the log, and who reads it slowly
//	serve.go         the servers
//	mock.go          the simulators
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/franceconnect-go/franceconnect"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C does not wait
	again := make(chan os.Signal, 1)
	signal.Notify(again, syscall.SIGHUP)
	tick := time.NewTicker(time.Second)
	if err := run(ctx, os.Args[1:], os.Getenv, os.Stderr, tick.C, again); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run is the whole program, until ctx is done. It reads the folder at each tick,
// and when it is told again.
func run(ctx context.Context, args []string, getenv func(string) string, out io.Writer, tick <-chan time.Time, again <-chan os.Signal) error {
	flags := flag.NewFlagSet("organisations", flag.ContinueOnError)
	flags.SetOutput(out)
	addr := flags.String("addr", "127.0.0.1:8080", "where to listen")
	folder := flags.String("folder", "", "the files of the organisations (default examples/organisations/villes, with simulators)")
	secrets := flags.String("secrets", "", "the folder with a folder for each organisation, of the files that its own file may name (default none)")
	supervision := flags.String("supervision", "127.0.0.1:9464", "where /health and /metrics are, which are for nobody outside; empty is nowhere")
	days := flags.Int("warn", int(warnBefore.Hours()/24), "how many `days` before a secret or a habilitation expires to warn")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *days < 0 || *days > 3650 {
		return fmt.Errorf("-warn: %d is not a number of days from 0 to 3650", *days)
	}
	keys, err := cookieKeys(getenv("FRANCECONNECT_COOKIE_KEYS"))
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", *addr)
	if err != nil {
		return err
	}
	defer l.Close()
	var sites []site
	if *folder == "" {
		*folder = "examples/organisations/villes"
		mocks, err := simulators()
		if err != nil {
			return err
		}
		sites, err = sitesOf(mocks)
		defer func() {
			for _, s := range sites {
				s.Close()
			}
		}()
		if err != nil {
			return err
		}
	}
	lines := newPatientLog(out)
	defer lines.close(time.Second)
	log := slog.New(slog.NewTextHandler(lines, nil))
	o := newOrganisations(*folder, *secrets, keys, log)
	o.warnBefore = time.Duration(*days) * 24 * time.Hour
	defer func() {
		if o.reader != nil {
			o.reader.watch.close()
		}
	}()
	o.reload(ctx, true)
	if *supervision != "" {
		l, err := net.Listen("tcp", *supervision)
		if err != nil {
			return fmt.Errorf("-supervision: %w", err)
		}
		defer l.Close()
		sites = append(sites, site{l, o.supervision()})
		log.Info("supervision", "health", "http://"+l.Addr().String()+"/health", "metrics", "http://"+l.Addr().String()+"/metrics")
	}
	log.Info("listening", "addr", l.Addr().String())
	reading, stop := context.WithCancel(ctx)
	var reloads sync.WaitGroup
	reloads.Go(func() { o.reloadWhen(reading, tick, again) })
	err = serve(ctx, log, append(sites, site{l, o})...)
	stop()
	reloads.Wait()
	return err
}

// cookieKeys reads keys, or draws one.
func cookieKeys(text string) (keys []franceconnect.CookieKey, err error) {
	for part := range strings.SplitSeq(text, ",") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		key, err := franceconnect.ParseCookieKey(part)
		if err != nil {
			return nil, fmt.Errorf("FRANCECONNECT_COOKIE_KEYS: %w", err)
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		keys = []franceconnect.CookieKey{franceconnect.NewCookieKey()}
	}
	return keys, nil
}
