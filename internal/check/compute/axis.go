package compute

// Axis is the id of the axis that this package checks.
const Axis = "compute"
