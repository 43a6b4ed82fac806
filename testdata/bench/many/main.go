// Command many measures examples/organisations of two checkouts, one beside the
// other, with so many organisations and twice and four times as many: what doubles?
// Everything runs on loopback and in a folder of its own; it reads /proc, and so is
// for Linux.
//
//	go run ./many -before DIRECTORY [-after ../..] [-from 12500] [-doublings 2]
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	log.SetFlags(0)
	before := flag.String("before", "", "the checkout of the build before")
	after := flag.String("after", "../..", "the checkout of the build after")
	from := flag.Int("from", 12_500, "how many organisations, at first")
	doublings := flag.Int("doublings", 2, "how many times there are twice as many")
	patience := flag.Duration("patience", 2*time.Minute, "how long to wait for anything")
	flag.Parse()
	scratch, err := os.MkdirTemp("", "many")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(scratch)
	fmt.Println("| organisations | build | start | kB each | log at start | idle | one file seen | all seen | SIGHUP told | SIGTERM, all changing | /health | /metrics |")
	fmt.Println("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
	for i, n := 0, *from; i <= *doublings; i, n = i+1, 2*n {
		for _, build := range []struct{ name, checkout string }{{"before", *before}, {"after", *after}} {
			if build.checkout == "" {
				continue
			}
			program := filepath.Join(scratch, build.name)
			made := exec.Command("go", "build", "-o", program, "./examples/organisations")
			made.Dir = build.checkout
			if out, err := made.CombinedOutput(); err != nil {
				log.Fatalf("%v\n%s", err, out)
			}
			row, err := measure(program, filepath.Join(scratch, "organisations"), n, *patience)
			if err != nil {
				log.Fatalf("%d, %s: %v", n, build.name, err)
			}
			fmt.Printf("| %d | %s | %s |\n", n, build.name, strings.Join(row, " | "))
		}
	}
}

// text is the file of an organisation.
func text(i, version int) []byte {
	return fmt.Appendf(nil, `{
	"name": "Ville %06d, version %d",
	"host": "ville-%06d.example.fr",
	"franceconnect": {
		"environment": "sandbox",
		"client_id": "%064x",
		"client_secret": "5ec%061x",
		"scopes": ["openid", "given_name", "family_name", "birthdate"]
	},
	"habilitation_expires": "2031-03-31"
}
`, i, version, i, i+1<<20, i+version<<30)
}

func write(folder string, n, version int) error {
	for i := range n {
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("ville-%06d.json", i)), text(i, version), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// A running program, and what it says of itself.
type running struct {
	*exec.Cmd
	lines       chan string
	addr        string
	supervision string
	bytes       int // of the log, as far as the addresses
	patience    time.Duration
}

var errSlow = errors.New("no patience left")

func start(program, folder string, patience time.Duration) (*running, error) {
	p := &running{Cmd: exec.Command(program, "-addr", "127.0.0.1:0", "-supervision", "127.0.0.1:0", "-folder", folder), lines: make(chan string, 1<<18), patience: patience}
	said, err := p.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := p.Start(); err != nil {
		return nil, err
	}
	go func() {
		defer close(p.lines)
		for r := bufio.NewReader(said); ; {
			line, err := r.ReadString('\n')
			if err != nil {
				return
			}
			p.lines <- line
		}
	}()
	for p.addr == "" {
		line, err := p.next()
		if err != nil {
			return p, err
		}
		p.bytes += len(line)
		if _, rest, ok := strings.Cut(line, "msg=listening addr="); ok {
			p.addr = strings.TrimSpace(rest)
		}
		if _, rest, ok := strings.Cut(line, "msg=supervision health="); ok {
			p.supervision = strings.TrimSuffix(strings.Fields(rest)[0], "/health")
		}
	}
	return p, nil
}

func (p *running) next() (string, error) {
	select {
	case line, ok := <-p.lines:
		if !ok {
			return "", io.ErrUnexpectedEOF
		}
		return line, nil
	case <-time.After(p.patience):
		return "", errSlow
	}
}

// serves waits until organisation i is in a version.
func (p *running) serves(i, version int) error {
	for start := time.Now(); time.Since(start) < p.patience; time.Sleep(5 * time.Millisecond) {
		r, err := http.NewRequest(http.MethodGet, "http://"+p.addr+"/", nil)
		if err != nil {
			return err
		}
		r.Host = fmt.Sprintf("ville-%06d.example.fr", i)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			return err
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if strings.Contains(string(body), fmt.Sprintf("Ville %06d, version %d", i, version)) {
			return nil
		}
	}
	return errSlow
}

// processor returns the time of the processor that the program has had.
func (p *running) processor() time.Duration {
	all, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.Process.Pid))
	_, rest, _ := strings.Cut(string(all), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}

// resident returns its memory, in kB.
func (p *running) resident() float64 {
	all, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Process.Pid))
	_, rest, _ := strings.Cut(string(all), "VmRSS:")
	kB, _ := strconv.ParseFloat(strings.Fields(rest)[0], 64)
	return kB
}

func (p *running) took(path string) (string, error) {
	began := time.Now()
	res, err := http.Get(p.supervision + path)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	n, err := io.Copy(io.Discard, res.Body)
	return fmt.Sprintf("%s, %d kB", round(time.Since(began)), n>>10), err
}

func round(d time.Duration) string { return d.Round(time.Millisecond).String() }

func measure(program, folder string, n int, patience time.Duration) (row []string, err error) {
	if err := os.Mkdir(folder, 0o700); err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	if err := write(folder, n, 1); err != nil {
		return nil, err
	}
	time.Sleep(3 * time.Second) // as files are that nobody has just written
	began := time.Now()
	p, err := start(program, folder, patience)
	if p != nil {
		defer func() { _ = p.Process.Kill(); _ = p.Wait() }()
	}
	if err != nil {
		return nil, err
	}
	cpu := p.processor()
	row = append(row, fmt.Sprintf("%s (%s of a core)", round(time.Since(began)), cpu), fmt.Sprintf("%.1f", p.resident()/float64(n)), fmt.Sprintf("%.1f kB", float64(p.bytes)/1024))

	time.Sleep(3 * time.Second)
	cpu, began = p.processor(), time.Now()
	time.Sleep(10 * time.Second)
	row = append(row, fmt.Sprintf("%.1f %%", 100*float64(p.processor()-cpu)/float64(time.Since(began))))

	began = time.Now()
	if err := os.WriteFile(filepath.Join(folder, "ville-000007.json"), text(7, 2), 0o600); err != nil {
		return nil, err
	}
	if err := p.serves(7, 2); err != nil {
		return nil, err
	}
	row = append(row, round(time.Since(began)))

	if err := write(folder, n, 3); err != nil {
		return nil, err
	}
	began = time.Now()
	for i := range n {
		if i%997 != 0 && i != n-1 {
			continue
		}
		if err := p.serves(i, 3); err != nil {
			return nil, err
		}
	}
	row = append(row, round(time.Since(began)))

	for drained := false; !drained; {
		select {
		case <-p.lines:
		default:
			drained = true
		}
	}
	if err := write(folder, n, 4); err != nil {
		return nil, err
	}
	began = time.Now()
	if err := p.Process.Signal(syscall.SIGHUP); err != nil {
		return nil, err
	}
	for {
		line, err := p.next()
		if err != nil {
			return nil, err
		}
		if strings.Contains(line, "as asked") || strings.Contains(line, "version 4") {
			break
		}
	}
	row = append(row, round(time.Since(began)))
	if err := p.serves(n-1, 4); err != nil {
		return nil, err
	}
	health, err := p.took("/health")
	if err != nil {
		return nil, err
	}
	metrics, err := p.took("/metrics")
	if err != nil {
		return nil, err
	}
	if err := write(folder, n, 5); err != nil {
		return nil, err
	}
	time.Sleep(1100 * time.Millisecond) // it has begun to read
	began = time.Now()
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		return nil, err
	}
	go func() {
		for range p.lines {
		}
	}()
	ended := make(chan error, 1)
	go func() { ended <- p.Cmd.Wait() }()
	select {
	case err = <-ended:
	case <-time.After(patience):
		err = errSlow
	}
	return append(row, round(time.Since(began)), health, metrics), err
}
