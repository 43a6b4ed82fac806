package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/franceconnect-go/franceconnect"
)

// A hang: for eight seconds FranceConnect answers nothing that comes, ever, and
// people go on coming back, each on a connection of their own. The portal is a
// process of its own; without a bound it is the same portal with Config.MaxCalls
// of a million. It needs Linux. On a machine with other work, give the portal one
// core, and those who come and FranceConnect the other:
//
//	go build && nice -n -10 taskset -c 1 ./bench -hang -with 'nice -n -10 taskset -c 0'

var hangWith = flag.String("with", "", "what the portal of -hang is run with: a command and its arguments")

const (
	hangWell  = 2 * time.Second
	hangTime  = 8 * time.Second
	hangAfter = 4 * time.Second
)

// hangs prints the table of all hangs.
func hangs() {
	fmt.Println("| people a second, descriptors | MaxCalls | memory | descriptors | lost | other pages p99: before the hang | since | refused at once p99 | lost from 1 s after |")
	fmt.Println("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
	for _, day := range []struct{ rate, descriptors int }{{500, 20000}, {200, 1024}} {
		for _, most := range []int{1e6, 160} {
			fmt.Printf("| %d, %d | %d | %s |\n", day.rate, day.descriptors, most, hang(day.rate, day.descriptors, most))
		}
	}
}

func hang(rate, descriptors, most int) string {
	p := serve(false, false)
	defer endServers()
	var hung atomic.Bool
	answer := p.server.Config.Handler
	p.server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if hung.Load() {
			_, _ = io.Copy(io.Discard, r.Body) // so that it is seen when the portal gives up
			<-r.Context().Done()
			return
		}
		answer.ServeHTTP(w, r)
	})
	portal := exec.Command("sh", append([]string{"-c", `ulimit -n "$0" && exec "$@" -hang`, strconv.Itoa(descriptors)}, append(strings.Fields(*hangWith), must(os.Executable()))...)...)
	portal.Env = append(os.Environ(), "BENCH_ISSUER="+p.issuer, "BENCH_MAX_CALLS="+strconv.Itoa(most))
	out := must(portal.StdoutPipe())
	if err := portal.Start(); err != nil {
		log.Fatal(err)
	}
	defer func() { _ = portal.Process.Kill(); _ = portal.Wait() }()
	base := "http://" + strings.TrimSpace(must(bufio.NewReader(out).ReadString('\n')))

	h := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 30 * time.Second}
	visit := func(path string) (took time.Duration, status int, reason string) {
		req := must(http.NewRequest(http.MethodGet, base+path, nil))
		req.Header.Set("Cookie", p.back.Header.Get("Cookie"))
		start := time.Now()
		res, err := h.Do(req)
		if err != nil {
			return time.Since(start), 0, ""
		}
		defer res.Body.Close()
		_, _ = io.Copy(io.Discard, res.Body)
		return time.Since(start), res.StatusCode, res.Header.Get("X-Reason")
	}
	var mu sync.Mutex
	var well, home, refused []time.Duration
	var lost, late, people, open int
	var all sync.WaitGroup
	start, step := time.Now(), time.Second/time.Duration(rate)
	for i := 0; ; i++ {
		at := time.Duration(i) * step
		if at >= hangWell+hangTime+hangAfter {
			break
		}
		time.Sleep(time.Until(start.Add(at)))
		hung.Store(at >= hangWell && at < hangWell+hangTime)
		if i%10 == 0 {
			all.Go(func() {
				took, _, _ := visit("/")
				mu.Lock()
				defer mu.Unlock()
				if at < hangWell {
					well = append(well, took)
				} else {
					home = append(home, took)
				}
			})
			found := must(filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", portal.Process.Pid)))
			open = max(open, len(found))
		}
		all.Go(func() {
			took, status, reason := visit("/callback?" + p.back.URL.RawQuery)
			mu.Lock()
			defer mu.Unlock()
			people++
			if status != http.StatusOK {
				lost++
				if at > hangWell+hangTime+time.Second {
					late++
				}
			}
			if strings.HasPrefix(reason, "calls.") {
				refused = append(refused, took)
			}
		})
	}
	all.Wait()
	memory := "?"
	status := must(os.ReadFile(fmt.Sprintf("/proc/%d/status", portal.Process.Pid)))
	for line := range strings.Lines(string(status)) {
		if kilobytes, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			memory = strings.TrimSpace(kilobytes)
		}
	}
	return fmt.Sprintf("%s | %d | %d of %d | %v | %v | %v (%d) | %d", memory, open, lost, people, percentile(well), percentile(home), percentile(refused), len(refused), late)
}

// percentile returns the 99th.
func percentile(all []time.Duration) time.Duration {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[len(all)*99/100].Round(100 * time.Microsecond)
}

// hangingPortal is the process of a portal; it prints where it listens.
func hangingPortal(issuer string) {
	fc, err := franceconnect.New(franceconnect.Config{
		Environment: franceconnect.Custom{Issuer: issuer},
		ClientID:    clientID, ClientSecret: clientSecret, RedirectURL: redirectURL,
		CookieKeys: []franceconnect.CookieKey{{1}}, Scopes: scopes[1:], Store: everyLogin{},
		MaxCalls: must(strconv.Atoi(os.Getenv("BENCH_MAX_CALLS"))),
	})
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/{$}", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "home") })
	http.HandleFunc("/callback", func(w http.ResponseWriter, r *http.Request) {
		_, err := fc.Callback(w, r)
		if e, ok := err.(*franceconnect.Error); ok {
			w.Header().Set("X-Reason", e.Reason)
			w.WriteHeader(franceconnect.StatusCode(err))
		}
	})
	at := must(net.Listen("tcp", "127.0.0.1:0"))
	fmt.Println(at.Addr())
	log.SetOutput(io.Discard) // of descriptors that are not there
	log.Fatal(http.Serve(at, nil))
}
