package main

import "slices"

// A townChange is what became of a town since an earlier run.
type townChange struct {
	Kind     string        `json:"change"` // new, gone or changed
	Was      townState     `json:"was,omitempty"`
	WasOn    string        `json:"was_on,omitempty"` // environment, if it is another
	Now      townReport    `json:"now"`              // with what appeared alone
	Resolved []townFinding `json:"resolved,omitempty"`
}

// townChanges are those of a fleet, in the order of the towns; those that are gone
// are last.
type townChanges []townChange

// worse reports whether something more is to be corrected.
func (all townChanges) worse() bool {
	return slices.ContainsFunc(all, func(c townChange) bool { return c.Now.State == townToCorrect && c.Now.any(bad) })
}

// since returns what has changed since an earlier run. Where one of the two did
// not ask the network, what the other found there is left out.
func (run *fleetRun) since(last *fleetRun) townChanges {
	all := townChanges{}
	before := map[string]townReport{}
	for _, t := range last.Towns {
		before[t.Town] = t
	}
	for _, now := range run.Towns {
		was, known := before[now.Town]
		delete(before, now.Town)
		if !known {
			all = append(all, townChange{Kind: "new", Now: now})
			continue
		}
		if (was.Asked == nil) != (now.Asked == nil) {
			was, now = was.offline(), now.offline()
		}
		c := townChange{Kind: "changed", Was: was.State, Resolved: was.without(now.Findings)}
		if was.Environment != now.Environment {
			c.WasOn = was.Environment
		}
		appeared := now.without(was.Findings)
		if was.State != now.State || was.Environment != now.Environment || len(appeared) > 0 || len(c.Resolved) > 0 {
			c.Now = now
			c.Now.Findings = appeared
			all = append(all, c)
		}
	}
	for _, was := range last.Towns {
		if _, gone := before[was.Town]; gone {
			gone := was
			gone.State, gone.Findings = townGone, []townFinding{}
			all = append(all, townChange{Kind: "gone", Was: was.State, Now: gone})
		}
	}
	return all
}

// offline returns what was found without the network.
func (r townReport) offline() townReport {
	r.Findings = slices.DeleteFunc(slices.Clone(r.Findings), func(one townFinding) bool { return one.Network })
	r.Asked = nil
	r.judge()
	return r
}

// without returns the findings that are not among others.
func (r townReport) without(others []townFinding) []townFinding {
	return slices.DeleteFunc(slices.Clone(r.Findings), func(one townFinding) bool {
		return slices.ContainsFunc(others, func(o townFinding) bool { return o.ID == one.ID })
	})
}
