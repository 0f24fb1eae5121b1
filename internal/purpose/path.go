package purpose

import "slices"

// IsForm reports whether a word of a path, in small letters, says how objects are written
// or built there, and nothing of what or where they are.
func IsForm(word string) bool { return slices.Contains(known().Forms, word) }

// IsInfrastructure reports whether a folder holds by its name, in small letters, what
// makes the cluster for the folder that it stands in.
func IsInfrastructure(name string) bool { return slices.Contains(known().Infrastructure, name) }

// NamesNoCluster reports whether a word of a path, in small letters, says what made a
// cluster or what folders hold, and not which cluster it is.
func NamesNoCluster(word string) bool {
	return IsInfrastructure(word) || IsForm(word) || slices.Contains(known().General, word)
}

// HoldsClusters reports whether the folders in one of a name, in small letters, are each for a
// cluster or an environment.
func HoldsClusters(name string) bool {
	return name == "clusters" || slices.Contains(known().EnvironmentFolders, name)
}
