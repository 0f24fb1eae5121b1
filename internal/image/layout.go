package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// The parts of an image layout.
//
// Source: image-layout.md, manifest.md and config.md of github.com/opencontainers/image-spec v1.1.
type (
	descriptor struct {
		MediaType   string            `json:"mediaType"`
		Digest      string            `json:"digest"`
		Size        int               `json:"size"`
		Platform    *platform         `json:"platform,omitempty"`
		Annotations map[string]string `json:"annotations,omitempty"`
	}
	platform struct {
		Architecture string `json:"architecture"`
		OS           string `json:"os"`
	}
	manifest struct {
		SchemaVersion int          `json:"schemaVersion"`
		MediaType     string       `json:"mediaType"`
		Config        descriptor   `json:"config"`
		Layers        []descriptor `json:"layers"`
	}
	index struct {
		SchemaVersion int          `json:"schemaVersion"`
		MediaType     string       `json:"mediaType"`
		Manifests     []descriptor `json:"manifests"`
	}
	config struct {
		platform
		Created time.Time `json:"created"`
		Config  execution `json:"config"`
		RootFS  rootFS    `json:"rootfs"`
		History []history `json:"history"`
	}
	execution struct {
		User       string
		Env        []string
		Entrypoint []string
		WorkingDir string
	}
	rootFS struct {
		Type    string   `json:"type"`
		DiffIDs []string `json:"diff_ids"`
	}
	history struct {
		Created   time.Time `json:"created"`
		CreatedBy string    `json:"created_by"`
	}
	// loaded is how `docker load` finds the same image, in releases that do not read layouts.
	loaded struct {
		Config   string
		RepoTags []string
		Layers   []string
	}
)

// Media types of the parts.
const (
	indexType    = "application/vnd.oci.image.index.v1+json"
	manifestType = "application/vnd.oci.image.manifest.v1+json"
	configType   = "application/vnd.oci.image.config.v1+json"
	layerType    = "application/vnd.oci.image.layer.v1.tar+gzip"
)

// archive is a layout in the making.
type archive struct {
	w   *tar.Writer
	err error
}

// Write writes the image of a binary.
func Write(w io.Writer, binary []byte, arch, name string) error {
	plain, err := layer(binary)
	if err != nil {
		return err
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err = z.Write(plain); err == nil {
		err = z.Close()
	}
	if err != nil {
		return err
	}
	a := &archive{w: tar.NewWriter(w)}
	a.file("oci-layout", []byte(`{"imageLayoutVersion":"1.0.0"}`))
	a.folder("blobs/")
	a.folder("blobs/sha256/")
	in, began := platform{arch, "linux"}, time.Unix(0, 0).UTC()
	c := a.blobOf(configType, config{platform: in, Created: began,
		Config: execution{User: fmt.Sprintf("%d:%d", nobody, nobody), Env: []string{"PATH=/"}, Entrypoint: []string{"/onus"},
			WorkingDir: "/work"},
		RootFS: rootFS{"layers", []string{"sha256:" + sum(plain)}}, History: []history{{began, "make image"}}})
	l := a.blob(layerType, packed.Bytes())
	m := a.blobOf(manifestType, manifest{2, manifestType, c, []descriptor{l}})
	m.Platform, m.Annotations = &in, map[string]string{"org.opencontainers.image.ref.name": name}
	a.json("index.json", index{2, indexType, []descriptor{m}})
	a.json("manifest.json", []loaded{{pathOf(c), []string{name}, []string{pathOf(l)}}})
	if a.err != nil {
		return a.err
	}
	return a.w.Close()
}

func sum(data []byte) string {
	is := sha256.Sum256(data)
	return hex.EncodeToString(is[:])
}

func pathOf(d descriptor) string { return "blobs/sha256/" + d.Digest[len("sha256:"):] }

func (a *archive) blob(mediaType string, data []byte) descriptor {
	d := descriptor{MediaType: mediaType, Digest: "sha256:" + sum(data), Size: len(data)}
	a.file(pathOf(d), data)
	return d
}

func (a *archive) blobOf(mediaType string, v any) descriptor {
	data, err := json.Marshal(v)
	a.failed(err)
	return a.blob(mediaType, data)
}

func (a *archive) json(name string, v any) {
	data, err := json.Marshal(v)
	a.failed(err)
	a.file(name, data)
}

func (a *archive) folder(name string) {
	a.failed(a.w.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: name, Mode: 0o755, ModTime: time.Unix(0, 0), Format: tar.FormatUSTAR}))
}

func (a *archive) file(name string, data []byte) {
	a.failed(a.w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o644, Size: int64(len(data)), ModTime: time.Unix(0, 0),
		Format: tar.FormatUSTAR}))
	if a.err == nil {
		_, err := a.w.Write(data)
		a.failed(err)
	}
}

// failed keeps the first error.
func (a *archive) failed(err error) {
	if a.err == nil {
		a.err = err
	}
}
