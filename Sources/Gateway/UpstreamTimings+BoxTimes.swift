import Balancer
import Dialects

extension UpstreamTimings {
    /// The same for the balancer; nil when the upstream says nothing.
    var boxTimes: BoxTimes? {
        guard totalNanoseconds > 0 else { return nil }
        return BoxTimes(
            total: .nanoseconds(totalNanoseconds), load: .nanoseconds(loadNanoseconds),
            prefill: .nanoseconds(promptEvalNanoseconds), decode: .nanoseconds(evalNanoseconds))
    }
}
