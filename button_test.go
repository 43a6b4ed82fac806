package franceconnect_test

import (
	"bufio"
	"fmt"
	"html"
	"html/template"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
)

// kit is where a portal serves the official files.
// buttonImages are the files of a button.
type buttonImages struct{ Principal, PrincipalHover, Alternative, AlternativeHover string }

func (i buttonImages) on(b franceconnect.Button) franceconnect.Button {
	b.PrincipalImage, b.PrincipalHoverImage, b.AlternativeImage, b.AlternativeHoverImage = i.Principal, i.PrincipalHover, i.Alternative, i.AlternativeHover
	return b
}

var kit = buttonImages{
	Principal: "/kit/10.svg", PrincipalHover: "/kit/10-hover.svg",
	Alternative: "/kit/alt.svg", AlternativeHover: "/kit/alt-hover.svg",
}

// buttonOn is the button of a client of a platform.
func buttonOn(t *testing.T, p franceconnect.Platform, v franceconnect.ButtonVariant, text string, b franceconnect.Button) string {
	t.Helper()
	config := good()
	if p == franceconnect.Plus {
		config.Environment = franceconnect.IntegrationPlus
		config.DecryptionKeys = []franceconnect.DecryptionKey{newKey(t, "k1", "ECDH-ES")}
	}
	config.ButtonVariant, config.ButtonText = v, text
	fc, err := franceconnect.New(config)
	require.NoError(t, err)
	return string(fc.Button(b))
}

var (
	bothPlatforms = []franceconnect.Platform{franceconnect.V2, franceconnect.Plus}
	bothVariants  = []franceconnect.ButtonVariant{franceconnect.Principal, franceconnect.Alternative}
	bothLanguages = map[bool]string{false: "French", true: "English"}
)

// What stands in testdata/button was read by a person; UPDATE_GOLDEN=1 writes
// it anew.
func TestTheButtonIsTheMarkupThatWasRead(t *testing.T) {
	t.Parallel()
	withoutHover := buttonImages{Principal: kit.Principal, Alternative: kit.Alternative}
	for _, platform := range bothPlatforms {
		for _, dsfr := range []bool{false, true} {
			var all strings.Builder
			for _, english := range []bool{false, true} {
				var first string
				for _, variant := range bothVariants {
					for _, images := range []struct {
						name string
						buttonImages
					}{{"no image", buttonImages{}}, {"image", withoutHover}, {"image and hover", kit}} {
						b := images.on(franceconnect.Button{Path: "/franceconnect/login?next=%2Fmon-compte&a=1", DSFR: dsfr, English: english})
						html := buttonOn(t, platform, variant, "", b)
						if dsfr && first != "" {
							require.Equal(t, first, html, "the design system has one button")
							continue
						}
						first = html
						name := fmt.Sprintf("%s, %s, %s", bothLanguages[english], variant, images.name)
						if dsfr {
							name = bothLanguages[english]
						}
						fmt.Fprintf(&all, "<!-- %s -->\n%s\n\n", name, html)
					}
				}
			}
			design := map[bool]string{false: "plain", true: "dsfr"}[dsfr]
			file := filepath.Join("testdata", "button", string(platform)+"-"+design+".html")
			if os.Getenv("UPDATE_GOLDEN") != "" {
				require.NoError(t, os.WriteFile(file, []byte(all.String()), 0o644))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			require.Equal(t, string(want), all.String(), file)
		}
	}
}

var (
	anchors    = regexp.MustCompile(`(?s)<a ([^>]*)>(.*?)</a>`)
	attribute  = regexp.MustCompile(`([a-z-]+)="([^"]*)"`)
	everyTag   = regexp.MustCompile(`<(/?[a-z]+)`)
	ourMarkup  = []string{"div", "/div", "p", "/p", "a", "/a", "strong", "/strong", "span", "/span", "img"}
	attributes = []string{"class", "href", "target", "rel", "hreflang", "title", "aria-label", "src", "alt", "hx-boost", "data-turbo"}
)

// attributesOf are those of a tag, as a browser reads them.
func attributesOf(tag string) map[string]string {
	all := map[string]string{}
	for _, m := range attribute.FindAllStringSubmatch(tag, -1) {
		all[m[1]] = html.UnescapeString(m[2])
	}
	return all
}

// everyButton calls f with each kind of button.
func everyButton(t *testing.T, f func(name string, platform franceconnect.Platform, b franceconnect.Button, markup string)) {
	for _, platform := range bothPlatforms {
		for _, variant := range bothVariants {
			for i := range 8 {
				b := franceconnect.Button{Path: "/login", DSFR: i&1 != 0, English: i&2 != 0}
				if i&4 != 0 {
					b = kit.on(b)
				}
				f(fmt.Sprintf("%s %s %+v", platform, variant, b), platform, b, buttonOn(t, platform, variant, "", b))
			}
		}
	}
}

func TestTheButtonNeedsNoExceptionInAContentSecurityPolicy(t *testing.T) {
	t.Parallel()
	everyButton(t, func(name string, _ franceconnect.Platform, _ franceconnect.Button, markup string) {
		for _, m := range everyTag.FindAllStringSubmatch(markup, -1) {
			require.Contains(t, ourMarkup, m[1], name)
		}
		for _, m := range attribute.FindAllStringSubmatch(markup, -1) {
			require.Contains(t, attributes, m[1], name)
		}
	})
	require.NotContains(t, franceconnect.ButtonCSS, "url(")
	require.NotContains(t, franceconnect.ButtonCSS, "@import")
	require.NotContains(t, franceconnect.ButtonCSS, "@font-face")
	require.NotContains(t, franceconnect.ButtonCSS, "<")
}

func TestTheButtonStaysInTheTabAndItsInformationSaysThatItDoesNot(t *testing.T) {
	t.Parallel()
	everyButton(t, func(name string, platform franceconnect.Platform, b franceconnect.Button, markup string) {
		links := anchors.FindAllStringSubmatch(markup, -1)
		require.Len(t, links, 2, name)
		button, about := attributesOf(links[0][1]), attributesOf(links[1][1])
		require.Equal(t, "/login", button["href"], name)
		require.NotContains(t, button, "target", name)
		require.NotContains(t, button, "title", name)
		require.Equal(t, "false", button["hx-boost"], name)
		require.Equal(t, "false", button["data-turbo"], name)

		says := html.UnescapeString(links[1][2])
		require.Equal(t, "_blank", about["target"], name)
		require.Equal(t, "noopener", about["rel"], name)
		require.Equal(t, says+" - "+map[bool]string{false: "nouvelle fenêtre", true: "new window"}[b.English], about["title"], name)
		if platform == franceconnect.Plus {
			require.Equal(t, "https://franceconnect.gouv.fr/france-connect-plus", about["href"], name)
			require.Contains(t, says, "FranceConnect+", name)
		} else {
			require.Equal(t, "https://franceconnect.gouv.fr/", about["href"], name)
			require.NotContains(t, markup, "FranceConnect+", name)
		}
		require.NotContains(t, markup, "'", "a straight apostrophe")
	})
}

func TestThePathOfTheButtonStaysOnThePortal(t *testing.T) {
	t.Parallel()
	long := "/" + strings.Repeat("a", 1023)
	for path, want := range map[string]string{
		"/login":                        "/login",
		"/login?next=%2Fa&b=c":          "/login?next=%2Fa&b=c",
		`/a"onclick="alert(1)`:          "/a%22onclick=%22alert%281%29",
		"/a'><script>alert(1)</script>": "/a%27%3e%3cscript%3ealert%281%29%3c/script%3e",
		"/a b":                          "/a%20b",
		"/é":                            "/%c3%a9",
		long:                            long,
		long + "a":                      "/",
		"":                              "/",
		"login":                         "/",
		"javascript:alert(1)":           "/",
		" javascript:alert(1)":          "/",
		"https://evil.example/":         "/",
		"//evil.example":                "/",
		`/\evil.example`:                "/",
		"/%2fevil.example":              "/",
		"/\t/evil.example":              "/",
	} {
		for _, dsfr := range []bool{false, true} {
			markup := buttonOn(t, franceconnect.V2, franceconnect.Principal, "", franceconnect.Button{Path: path, DSFR: dsfr})
			links := anchors.FindAllStringSubmatch(markup, -1)
			require.Len(t, links, 2, path)
			require.Equal(t, want, attributesOf(links[0][1])["href"], path)
			require.NotContains(t, markup, "<script", path)
			require.NotContains(t, attributesOf(links[0][1]), "onclick", path)
		}
	}
}

func TestAnImageOfTheButtonIsAnAddressAndNothingElse(t *testing.T) {
	t.Parallel()
	long := "/" + strings.Repeat("a", 5000) + ".svg"
	for image, want := range map[string]string{
		"/kit/10.svg":                    "/kit/10.svg",
		"https://cdn.example/10.svg?v=2": "https://cdn.example/10.svg?v=2",
		`/a" onerror="alert(1)`:          "/a%22%20onerror=%22alert%281%29",
		"/a><script>alert(1)</script>":   "/a%3e%3cscript%3ealert%281%29%3c/script%3e",
		"/a b.svg":                       "/a%20b.svg",
		long:                             long,
		"javascript:alert(1)":            "#ZgotmplZ", // what html/template has in place of it
		"data:image/svg+xml,<svg/>":      "#ZgotmplZ",
	} {
		for _, images := range []buttonImages{
			{Principal: image, Alternative: "/other.svg"}, {Principal: "/first.svg", PrincipalHover: image, AlternativeHover: "/other.svg"},
		} {
			markup := buttonOn(t, franceconnect.V2, franceconnect.Principal, "", images.on(franceconnect.Button{Path: "/login"}))
			tags := regexp.MustCompile(`<img [^>]*>`).FindAllString(markup, -1)
			require.NotEmpty(t, tags)
			got := attributesOf(tags[len(tags)-1])
			require.Equal(t, want, got["src"], image)
			require.NotContains(t, got, "onerror", image)
			require.NotContains(t, markup, "<script", image)
			require.NotContains(t, markup, "other.svg", "the files of the other variant")
		}
	}
}

// An image of the other variant alone is no image of this one.
func TestAButtonWithoutItsImageHasItsWords(t *testing.T) {
	t.Parallel()
	for variant, images := range map[franceconnect.ButtonVariant]buttonImages{
		franceconnect.Principal:   {PrincipalHover: "/h.svg", Alternative: "/a.svg", AlternativeHover: "/ah.svg"},
		franceconnect.Alternative: {AlternativeHover: "/h.svg", Principal: "/p.svg", PrincipalHover: "/ph.svg"},
	} {
		b := franceconnect.Button{Path: "/login"}
		words := buttonOn(t, franceconnect.V2, variant, "", b)
		b = images.on(b)
		require.Equal(t, words, buttonOn(t, franceconnect.V2, variant, "", b))
	}
}

func TestTheTextOfAnAdministratorReplacesTheSentence(t *testing.T) {
	t.Parallel()
	const official = "solution proposée par l’État"
	const english = "solution offered by the French State"
	for _, text := range []string{
		"Connectez-vous à la ville", `<script>alert("1")</script>`, `"><img src=x onerror=alert(1)>`, "javascript:alert(1)", "{{.Path}}",
		strings.Repeat("é", 300),
	} {
		for _, platform := range bothPlatforms {
			for i := range 4 {
				b := franceconnect.Button{Path: "/login", DSFR: i&1 != 0, English: i&2 != 0}
				theirs, ours := buttonOn(t, platform, franceconnect.Principal, text, b), buttonOn(t, platform, franceconnect.Principal, "", b)
				sentence := regexp.MustCompile(`<p>([^<]*)</p>`)
				require.Equal(t, text, html.UnescapeString(sentence.FindStringSubmatch(theirs)[1]))
				require.Contains(t, sentence.FindStringSubmatch(ours)[1], map[bool]string{false: official, true: english}[b.English])
				require.Equal(t, sentence.ReplaceAllString(ours, ""), sentence.ReplaceAllString(theirs, ""), "the label is not theirs to change")
			}
		}
	}
	for _, text := range []string{strings.Repeat("é", 301), "a\nb", "a\x00b"} {
		config := good()
		config.ButtonText = text
		requireField(t, "ButtonText", config)
	}
}

func TestAThirdVariantIsRefused(t *testing.T) {
	t.Parallel()
	config := good()
	config.ButtonVariant = franceconnect.Alternative + 1
	requireField(t, "ButtonVariant", config)
}

// requireField requires that New names a field as the wrong one.
func requireField(t *testing.T, field string, config franceconnect.Config) {
	t.Helper()
	_, err := franceconnect.New(config)
	var wrong *franceconnect.ConfigError
	require.ErrorAs(t, err, &wrong)
	require.Equal(t, field, wrong.Field)
}

func TestAButtonIsPutIntoATemplateAsItIs(t *testing.T) {
	t.Parallel()
	fc, err := franceconnect.New(good())
	require.NoError(t, err)
	button := fc.Button(franceconnect.Button{Path: "/login"})
	var page strings.Builder
	require.NoError(t, template.Must(template.New("").Parse("<main>{{.}}</main>")).Execute(&page, button))
	require.Equal(t, "<main>"+string(button)+"</main>", page.String())
}

func TestButtonVariantsAreReadInBothLanguages(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]franceconnect.ButtonVariant{
		"": franceconnect.Principal, "principal": franceconnect.Principal, "PRINCIPAL": franceconnect.Principal, "FCboutons-10": franceconnect.Principal,
		"alternative": franceconnect.Alternative, "Alternatif": franceconnect.Alternative,
	} {
		v := franceconnect.Alternative
		require.NoError(t, v.UnmarshalText([]byte(text)), text)
		require.Equal(t, want, v, text)
		var again franceconnect.ButtonVariant
		require.NoError(t, again.UnmarshalText([]byte(v.String())))
		require.Equal(t, v, again)
	}
	for _, text := range []string{"second", " principal", "0", "secret-" + strings.Repeat("x", 99)} {
		var v franceconnect.ButtonVariant
		err := v.UnmarshalText([]byte(text))
		require.EqualError(t, err, "franceconnect: button is neither principal nor alternative")
	}
}

func TestRecommendVariantNamesTheVariantAndItsContrast(t *testing.T) {
	t.Parallel()
	f, err := os.Open(filepath.Join("testdata", "button", "contrasts.tsv"))
	require.NoError(t, err)
	defer f.Close()
	lines, seen := bufio.NewScanner(f), map[string]int{}
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		columns := strings.Split(lines.Text(), "\t")
		require.Len(t, columns, 4)
		v, contrast, err := franceconnect.Platform(columns[0]).RecommendVariant(columns[1])
		require.NoError(t, err, columns)
		require.Equal(t, columns[2], v.String(), columns)
		want, err := strconv.ParseFloat(columns[3], 64)
		require.NoError(t, err)
		require.InDelta(t, want, contrast, 1e-6, columns)
		seen[columns[0]+columns[2]]++
	}
	require.NoError(t, lines.Err())
	require.Len(t, seen, 4, "both variants of both platforms")
}

func TestRecommendVariantRefusesWhatIsNoColour(t *testing.T) {
	t.Parallel()
	for _, background := range []string{"", "#", "white", "ffffff", "fff", "#12345", "#1234", "#12345678", "#gggggg", "#ggg", "#+12345", "#-12345", "#1_2_3_", "##fff", "#éa", " #fff", "#fff ", "rgb(0,0,0)"} {
		_, contrast, err := franceconnect.V2.RecommendVariant(background)
		require.EqualError(t, err, "franceconnect: background is not a colour of the form #rrggbb", background)
		require.Zero(t, contrast)
	}
}

// contrastOf is WCAG 2.2's contrast ratio of two colours, as the test knows it.
func contrastOf(a, b [3]uint8) float64 {
	luminance := func(c [3]uint8) (sum float64) {
		for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
			part := float64(c[i]) / 255 / 12.92
			if c[i] > 10 { // 10/255 is the last below the bend
				part = math.Pow((float64(c[i])/255+0.055)/1.055, 2.4)
			}
			sum += weight * part
		}
		return sum
	}
	dark, light := luminance(a)+0.05, luminance(b)+0.05
	if dark > light {
		dark, light = light, dark
	}
	return light / dark
}

// The guide: the principal one is to be preferred, the other where the contrast
// is not sufficient.
func TestThePrincipalButtonIsRecommendedWhereItIsSeen(t *testing.T) {
	t.Parallel()
	require.InDelta(t, 21, contrastOf([3]uint8{}, [3]uint8{255, 255, 255}), 1e-9)
	own := map[franceconnect.Platform][3]uint8{franceconnect.V2: {0x03, 0x4e, 0xa2}, franceconnect.Plus: {0, 0, 0x91}}
	for platform, blue := range own {
		for n := range 1 << 12 {
			r, g, b := uint8(n>>8), uint8(n>>4&15), uint8(n&15)
			background := fmt.Sprintf("#%x%x%x", r, g, b)
			page := [3]uint8{r * 17, g * 17, b * 17}
			principal, alternative := contrastOf(blue, page), contrastOf([3]uint8{255, 255, 255}, page)
			v, contrast, err := platform.RecommendVariant(background)
			require.NoError(t, err)
			switch {
			case principal >= 3, principal >= alternative:
				require.Equal(t, franceconnect.Principal, v, background)
				require.InDelta(t, principal, contrast, 1e-9, background)
			default:
				require.Equal(t, franceconnect.Alternative, v, background)
				require.InDelta(t, alternative, contrast, 1e-9, background)
			}
		}
	}
}
