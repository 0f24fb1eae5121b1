package responsibility

// Launches is whose images the provider launches nodes from in the customer's account, so
// that the customer's own rules for images have to let them through.
type Launches struct {
	// Accounts own them, by Region. Owner is the name of the group of owners that all of them
	// are in.
	Accounts map[string]string `json:"accounts"`
	Owner    string            `json:"owner"`
	From     []string          `json:"from"`
}

// checkLaunches looks for the sources of whose images nodes are launched from.
func (l *loader) checkLaunches(f *file[Offering]) error {
	if s := f.value.Launches; s != nil {
		return l.checkSources(f.doc, f.name, "/launches/from", s.From)
	}
	return nil
}
