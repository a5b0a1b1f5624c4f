import Balancer

extension Outcome {
    /// What a client would be told of a failed attempt; nil where none failed.
    var error: GatewayError.Kind? {
        guard case .failed(let failure) = self else { return nil }
        return switch failure {
        case .timedOut: .upstreamTimeout
        case .saturated(_, let isRateLimit): isRateLimit ? .rateLimited : .noInstanceAvailable
        case .refused, .connectionLost, .serverError, .missingTag, .incomplete: .upstreamFailed
        }
    }
}
