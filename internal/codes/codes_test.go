package codes

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

// wanted are the codes that a relying party can meet.
const wanted = `
access_denied server_error temporarily_unavailable invalid_request invalid_scope invalid_acr invalid_idp_hint
unsupported_response_type unauthorized_client invalid_redirect_uri invalid_client invalid_grant invalid_client_metadata
invalid_token unsupported_grant_type
Y000000 Y000400 Y000404 Y030007 Y030030 Y030032 Y040001 Y04EA6EF Y04C013C Y04A8220 Y043310B Y04D5AB7 Y100009 Y190001 Y190004
Y0434A7B Y0479FCE Y044D82C Y044FEB3 Y048017B Y0489AFE Y043C322 Y049E20B Y043F0A8 Y0416228 Y04D8B5C Y049D91E Y04F8199
Y047A2EA Y04C2044 Y044D511 Y046B607 Y04146A2 Y0489D15 Y0446BD3
Y04CFAEF Y04FEDB9 Y045AFAE Y0467882 Y0429C91
Y010004 Y010006 Y010007 Y010008 Y010009 Y010011 Y010012 Y010013 Y010015
Y020017 Y020019 Y020021 Y020022 Y020023 Y020025 Y020026 Y020027
Y100001 Y100011 Y100018 Y180001 Y420001 Y420002 Y470001 Y470004 Y600006 Y600020`

func TestTableIsComplete(t *testing.T) {
	t.Parallel()
	names := strings.Fields(wanted)
	require.Len(t, All(), len(names))
	for _, name := range names {
		c, ok := Find(strings.ToLower(name))
		require.True(t, ok, name)
		require.Equal(t, name, c.Name)
		require.Contains(t, []Side{Portal, Registration, FranceConnect, Person}, c.Side, name)
		require.Contains(t, []Where{Callback, Page, Token, UserInfo, Logout}, c.Where, name)
		for _, text := range []text.Text{c.Citizen, c.Cause, c.Action} {
			require.NotEmpty(t, text.French, name)
			require.NotEmpty(t, text.English, name)
			require.NotEqual(t, text.French, text.English, name)
		}
	}
}

// Of the mock's pages, one has a code on purpose that the table does not have: a
// portal meets codes that nobody knows. Those of the protocol, Y04 and five more,
// are known by their shape.
func TestEveryCodeOfTheMocksPagesIsInTheTable(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../testdata/mockidp/*.go")
	require.NoError(t, err)
	found := 0
	for _, file := range files {
		source, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, m := range regexp.MustCompile(`"(Y[0-9]{6})"`).FindAllStringSubmatch(string(source), -1) {
			if _, ok := Find(m[1]); !ok {
				require.Equal(t, "Y020030", m[1], "%s answers it", file)
			}
			found++
		}
	}
	require.NotZero(t, found)
}

// aboutThePerson are words of a reason: none is ever said.
var aboutThePerson = regexp.MustCompile(`(?i)décéd|deceas|dead|mort|registre|register|rnipp|identité|identity|nom\b|name|sexe|gender|naissance|birth|âge\b|mineur|bloqu|block|mandat|fraud|inconnu|unknown|refus`)

// onward is a way on.
var onward = map[string]*regexp.Regexp{
	"fr": regexp.MustCompile(`réessayer|recommence[zr]|choisir un autre mode de connexion`),
	"en": regexp.MustCompile(`try again|start again|sign out again|choose another way to sign in`),
}

func TestCitizenTextsSayNothingAboutThePersonAndOfferAWayOn(t *testing.T) {
	t.Parallel()
	for _, c := range citizens() {
		require.NotRegexp(t, aboutThePerson, c.French)
		require.NotRegexp(t, aboutThePerson, c.English)
		require.Regexp(t, onward["fr"], c.French)
		require.Regexp(t, onward["en"], c.English)
	}
}

// All that FranceConnect keeps to itself about a person reads the same.
func TestRefusalsOfPeopleCannotBeToldApart(t *testing.T) {
	t.Parallel()
	denied, _ := Find("access_denied")
	register, _ := Find("Y010015")
	for _, name := range []string{"Y010004", "Y010006", "Y010007", "Y010008", "Y010009", "Y010015", "Y100011", "Y180001"} {
		c, _ := Find(name)
		require.Equal(t, denied.Citizen, c.Citizen, name)
		require.Equal(t, denied.Action, c.Action, name)
		if strings.HasPrefix(name, "Y01") {
			require.Equal(t, register.Cause, c.Cause, name)
		}
	}
}

// French has a no-break space before a colon and inside quotation marks, a
// narrow one before ; ! ? and the curved apostrophe; English has none.
var (
	breakable = regexp.MustCompile(`[ \x{202f}][:»]|« |[ \x{a0}][;!?]|[\pL][;!?»]|\pL:\s|['"]`)
	foreign   = regexp.MustCompile(`[\x{a0}\x{202f}«»'"]`)
)

// The words that a sentence of each language can hardly do without, outside of what
// it quotes.
var (
	frenchWords  = regexp.MustCompile(`(?i)\b(le|la|les|une|des|du|est|sont|pas|qui|avec|dans|sans|ou)\b`)
	englishWords = regexp.MustCompile(`(?i)\b(the|is|are|has|of|and|not|with|without|which|this|that)\b`)
	quoted       = regexp.MustCompile(`“[^”]*”|«[^»]*»`)
)

func TestTypography(t *testing.T) {
	t.Parallel()
	texts := citizens()
	for _, advice := range table().advice {
		texts = append(texts, advice)
	}
	for _, c := range All() {
		texts = append(texts, c.Cause, c.Action, c.Advice())
	}
	for _, r := range Reasons() {
		require.NotEmpty(t, Citizen(r.Decision).French, r.Name)
		texts = append(texts, r.Cause)
	}
	for _, name := range guessed {
		c, ok := Guess(name)
		require.True(t, ok, name)
		texts = append(texts, c.Citizen, c.Cause, c.Action)
	}
	for _, text := range texts {
		require.NotRegexp(t, breakable, text.French)
		require.NotRegexp(t, foreign, text.English)
		require.NotRegexp(t, englishWords, quoted.ReplaceAllString(text.French, ""))
		require.NotRegexp(t, frenchWords, quoted.ReplaceAllString(text.English, ""))
	}
}

var guessed = []string{"Y049BEEF", "Y999999", "Y600099", "E010015", "interaction_required", "Y180099", "Y520001", "Y019999"}

func TestGuessSaysWhatTheShapeSays(t *testing.T) {
	t.Parallel()
	for name, side := range map[string]Side{
		"Y049BEEF": Portal, "y180002": Person, "Y029999": FranceConnect, "Y999999": FranceConnect,
		"E020099": FranceConnect, "login_required": Portal,
	} {
		c, ok := Guess(name)
		require.True(t, ok, name)
		require.Equal(t, side, c.Side, name)
		require.NotRegexp(t, aboutThePerson, c.Citizen.French)
	}
	for _, name := range []string{"", "Y03", "Y03000Z", "<script>", "no code at all", "Y0300077777"} {
		_, ok := Guess(name)
		require.False(t, ok, name)
	}
}

func citizens() (all []text.Text) {
	for _, text := range table().citizen {
		all = append(all, text)
	}
	return all
}
