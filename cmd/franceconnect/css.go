package main

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A cssRule is a rule of a style sheet, for one selector.
type cssRule struct {
	selector   string
	properties map[string]string
}

// A styleSheet is all that was read, in order. It is not a browser’s cascade:
// of the rules that fit an element by itself, the last one counts.
type styleSheet []cssRule

var (
	cssComments = regexp.MustCompile(`(?s)/\*.*?\*/`)
	otherMedia  = regexp.MustCompile(`(?i)print|dark|forced-colors|prefers-`)
	lastPart    = regexp.MustCompile(`[^\s>+~]+$`)
	simpleParts = regexp.MustCompile(`^[a-zA-Z][\w-]*|[.#][\w-]+|\[[^\]]*\]|::?[\w-]+(\([^)]*\))?|\*`)
	cssVariable = regexp.MustCompile(`var\(\s*(--[\w-]+)\s*(?:,\s*([^()]+))?\)`)
	cssNumbers  = regexp.MustCompile(`[0-9.]+`)
	cssImage    = regexp.MustCompile(`(?i)url\(|gradient\(`)
	cssColour   = regexp.MustCompile(`(?i)#[0-9a-f]{3,8}\b|rgba?\([^)]*\)|\b(white|black|transparent)\b`)
	hovered     = regexp.MustCompile(`:hover\b`)
	relations   = regexp.MustCompile(`[\s>+~]+`)
)

// readStyles reads style sheets; those for paper and for dark screens are left
// out.
func readStyles(css string) (all styleSheet) {
	css = cssComments.ReplaceAllString(css, "")
	for {
		open := strings.IndexByte(css, '{')
		if open < 0 {
			return all
		}
		head := css[:open]
		head = strings.TrimSpace(head[strings.LastIndexAny(head, ";}")+1:])
		depth, end := 0, len(css)
		for i := open; i < len(css); i++ {
			switch css[i] {
			case '{':
				depth++
			case '}':
				depth--
			}
			if depth == 0 {
				end = i
				break
			}
		}
		body := css[open+1 : end]
		css = css[min(end+1, len(css)):]
		switch {
		case strings.HasPrefix(head, "@"):
			if strings.HasPrefix(head, "@media") && !otherMedia.MatchString(head) || strings.HasPrefix(head, "@layer") || strings.HasPrefix(head, "@supports") {
				all = append(all, readStyles(body)...)
			}
		default:
			says := map[string]string{}
			for line := range strings.SplitSeq(body, ";") {
				if name, value, ok := strings.Cut(line, ":"); ok {
					says[strings.ToLower(strings.TrimSpace(name))] = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "!important"))
				}
			}
			for selector := range strings.SplitSeq(head, ",") {
				all = append(all, cssRule{strings.TrimSpace(selector), says})
			}
		}
	}
}

// matches reports whether a selector is about an element by itself; what it says
// of what is around is not looked at.
func (s cssRule) matches(e element) bool {
	last := lastPart.FindString(s.selector)
	return last != "" && !hovered.MatchString(last) && e.matchesSelector(last)
}

// matchesSelector reports whether a selector without relations is about an
// element; :hover and
// links are.
func (e element) matchesSelector(selector string) bool {
	classes := strings.Fields(attribute(e.attributes, "class"))
	for _, part := range simpleParts.FindAllString(selector, -1) {
		switch {
		case strings.HasPrefix(part, "."):
			if !slices.Contains(classes, part[1:]) {
				return false
			}
		case strings.HasPrefix(part, "#"):
			if attribute(e.attributes, "id") != part[1:] {
				return false
			}
		case strings.HasPrefix(part, ":"):
			if !strings.HasPrefix(part, ":hover") && part != ":link" && part != ":any-link" {
				return false
			}
		case strings.HasPrefix(part, "["), part == "*":
		case !strings.EqualFold(part, e.tag):
			return false
		}
	}
	return true
}

// property returns what the styles say of an element, or "".
func (s styleSheet) property(e element, property string) (value string) {
	for _, one := range s {
		if !one.matches(e) {
			continue
		}
		if said := one.properties[property]; said != "" {
			value = said
		}
		if said := one.properties["background"]; said != "" && (property == "background-color" && cssColour.MatchString(s.resolve(e, said)) || property == "background-image" && cssImage.MatchString(said)) {
			value = said
		}
	}
	if own := readStyles("x{" + attribute(e.attributes, "style") + "}"); len(own) == 1 && own[0].properties[property] != "" {
		value = own[0].properties[property]
	}
	return s.resolve(e, value)
}

// changesOnHover reports whether an element, or what is in it, looks different
// under the pointer.
func (s styleSheet) changesOnHover(e element) bool {
	return slices.ContainsFunc(s, func(one cssRule) bool {
		return len(one.properties) > 0 && slices.ContainsFunc(relations.Split(one.selector, -1), func(part string) bool { return hovered.MatchString(part) && e.matchesSelector(part) })
	})
}

// resolve replaces variables, which an element has itself or from the root of
// the page.
func (s styleSheet) resolve(e element, value string) string {
	for range 5 {
		m := cssVariable.FindStringSubmatch(value)
		if m == nil {
			break
		}
		known, own := m[2], false
		for _, one := range s {
			said, fits := one.properties[m[1]], one.matches(e)
			if said != "" && (fits || !own && slices.Contains([]string{":root", "html", "body"}, one.selector)) {
				known, own = said, own || fits
			}
		}
		value = strings.Replace(value, m[0], known, 1)
	}
	return value
}

// A rgb is a colour, each part from 0 to 1.
type rgb [3]float64

var white = rgb{1, 1, 1}

// colour returns the one that the styles give, if it can be known.
func (s styleSheet) colour(e element, property string) (rgb, bool) {
	value := strings.ToLower(cssColour.FindString(s.property(e, property)))
	switch {
	case value == "white":
		return white, true
	case value == "black":
		return rgb{}, true
	case strings.HasPrefix(value, "#"):
		hex := value[1:]
		if len(hex) == 3 {
			hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
		}
		n, err := strconv.ParseUint(hex, 16, 32)
		return rgb{float64(n>>16&255) / 255, float64(n>>8&255) / 255, float64(n&255) / 255}, err == nil && len(hex) == 6
	case strings.HasPrefix(value, "rgb"):
		parts := cssNumbers.FindAllString(value, -1)
		if len(parts) != 3 || strings.Contains(value, "%") {
			return rgb{}, false // transparent in some measure
		}
		var c rgb
		for i, part := range parts {
			n, _ := strconv.ParseFloat(part, 64) // digits and dots; too many are 0
			c[i] = min(n, 255) / 255
		}
		return c, true
	}
	return rgb{}, false
}

// contrast returns that of two colours, from 1 to 21: WCAG 2, contrast ratio.
func contrast(a, b rgb) float64 {
	light, dark := luminance(a), luminance(b)
	if light < dark {
		light, dark = dark, light
	}
	return (light + 0.05) / (dark + 0.05)
}

func luminance(c rgb) float64 {
	for i, v := range c {
		if c[i] = v / 12.92; v > 0.04045 {
			c[i] = math.Pow((v+0.055)/1.055, 2.4)
		}
	}
	return 0.2126*c[0] + 0.7152*c[1] + 0.0722*c[2]
}
