package show_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/person"
	"github.com/franceconnect-go/franceconnect/show"
)

type (
	identity = person.Identity
	pivot    = person.Pivot
)

func TestNames(t *testing.T) {
	t.Parallel()
	rose := pivot{GivenNames: []string{"Rose", "Ariane"}, FamilyName: "VAUTRIN", Gender: person.Female}
	for _, test := range []struct {
		why              string
		who              identity
		name, of, fr, en string
		first, all       string
	}{
		{
			"everything", identity{Pivot: rose, UsageName: "Lestang"},
			"Rose Lestang", "de Rose Lestang", "Madame Rose, Ariane VAUTRIN, nom d’usage Lestang", "Ms Rose, Ariane VAUTRIN, usage name Lestang",
			"Rose", "Rose, Ariane",
		},
		{
			"no usage name", identity{Pivot: rose},
			"Rose VAUTRIN", "de Rose VAUTRIN", "Madame Rose, Ariane VAUTRIN", "Ms Rose, Ariane VAUTRIN",
			"Rose", "Rose, Ariane",
		},
		{
			"one name twice", identity{Pivot: pivot{GivenNames: []string{"Élie"}, FamilyName: "ÉVRAULD", Gender: person.Male}, UsageName: "Évrauld"},
			"Élie Évrauld", "d’Élie Évrauld", "Monsieur Élie ÉVRAULD", "Mr Élie ÉVRAULD",
			"Élie", "Élie",
		},
		{
			"no given name", identity{Pivot: pivot{FamilyName: "ABELLIO", Gender: person.Male}},
			"ABELLIO", "d’ABELLIO", "Monsieur ABELLIO", "Mr ABELLIO",
			"", "",
		},
		{
			"a usage name alone", identity{UsageName: "Lestang", Pivot: pivot{Gender: person.Female}},
			"Lestang", "de Lestang", "Madame Lestang", "Ms Lestang",
			"", "",
		},
		{
			"given names alone, without a list", identity{Pivot: pivot{GivenName: "Rose Ariane"}},
			"Rose", "de Rose", "Rose, Ariane", "Rose, Ariane",
			"Rose", "Rose, Ariane",
		},
		{
			"spaces", identity{Pivot: pivot{GivenNames: []string{"", " Rose\n", "\t"}, FamilyName: " de  La\u00a0Tour "}, UsageName: " "},
			"Rose de La Tour", "de Rose de La Tour", "Rose de La Tour", "Rose de La Tour",
			"Rose", "Rose",
		},
		{why: "a gender is not a name", who: identity{Pivot: pivot{Gender: person.Female, GivenNames: []string{" "}}}},
		{why: "nobody"},
	} {
		fr, en := show.French(nil), show.English(nil)
		require.Equal(t, test.name, fr.Name(test.who), test.why)
		require.Equal(t, test.name, en.Name(test.who), test.why)
		require.Equal(t, test.of, fr.Of(test.who), test.why)
		require.Equal(t, test.fr, fr.FullName(test.who), test.why)
		require.Equal(t, test.en, en.FullName(test.who), test.why)
		require.Equal(t, test.first, fr.FirstName(test.who), test.why)
		require.Equal(t, test.all, fr.GivenNames(test.who), test.why)
		if test.name == "" {
			require.Empty(t, en.Of(test.who), test.why)
		} else {
			require.Equal(t, "of "+test.name, en.Of(test.who), test.why)
		}
	}
}

func TestATitleIsForWomenAndMen(t *testing.T) {
	t.Parallel()
	for gender, want := range map[person.Gender][2]string{
		person.Female: {"Madame", "Ms"}, person.Male: {"Monsieur", "Mr"},
		person.Unspecified: {}, "": {}, "F": {},
	} {
		who := identity{Pivot: pivot{Gender: gender}}
		require.Equal(t, want, [2]string{show.French(nil).Title(who), show.English(nil).Title(who)}, gender)
	}
}

func TestTheRegisterTellsWhereAGivenNameEnds(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		why      string
		given    string
		register *pivot
		want     string
	}{
		{"no register", "Marie Laure Solange", nil, "Marie, Laure, Solange"},
		{"in capitals", "Marie Laure Solange", &pivot{GivenNames: []string{"MARIE LAURE", "SOLANGE"}}, "Marie Laure, Solange"},
		{"the second", "João Jean  de Dieu", &pivot{GivenNames: []string{"João", " Jean de Dieu"}}, "João, Jean de Dieu"},
		{"another name", "Marie Laure Solange", &pivot{GivenNames: []string{"MARIE LAURE", "ANNE"}}, "Marie, Laure, Solange"},
		{"another name, as long", "Marie Laure Solange", &pivot{GivenNames: []string{"MARIE LAURE", "COLETTE"}}, "Marie, Laure, Solange"},
		{"one more", "Marie Laure", &pivot{GivenNames: []string{"Marie Laure", "Solange"}}, "Marie, Laure"},
		{"empty", "Marie Laure", &pivot{}, "Marie, Laure"},
		{"only there", "", &pivot{GivenNames: []string{"Marie Laure"}}, ""},
	} {
		who := identity{Pivot: pivot{GivenName: test.given, GivenNames: strings.Fields(test.given)}, RNIPP: test.register}
		require.Equal(t, test.want, show.French(nil).GivenNames(who), test.why)
	}
}

func TestDeIsElided(t *testing.T) {
	t.Parallel()
	for _, want := range []string{
		"d’Ariane", "d’Élodie", "d’Œdipe", "d’Ægir", "d’Ôgier", "d’INÈS", "d’Ulysse", "d’Isabelle", "d’O’Connor", "d’Ōta",
		"d’Anne-Marie", "d’Yves", "d’YVONNE", "d’Ysée", "de Yann", "de Yasmine", "de Youssef",
		"d’Hélène", "d’HONORINE", "d’Henri-Paul", "d’Hector", "de Hassan", "de Hugo", "de Hans",
		"de Rose", "de Çelik", "de Łukasz", "de Jean-Ambroise", "de L’Hermelin", "de D'Orvault",
		"de A. Tremblay", "de O", "de É.", "de Y", "de H", "de Ω", "de 8",
	} {
		name := strings.TrimPrefix(strings.TrimPrefix(want, "d’"), "de ")
		require.Equal(t, want, show.French(nil).Of(identity{UsageName: name}))
	}
}

func TestItImportsPersonAndTheStandardLibraryAlone(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("go", "list", "-f", `{{join .Imports "\n"}}`, ".").Output()
	require.NoError(t, err)
	require.Contains(t, string(out), "strings\n")
	for path := range strings.FieldsSeq(string(out)) {
		first, _, _ := strings.Cut(path, "/")
		require.True(t, !strings.Contains(first, ".") || path == "github.com/franceconnect-go/franceconnect/person", path)
	}
}
