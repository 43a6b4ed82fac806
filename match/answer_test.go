package match_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/match"
	"github.com/franceconnect-go/franceconnect/person"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// constants are the values of the constants of a type, read from the code: a
// list beside it would be forgotten.
func constants(t *testing.T, name string) []string {
	file, err := parser.ParseFile(token.NewFileSet(), "answer.go", nil, 0)
	require.NoError(t, err)
	var all []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if kind, ok := spec.Type.(*ast.Ident); ok && kind.Name == name {
			value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			require.NoError(t, err)
			all = append(all, value)
		}
		return true
	})
	require.NotEmpty(t, all)
	return all
}

func TestEveryReasonHasASentenceInTwoLanguages(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, field := range constants(t, "Field") {
		for _, finding := range constants(t, "Finding") {
			french, english := match.Reason{Field: match.Field(field), Found: []match.Finding{match.Finding(finding)}}.Message()
			require.False(t, seen[french] || seen[english], french)
			seen[french], seen[english] = true, true
			require.Regexp(t, `^\p{Lu}[^:]+\x{a0}: [^.:;!?'"]{10,}\.$`, french)
			require.Regexp(t, `^\p{Lu}[^:]+: [^.:;!?'"]{5,}\.$`, english)
			require.NotContains(t, french, "valeur,  près")
			require.NotEqual(t, french, english)
		}
	}
}

func TestSeveralFindingsAreOneSentence(t *testing.T) {
	t.Parallel()
	french, english := match.Reason{Field: match.FamilyName, Found: []match.Finding{match.Accents, match.Case, match.Hyphens}}.Message()
	require.Equal(t, "Nom de naissance\u00a0: la même valeur, aux accents, aux majuscules et aux traits d’union près.", french)
	require.Equal(t, "Birth name: the same but for accents, capitals and hyphens.", english)
	french, english = match.Reason{Field: match.GivenNames, Found: []match.Finding{match.SomeMissing, match.Order}}.Message()
	require.Equal(t, "Prénoms\u00a0: une partie des prénoms manque d’un côté, les mots communs sont dans un autre ordre.", french)
	require.Equal(t, "Given names: some given names are missing on one side, the words in common are in another order.", english)
}

func TestEveryFindingIsInThePairs(t *testing.T) {
	t.Parallel()
	found := map[match.Finding]bool{}
	for _, p := range pairs(t) {
		for _, r := range p.matcher.Compare(p.who, p.record).Reasons {
			for _, f := range r.Found {
				found[f] = true
			}
		}
	}
	for _, finding := range constants(t, "Finding") {
		require.True(t, found[match.Finding(finding)], finding)
	}
}

func TestEveryFieldOfThePivotHasAReason(t *testing.T) {
	t.Parallel()
	for _, r := range []match.Record{{}, {GivenNames: "X", BirthPlace: "69123"}} {
		told := map[match.Field]int{}
		for _, reason := range match.Compare(person.Identity{}, r).Reasons {
			told[reason.Field]++
		}
		require.Equal(t, map[match.Field]int{
			match.GivenNames: 1, match.FamilyName: 1, match.Gender: 1, match.BirthDate: 1, match.BirthPlace: 1, match.BirthCountry: 1,
		}, told)
	}
}

func TestGradesAreOrdered(t *testing.T) {
	t.Parallel()
	require.True(t, match.Different < match.Near && match.Near < match.Partial && match.Partial < match.Folded && match.Folded < match.Exact)
	require.Equal(t, match.Different, match.Result{}.Grade, "nothing compared is nobody")
	require.False(t, match.Result{}.SafeToLink())
	require.Equal(t, "different near partial folded exact", fmt.Sprint(match.Different, match.Near, match.Partial, match.Folded, match.Exact))
	require.Equal(t, "unknown unknown", fmt.Sprint(match.Grade(-1), match.Grade(5)))
}

func TestNothingPersonalIsPrinted(t *testing.T) {
	t.Parallel()
	who, rec := camille()
	who.UsageName, rec.UsageName, rec.FamilyName = "Lestang", "Corvin", "VAUTRIM"
	secrets := []string{"amille", "autri", "AUTRI", "estang", "orvin", "1984", "69123", "99100", "female"}
	for _, value := range []any{rec, &rec, struct{ R match.Record }{rec}, []match.Record{rec}, match.Compare(who, rec), match.Compare(who, rec).Reasons} {
		var out bytes.Buffer
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
			fmt.Fprintf(&out, verb+"\n", value)
		}
		for _, h := range []slog.Handler{slog.NewTextHandler(&out, portaltest.WithoutClock()), slog.NewJSONHandler(&out, portaltest.WithoutClock())} {
			if _, isRecord := value.(match.Record); isRecord || strings.HasPrefix(fmt.Sprintf("%T", value), "match.") {
				slog.New(h).Info("compared", "value", value)
			}
		}
		for _, secret := range secrets {
			require.NotContains(t, out.String(), secret, "%T", value)
		}
		require.NotContains(t, out.String(), fmt.Sprintf("%x", "autri"), "%T", value)
	}
	kept, err := json.Marshal(match.Compare(who, rec))
	require.NoError(t, err)
	for _, secret := range secrets {
		require.NotContains(t, string(kept), secret)
	}
	require.Equal(t, "record", fmt.Sprint(rec))
}

func TestAnAnswerIsOneLineInALog(t *testing.T) {
	t.Parallel()
	who, rec := camille()
	rec.GivenNames, rec.FamilyName, rec.Gender = "ROSE ARIANE", "VAUTRÏN", ""
	var out bytes.Buffer
	slog.New(slog.NewTextHandler(&out, nil)).Info("compared", "answer", match.Compare(who, rec))
	require.Contains(t, out.String(), `answer="partial given_names=some_missing family_name=accents,case gender=missing birth_date=same birth_place=same birth_country=same"`)
}

func TestTheRegisterIsBelievedBeforeTheIdentityProvider(t *testing.T) {
	t.Parallel()
	who, rec := camille()
	register := who.Pivot
	who.Pivot.FamilyName, who.Pivot.GivenNames = "Vautrim", []string{"Cam"}
	require.Equal(t, match.Different, match.Compare(who, rec).Grade)
	who.RNIPP = &register
	require.Equal(t, match.Exact, match.Compare(who, rec).Grade)
	who.RNIPP = &person.Pivot{FamilyName: register.FamilyName} // one of its scopes alone
	require.Equal(t, match.Different, match.Compare(who, rec).Grade, "no field is taken from elsewhere")
}

func TestGivenNamesWithoutAListAreSplit(t *testing.T) {
	t.Parallel()
	who, rec := camille()
	who.GivenName, who.GivenNames = "Camille Rose", nil
	rec.GivenNames = "Rose"
	require.Equal(t, []match.Field{match.GivenNames}, match.Compare(who, rec).Fields())
	who.GivenNames = []string{"Rose"} // the list goes before
	require.Equal(t, match.Exact, match.Compare(who, rec).Grade)
}

func TestWithoutAListOfPlacesOldCodesDiffer(t *testing.T) {
	t.Parallel()
	who, rec := camille()
	who.BirthPlace, rec.BirthPlace = "2A004", "20004"
	require.Equal(t, []match.Field{match.BirthPlace}, match.Compare(who, rec).Fields())
	// A list that knows nothing, and says so with a code all the same.
	unsure := match.Matcher{CurrentPlace: func(string) (string, bool) { return "2A004", false }}
	require.Equal(t, []match.Field{match.BirthPlace}, unsure.Compare(who, rec).Fields())
}

func TestTwoSlipsAreSomebodyElse(t *testing.T) {
	t.Parallel()
	who, rec := camille()
	rec.FamilyName = "Vautrim"
	require.Equal(t, match.Near, match.Compare(who, rec).Grade)
	rec.GivenNames = "Camile Rose Ariane"
	answer := match.Compare(who, rec)
	require.Equal(t, match.Different, answer.Grade)
	require.Contains(t, answer.String(), "given_names=differs family_name=differs")
	rec.GivenNames, rec.BirthDate.Day = "Camille", 28
	require.Contains(t, match.Compare(who, rec).String(), "family_name=differs gender=same birth_date=differs")
}

func TestOfWhoHasOneNameASlipIsSomebodyElse(t *testing.T) {
	t.Parallel()
	who, rec := camille()
	who.GivenNames, rec.GivenNames = nil, ""
	require.Equal(t, match.Partial, match.Compare(who, rec).Grade)
	rec.BirthDate.Day = 28
	require.Equal(t, match.Different, match.Compare(who, rec).Grade)
}
