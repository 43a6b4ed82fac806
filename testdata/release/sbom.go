package main

import (
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"os"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"
)

// writeSBOM writes what a program is made of (CycloneDX 1.6, as JSON), as Go
// wrote it into the program: its modules with their versions and sums, and the
// standard library. Which commit that is, Go does not write into a program that
// it installs by its version: the release says so. It has neither time nor serial number, so that the same
// program has the same.
func (r *release) writeSBOM(program, to string) error {
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(program)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(text)
	main := component(info.Main.Path, info.Main.Version, info.Main.Sum)
	main.Type = cdx.ComponentTypeApplication
	main.Hashes = &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: hex.EncodeToString(sum[:])}}
	main.PackageURL += "#" + strings.TrimPrefix(info.Path, info.Main.Path+"/")
	main.BOMRef = main.PackageURL
	for _, s := range info.Settings {
		*main.Properties = append(*main.Properties, cdx.Property{Name: "go:build:" + s.Key, Value: s.Value})
	}
	*main.Properties = append(*main.Properties, cdx.Property{Name: "vcs.revision", Value: r.commit})
	all := []cdx.Component{component("std", strings.TrimPrefix(info.GoVersion, "go"), "")}
	for _, m := range info.Deps {
		all = append(all, component(m.Path, m.Version, m.Sum))
	}
	var refs []string
	for _, c := range all {
		refs = append(refs, c.BOMRef)
	}
	bom := cdx.NewBOM()
	bom.Metadata = &cdx.Metadata{Component: &main}
	bom.Components = &all
	bom.Dependencies = &[]cdx.Dependency{{Ref: main.BOMRef, Dependencies: &refs}}
	f, err := os.Create(to)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := cdx.NewBOMEncoder(f, cdx.BOMFileFormatJSON).SetPretty(true).Encode(bom); err != nil {
		return err
	}
	return f.Close()
}

// component is a Go module; the package URL is what databases of
// vulnerabilities know it by. A go.sum hash is none of a file, and so a property.
func component(path, version, sum string) cdx.Component {
	url := "pkg:golang/" + path + "@" + version
	c := cdx.Component{BOMRef: url, Type: cdx.ComponentTypeLibrary, Name: path, Version: version, PackageURL: url, Properties: &[]cdx.Property{}}
	if sum != "" {
		*c.Properties = append(*c.Properties, cdx.Property{Name: "go:sum", Value: sum})
	}
	return c
}
