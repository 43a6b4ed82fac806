// Command slow measures redisstore of two checkouts, one beside the other, with a
// Redis that is far away: a real redis-server, a proxy that keeps what is said for
// half of the round trip, and a process for each portal, to which people come at the
// capacity of its pool, at twice that, and so on, up to ten times: what doubles?
// Everything runs on loopback.
//
//	go run ./slow -before DIRECTORY [-after ../..] [-trip 200ms] [-pool 20] [-for 12s]
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"

	"github.com/franceconnect-go/franceconnect/redisstore"
)

// thinking is how long somebody is at FranceConnect
var plain = flag.Bool("plain", false, "a client of go-redis’s own, with ContextTimeoutEnabled alone, instead of NewClient’s")

var thinking = flag.Duration("thinking", 2*time.Second, "how long somebody is at FranceConnect")

func main() {
	log.SetFlags(0)
	before := flag.String("before", "", "the checkout of the build before")
	after := flag.String("after", "../..", "the checkout of the build after")
	trip := flag.Duration("trip", 200*time.Millisecond, "to Redis and back")
	pool := flag.Int("pool", 20, "connections of a portal; 0 is what NewClient takes")
	length := flag.Duration("for", 12*time.Second, "how long people come")
	times := flag.String("times", "1 2 5 10", "loads, in times the capacity of 20 connections")
	addr := flag.String("portal", "", "be the portal that has Redis there")
	rate := flag.Float64("rate", 0, "people a second who come to the portal")
	flag.Parse()
	if *addr != "" {
		logging.Disable()
		if err := json.NewEncoder(os.Stdout).Encode(portal(*addr, *pool, *rate, *length)); err != nil {
			log.Fatal(err)
		}
		return
	}
	scratch, err := os.MkdirTemp("", "slow")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(scratch)
	redisAt, stop := startRedis(scratch)
	defer stop()
	capacity := 20 / (2 * trip.Seconds())
	fmt.Printf("%v to Redis and back, %d connections: %.0f logins a second is what 20 carry.\n\n", *trip, *pool, capacity)
	fmt.Println("| people a second | build | signed in | of the capacity | refused when leaving | lost when back | signed in: put p50 / p99, take p99 | refused p50 / p99 | connections |")
	fmt.Println("|---:|---|---:|---:|---:|---:|---:|---:|---:|")
	for text := range strings.FieldsSeq(*times) {
		factor, err := strconv.ParseFloat(text, 64)
		if err != nil {
			log.Fatal(err)
		}
		for _, build := range []struct{ name, checkout string }{{"before", *before}, {"after", *after}} {
			if build.checkout == "" {
				continue
			}
			program := built(scratch, build.name, build.checkout)
			far := delay(redisAt, *trip/2)
			rate := factor * capacity
			out, err := exec.Command(program, "-portal", far.Addr().String(), "-pool", strconv.Itoa(*pool), "-rate", fmt.Sprint(rate), "-for", length.String(), "-thinking", thinking.String(), "-plain="+strconv.FormatBool(*plain)).Output()
			far.Close()
			var d day
			if err == nil {
				err = json.Unmarshal(out, &d)
			}
			if err != nil {
				log.Fatalf("%s: %v", build.name, err)
			}
			fmt.Printf("| %.0f | %s | %d of %d | %.0f %% | %d | %d | %v / %v, %v | %v / %v | %d |\n", rate, build.name, d.In, d.People,
				100*float64(d.In)/min(float64(d.People), capacity*length.Seconds()), d.Refused, d.Lost,
				ms(d.Put50), ms(d.Put99), ms(d.Take99), ms(d.Refused50), ms(d.Refused99), far.made.Load())
		}
	}
}

func ms(d time.Duration) time.Duration { return d.Round(time.Millisecond) }

// built builds this program with the redisstore of a checkout.
func built(scratch, name, checkout string) string {
	program := filepath.Join(scratch, name)
	if _, err := os.Stat(program); err == nil {
		return program
	}
	store, err := filepath.Abs(filepath.Join(checkout, "redisstore"))
	if err != nil {
		log.Fatal(err)
	}
	for _, file := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(file)
		if err != nil {
			log.Fatalf("run this in testdata/bench: %v", err)
		}
		root, err := filepath.Abs("../..")
		if err != nil {
			log.Fatal(err)
		}
		said := strings.ReplaceAll(string(text), "=> ../../redisstore", "=> "+store)
		said = strings.ReplaceAll(said, "=> ../..\n", "=> "+root+"\n")
		if err := os.WriteFile(filepath.Join(scratch, name+strings.TrimPrefix(file, "go")), []byte(said), 0o600); err != nil {
			log.Fatal(err)
		}
	}
	made := exec.Command("go", "build", "-modfile", program+".mod", "-o", program, "./slow")
	if out, err := made.CombinedOutput(); err != nil {
		log.Fatalf("%v\n%s", err, out)
	}
	return program
}

// startRedis starts a server on a free port.
func startRedis(folder string) (addr string, stop func()) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	addr = l.Addr().String()
	l.Close()
	_, port, _ := strings.Cut(addr, ":")
	server := exec.Command("redis-server", "--port", port, "--bind", "127.0.0.1", "--dir", folder, "--save", "")
	if err := server.Start(); err != nil {
		log.Fatal(err)
	}
	for {
		c, err := net.Dial("tcp", addr)
		if err == nil {
			c.Close()
			return addr, func() { _ = server.Process.Kill(); _ = server.Wait() }
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// A distance is a proxy that hands on what is said some time later.
type distance struct {
	net.Listener
	made atomic.Int64 // connections
}

func delay(to string, by time.Duration) *distance {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	d := &distance{Listener: l}
	go func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", to)
			if err != nil {
				log.Fatal(err)
			}
			d.made.Add(1)
			go hand(near, far, by)
			go hand(far, near, by)
		}
	}()
	return d
}

func hand(from, to net.Conn, by time.Duration) {
	type said struct {
		due  time.Time
		text []byte
	}
	way := make(chan said, 1000)
	go func() {
		defer to.Close()
		for s := range way {
			time.Sleep(time.Until(s.due))
			if _, err := to.Write(s.text); err != nil {
				break
			}
		}
		for range way {
		}
	}()
	defer close(way)
	for {
		text := make([]byte, 4<<10)
		n, err := from.Read(text)
		if err != nil {
			return
		}
		way <- said{time.Now().Add(by), text[:n]}
	}
}

// A day is what became of those who came.
type day struct {
	People, In, Refused, Lost int
	Put50, Put99, Take99      time.Duration
	Refused50, Refused99      time.Duration
}

// portal signs people in: a Put, some time at FranceConnect, a Take.
func portal(addr string, pool int, rate float64, length time.Duration) (d day) {
	options := &redis.UniversalOptions{Addrs: []string{addr}, PoolSize: pool, ContextTimeoutEnabled: true}
	client := redisstore.NewClient(options)
	if *plain {
		client = redis.NewUniversalClient(options)
	}
	store, err := redisstore.New(client, redisstore.Options{})
	if err != nil {
		log.Fatal(err)
	}
	var mu sync.Mutex
	var puts, takes, refused []time.Duration
	var all sync.WaitGroup
	start := time.Now()
	for i := 0; ; i++ {
		at := time.Duration(float64(i) / rate * float64(time.Second))
		if at > length {
			break
		}
		time.Sleep(time.Until(start.Add(at)))
		all.Go(func() {
			key := fmt.Sprintf("fc:%032x", i)
			begun := time.Now()
			err := store.Put(context.Background(), key, []byte{1}, 30*time.Minute)
			put := time.Since(begun)
			var took time.Duration
			found := false
			if err == nil {
				time.Sleep(*thinking)
				begun = time.Now()
				_, found, _ = store.Take(context.Background(), key)
				took = time.Since(begun)
			}
			mu.Lock()
			defer mu.Unlock()
			d.People++
			switch {
			case err != nil:
				d.Refused++
				refused = append(refused, put)
			case !found:
				d.Lost++
				refused = append(refused, took)
			default:
				d.In++
				puts, takes = append(puts, put), append(takes, took)
			}
		})
	}
	all.Wait()
	d.Put50, d.Put99, d.Take99 = percentile(puts, 50), percentile(puts, 99), percentile(takes, 99)
	d.Refused50, d.Refused99 = percentile(refused, 50), percentile(refused, 99)
	return d
}

func percentile(all []time.Duration, p int) time.Duration {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[len(all)*p/100]
}
