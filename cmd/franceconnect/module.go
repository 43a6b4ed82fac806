package main

import (
	"cmp"
	"context"
	"errors"
	"os/exec"
	"strings"
	"time"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/provider"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// moduleTime bounds the trial of keys held elsewhere: each takes 5 seconds at most,
// and a TPM makes an RSA key first.
const moduleTime = 30 * time.Second

// startProgram runs a program. What it starts itself and leaves behind is not
// waited for.
func startProgram(ctx context.Context, name string, args ...string) ([]byte, error) {
	c := exec.CommandContext(ctx, name, args...)
	c.WaitDelay = time.Second
	return c.CombinedOutput()
}

// checkModule has the portal's own program try the decryption keys that are held
// elsewhere: this one has no way to them.
func (prog *program) checkModule(ctx context.Context, f *findings, p *portal) {
	var words []string
	for i, part := range strings.Split(p.module, `"`) { // each second one is between quotes
		if i%2 == 1 {
			words = append(words, part)
		} else {
			words = append(words, strings.Fields(part)...)
		}
	}
	if len(words) == 0 || p.unreadable || p.environment.isKnown() && p.environment.Platform != franceconnect.Plus {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, moduleTime)
	defer cancel()
	out, err := prog.start(ctx, words[0], words[1:]...)
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if last := len(lines) - 1; last > 0 && strings.HasPrefix(lines[last], "exit status ") { // go run says so at the end
		lines = lines[:last]
	}
	said := cmp.Or(provider.Clean(lines[len(lines)-1], 400), "—")
	ended := (*exec.ExitError)(nil)
	action := text.Of("Corrigez le module, le droit de la clé ou l’algorithme inscrit : sans cela, chaque connexion échoue.", "Correct the module, the right of the key or the registered algorithm: without it, every sign-in fails.")
	switch {
	case err == nil:
		f.ok("decryption-keys", text.Of("le module ouvre ce qui est chiffré pour ses clés", "the module opens what is encrypted to its keys"))
	case ctx.Err() != nil:
		f.fail("decryption-keys", sidePortal, text.Of("le programme de -module n’a pas fini en "+moduleTime.String(), "the program of -module did not end within "+moduleTime.String()), action)
	case errors.As(err, &ended):
		f.fail("decryption-keys", sidePortal, text.Of("le module n’ouvre pas ce qui est chiffré pour ses clés : "+said, "the module does not open what is encrypted to its keys: "+said), action)
	default:
		f.fail("decryption-keys", sidePortal, text.Of("le programme de -module ne démarre pas", "the program of -module does not start"), text.Of("Corrigez -module.", "Correct -module."))
	}
}
