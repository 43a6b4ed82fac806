package main

import (
	"encoding/json"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// readHosts reads one host or several, or nil if one is wrong.
func readHosts(value json.RawMessage) (hosts []string) {
	var list []string
	if json.Unmarshal(value, &list) != nil {
		list = make([]string, 1)
		if json.Unmarshal(value, &list[0]) != nil {
			return nil
		}
	}
	for _, text := range list {
		host := cleanHost(text)
		if host == "" {
			return nil
		}
		if !slices.Contains(hosts, host) {
			hosts = append(hosts, host)
		}
	}
	return hosts
}

// cleanHost makes what people paste what browsers send: "https://Aides.Ville.fr/"
// is aides.ville.fr. It is "" if that cannot be.
func cleanHost(text string) string {
	text = strings.ToLower(strings.TrimSpace(text))
	text = strings.TrimPrefix(strings.TrimPrefix(text, "https://"), "http://")
	text = strings.TrimSuffix(text, "/")
	u, err := url.Parse("https://" + text)
	if err != nil || u.Host != text || u.Hostname() == "" || strings.HasSuffix(text, ":") ||
		strings.ContainsFunc(text, func(r rune) bool {
			return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789-.:[]", r)
		}) {
		return ""
	}
	if port := map[string]string{"https://": ":443", "http://": ":80"}[scheme(text)]; strings.HasSuffix(text, port) {
		return strings.TrimSuffix(text, port)
	}
	return text
}

// scheme returns how people reach a host: https, or http on this machine.
func scheme(host string) string {
	u, err := url.Parse("https://" + host)
	if err != nil {
		return "https://"
	}
	if ip, err := netip.ParseAddr(u.Hostname()); u.Hostname() == "localhost" || err == nil && ip.IsLoopback() {
		return "http://"
	}
	return "https://"
}

// assignHosts gives each host to one organisation. Who has it keeps it, so that a
// slip of the pen in one file takes nobody off the air and hands nobody's
// citizens to another; between newcomers the first by name has it. What one
// leaves is free for the next. A portal that is closed keeps nobody out.
func assignHosts(names []string, files map[string]*fileState) {
	holder := map[string]string{}
	hold := func(name string) {
		if o := files[name].serves; o != nil && !o.closed {
			for _, host := range o.hosts {
				holder[host] = name
			}
		}
	}
	for _, name := range names {
		hold(name)
	}
	for again := true; again; {
		again = false
		for _, name := range names {
			f := files[name]
			if f.want == nil || f.want == f.serves {
				continue
			}
			f.holder = ""
			for _, host := range f.want.hosts {
				if other := holder[host]; other != "" && other != name && !f.want.closed {
					f.holder = other
				}
			}
			if f.holder != "" {
				continue
			}
			left := f.serves
			if left != nil && !left.closed {
				for _, host := range left.hosts {
					delete(holder, host)
				}
			}
			f.serves = f.want
			hold(name)
			if left != nil { // somebody may have waited for what it left, and the first by name has it
				again = true
				break
			}
		}
	}
}
