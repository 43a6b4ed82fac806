package main

import (
	"fmt"
	"net"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// A simulator is a FranceConnect in a box, and where it is.
type simulator struct {
	*mockidp.Provider
	host string
}

// simulators returns the ones that the towns in villes/ name, with the client that is
// in their files. Two hosts, since a browser keeps the cookies of a host for all
// its ports. Leave this file out of a program that is not an example.
func simulators() (all []simulator, err error) {
	for _, s := range []struct {
		platform mockidp.Platform
		host     string
	}{{mockidp.V2, "127.0.0.1:8600"}, {mockidp.Plus, "localhost:8601"}} {
		provider, err := mockidp.New(mockidp.Config{Platform: s.platform, Origin: "http://" + s.host})
		if err != nil {
			return nil, err
		}
		all = append(all, simulator{provider, s.host})
	}
	return all, nil
}

// sitesOf listens where the simulators are. With an error, it returns those
// that listen already.
func sitesOf(all []simulator) (sites []site, err error) {
	for _, s := range all {
		l, err := net.Listen("tcp", s.host)
		if err != nil {
			return sites, fmt.Errorf("the simulator: %w", err)
		}
		sites = append(sites, site{l, s})
	}
	return sites, nil
}
