package redisstore_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) {
	logging.Disable() // go-redis logs each server that is away
	os.Exit(m.Run())
}

// onEach runs a test on each engine. One that is not installed is skipped by
// name; with REDIS_TESTS=required, Redis has to be there.
func onEach(t *testing.T, test func(t *testing.T, engine string)) {
	t.Parallel()
	for _, engine := range []string{"redis-server", "valkey-server"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			path, err := exec.LookPath(engine)
			switch {
			case err == nil:
				test(t, path)
			case engine == "redis-server" && os.Getenv("REDIS_TESTS") == "required":
				t.Fatal("REDIS_TESTS=required, and there is no redis-server: redisstore/setup.sh installs it")
			default:
				t.Skipf("there is no %s: redisstore/setup.sh installs it", engine)
			}
		})
	}
}

// A server is one process of an engine, on a port of its own.
type server struct {
	t    *testing.T
	args []string
	addr string // of Redis, of the TLS port if there is one
	port int
	cmd  *exec.Cmd
	log  *buffer
}

// start starts an engine in an empty folder, and waits until it listens. The
// process ends with the test.
func start(t *testing.T, engine string, args ...string) *server {
	port := freePort()
	listen := []string{"--port", strconv.Itoa(port)}
	for _, a := range args {
		if a == "--tls-cert-file" {
			listen = []string{"--port", "0", "--tls-port", strconv.Itoa(port)}
		}
	}
	s := &server{t: t, port: port, addr: net.JoinHostPort("127.0.0.1", strconv.Itoa(port))}
	s.args = append([]string{engine}, args...)
	s.args = append(s.args, listen...)
	s.args = append(s.args, "--bind", "127.0.0.1", "--dir", t.TempDir())
	if !slices.Contains(args, "--sentinel") {
		s.args = append(s.args, "--save", "")
	}
	s.run()
	t.Cleanup(s.kill)
	return s
}

// run starts the process, and again after kill.
func (s *server) run() {
	s.log = &buffer{}
	s.cmd = exec.Command(s.args[0], s.args[1:]...)
	s.cmd.Stdout, s.cmd.Stderr = s.log, s.log
	require.NoError(s.t, s.cmd.Start())
	require.Eventually(s.t, func() bool {
		c, err := net.Dial("tcp", s.addr)
		if err == nil {
			c.Close()
		}
		return err == nil
	}, 10*time.Second, 5*time.Millisecond, "%v: %v", s.args, s.log)
}

// kill ends the process at once, as a power cut does.
func (s *server) kill() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
}

// client is a client of this server, changed by change if it is not nil.
func (s *server) client(change func(*redis.UniversalOptions)) redis.UniversalClient {
	o := &redis.UniversalOptions{Addrs: []string{s.addr}, ContextTimeoutEnabled: true}
	if change != nil {
		change(o)
	}
	return closing(s.t, redis.NewUniversalClient(o))
}

func closing(t *testing.T, c redis.UniversalClient) redis.UniversalClient {
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// A buffer is what a process says, while it says it.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

var taken sync.Map // ports that were given out

// freePort is one that nobody listens on, and neither does anybody 10000 above,
// which is where a cluster's servers talk to each other. Both are below those
// that a system gives to whoever asks for any.
func freePort() int {
	for {
		port := 10000 + rand.IntN(12000)
		if _, again := taken.LoadOrStore(port, true); !again && free(port) && free(port+10000) {
			return port
		}
	}
}

func free(port int) bool {
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return false
	}
	l.Close()
	return true
}

// cluster starts three servers that share the slots, and waits until all of
// them say so.
func cluster(t *testing.T, engine string) []string {
	ctx := context.Background()
	var servers []*server
	var addrs []string
	for range 3 {
		s := start(t, engine, "--cluster-enabled", "yes")
		servers, addrs = append(servers, s), append(addrs, s.addr)
	}
	var nodes []redis.UniversalClient
	for i, s := range servers {
		c := s.client(nil)
		nodes = append(nodes, c)
		last := min((i+1)*5462, 16384) - 1
		require.NoError(t, c.ClusterAddSlotsRange(ctx, i*5462, last).Err())
		require.NoError(t, c.ClusterMeet(ctx, "127.0.0.1", strconv.Itoa(servers[0].port)).Err())
	}
	require.Eventually(t, func() bool {
		for _, c := range nodes {
			info, err := c.ClusterInfo(ctx).Result()
			if err != nil || !bytes.Contains([]byte(info), []byte("cluster_state:ok")) || !bytes.Contains([]byte(info), []byte("cluster_slots_ok:16384")) {
				return false
			}
		}
		return true
	}, 20*time.Second, 20*time.Millisecond)
	return addrs
}

// sentinels starts a server, its replica, and three sentinels that watch them,
// and waits until they know each other. Until hurry they are patient, so that a
// busy machine is not taken for a dead server.
func sentinels(t *testing.T, engine string) (master *server, addrs []string) {
	ctx := context.Background()
	master = start(t, engine)
	replica := start(t, engine, "--replicaof", "127.0.0.1 "+strconv.Itoa(master.port))
	for range 3 {
		conf := filepath.Join(t.TempDir(), "sentinel.conf")
		text := fmt.Sprintf("sentinel monitor portal 127.0.0.1 %d 2\nsentinel down-after-milliseconds portal 60000\nsentinel failover-timeout portal 2000\n", master.port)
		require.NoError(t, os.WriteFile(conf, []byte(text), 0o600))
		s := start(t, engine, conf, "--sentinel")
		addrs = append(addrs, s.addr)
	}
	require.Eventually(t, func() bool {
		for _, a := range addrs {
			c := redis.NewSentinelClient(&redis.Options{Addr: a})
			info, err := c.Master(ctx, "portal").Result()
			c.Close()
			if err != nil || info["num-other-sentinels"] != "2" || info["num-slaves"] != "1" {
				return false
			}
		}
		link, err := replica.client(nil).Info(ctx, "replication").Result()
		return err == nil && bytes.Contains([]byte(link), []byte("master_link_status:up"))
	}, 20*time.Second, 50*time.Millisecond)
	return master, addrs
}

// hurry has sentinels miss a server that is silent for 0.3 s.
func hurry(t *testing.T, addrs []string) {
	for _, a := range addrs {
		c := redis.NewSentinelClient(&redis.Options{Addr: a})
		require.NoError(t, c.Set(t.Context(), "portal", "down-after-milliseconds", "300").Err())
		c.Close()
	}
}
