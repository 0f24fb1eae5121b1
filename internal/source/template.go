package source

import (
	"bufio"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/source/helm"
	"github.com/onus-project/onus/internal/source/manifest"
)

// templates are extensions of files that a program fills in before they are
// manifests: Terraform's templatefile and Go programs, Jinja and Ansible, GNU
// autoconf, ERB, Mustache.
var templates = []string{
	".tpl", ".tftpl", ".tmpl", ".gotmpl", ".gotemplate", ".template", ".j2", ".jinja", ".jinja2", ".in", ".erb", ".mustache",
}

// isTemplate reports whether a file is a template by its name.
func isTemplate(name string) bool {
	name = strings.ToLower(filepath.Base(name))
	return slices.Contains(templates, filepath.Ext(name)) || strings.Contains(name, ".tftpl.")
}

// template notes what a template may make. One that the user named is read as far
// as it can be.
func (r *reading) template(name string, in *bufio.Reader) error {
	if r.named {
		return r.manifest(name, in)
	}
	text, err := io.ReadAll(in)
	if err != nil {
		return document.PathError(name, err)
	}
	if f := manifest.Unrendered(name, text); f != nil && !helm.Silent(text) {
		r.fault(*f)
		return nil
	}
	r.kubernetes.Seen.Skipped++
	return nil
}
