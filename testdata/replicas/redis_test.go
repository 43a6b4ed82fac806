package replicas

import (
	"context"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

// A redisServer is a redis-server of the test's own.
type redisServer struct {
	t    *testing.T
	addr string
	args []string
	cmd  *exec.Cmd
}

// startRedis starts one that keeps nothing on disk; with args, it may. Without
// redis-server the test is skipped by name, or fails if REDIS_TESTS=required.
func startRedis(t *testing.T, args ...string) *redisServer {
	path, err := exec.LookPath("redis-server")
	if err != nil && os.Getenv("REDIS_TESTS") == "required" {
		t.Fatal("REDIS_TESTS=required, and there is no redis-server: redisstore/setup.sh installs it")
	}
	if err != nil {
		t.Skip("there is no redis-server: redisstore/setup.sh installs it")
	}
	r := &redisServer{t: t, addr: freeAddr()}
	_, port, err := net.SplitHostPort(r.addr)
	require.NoError(t, err)
	r.args = append([]string{path, "--bind", "127.0.0.1", "--port", port, "--dir", t.TempDir(), "--save", ""}, args...)
	r.run()
	t.Cleanup(r.kill)
	return r
}

// durable is a Redis whose process can be killed: it answers when a command is
// in its file. When its machine dies it loses up to a second, as it is set.
var durable = []string{"--appendonly", "yes"}

// run starts the process, and waits until it answers.
func (r *redisServer) run() {
	r.cmd = exec.Command(r.args[0], r.args[1:]...)
	require.NoError(r.t, r.cmd.Start())
	c := r.client()
	defer c.Close()
	require.Eventually(r.t, func() bool { return c.Ping(context.Background()).Err() == nil }, 10*time.Second, 5*time.Millisecond)
}

// kill ends it at once.
func (r *redisServer) kill() {
	_ = r.cmd.Process.Kill()
	_ = r.cmd.Wait()
}

func (r *redisServer) client() *redis.Client { return redis.NewClient(&redis.Options{Addr: r.addr}) }

// calls is how often Redis was asked to do something since it started.
func (r *redisServer) calls(command string) int {
	c := r.client()
	defer c.Close()
	info, err := c.Info(context.Background(), "commandstats").Result()
	require.NoError(r.t, err)
	_, after, found := strings.Cut(info, "cmdstat_"+command+":calls=")
	if !found {
		return 0
	}
	number, _, _ := strings.Cut(after, ",")
	n, err := strconv.Atoi(number)
	require.NoError(r.t, err)
	return n
}
