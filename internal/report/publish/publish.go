// Package publish makes the values that onus prints out of what the program
// works with: the catalog, the estate, findings and simulations. What a text
// shows must be in the value that is made here, for the writers of package
// report see nothing else.
package publish
