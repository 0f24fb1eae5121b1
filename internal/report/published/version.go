package published

// VersionSchema is the schema of a Version.
const VersionSchema = "onus.version/v1"

// Version says which onus this is, and what it knows of the world.
type Version struct {
	Head
	Version  string  `json:"version"`
	Commit   string  `json:"commit,omitempty"` // empty where it was not recorded
	Date     string  `json:"date,omitempty"`   // of the commit
	Modified bool    `json:"modified"`         // there were changes that no commit has
	Go       string  `json:"go"`
	Platform string  `json:"platform"`
	Catalog  Catalog `json:"catalog"`
}

// Catalog is what onus knows of the world.
type Catalog struct {
	Offerings   int    `json:"offerings"`
	Obligations int    `json:"obligations"`
	Sources     int    `json:"sources"`
	Read        string `json:"read"` // the last day on which a source was read
}
