package main

import (
	_ "embed"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A particulier is a server in the shape of API Particulier, version 3: its
// paths, parameters, headers and statuses. The words and codes of its errors are
// our own. Leave this file out of a portal that is not an example.
//
// Source: https://particulier.api.gouv.fr/developpeurs/openapi
type particulier struct {
	fc  *introspection
	now func() time.Time

	mu     sync.Mutex
	busy   map[string]bool // what somebody is waiting for
	day    badDay
	minute time.Time
	used   int      // since minute
	asked  []string // paths, of every request
}

// rateLimit is of one minute, for everybody together.
const rateLimit = 1000

//go:embed particulier.json
var particulierFile []byte

// fixtures are who the mock knows, and what can go wrong with it.
var fixtures = func() (f struct {
	People  []dossier `json:"people"`
	BadDays []badDay  `json:"bad_days"`
}) {
	if err := json.Unmarshal(particulierFile, &f); err != nil {
		panic(err) // a test reads it too
	}
	return f
}()

// A dossier is what data providers have about one person.
type dossier struct {
	FamilyName string          `json:"family_name"`
	Birthdate  string          `json:"birthdate"`
	Quotient   json.RawMessage `json:"quotient"`
	Bourse     *struct {
		Holder bool   `json:"boursier"`
		Step   string `json:"echelon"`
	} `json:"bourse"`
}

// A badDay is a way in which a data provider can fail. In its texts {person} and
// {token} stand for those of the request: nothing of them may come out.
type badDay struct {
	Name   string            `json:"name"`
	What   string            `json:"what"`
	On     string            `json:"on"` // the one path; "" is all
	Status int               `json:"status"`
	Header map[string]string `json:"header"`
	Code   string            `json:"code"`
	Title  string            `json:"title"`
	Detail string            `json:"detail"`
	Body   string            `json:"body"` // instead of an error
	Pad    int               `json:"pad"`  // spaces behind it
	Hang   bool              `json:"hang"`
	Abort  bool              `json:"abort"`
	Times  int               `json:"times"` // how many requests of each path; 0 is all
	seen   map[string]int
}

// badDayOf finds one by its name.
func badDayOf(name string) (badDay, bool) {
	i := slices.IndexFunc(fixtures.BadDays, func(d badDay) bool { return d.Name == name })
	if i < 0 {
		return badDay{}, false
	}
	return fixtures.BadDays[i], true
}

func newParticulier(fc *introspection, now func() time.Time) *particulier {
	return &particulier{fc: fc, now: now, busy: map[string]bool{}}
}

// have makes every request from now on meet a bad day; the zero one is a good one.
func (p *particulier) have(d badDay) {
	p.mu.Lock()
	defer p.mu.Unlock()
	d.seen = map[string]int{}
	p.day = d
}

// today is the bad day of a request, if it is one.
func (p *particulier) today(path string) (badDay, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	d := p.day
	if d.Name == "" || d.On != "" && d.On != path || d.Times > 0 && d.seen[path] >= d.Times {
		return badDay{}, false
	}
	d.seen[path]++
	return d, true
}

// requests are the paths asked for so far.
func (p *particulier) requests() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.asked)
}

// endpoints are what the mock has: the scopes of which one is needed, and what
// it tells with those.
var endpoints = map[string]struct {
	scopes []string
	tell   func(d dossier, granted []string) any
}{
	quotientPath:    {[]string{"cnaf_quotient_familial"}, tellQuotient},
	scholarshipPath: {[]string{"cnous_statut_boursier", "cnous_echelon_bourse"}, tellScholarship},
}

func tellQuotient(d dossier, _ []string) any {
	if d.Quotient == nil {
		return nil
	}
	return map[string]any{"quotient_familial": d.Quotient}
}

func tellScholarship(d dossier, granted []string) any {
	if d.Bourse == nil {
		return nil
	}
	data := map[string]any{}
	if slices.Contains(granted, "cnous_statut_boursier") {
		data["est_boursier"] = d.Bourse.Holder
	}
	if slices.Contains(granted, "cnous_echelon_bourse") && d.Bourse.Step != "" {
		data["echelon_bourse"] = map[string]any{"echelon": d.Bourse.Step, "echelon_bourse_regionale_provisoire": false}
	}
	return data
}

// ServeHTTP answers one request: who asks, for whom, may they, and then what.
func (p *particulier) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	endpoint, ok := endpoints[r.URL.Path]
	if !ok || r.Method != http.MethodGet {
		http.NotFound(w, r) // as the server in front of an API says it
		return
	}
	if !p.count(w.Header(), r.URL.Path) {
		fault(w, http.StatusTooManyRequests, "MOCK-429", "Quota épuisé", "Il faut attendre la prochaine minute.")
		return
	}
	switch recipient := r.URL.Query()["recipient"]; {
	case len(recipient) != 1 || recipient[0] == "":
		fault(w, http.StatusBadRequest, "MOCK-400", "Destinataire absent", "Le paramètre recipient est à donner une fois.")
		return
	case !validSIRET(recipient[0]):
		fault(w, http.StatusUnprocessableEntity, "MOCK-422", "Destinataire mal formé", "Le paramètre recipient n’est pas un SIRET.")
		return
	}
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	person, err := p.fc.check(r.Context(), token)
	if err != nil {
		fault(w, http.StatusUnauthorized, "MOCK-401", "Jeton refusé", "FranceConnect n’accepte pas ce jeton, ou plus.")
		return
	}
	if !slices.ContainsFunc(endpoint.scopes, func(s string) bool { return slices.Contains(person.scopes, s) }) {
		fault(w, http.StatusForbidden, "MOCK-403", "Donnée non autorisée", "La personne n’a pas donné accès à cette donnée.")
		return
	}
	// The same question twice at once: the second is told to wait.
	key := r.URL.Path + " " + person.subject
	if !p.begin(key) {
		w.Header().Set("Retry-After", "1")
		fault(w, http.StatusConflict, "MOCK-409", "Déjà demandé", "Une demande pareille attend sa réponse.")
		return
	}
	defer p.end(key)
	if day, bad := p.today(r.URL.Path); bad {
		day.serve(w, r, token, person.familyName)
		return
	}
	i := slices.IndexFunc(fixtures.People, func(d dossier) bool {
		return d.FamilyName == person.familyName && d.Birthdate == person.birthdate
	})
	var data any
	if i >= 0 {
		data = endpoint.tell(fixtures.People[i], person.scopes)
	}
	if data == nil {
		fault(w, http.StatusNotFound, "MOCK-404", "Rien à ce nom", "La personne ne figure pas dans ce fichier.")
		return
	}
	reply(w, http.StatusOK, map[string]any{"data": data, "links": map[string]any{}, "meta": map[string]any{}})
}

// count counts a request and says how many are left of this minute.
func (p *particulier) count(h http.Header, path string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if minute := p.now().Truncate(time.Minute); minute != p.minute {
		p.minute, p.used = minute, 0
	}
	p.used++
	p.asked = append(p.asked[max(0, len(p.asked)-rateLimit):], path)
	h.Set("RateLimit-Limit", strconv.Itoa(rateLimit))
	h.Set("RateLimit-Remaining", strconv.Itoa(max(0, rateLimit-p.used)))
	h.Set("RateLimit-Reset", strconv.FormatInt(p.minute.Add(time.Minute).Unix(), 10))
	if p.used > rateLimit {
		h.Set("Retry-After", strconv.Itoa(int(p.minute.Add(time.Minute).Sub(p.now()).Seconds())+1))
		return false
	}
	return true
}

func (p *particulier) begin(key string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.busy[key] {
		return false
	}
	p.busy[key] = true
	return true
}

func (p *particulier) end(key string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.busy, key)
}

// serve is the bad day, for a request that was in order.
func (d badDay) serve(w http.ResponseWriter, r *http.Request, token, person string) {
	fill := strings.NewReplacer("{token}", token, "{person}", person).Replace
	for _, name := range slices.Sorted(maps.Keys(d.Header)) {
		w.Header().Set(name, d.Header[name])
	}
	switch {
	case d.Hang:
		<-r.Context().Done()
	case d.Abort:
		panic(http.ErrAbortHandler)
	case d.Body != "":
		w.WriteHeader(d.Status)
		w.Write([]byte(fill(d.Body) + strings.Repeat(" ", d.Pad)))
	default:
		fault(w, d.Status, fill(d.Code), d.Title, fill(d.Detail))
	}
}

// fault answers in the shape of the API's errors.
func fault(w http.ResponseWriter, status int, code, title, detail string) {
	reply(w, status, map[string]any{"errors": []map[string]any{{"code": code, "title": title, "detail": detail}}})
}

func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // who hung up does not want it
}
