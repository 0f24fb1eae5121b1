package published

import "github.com/onus-project/onus/internal/origin"

// VelocitySchema is the schema of Velocity.
const VelocitySchema = "onus.velocity/v1"

// Velocity is how a fix reaches a fleet of databases, as it was played. Seconds count from the start;
// null stands for what does not happen in the time that was played.
type Velocity struct {
	Head
	Strategy VelocityStrategy  `json:"strategy"`           // of what the customer patches
	Vendor   *VelocityStrategy `json:"vendor,omitempty"`   // of what the provider does; absent where it patches nothing
	Flaws    []string          `json:"flaws"`              // that are to be gone; empty for a fix that everything gets
	Start    string            `json:"start"`              // RFC 3339
	Public   *float64          `json:"publicSeconds"`      // when all is public; null where that is at the start
	Told     float64           `json:"toldSeconds"`        // when the customer begins
	Override bool              `json:"override"`           // outside of windows, in protected hours, and where it was put off
	Capacity int               `json:"capacity,omitempty"` // deployments that people have in hand at a time; absent for no limit
	Whole    VelocityShare     `json:"whole"`
	Tiers    []VelocityTier    `json:"tiers"`
	Curve    []VelocityPoint   `json:"curve"`
	Waves    []VelocityWave    `json:"waves"` // of what the customer patches
	Stop     *VelocityStop     `json:"stop,omitempty"`
	Runs     *VelocityRuns     `json:"runs,omitempty"` // absent where nothing is left to chance
	Tail     *VelocityTail     `json:"tail,omitempty"` // of what the customer patches; absent where it patches nothing
	Instead  []VelocityInstead `json:"instead"`
	Canary   []VelocityWatched `json:"canary"`
	Left     []VelocityLeft    `json:"left"`  // deployments of which members stay as they are, the first of them
	Alone    int               `json:"alone"` // deployments with a server that stands alone, which is down while it is patched
	Assumes  []string          `json:"assumes"`

	Unreadable []origin.Fault `json:"unreadable"`
}

// VelocityStrategy is by what waves it goes.
type VelocityStrategy struct {
	ID     string   `json:"id"`
	Title  string   `json:"title"`
	About  string   `json:"about,omitempty"`
	Chosen []string `json:"chosen"` // what its sources do not say
	From   []string `json:"from"`
}

// VelocityShare is how instances fared.
type VelocityShare struct {
	Deployments  int      `json:"deployments"`
	Instances    int      `json:"instances"`
	Already      int      `json:"already"` // that had the fix before
	Patched      int      `json:"patched"`
	Unpatched    int      `json:"unpatched"`
	HalfSeconds  *float64 `json:"halfSeconds"` // half of all that are to be patched are
	P95Seconds   *float64 `json:"p95Seconds"`
	LastSeconds  *float64 `json:"lastSeconds"`  // of those that are patched
	MeanSeconds  *float64 `json:"meanSeconds"`  // of those that are patched
	ExposureDays float64  `json:"exposureDays"` // instance-days until they are patched, of those that are
	PublicDays   float64  `json:"publicDays"`   // the same from when all is public
	AtPublic     int      `json:"atPublic"`     // patched when all is public
}

// VelocityTier is one form in which databases are bought.
type VelocityTier struct {
	Tier  string `json:"tier"`
	Title string `json:"title"`
	Owner string `json:"owner"` // who patches it: provider or customer
	VelocityShare
}

// VelocityPoint is how many are patched at a time.
type VelocityPoint struct {
	Seconds float64 `json:"seconds"`
	At      string  `json:"at"`
	Patched int     `json:"patched"`
	Percent float64 `json:"percent"` // of all that are to be patched
}

// VelocityWave is one wave.
type VelocityWave struct {
	Name         string   `json:"name"`
	Groups       []string `json:"groups"` // that are new in it; empty where there are no groups
	Deployments  int      `json:"deployments"`
	Instances    int      `json:"instances"`
	BeginSeconds *float64 `json:"beginSeconds"`
	DoneSeconds  *float64 `json:"doneSeconds"`
	BakedSeconds *float64 `json:"bakedSeconds"`
	Failed       int      `json:"failed"`
}

// VelocityStop is where a rollout stopped by itself.
type VelocityStop struct {
	Seconds  float64 `json:"seconds"`
	Wave     string  `json:"wave"`
	Failures int     `json:"failures"`
}

// VelocityRuns are several runs, where something is left to chance. What else is told is of the first.
type VelocityRuns struct {
	Runs    int     `json:"runs"`
	Stopped int     `json:"stopped"` // of them
	P95     *Spread `json:"p95Seconds"`
}

// VelocityTail is what the last instances wait for.
type VelocityTail struct {
	Instances int                `json:"instances"` // the slowest 5 % of those that are patched
	Waits     map[string]float64 `json:"waitsSeconds"`
	Last      []VelocityLate     `json:"last"`
}

// VelocityLate is one of the last deployments.
type VelocityLate struct {
	Deployment string             `json:"deployment"`
	Tier       string             `json:"tier"`
	Seconds    float64            `json:"seconds"`
	Waits      map[string]float64 `json:"waitsSeconds"`
}

// VelocityInstead is the same rollout without one thing that it waits for.
type VelocityInstead struct {
	Without      string   `json:"without"` // windows, deferrals, capacity, bake
	P95Seconds   *float64 `json:"p95Seconds"`
	LastSeconds  *float64 `json:"lastSeconds"`
	ExposureDays float64  `json:"exposureDays"`
	Patched      int      `json:"patched"`
}

// VelocityWatched is what the first wave can see of a stratum.
type VelocityWatched struct {
	Stratum   string  `json:"stratum"`
	Instances int     `json:"instances"`
	Canary    int     `json:"canary"`           // of them in the first wave
	MissesOf5 float64 `json:"missesOf5Percent"` // probability that it misses a fault that hits 5 % of instances
	Sees      float64 `json:"seesFromPercent"`  // the smallest share that a fault has to hit, to be seen with 95 %
}

// VelocityLeft is a deployment of which members stay as they are.
type VelocityLeft struct {
	Deployment string `json:"deployment"`
	Tier       string `json:"tier"`
	Instances  int    `json:"instances"`
	Outcome    string `json:"outcome"` // waiting, failed, no-fix, no-quorum, no-window
	Why        string `json:"why"`
}
