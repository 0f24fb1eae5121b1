package cluster

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
)

// credentials writes what the API server knows its clients by: a key for
// service accounts, and one token for everybody else.
func (c *Cluster) credentials() error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return err
	}
	if err := c.write("sa.key", pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})); err != nil {
		return err
	}
	token := rand.Text()
	if err := c.write("tokens.csv", fmt.Appendf(nil, "%s,lab,lab,system:masters\n", token)); err != nil {
		return err
	}
	return c.write("kubeconfig", fmt.Appendf(nil, kubeconfig, c.server, c.file("certs/apiserver.crt"), token))
}

// The API server makes its own certificate, and writes it down on its start.
const kubeconfig = `apiVersion: v1
kind: Config
current-context: lab
contexts:
- name: lab
  context: {cluster: lab, user: lab, namespace: default}
clusters:
- name: lab
  cluster: {server: "%s", certificate-authority: "%s"}
users:
- name: lab
  user: {token: "%s"}
`

func (c *Cluster) file(name string) string { return filepath.Join(c.Dir, name) }

func (c *Cluster) write(name string, data []byte) error {
	return os.WriteFile(c.file(name), data, 0o600)
}
