package browser

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A stop is a page, and the way to it.
type stop struct {
	name  string
	reach func(*visitor)
}

func TestPagesOfThePortal(t *testing.T) { tour(t, "portail-", portalPages()) }
func TestPagesOfTheMock(t *testing.T) {
	tour(t, "v2-", append(mockPages((*visitor).toV2), privatePages...))
}
func TestPagesOfTheMockForPlus(t *testing.T) {
	tour(t, "plus-", append(mockPages(func(v *visitor) {
		v.signIn("camille")
		v.toPlus()
	}), europeanPages...))
}

// tour looks at pages in every way that people may: on a large screen and on
// a telephone, at the narrowest, in light and in dark, and with axe-core.
func tour(t *testing.T, prefix string, stops []stop) {
	t.Parallel()
	for _, s := range stops {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			v := newVisitor(t)
			s.reach(v)
			name := prefix + s.name
			v.keep(name + "-1280")
			v.accessible()
			v.french()
			v.resize(390, 844)
			v.keep(name + "-390")
			v.scheme("dark")
			v.accessible()
			v.keep(name + "-390-dark")
			if dark := evaluate[string](v, `getComputedStyle(document.documentElement).colorScheme`); dark != "light dark" {
				t.Errorf("%s: color-scheme is %q", v.at(), dark)
			}
			v.fits()
			require.NotEmpty(t, evaluate[string](v, `document.title`))
		})
	}
}
