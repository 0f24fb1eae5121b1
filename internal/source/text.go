package source

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"io"
	"slices"

	"github.com/onus-project/onus/internal/document"
)

// seals are how files begin that only their owner can read: those of Ansible
// Vault, git-crypt and age.
//
// Sources: docs.ansible.com/ansible/latest/vault_guide (payload format), the
// README of AGWA/git-crypt, and C2SP/C2SP age.md.
var seals = [][]byte{
	[]byte("$ANSIBLE_VAULT;"), []byte("\x00GITCRYPT\x00"), []byte("age-encryption.org/"), []byte("-----BEGIN AGE ENCRYPTED FILE-----"),
}

// errEncrypted is the error of a file that only its owner can read.
var errEncrypted = &document.Error{Msg: "is encrypted"}

// text is what a file holds, unpacked where it is gzipped, and how it begins.
func text(name string, from io.Reader) (*bufio.Reader, []byte, error) {
	in := bufio.NewReaderSize(from, 1<<16)
	head, _ := in.Peek(64)
	switch {
	case slices.ContainsFunc(seals, func(seal []byte) bool { return bytes.HasPrefix(head, seal) }):
		return nil, nil, &document.Error{File: name, Msg: errEncrypted.Msg}
	case !bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		return document.Text(name, in)
	}
	unpacked, err := gzip.NewReader(in)
	if err != nil {
		return nil, nil, document.PathError(name, err)
	}
	return document.Text(name, unpacked)
}
