package linking_test

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/examples/linking"
	"github.com/franceconnect-go/franceconnect/link"
)

// replica returns the program that this test is in, as another process: a machine
// of a portal. It reads the sub of a person who is new, says what it decided,
// waits for a line, writes, and says what came of it.
func replica(driver, source string) error {
	ctx := context.Background()
	db, err := sql.Open(driver, source)
	if err != nil {
		return err
	}
	accounts := linking.Accounts{DB: db}
	linker := link.Linker{Accounts: accounts}
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		who := link.Person{Provider: fc, Session: &franceconnect.Session{Subject: in.Text()}}
		d, err := linker.SignIn(ctx, who)
		fmt.Println(d, err)
		in.Scan()
		_, err = accounts.Create(ctx, who, "")
		if errors.Is(err, link.ErrTaken) {
			d, err = linker.SignIn(ctx, who)
			fmt.Println(d, err)
			continue
		}
		fmt.Println("created", err)
	}
	return in.Err()
}

// A process is a replica that runs.
type process struct {
	t   *testing.T
	in  io.Writer
	out *bufio.Scanner
}

func startReplica(t *testing.T, db database) process {
	c := exec.Command(os.Args[0])
	c.Env, c.Stderr = append(os.Environ(), "REPLICA="+db.driver, "SOURCE="+db.source), os.Stderr
	in, err := c.StdinPipe()
	require.NoError(t, err)
	out, err := c.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.Start())
	t.Cleanup(func() {
		in.Close()
		require.NoError(t, c.Wait())
	})
	return process{t, in, bufio.NewScanner(out)}
}

func (p process) say(line string) {
	_, err := fmt.Fprintln(p.in, line)
	require.NoError(p.t, err)
}

func (p process) hear() string {
	require.True(p.t, p.out.Scan(), "it has ended")
	return p.out.Text()
}

func TestOfTwoProcessesOneMakesTheAccountOfANewPerson(t *testing.T) {
	t.Parallel()
	onBothEngines(t, func(t *testing.T, db database) {
		a := db.open(t)
		both := []process{startReplica(t, db), startReplica(t, db)}
		for n := range rounds {
			for _, p := range both {
				p.say(fmt.Sprint("sub ", n))
			}
			for _, p := range both {
				require.Equal(t, "new <nil>", p.hear())
			}
			for _, p := range both {
				p.say("write")
			}
			require.ElementsMatch(t, []string{"created <nil>", "known <nil>"}, []string{both[0].hear(), both[1].hear()})
		}
		require.Len(t, lines(t, a, `SELECT id FROM accounts`), rounds)
		require.Len(t, lines(t, a, `SELECT sub FROM links`), rounds)
	})
}
