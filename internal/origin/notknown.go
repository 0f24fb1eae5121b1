package origin

// NotKnown stands in texts and values for what is known once something else has run: Terraform, or the machine that
// helmfile runs on. A number it is not: what asks for one there is no object that could be read.
const NotKnown = "onus-not-known"
