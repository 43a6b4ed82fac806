package redisstore_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/redisstore"
)

// The n-th key has the form that franceconnect gives it.
func keyNumber(n int) string {
	sum := sha256.Sum256([]byte(strconv.Itoa(n)))
	return "fc:" + hex.EncodeToString(sum[:16])
}

// What is counted is all that the server's memory grows by, its tables included, and
// not what MEMORY USAGE says of a key, which leaves out when it is over.
func TestAnOpenLoginTakesAtMost150Bytes(t *testing.T) {
	onEach(t, func(t *testing.T, engine string) {
		const logins = 10_000
		client := start(t, engine).client(nil)
		s := newStore(t, client, redisstore.Options{Prefix: "portail:"})
		used := func() (bytes int) { // without what connections take
			for name, sign := range map[string]int{"used_memory:": 1, "mem_clients_normal:": -1} {
				_, after, _ := strings.Cut(client.Info(t.Context(), "memory").Val(), "\n"+name)
				text, _, _ := strings.Cut(after, "\r\n")
				n, err := strconv.Atoi(text)
				require.NoError(t, err, name)
				bytes += sign * n
			}
			return bytes
		}
		require.NoError(t, s.Put(t.Context(), "fc:first", []byte{1}, time.Hour))
		before := used()
		for n := range logins {
			require.NoError(t, s.Put(t.Context(), keyNumber(n), []byte{1}, time.Hour))
		}
		each := float64(used()-before) / logins
		t.Logf("an open login takes %.1f bytes", each)
		require.LessOrEqual(t, each, 150.0)
	})
}

// Whatever a Store is asked to keep comes back as it was, and apart.
func TestWhatIsKeptSmallComesBackAsItWas(t *testing.T) {
	onEach(t, func(t *testing.T, engine string) {
		client := start(t, engine).client(nil)
		s := newStore(t, client, redisstore.Options{})
		var values [][]byte
		for b := range 256 {
			values = append(values, []byte{byte(b)})
		}
		values = append(values, []byte{}, []byte("12"), []byte(":"), []byte("::"), bytes.Repeat([]byte{0xff}, 16))
		keys := []string{keyNumber(1), keyNumber(2), "fc:" + strings.ToUpper(keyNumber(1)[3:]), keyNumber(1)[:34], keyNumber(1) + "00", "fc:" + strings.Repeat("z", 32), "fc:", ""}
		for i, value := range values {
			for j, key := range keys {
				require.NoError(t, s.Put(t.Context(), key, append(value, values[(i+j)%len(values)]...), time.Hour))
			}
			for j, key := range keys {
				got, found := take(t, s, key)
				require.True(t, found, key)
				require.Equal(t, append(append([]byte{}, value...), values[(i+j)%len(values)]...), got, key)
			}
			require.NoError(t, s.Put(t.Context(), key, value, time.Hour))
			got, found := take(t, s, key)
			require.True(t, found)
			require.Equal(t, value, got)
		}
		require.NoError(t, client.Set(t.Context(), "fc:other", "somebody else’s", time.Hour).Err())
		_, found, err := s.Take(t.Context(), "fc:other")
		require.EqualError(t, err, "redisstore: take: what is there under the key was not put there by this package")
		require.False(t, found)
	})
}
