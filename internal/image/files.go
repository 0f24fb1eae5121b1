package main

import (
	"archive/tar"
	"bytes"
	"debug/elf"
	"encoding/pem"
	"errors"
	"fmt"
	"time"

	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// nobody is the user and the group of what runs, as apply-job.yaml has it.
const nobody = 65532

// machines are the architectures of Linux that releases are made for.
var machines = map[elf.Machine]string{elf.EM_X86_64: "amd64", elf.EM_AARCH64: "arm64"}

// archOf is what a binary runs on. It has to bring all that it needs: in the image there is nothing else.
func archOf(binary []byte) (string, error) {
	f, err := elf.NewFile(bytes.NewReader(binary))
	if err != nil {
		return "", fmt.Errorf("is no program of Linux: %w", err)
	}
	defer f.Close()
	arch, ok := machines[f.Machine]
	if !ok {
		return "", fmt.Errorf("is for %s, and images are made for amd64 and arm64", f.Machine)
	}
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			return "", errors.New("needs libraries that are not in the image: build it with CGO_ENABLED=0, as make build does")
		}
	}
	return arch, nil
}

// certificates are the roots that Mozilla trusts for whatever they sign. Those that it trusts for a part of that are left
// out: a file of certificates cannot say which part.
func certificates() []byte {
	var all bytes.Buffer
	for root := range bundle.Roots() {
		if root.Constraint == nil {
			_ = pem.Encode(&all, &pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate}) // a buffer takes everything
		}
	}
	return all.Bytes()
}

// layer is all that is in the image, as a tar file. Nobody may write to any of it.
func layer(binary []byte) ([]byte, error) {
	files := []struct {
		name string
		mode int64
		data []byte // nil for a folder
	}{
		{"etc/", 0o755, nil},
		{"etc/group", 0o644, fmt.Appendf(nil, "nobody:x:%d:\n", nobody)},
		{"etc/passwd", 0o644, fmt.Appendf(nil, "nobody:x:%d:%d:nobody:/:/none\n", nobody, nobody)},
		{"etc/ssl/", 0o755, nil},
		{"etc/ssl/certs/", 0o755, nil},
		{"etc/ssl/certs/ca-certificates.crt", 0o644, certificates()},
		{"onus", 0o755, binary},
		{"work/", 0o755, nil},
	}
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, f := range files {
		h := &tar.Header{Typeflag: tar.TypeReg, Name: f.name, Mode: f.mode, Size: int64(len(f.data)), ModTime: time.Unix(0, 0),
			Format: tar.FormatUSTAR}
		if f.data == nil {
			h.Typeflag = tar.TypeDir
		}
		err := w.WriteHeader(h)
		if err == nil {
			_, err = w.Write(f.data)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
	}
	return out.Bytes(), w.Close()
}
