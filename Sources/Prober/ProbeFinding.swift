import Balancer
import Curl

/// The answers to one probe, before anything is parsed.
struct ProbeFinding: Sendable {
    enum Outcome: Sendable {
        /// `/api/tags` answered 200; the others as far as they were asked and answered 200.
        case answered(tags: [UInt8], loaded: [UInt8]?, version: [UInt8]?)
        /// `/v1/models` answered 200, and `/health` had nothing against it; whether there is a `/health`.
        case listed(models: [UInt8], hasHealth: Bool)
        /// `/v1/models` had an answer from which nothing but life is taken.
        case alive
        /// No usable answer, and the same for people to read.
        case failed(ProbeFailure, String)
        /// The gateway gave up itself: says nothing about the instance.
        case abandoned
    }

    var outcome: Outcome
    /// Of the list of tags or models, from the request's start to the answer's end.
    var latency: Duration
    var at: Moment
    /// A connection was made to ask, and nothing whole came over it in time. Where none was made nobody may be there at all.
    var isSilence = false
}
