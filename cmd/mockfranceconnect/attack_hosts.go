package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// permitPath is where a portal on a host of the Internet says that it may be
// attacked, in the words of permit.
const (
	permitPath = "/.well-known/mockfranceconnect.txt"
	permit     = "mockfranceconnect may attack this host"
)

// A hostGuard keeps the attacks on this machine and on private addresses. One other
// host may be attacked, by its name, if its portal says so itself; FranceConnect's
// never.
type hostGuard struct {
	allowed string // the name of the other host; may be ""
	checked bool   // it says so
	lookup  func(ctx context.Context, host string) ([]net.IP, error)
}

// isFranceConnect reports whether a host is one of FranceConnect's own.
func isFranceConnect(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return slices.ContainsFunc([]string{"franceconnect.gouv.fr", "dev-franceconnect.fr", "franceconnect.dev", "proconnect.gouv.fr", "agentconnect.gouv.fr"}, func(own string) bool {
		return host == own || strings.HasSuffix(host, "."+own)
	})
}

// isNear reports whether an address is of this machine or of a private network.
func isNear(ip net.IP) bool { return ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast() }

// check refuses addresses on hosts that may not be attacked.
func (g *hostGuard) check(ctx context.Context, addresses []string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	done := map[string]bool{}
	for _, address := range addresses {
		u, err := url.Parse(address)
		if err != nil || u.Host == "" {
			return fmt.Errorf("%q is no address with its host", address)
		}
		host := u.Hostname()
		if done[host] {
			continue
		}
		done[host] = true
		if isFranceConnect(host) {
			return fmt.Errorf("%s is FranceConnect’s: it is never attacked", host)
		}
		ips, err := g.resolve(ctx, host)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(ips, func(ip net.IP) bool { return !isNear(ip) }) {
			continue
		}
		if host != g.allowed {
			return fmt.Errorf("%s is neither this machine nor on a private network: -host %s attacks it, if its portal serves %s", host, host, permitPath)
		}
		if err := g.askPermit(ctx, u); err != nil {
			return err
		}
	}
	return nil
}

func (g *hostGuard) resolve(ctx context.Context, host string) ([]net.IP, error) {
	if ip := net.ParseIP(host); ip != nil {
		return []net.IP{ip}, nil
	}
	lookup := g.lookup
	if lookup == nil {
		lookup = func(ctx context.Context, host string) ([]net.IP, error) {
			return net.DefaultResolver.LookupIP(ctx, "ip", host)
		}
	}
	ips, err := lookup(ctx, host)
	if err != nil {
		return nil, fmt.Errorf("the name %s does not resolve", host)
	}
	return ips, nil
}

// askPermit asks a portal whether it may be attacked.
func (g *hostGuard) askPermit(ctx context.Context, portal *url.URL) error {
	g.checked = true
	at := &url.URL{Scheme: portal.Scheme, Host: portal.Host, Path: permitPath}
	transport := g.transport()
	defer transport.CloseIdleConnections()
	asks := &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err == nil {
		var res *http.Response
		if res, err = asks.Do(r); err == nil {
			defer res.Body.Close()
			text, _ := io.ReadAll(io.LimitReader(res.Body, 1<<10)) // half of it is not it
			if res.StatusCode == http.StatusOK && strings.TrimSpace(string(text)) == permit {
				return nil
			}
		}
	}
	g.checked = false
	return fmt.Errorf("%s does not answer “%s”: %s is not attacked", at, permit, portal.Hostname())
}

// transport returns one that reaches near addresses, and the allowed host once it
// is checked, whatever a name resolves to later and wherever a redirect leads.
func (g *hostGuard) transport() *http.Transport {
	return &http.Transport{DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
		host, port, err := net.SplitHostPort(addr)
		if err != nil {
			return nil, err
		}
		if isFranceConnect(host) {
			return nil, fmt.Errorf("%s is FranceConnect’s", host)
		}
		ips, err := g.resolve(ctx, host)
		if err != nil {
			return nil, err
		}
		err = fmt.Errorf("%s may not be attacked", host)
		for _, ip := range ips {
			if !isNear(ip) && (host != g.allowed || !g.checked) {
				continue
			}
			var conn net.Conn
			if conn, err = new(net.Dialer).DialContext(ctx, network, net.JoinHostPort(ip.String(), port)); err == nil {
				return conn, nil
			}
		}
		return nil, err
	}}
}
