package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Each script knows every command and every option.
func TestCompletionFollowsTheTable(t *testing.T) {
	t.Parallel()
	for _, shell := range shells() {
		got := call(t, succeeded, nil, "completion", shell)
		require.Empty(t, got.errs)
		for _, c := range (&program{}).completions() {
			for _, name := range c.names() {
				require.Contains(t, got.out, name, shell)
			}
			for _, o := range c.options {
				prefix := map[bool]string{true: " -o ", false: "-"}[shell == "fish"]
				require.Regexp(t, prefix+o.name+`\b`, got.out, shell)
			}
		}
		require.Contains(t, got.out, "integration-plus", shell)
		require.Contains(t, got.out, "Y030007", shell)
		file := filepath.Join(t.TempDir(), "script")
		require.NoError(t, os.WriteFile(file, []byte(got.out), 0o600))
		if path, err := exec.LookPath(shell); err == nil {
			out, err := exec.Command(path, "-n", file).CombinedOutput()
			require.NoError(t, err, "%s: %s", shell, out)
		}
	}
}

// complete returns what bash offers for the last word of a command line.
func complete(t *testing.T, line ...string) []string {
	t.Helper()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("bash is not here")
	}
	script := call(t, succeeded, nil, "completion", "bash").out + `
COMP_WORDS=(franceconnect "$@")
COMP_CWORD=$#
_franceconnect
printf '%s\n' "${COMPREPLY[@]}"`
	cmd := exec.Command(bash, append([]string{"-c", script, "bash"}, line...)...)
	cmd.Dir = "testdata"
	out, err := cmd.Output()
	require.NoError(t, err)
	return strings.Fields(string(out))
}

func TestBashCompletes(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"ch": "check", "s": "sheet steps", "-v": "-version", "-lang ": "fr en", "-lang en exp": "explain",
		"check -re": "-reglages -retour -reseau", "fiche -fo": "-fond -format", "sheet -format m": "md", "check -env sand": "sandbox",
		"check -lang e": "en", "check -reglages index-v": "index-v2 index-v3 index-v4", "check -service a": "", "keys d": "decryption", "cles -alg E": "ECDH-ES",
		"fleet -format j": "json junit", "parc -de": "-depart -deconnexion -depuis", "fleet index-v": "index-v2 index-v3 index-v4",
		"explain Y03000": "Y030007", "completion f": "fish", "completion -": "-lang", "help st": "steps", "keys decryption index-v": "index-v2 index-v3 index-v4",
	} {
		words := strings.Split(line, " ")
		require.ElementsMatch(t, strings.Fields(want), complete(t, words...), line)
	}
}
