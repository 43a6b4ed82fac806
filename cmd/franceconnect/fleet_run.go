package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"github.com/franceconnect-go/franceconnect/cmd/franceconnect/internal/profile"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// beginRun looks at the settings of all towns. It asks nobody.
func (prog *program) beginRun(f *fleet, towns []town, ignored []string) *fleetRun {
	quiet := *prog
	quiet.files, quiet.processes, quiet.environ, quiet.args = nil, nil, nil, nil // they are this machine’s
	quiet.getenv = func(string) string { return "" }
	run := &fleetRun{Format: runFormat, Language: "fr", Date: prog.now().UTC().Truncate(time.Second), Network: f.online, Ignored: ignored, Complete: true}
	if prog.english {
		run.Language = "en"
	}
	var twice twins
	for _, t := range towns {
		p := t.portal(f.model)
		var found findings
		quiet.checkSettings(&found, p, f.online)
		found.nameCells(t.cells)
		run.Towns = append(run.Towns, prog.reportOf(t, p, found))
		twice.add(p)
	}
	for i, found := range twice.findings(run.Towns) {
		run.Towns[i].add(prog, found, false)
	}
	run.count()
	return run
}

// reportOf writes down what is to be known of a town.
func (prog *program) reportOf(t town, p *portal, found findings) townReport {
	r := townReport{Town: t.key, Name: t.name, Version: t.version, Platform: p.environment.Platform, State: townReady, Findings: []townFinding{}}
	if r.Name == "" {
		if r.Name = plainName(p.registration.organisation); profile.HasSecret(r.Name) {
			r.Name = ""
		}
	}
	if r.Name == "" {
		r.Name = t.key
	}
	if origin, ok := originOf(p.url); ok && p.isPlaced() {
		r.Address = origin
	}
	if p.environment.isKnown() {
		r.Environment = p.environment.name
		if r.Environment == "" {
			r.Environment = p.environment.origin()
		}
	}
	if p.disabled {
		r.State = townOff
	}
	r.Secretless = p.elsewhere["client-secret"]
	r.Settings = p.fingerprint()
	r.add(prog, found, false)
	return r
}

// id tells what was found from anything else that the same check finds, in
// whichever language and whatever was counted.
func (one finding) id() string {
	bare := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, one.what.English)
	sum := sha256.Sum256([]byte(string(one.verdict) + "\x00" + string(one.side) + "\x00" + bare))
	return one.check + "-" + hex.EncodeToString(sum[:4])
}

// fingerprint tells settings from others; "" if that cannot be told without
// telling something of a secret. Of a secret of the usual form its own
// fingerprint counts.
func (p *portal) fingerprint() string {
	said := []any{p.origins, []string{p.paths.signIn, p.paths.login, p.paths.callback, p.paths.loggedOut, p.paths.keys, p.paths.sector}, p.environment.Issuer, p.config.ClientID, p.config.Scopes, p.config.Level, p.config.RequestAMR, p.config.RedirectURL, p.config.PostLogoutRedirectURL,
		p.grantedScopes, p.publicKeys, p.disabled, len(p.problems)}
	for _, secret := range []string{string(p.config.ClientSecret), string(p.config.NextClientSecret)} {
		switch {
		case hex64.MatchString(secret):
			said = append(said, fingerprint(secret))
		case secret != "":
			return ""
		}
	}
	h := sha256.New()
	if json.NewEncoder(h).Encode(said) != nil {
		return ""
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// askFleet asks FranceConnect and the portals, one town after the other, and
// keeps what it has found. It returns what is wrong with the file to keep it in.
func (prog *program) askFleet(ctx context.Context, f *fleet, towns []town, run, begun *fleetRun) text.Text {
	known := begun.answers(run)
	asked := 0
	for i := range towns {
		r := &run.Towns[i]
		if !f.online || r.takeAnswers(known[r.Town]) {
			continue
		}
		p := towns[i].portal(f.model)
		if p.unreadable || p.disabled || !p.environment.isKnown() {
			continue // there is nothing to ask
		}
		if asked%keepEvery == 0 && f.state != "" {
			run.Complete = false
			if why := run.keep(f.state); why.French != "" {
				return why
			}
		}
		if asked++; asked > 1 && prog.wait(ctx, f.pace) != nil {
			run.Stopped = prog.say(interrupted)
			break
		}
		at := prog.now().UTC().Truncate(time.Second)
		found, stopped := prog.askTown(ctx, p)
		if stopped.French != "" {
			run.Stopped = prog.say(stopped)
			break
		}
		r.Asked = &at
		r.add(prog, found, true)
	}
	run.Complete = run.Stopped == ""
	run.count()
	if f.state != "" {
		return run.keep(f.state)
	}
	return text.Text{}
}

var interrupted = text.Of("la passe a été interrompue", "the run was interrupted")

// askTown makes the checks of one town that need the network, within its time. It
// returns why the run is to stop, if it is: what was found then says nothing.
func (prog *program) askTown(ctx context.Context, p *portal) (found findings, stopped text.Text) {
	one, cancel := context.WithTimeout(ctx, townTime)
	defer cancel()
	ask := *prog
	ask.tooMany = func(host string) {
		if host == hostOf(p.environment.Issuer) {
			stopped = text.Of("FranceConnect demande de ralentir (429) : reprenez plus tard, avec -etat et un -rythme plus long", "FranceConnect asks to slow down (429): go on later, with -etat and a longer -rythme")
		}
	}
	ask.checkProvider(one, &found, p)
	if stopped.French == "" {
		ask.checkSite(one, &found, p)
	}
	if ctx.Err() != nil {
		stopped = interrupted
	}
	return found, stopped
}

// answers returns what an interrupted run found of towns, as far as it is of use
// to another.
func (begun *fleetRun) answers(run *fleetRun) map[string]townReport {
	all := map[string]townReport{}
	if begun == nil || begun.Language != run.Language {
		return all
	}
	for _, was := range begun.Towns {
		if was.Asked != nil && was.Settings != "" && run.Date.Sub(*was.Asked).Abs() <= resumeWithin {
			all[was.Town] = was
		}
	}
	return all
}

// takeAnswers takes what an interrupted run found of the town, if its settings
// are still the same. It reports whether it did.
func (r *townReport) takeAnswers(was townReport) bool {
	if was.Settings == "" || was.Settings != r.Settings {
		return false
	}
	r.Asked = was.Asked
	for _, one := range was.Findings {
		if one.Network {
			r.Findings = append(r.Findings, one)
		}
	}
	r.judge()
	return true
}
