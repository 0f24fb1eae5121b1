package origin

// Cause is the sort of reason for which objects could not be read. The words
// are published, and are those that people read.
type Cause string

// The causes. A snapshot written before causes were saved has none.
const (
	Forbidden      Cause = "forbidden"       // the reader lacks the permission
	Unauthorized   Cause = "unauthorized"    // the server does not accept the credentials
	NotServed      Cause = "not served"      // the server has no such kind, though it said so
	Expired        Cause = "expired"         // the list grew too old while it was read
	TimedOut       Cause = "timed out"       // no answer in time
	ConnectionLost Cause = "connection lost" // or never made
	Unreadable     Cause = "unreadable"      // a file, or an object in it
	Elsewhere      Cause = "elsewhere"       // another unit may have it
	Made           Cause = "made"            // something that runs makes it
	Failed         Cause = "failed"          // anything else
)
