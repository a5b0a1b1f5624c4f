import Balancer
import Curl

/// What one probe brought back, before anything is parsed.
struct ProbeFinding: Sendable {
    enum Outcome: Sendable {
        /// `/api/tags` answered 200; the others as far as they were asked and answered 200.
        case answered(tags: [UInt8], loaded: [UInt8]?, version: [UInt8]?)
        /// No usable answer, and the same for people to read.
        case failed(ProbeFailure, String)
        /// The gateway gave up itself: says nothing about the instance.
        case abandoned
    }

    var outcome: Outcome
    /// Of `/api/tags`, from the request's start to the answer's end.
    var latency: Duration
    var at: Moment
}
