package browser

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// focused is what has the focus, and whether it can be seen that it has.
const focused = `(() => {
	const e = document.activeElement, s = getComputedStyle(e), r = e.getBoundingClientRect();
	return {
		name: e === document.body ? "" : e.innerText.replace(/\s+/g, " ") || e.labels?.[0]?.innerText || e.tagName,
		visible: e.matches(":focus-visible") && s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2,
		inside: r.bottom > 0 && r.top < innerHeight && r.right > 0 && r.left < innerWidth,
	};
})()`

type focus struct {
	Name            string
	Visible, Inside bool
}

// tabTo presses Tab until the focus is on something with this name.
func (v *visitor) tabTo(name string) {
	v.t.Helper()
	pattern := regexp.MustCompile(name)
	var passed []string
	for range 100 {
		require.NoError(v.t, chromedp.Do(v.ctx, chromedp.KeyEvent(kb.Tab)))
		at := evaluate[focus](v, focused)
		at.Name = plainSpaces.Replace(at.Name)
		passed = append(passed, at.Name)
		if at.Name == "" {
			continue
		}
		require.True(v.t, at.Visible, "the focus on %q cannot be seen at %s", at.Name, v.at())
		require.True(v.t, at.Inside, "%q is out of sight at %s", at.Name, v.at())
		if pattern.MatchString(at.Name) {
			return
		}
	}
	v.t.Fatalf("Tab does not reach %s; it reached %q", name, passed)
}

func TestSignInAndOutWithTheKeyboardAlone(t *testing.T) {
	t.Parallel()
	newVisitor(t).signIn("camille") // so that it is no first visit
	v := newVisitor(t)
	v.open(town.url + "/")
	for i, step := range []struct{ to, leadsTo string }{
		{"^Se connecter pour", "^Connexion$"},
		{"^S’identifier avec FranceConnect$", "^Avec quel compte"},
		{"^Identité ", "^Qui se connecte"},
		{"^Camille ", "recevra"},
		{"^Continuer", "^Mon compte$"},
		{"^Consulter mon dossier", "^Confirmez votre identité$"},
		{`^S’identifier avec FranceConnect\+$`, "^Avec quel compte"},
		{"^Identité ", "^Qui se connecte"},
		{"^Camille ", "recevra"},
		{"^Continuer", "^Mon dossier"},
		{"^Se déconnecter$", "^Terminez la déconnexion$"},
		{"^Terminer la déconnexion$", "^Vous êtes déconnecté$"},
	} {
		v.tabTo(step.to)
		picture := fmt.Sprintf("clavier-%02d", i+1)
		v.keep(picture)
		v.leave(func() { require.NoError(t, chromedp.Do(v.ctx, chromedp.KeyEvent(kb.Enter))) })
		v.sees(step.leadsTo)
	}
}

func TestSkipLink(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.open(town.url + "/connexion")
	v.tabTo("^Aller au contenu$")
	v.keep("clavier-aller-au-contenu")
	require.NoError(t, chromedp.Do(v.ctx, chromedp.KeyEvent(kb.Enter)))
	v.until("the focus on the content", func() bool {
		return evaluate[string](v, `document.activeElement.id`) == "contenu"
	})
	v.tabTo("^S’identifier") // and not the header's links
}
