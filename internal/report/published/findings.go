package published

import (
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
)

// FindingsSchema is the schema of Findings.
const FindingsSchema = "onus.findings/v1"

// Findings is what onus check found.
type Findings struct {
	Head
	Tool        Tool                  `json:"tool"`
	Summary     finding.Summary       `json:"summary"`
	Nothing     string                `json:"nothing,omitempty"` // why there was nothing to check; empty where something was
	Next        *Next                 `json:"next,omitempty"`    // nil where no edit can be made of a fix
	Filter      *Filter               `json:"filter,omitempty"`  // nil where everything is told
	Config      string                `json:"config,omitempty"`  // the file that it was configured by
	FailOn      string                `json:"failOn,omitempty"`  // empty where everything that is broken fails the run
	Read        Read                  `json:"read"`
	Units       []Unit                `json:"units"`
	Unread      []origin.Unread       `json:"unread"`
	Unreadable  []origin.Fault        `json:"unreadable"`      // of the input; everything else was checked
	Notes       []origin.Fault        `json:"notes,omitempty"` // of what was read otherwise than its author may think
	Lines       []Line                `json:"lines"`
	Unlocated   []string              `json:"unlocated"` // nodes that no evidence rule recognises
	Findings    []finding.Finding     `json:"findings"`
	Baseline    *Baseline             `json:"baseline,omitempty"`
	Waivers     []Waiver              `json:"waivers"`
	Ignored     []Ignored             `json:"ignored"`
	NotLookedAt []string              `json:"notLookedAt"`
	Obligations map[string]Obligation `json:"obligations"` // those of the findings
	Sources     map[string]Source     `json:"sources"`
}

// Next is what makes edits of the fixes of findings: a command, and how many edits, or
// commands of kubectl, it begins with, each once. It tries them, and leaves out those that
// cure nothing. Of many findings in large files the edits are not counted: 0, as cures is.
type Next struct {
	Command  string `json:"command"`
	Edits    int    `json:"edits"`
	Commands int    `json:"commands,omitempty"`
	Cures    int    `json:"cures"` // how many findings ask for them
}

// Filter is what was asked for; summary.leftOut counts the rest.
type Filter struct {
	Only        []string `json:"only,omitempty"`
	Skip        []string `json:"skip,omitempty"`
	MinSeverity string   `json:"minSeverity,omitempty"`
	Namespaces  []string `json:"namespaces,omitempty"`
	Workloads   []string `json:"workloads,omitempty"`
	Selector    string   `json:"selector,omitempty"`
}

// Baseline is what became of it: what is held now, and what is not found any more.
type Baseline struct {
	File  string  `json:"file"`
	Cured []Known `json:"cured"`
	Gone  []Known `json:"gone"`
}

// Known is a finding of a baseline.
type Known struct {
	Obligation  string          `json:"obligation"`
	Subject     finding.Subject `json:"subject"`
	Fingerprint string          `json:"fingerprint"`
}

// Waiver is one that counts: on what it is, by where it stands, and how many
// findings it waived.
type Waiver struct {
	Obligation string `json:"obligation"`
	Reason     string `json:"reason"`
	Until      string `json:"until,omitempty"`
	By         string `json:"by"`
	origin.Position
	Findings int `json:"findings"`
}

// Ignored is what was told to onus and does not count, and why.
type Ignored struct {
	Text   string `json:"text"`
	Reason string `json:"reason"`
	Hint   string `json:"hint,omitempty"`
	By     string `json:"by"`
	origin.Position
}

// Tool is the program that found it.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	URL     string `json:"url"`
}

// Obligation is what the catalog says of an obligation, wherever it is found.
type Obligation struct {
	Title       string `json:"title"`
	Axis        string `json:"axis"`
	Layer       string `json:"layer"`
	Severity    string `json:"severity"` // the highest that a finding may have
	LoadBearing bool   `json:"loadBearing"`
	Statement   string `json:"statement"`
	Why         string `json:"why"`
	Held        string `json:"held"`
	Fix         string `json:"fix"`
	Own         bool   `json:"own,omitempty"` // it is of the team's own, and not of the catalog
}

// Unit is what is built and applied together, and was checked by itself.
type Unit struct {
	Name       string `json:"name"`
	Kind       string `json:"kind"` // files, kustomization, chart, flux or argocd
	Path       string `json:"path"`
	Objects    int    `json:"objects"`
	Unreadable int    `json:"unreadable"`
	Empty      string `json:"empty,omitempty"` // why it holds no object; empty where it holds some
}

// Read counts what was looked at.
type Read struct {
	Clusters  int      `json:"clusters"` // live ones
	Contexts  []string `json:"contexts"` // what clusters are called, saved ones included
	Files     int      `json:"files"`
	Objects   int      `json:"objects"`
	Workloads int      `json:"workloads"`
	Budgets   int      `json:"budgets"`
	Nodes     int      `json:"nodes"`
	Pools     int      `json:"pools"`
	Instances int      `json:"instances,omitempty"` // of databases
	Unrelated int      `json:"unrelated"`           // objects of kinds that do not matter here
	Skipped   int      `json:"skipped"`             // files and documents that are not Kubernetes
	Replaced  int      `json:"replaced"`            // objects that stood more than once
	Patched   int      `json:"patched"`             // kustomizations, of which only the files were read
	Encrypted int      `json:"encrypted,omitempty"` // files and documents that only their owner can read
	// NotJudged counts custom resources of which it is not known what their
	// operators make, by GROUP/KIND.
	NotJudged map[string]int `json:"notJudged,omitempty"`
	// Elsewhere counts objects that apply what stands elsewhere and was not read,
	// such as the chart of a release, by GROUP/KIND.
	Elsewhere map[string]int `json:"elsewhere,omitempty"`
	Aside     *Aside         `json:"aside,omitempty"`
	// OtherEnvironments counts applications that were not read, as production has them as well,
	// by the name of their environment.
	OtherEnvironments map[string]int `json:"otherEnvironments,omitempty"`
}

// Aside counts files in folders of which nothing is deployed from here. They were
// not read.
type Aside struct {
	Files   int      `json:"files"`
	Folders []string `json:"folders"` // their names
	Holds   []string `json:"holds"`   // in words: vendored code, test data
}

// Line is the compute line of one offering that something runs on, and how
// many of what was read run there, by how it is known. While it is one of
// several Candidates, it has the layers that are the same party's under each.
type Line struct {
	Offering   string         `json:"offering"`
	Candidates []string       `json:"candidates,omitempty"`
	Title      string         `json:"title"`
	Provider   string         `json:"provider"`
	Nodes      int            `json:"nodes"`
	Pools      int            `json:"pools"`
	Workloads  int            `json:"workloads"`
	Basis      map[string]int `json:"basis"`
	Evidence   string         `json:"evidence"`        // the first seen
	Short      string         `json:"short,omitempty"` // its first piece, where it has several
	// Soonest says where nodes are replaced most often, where nothing tells where it runs.
	Soonest string      `json:"soonest,omitempty"`
	Layers  []LineLayer `json:"layers"`
}

// What nothing tells of: BasisUnknown is the basis of what may be one of several, and
// BasisAssumed that of what was taken to be one.
const (
	BasisUnknown = "unknown"
	BasisAssumed = "assumed"
)

// LineLayer is one layer of a line.
type LineLayer struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Party       Party  `json:"party"`
	LoadBearing bool   `json:"loadBearing"`
}
