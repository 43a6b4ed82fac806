package main

import "slices"

// connections returns the row of what default settings do to a provider over TLS
// and HTTP/1.1, with 32 people signing in at once. The floor is Go's default
// transport.
func connections() row {
	const name = "connections opened a login, 32 at once, TLS"
	return row{name: name, count: func() ([]line, error) {
		l := line{name: name, counted: true, cells: map[string]cell{}}
		p, plain := serve(true, false), serve(true, true)
		defer trust(p.server.Certificate())() // they have the same
		for _, s := range slices.Concat(signIns, []party{{"zitadel", zitadelLogin}}) {
			at := p
			if s.name == "zitadel" {
				at = plain
			}
			run, err := s.open(at, nil)
			if err != nil {
				return nil, err
			}
			c := at.visitor(s.name, run)
			if err := c.prove(); err != nil {
				return nil, err
			}
			r := row{atOnce: 32}
			r.pace(c, 256)
			const logins = 1024
			before := at.connections.Load()
			r.pace(c, logins)
			l.cells[s.name] = cell{value: float64(at.connections.Load()-before) / logins}
		}
		return []line{l}, nil
	}}
}
