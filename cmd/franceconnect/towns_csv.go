package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/cmd/franceconnect/internal/profile"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// A townColumn is one that a list of towns can have.
type townColumn struct {
	key   string   // of the setting, if it is one
	names []string // in the first line, as foldHeader has them: French at first, English last
}

var townColumns = []townColumn{
	{"name", []string{"ville", "nom", "commune", "town", "name"}},
	{"id", []string{"code", "identifiant", "id"}},
	{"portal_url", []string{"adresse", "url", "portal_url", "address"}},
	{"environment", []string{"environnement", "environment"}},
	{"platform", []string{"plateforme", "platform"}},
	{"client_id", []string{"identifiant_client", "client_id"}},
	{"client_secret_file", []string{"fichier_du_secret", "client_secret_file"}},
	{"scopes", []string{"donnees", "scopes"}},
	{"granted", []string{"habilitation", "scopes_accordes", "granted_scopes"}},
	{"level", []string{"niveau", "level"}},
	{"redirect_url", []string{"retour", "redirect_url"}},
	{"post_logout_redirect_url", []string{"deconnexion", "post_logout_redirect_url"}},
	{"enabled", []string{"actif", "active", "enabled"}},
	{"siret", []string{"siret"}},
	{"mobile", []string{"telephone", "mobile"}},
	{"contact", []string{"courriel", "e_mail", "contact"}},
	{"version", []string{"version"}},
}

// unshownCells are those whose values are not shown, and whose faults are told
// without them.
var unshownCells = []string{"client_id", "client_secret_file", "environment"}

// wantedColumns are those without which a list says nothing of a town.
var wantedColumns = []string{"name", "portal_url", "environment", "client_id"}

// readTownList reads a CSV of towns, as spreadsheets write it.
func readTownList(content []byte, secrets string) (towns []town, ignored []string, wrong text.Text) {
	content = bytes.TrimPrefix(content, []byte("\ufeff")) // of Excel
	if !utf8.Valid(content) {
		line := strconv.Itoa(1 + bytes.Count(content[:firstInvalid(content)], []byte("\n")))
		return nil, nil, text.Of("la liste n’est pas en UTF-8, ligne "+line+" : enregistrez-la en « CSV UTF-8 »", "the list is not in UTF-8, line "+line+": save it as “CSV UTF-8”")
	}
	skipped := 0
	separator := ';'
	if rest, ok := bytes.CutPrefix(content, []byte("sep=")); ok && len(rest) > 0 { // of Excel, too
		_, content, _ = bytes.Cut(content, []byte("\n"))
		separator, skipped = rune(rest[0]), 1
	} else if first, _, _ := bytes.Cut(content, []byte("\n")); bytes.Count(first, []byte(",")) > bytes.Count(first, []byte(";")) {
		separator = ','
	}
	if separator != ';' && separator != ',' {
		return nil, nil, text.Of("la liste sépare ses colonnes autrement que par ; ou ,", "the list separates its columns otherwise than by ; or ,")
	}
	r := csv.NewReader(bytes.NewReader(content))
	r.Comma, r.FieldsPerRecord = separator, -1
	header, err := r.Read()
	if err != nil {
		return nil, nil, malformedList(err, skipped)
	}
	columns, ignored, wrong := readTownHeader(header)
	if wrong.French != "" {
		return nil, nil, wrong
	}
	seen := map[string]int{}
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, nil, malformedList(err, skipped)
		}
		if !slices.ContainsFunc(record, func(cell string) bool { return strings.TrimSpace(cell) != "" }) {
			continue
		}
		line, _ := r.FieldPos(0)
		t := readTownLine(header, columns, record, line+skipped, secrets)
		if before, again := seen[t.key]; again {
			t.wrongCell("name", "est déjà à la ligne "+strconv.Itoa(before)+" : donnez à chacune un code", "is on line "+strconv.Itoa(before)+" already: give each a code of its own")
			t.key += " (" + strconv.Itoa(line+skipped) + ")"
		}
		seen[t.key] = line + skipped
		towns = append(towns, t)
	}
	if towns == nil {
		return nil, nil, text.Of("la liste n’a aucune ville", "the list has no town")
	}
	return towns, ignored, text.Text{}
}

// readTownHeader says which column is what.
func readTownHeader(header []string) (columns []string, ignored []string, wrong text.Text) {
	columns = make([]string, len(header))
	for i, name := range header {
		folded := foldHeader(name)
		if strings.Contains(folded, "secret") && !strings.Contains(folded, "file") && !strings.Contains(folded, "fichier") {
			at := columnName(i)
			return nil, nil, text.Of("la colonne "+at+" est celle d’un secret, qui n’a pas sa place dans un tableur : mettez chacun dans un fichier (-secrets), et le nom du fichier dans « fichier du secret »",
				"column "+at+" is one of secrets, which have no place in a spreadsheet: put each into a file (-secrets), and the name of the file into “client_secret_file”")
		}
		at := slices.IndexFunc(townColumns, func(c townColumn) bool { return slices.Contains(c.names, folded) })
		switch {
		case at < 0 && folded == "":
		case at < 0:
			if name = plainName(name); profile.HasSecret(name) {
				name = columnName(i)
			}
			ignored = append(ignored, name)
		case slices.Contains(columns, townColumns[at].key):
			return nil, nil, text.Of("la colonne "+columnName(i)+" est là deux fois", "column "+columnName(i)+" is there twice")
		default:
			columns[i] = townColumns[at].key
		}
	}
	for _, key := range wantedColumns {
		if !slices.Contains(columns, key) {
			at := slices.IndexFunc(townColumns, func(c townColumn) bool { return c.key == key })
			names := townColumns[at].names
			return nil, nil, text.Of("la première ligne n’a pas de colonne « "+strings.ReplaceAll(names[0], "_", " ")+" »", "the first line has no column “"+names[len(names)-1]+"”")
		}
	}
	return columns, ignored, text.Text{}
}

// unaccented has what the names of columns are written with in French.
var unaccented = strings.NewReplacer("é", "e", "è", "e", "ê", "e", "ç", "c", "à", "a", "ô", "o", "î", "i", "’", "_", "'", "_", " ", "_", "\u00a0", "_", "-", "_")

func foldHeader(name string) string {
	return unaccented.Replace(strings.ToLower(strings.TrimSpace(name)))
}

// readTownLine reads one town. What it says of FranceConnect is written as JSON
// and read as every portal reads it.
func readTownLine(header, columns, record []string, line int, secrets string) town {
	t := town{cells: map[string]string{}, secrets: secrets}
	object := map[string]any{}
	t.secretless = true
	for i, cell := range record {
		cell = strings.TrimSpace(cell)
		place := columnName(i) + strconv.Itoa(line)
		if i >= len(columns) {
			if cell != "" {
				t.problems = append(t.problems, &franceconnect.ConfigError{Field: place, French: "est au-delà des colonnes de la première ligne", English: "is beyond the columns of the first line"})
			}
			continue
		}
		key := columns[i]
		if key == "" {
			continue
		}
		t.cells[key] = plainName(header[i]) + " (" + place + ")"
		if !slices.Contains(unshownCells, key) && profile.HasSecret(cell) {
			t.wrongCell(key, "a la forme d’un secret, qui n’a pas sa place dans un tableur", "has the form of a secret, which has no place in a spreadsheet")
			continue
		}
		switch key {
		case "name":
			t.name = plainName(cell)
		case "id":
			t.key = plainName(cell)
		case "portal_url":
			t.address = cell
		case "version":
			t.version = plainName(cell)
		case "siret":
			t.registration.siret = cell
		case "mobile":
			t.registration.mobile = cell
		case "contact":
			t.registration.contact = cell
		case "granted":
			t.granted = strings.Fields(cell)
		case "enabled":
			if on, known := readSwitch(cell); known {
				object[key] = on
			} else if cell != "" {
				t.wrongCell(key, "n’est ni oui ni non", "is neither yes nor no")
			}
		case "client_secret_file":
			if t.secretless = secrets == ""; cell != "" {
				object[key] = cell
			}
		default:
			if cell != "" {
				object[key] = cell
			}
		}
	}
	t.completeAddresses(object)
	if t.name == "" {
		if !t.hasWrongCell("name") {
			t.wrongCell("name", "est vide", "is empty")
		}
		t.name = strconv.Itoa(line)
	}
	if t.key == "" {
		t.key = t.name
	}
	t.content, _ = json.Marshal(object) // texts and true or false
	return t
}

// completeAddresses puts the address of the portal before those that are given as
// paths.
func (t *town) completeAddresses(object map[string]any) {
	t.address = withScheme(t.address)
	origin, ok := originOf(t.address)
	switch {
	case ok:
		if u, _ := url.Parse(t.address); strings.Trim(u.Path, "/") == "" && u.RawQuery == "" {
			t.address = origin
		}
	case t.hasWrongCell("portal_url"):
	case t.address == "":
		t.wrongCell("portal_url", "est vide", "is empty")
	default:
		t.wrongCell("portal_url", "n’est pas une adresse complète, de la forme https://…", "is not a complete address, https://…")
		t.address = ""
	}
	for key, path := range map[string]*string{"redirect_url": &t.callback, "post_logout_redirect_url": &t.loggedOut} {
		if said, _ := object[key].(string); strings.HasPrefix(said, "/") {
			*path = said
			delete(object, key)
		}
	}
}

// wrongCell notes what is wrong with the cell of a key.
func (t *town) wrongCell(key, french, english string) {
	t.problems = append(t.problems, &franceconnect.ConfigError{Field: key, French: french, English: english})
}

// cellOfCheck has the key of the cell that a check looks at, where it does not say so
// itself.
var cellOfCheck = map[string]string{"siret": "siret", "mobile": "mobile", "contact": "contact", "product-version": "version"}

// nameCells says in which cell of a list is what is to be corrected.
func (f findings) nameCells(cells map[string]string) {
	for i, one := range f {
		cell := cells[cellOfCheck[one.check]]
		if (one.verdict == bad || one.verdict == warning) && cell != "" && !strings.Contains(one.what.French, cell) {
			f[i].what = text.Of(cell+" : ", cell+": ").Then(one.what)
		}
	}
}

// hasWrongCell reports whether something is wrong with the cell of a key already.
func (t *town) hasWrongCell(key string) bool {
	return slices.ContainsFunc(t.problems, func(e *franceconnect.ConfigError) bool { return e.Field == key })
}

// readSwitch reads yes or no as people and spreadsheets write it.
func readSwitch(cell string) (on, known bool) {
	switch strings.ToLower(cell) {
	case "oui", "yes", "true", "vrai", "1", "x":
		return true, true
	case "non", "no", "false", "faux", "0":
		return false, true
	}
	return false, false
}

// columnName returns what spreadsheets call a column: A, …, Z, AA.
func columnName(i int) string {
	name := ""
	for i++; i > 0; i /= 26 {
		i--
		name = string(rune('A'+i%26)) + name
	}
	return name
}

// malformedList says where a list ends to be one.
func malformedList(err error, skipped int) text.Text {
	at := (*csv.ParseError)(nil)
	if !errors.As(err, &at) {
		return text.Of("la liste est vide", "the list is empty")
	}
	line := strconv.Itoa(at.Line + skipped)
	column := strconv.Itoa(at.Column)
	return text.Of("la liste est mal formée, ligne "+line+", caractère "+column+" : un guillemet est de trop, ou manque", "the list is malformed, line "+line+", character "+column+": a quotation mark is missing, or one too many")
}

// firstInvalid returns where a text stops being UTF-8.
func firstInvalid(content []byte) int {
	for i := 0; i < len(content); {
		r, size := utf8.DecodeRune(content[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return len(content)
}
