package main

import (
	"errors"
	"html/template"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/proconnect"
)

const (
	agentsPath        = "/agents"
	agentLoginPath    = "/proconnect/login"
	agentCallbackPath = "/proconnect/callback"
	agentLogoutPath   = "/agents/deconnexion"
	agentsLeftPath    = "/proconnect/logout"

	agentsPrefix = "PROCONNECT_"
)

// agents are the other door of this site: those of the town, who sign in with
// ProConnect. They have a session and an account of their own, in another cookie and
// another place, found by the sub of ProConnect: a person who is an agent and a citizen
// has one of each, and nothing here leads from one to the other.
type agents struct {
	pc       *proconnect.Client
	sessions *sessionStore[*proconnect.Session]

	mu   sync.Mutex
	byID map[string]agent // by sub, never by an e-mail address: whole teams share one
}

// An agent is what the town keeps of one. Name and organisation are those of the last
// sign-in: somebody who works for two comes for one at a time.
type agent struct {
	last      proconnect.Professional
	since, at time.Time
}

// openAgents adds the door to the site.
func (p *portal) openAgents(config proconnect.Config) (err error) {
	config.RedirectURL, config.PostLogoutRedirectURL = p.url+agentCallbackPath, p.url+agentsLeftPath
	config.HomePath, config.Observe, config.Now = agentsPath, observe(p.log), p.now
	a := &agents{sessions: newSessionStore[*proconnect.Session]("agent", p.url, p.now), byID: map[string]agent{}}
	if a.pc, err = proconnect.New(config); err != nil {
		return named(agentsPrefix, err)
	}
	p.agents = a
	p.policy = policy(p.origins + " " + a.pc.ProviderOrigin())
	return nil
}

// agentRoutes adds the addresses of the door.
func (p *portal) agentRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET "+agentsPath, p.agentsPage)
	mux.HandleFunc("GET "+agentLoginPath, p.agentLogin)
	mux.HandleFunc("GET "+agentCallbackPath, p.agentCallback)
	mux.HandleFunc("POST "+agentLogoutPath, p.agentLogout)
	mux.HandleFunc("GET "+agentsLeftPath, p.agentsPage)
}

// agentView is what the page of agents shows.
type agentView struct {
	Name, Organization, Unit, SIRET, Level string
	Since                                  string
	Factors                                bool // several
	LoggedOut                              bool
	Button                                 template.HTML
	StepUp                                 string
}

// agentsPage shows an agent their page, and anybody else the way in.
func (p *portal) agentsPage(w http.ResponseWriter, r *http.Request) {
	v := &agentView{StepUp: agentLoginPath + "?facteurs=plusieurs"}
	if r.URL.Path == agentsLeftPath {
		v.LoggedOut = p.agents.pc.LogoutCallback(w, r)
	}
	if s := p.agents.current(r); s != nil {
		who := s.Professional
		v.Name, v.Organization, v.Unit, v.SIRET = who.GivenName+" "+who.UsualName, who.Organization, who.Unit, string(who.SIRET)
		v.Level, v.Factors, v.Since = s.Assurance.String(), s.Assurance.In(proconnect.SeveralFactors()), moment(p.agents.of(s.Subject).since)
	} else {
		v.Button = p.agents.pc.Button(proconnect.Button{Path: agentLoginPath})
	}
	p.show(w, r, http.StatusOK, "agents", view{Title: "Espace des agents", Agent: v, Entering: true})
}

// agentLogin sends an agent to ProConnect, who is to come back with several factors if
// a page wants that.
func (p *portal) agentLogin(w http.ResponseWriter, r *http.Request) {
	ask := proconnect.LoginRequest{ReturnTo: agentsPath}
	if r.FormValue("facteurs") == "plusieurs" {
		ask.Assurance = proconnect.SeveralFactors()
	}
	if p.bringHome(w, r, agentLoginPath) {
		return
	}
	if err := p.agents.pc.Login(w, r, ask); err != nil {
		p.sorry(w, r, err, agentLoginPath)
	}
}

// agentCallback takes an agent back, under a new session. Whoever was signed in as a
// citizen still is.
func (p *portal) agentCallback(w http.ResponseWriter, r *http.Request) {
	s, err := p.agents.pc.Callback(w, r)
	if err != nil {
		p.sorry(w, r, err, agentLoginPath)
		return
	}
	p.agents.enter(w, r, s, p.now())
	p.log.Log(r.Context(), slog.LevelInfo, "agent", "ref", reference(r.Context()), "session", s)
	http.Redirect(w, r, s.ReturnTo, http.StatusSeeOther)
}

// agentLogout ends the session of an agent, and no citizen's.
func (p *portal) agentLogout(w http.ResponseWriter, r *http.Request) {
	err := p.agents.pc.Logout(w, r, p.agents.leave(w, r))
	if errors.Is(err, franceconnect.ErrDisabled) { // in the meantime
		http.Redirect(w, r, agentsPath, http.StatusSeeOther)
		return
	}
	if err != nil {
		p.sorry(w, r, err, agentLoginPath)
	}
}

// enter opens an account at the first visit, and begins a session.
func (a *agents) enter(w http.ResponseWriter, r *http.Request, s *proconnect.Session, now time.Time) {
	a.mu.Lock()
	known, found := a.byID[s.Subject]
	if !found {
		known.since = now
	}
	known.last, known.at = s.Professional, now
	a.byID[s.Subject] = known
	a.mu.Unlock()
	a.sessions.mu.Lock()
	defer a.sessions.mu.Unlock()
	a.sessions.replace(w, r, s, idleTime)
}

// of returns what the town keeps of an agent.
func (a *agents) of(subject string) agent {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.byID[subject]
}

// current finds who is signed in as an agent, and lets the session last again; nil is nobody.
func (a *agents) current(r *http.Request) *proconnect.Session {
	a.sessions.mu.Lock()
	defer a.sessions.mu.Unlock()
	k := a.sessions.current(r)
	if k == nil {
		return nil
	}
	a.sessions.use(k, idleTime)
	return k.value
}

// leave ends the session of a browser; what it returns tells ProConnect whose to end.
func (a *agents) leave(w http.ResponseWriter, r *http.Request) franceconnect.IDTokenHint {
	a.sessions.mu.Lock()
	defer a.sessions.mu.Unlock()
	k := a.sessions.remove(w, r)
	if k == nil {
		return ""
	}
	return k.value.IDTokenHint
}
