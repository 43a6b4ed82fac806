package replicas

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
)

var binary string // of the portal

func TestMain(m *testing.M) { os.Exit(build(m)) }

func build(m *testing.M) int {
	dir, err := os.MkdirTemp("", "replicas")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	binary = filepath.Join(dir, "portal")
	if out, err := exec.Command("go", "build", "-o", binary, "./portal").CombinedOutput(); err != nil {
		panic(string(out))
	}
	return m.Run()
}

// A fleet is three replicas, the proxy before them, and their FranceConnect.
type fleet struct {
	t        *testing.T
	proxy    *proxy
	provider *provider
	redis    *redisServer // nil if there is none
	replicas [3]*replica
}

// A replica is a portal process, and those that take its place.
type replica struct {
	cmd  *exec.Cmd
	keys []franceconnect.CookieKey
}

// start starts a fleet whose processes all have these keys.
func start(t *testing.T, redis *redisServer, keys ...franceconnect.CookieKey) *fleet {
	f := &fleet{t: t, proxy: newProxy(t), redis: redis}
	f.provider = newProvider(t)
	for i := range f.replicas {
		f.replicas[i] = &replica{keys: keys}
		f.run(i)
		t.Cleanup(func() { f.kill(i) })
	}
	return f
}

// run starts a process, and lets the proxy know when it listens.
func (f *fleet) run(i int) {
	r := f.replicas[i]
	var keys []string
	for _, k := range r.keys {
		keys = append(keys, base64.StdEncoding.EncodeToString(k[:]))
	}
	r.cmd = exec.Command(binary)
	addr := freeAddr()
	r.cmd.Env = append(os.Environ(), f.provider.Environ(f.proxy.URL+"/callback", "")...)
	r.cmd.Env = append(r.cmd.Env, // of two of one name, the last counts
		"PORTAL_ADDR="+addr,
		"PORTAL_URL="+f.proxy.URL,
		"FRANCECONNECT_SCOPES=identite_pivot email",
		"FRANCECONNECT_COOKIE_KEYS="+strings.Join(keys, ","))
	if f.redis != nil {
		r.cmd.Env = append(r.cmd.Env, "PORTAL_REDIS="+f.redis.addr)
	}
	r.cmd.Stderr = f.t.Output()
	_, err := r.cmd.StdinPipe()
	require.NoError(f.t, err)
	out, err := r.cmd.StdoutPipe()
	require.NoError(f.t, err)
	require.NoError(f.t, r.cmd.Start())
	_, err = bufio.NewReader(out).ReadString('\n')
	require.NoError(f.t, err, "it did not start")
	f.proxy.set(i, addr)
}

var taken sync.Map // ports that were given out

// freeAddr is an address that nobody listens on, below those that a system
// gives to whoever asks for any: when a process is killed, no stranger takes
// its place.
func freeAddr() string {
	for {
		addr := fmt.Sprintf("127.0.0.1:%d", 22000+rand.IntN(10000))
		if _, again := taken.LoadOrStore(addr, true); again {
			continue
		}
		if l, err := net.Listen("tcp", addr); err == nil {
			l.Close()
			return addr
		}
	}
}

// kill ends a process at once. The proxy is not told: it finds out.
func (f *fleet) kill(i int) {
	_ = f.replicas[i].cmd.Process.Kill()
	_ = f.replicas[i].cmd.Wait()
}

// restart replaces a process by one with other keys, as a deployment does: out
// of the proxy, then its requests end, then it is stopped, and a new one goes
// into the proxy. Stopped at once it would lose the connections that wait to be
// accepted.
func (f *fleet) restart(i int, keys ...franceconnect.CookieKey) {
	f.proxy.set(i, "")
	require.Eventually(f.t, func() bool { return len(f.proxy.waiting(i)) == 0 }, 20*time.Second, time.Millisecond)
	require.NoError(f.t, f.replicas[i].cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(f.t, f.replicas[i].cmd.Wait())
	f.replicas[i].keys = keys
	f.run(i)
}
