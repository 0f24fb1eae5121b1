// Package lab holds the rules of onus against the real thing: the code of
// Kubernetes and Karpenter itself, on random inputs.
//
// It is a module of its own so that the main one depends on neither. The first
// build takes a few minutes:
//
//	cd lab && go test ./...
//
// More cases for as long as there is patience:
//
//	go test ./... -rapid.checks=100000
package lab
