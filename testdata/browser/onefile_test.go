package browser

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// onefile is the page that the command franceconnect writes, and the command.
type onefile struct {
	*visitor
	program, file string
}

func newOnefile(t *testing.T) onefile {
	t.Helper()
	o := onefile{newVisitor(t), filepath.Join(bin, "franceconnect"), filepath.Join(t.TempDir(), "franceconnect.html")}
	out, err := o.command(nil, "page", "-o", o.file).CombinedOutput()
	require.NoError(t, err, "%s", out)
	o.open("file://" + o.file)
	return o
}

// command is the command with some variables and no others of its own.
func (o onefile) command(variables []string, args ...string) *exec.Cmd {
	cmd := exec.Command(o.program, args...)
	cmd.Dir = "../.." // of which the program in the page is made
	cmd.Env = append(os.Environ(), variables...)
	return cmd
}

// says reads what the page shows of a command, and fails unless the command
// itself writes the same words.
func (o onefile) says(article string, variables []string, args ...string) string {
	o.t.Helper()
	o.until("what "+args[0]+" says", func() bool {
		shown, err := tryEvaluate[bool](o.visitor, fmt.Sprintf(`document.activeElement.matches("h2") && document.querySelector(%q) != null`, article))
		return err == nil && shown
	})
	out, err := o.command(variables, append(args, "-format", "html")...).Output()
	require.NoError(o.t, err)
	own, err := json.Marshal(string(out))
	require.NoError(o.t, err)
	want := evaluate[string](o.visitor, `new DOMParser().parseFromString(`+string(own)+`.replace(/<style>[^]*<\/style>/, ""), "text/html").querySelector("main").textContent`)
	got := evaluate[string](o.visitor, fmt.Sprintf(`document.querySelector(%q).textContent`, article))
	require.Equal(o.t, strings.Fields(want), strings.Fields(got))
	return strings.Join(strings.Fields(got), " ")
}

func TestThePageSaysWhatTheCommandSays(t *testing.T) {
	t.Parallel()
	o := newOnefile(t)
	o.until("the program", func() bool { return evaluate[bool](o.visitor, `document.querySelector("button:enabled") != null`) })
	o.tabTo("^je ne sais pas")
	require.NoError(t, chromedp.Do(o.ctx, chromedp.KeyEvent("FranceConnect, bac")))
	o.tabTo("^Adresse du portail")
	require.NoError(t, chromedp.Do(o.ctx, chromedp.KeyEvent("https://aides.example.fr")))
	o.tabTo("^SIRET")
	require.NoError(t, chromedp.Do(o.ctx, chromedp.KeyEvent("13002526500013")))
	o.tabTo("^Tout préparer")
	require.NoError(t, chromedp.Do(o.ctx, chromedp.KeyEvent(kb.Enter)))
	said := o.says("#portail-result article:nth-of-type(2)", []string{"PORTAL_URL=https://aides.example.fr"}, "sheet", "-env", "sandbox", "-siret", "13002526500013")
	require.Contains(t, said, "https://aides.example.fr/connexion")
	o.everyWay()
}

func TestAWrongAnswerIsSaidWhereTheResultWouldBe(t *testing.T) {
	t.Parallel()
	o := newOnefile(t)
	o.write("^Code que montre", "é!")
	o.mouse(o.find("button", "^Expliquer"))
	o.until("the error", func() bool { return strings.Contains(o.text(), "ce n’est ni un code de FranceConnect") })
	require.Zero(t, evaluate[int](o.visitor, `document.querySelectorAll("[role=alert]:not([hidden])").length - 1`))

	o.write("^Version du produit", "abc")
	o.mouse(o.find("button", "^Tout préparer"))
	o.until("the error", func() bool {
		return strings.Contains(o.text(), "« Version du produit » abc : ce n’est pas une version")
	})
	require.Equal(t, 1, strings.Count(o.text(), "ce n’est pas une version"), "said once, though no paper can be made")
}

func TestThePageIsReadySoonAndKeepsNoSecret(t *testing.T) {
	t.Parallel()
	o := newOnefile(t)
	info, err := os.Stat(o.file)
	require.NoError(t, err)
	require.Less(t, info.Size(), int64(6_000_000))
	t.Logf("%d bytes, ready after %s", info.Size(), time.Duration(evaluate[float64](o.visitor, `program.ready.then(() => performance.now() * 1e6)`, chromedp.EvalAwaitPromise)))
	o.write("^Nom du service", strings.Repeat("5", 64))
	require.Contains(t, o.text(), "ressemble à un secret")
	require.Empty(t, evaluate[string](o.visitor, `document.querySelector("[name=service]").value`))
	require.True(t, evaluate[bool](o.visitor, `document.querySelector("[name=service]").nextElementSibling.id == "secret"`), "it is said where it was")
	o.write("^Ancien identifiant", strings.Repeat("5", 64))
	require.NotContains(t, o.text(), "ressemble à un secret")
	require.Len(t, evaluate[string](o.visitor, `document.querySelector("[name=ancien-client]").value`), 64, "it has the form of a secret")
}

// On paper are the papers, whole, and not the questions.
func TestThePagePrintsItsPapers(t *testing.T) {
	t.Parallel()
	o := newOnefile(t)
	o.write("^Nom de l’organisme", "Ville de Bourg")
	o.mouse(o.find("button", "^Tout préparer"))
	o.until("the papers", func() bool { return strings.Contains(o.text(), "Cahier de recette") })
	whole := evaluate[string](o.visitor, `document.querySelector("#portail-result > div").innerText`)
	evaluate[chromedp.Void](o.visitor, `window.print = () => {}`)
	o.mouse(o.find("button", "^Imprimer"))
	call(o.visitor, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	require.Equal(t, strings.Fields("Vos documents "+whole), strings.Fields(o.text()))
}
