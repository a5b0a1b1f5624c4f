import Balancer
import Gateway
import Locking
import Logging

/// The guard against guessed keys that all event loops share, and its words for the client and the log.
final class KeyWatch: Sendable {
    private let guarded = Locked(KeyGuard())
    private let requiresKey: Bool
    private let logger: Logger

    init(requiresKey: Bool, logger: Logger) {
        self.requiresKey = requiresKey
        self.logger = logger
    }

    /// Why a caller is not heard now, whether its key is right or wrong; nil: it is.
    ///
    /// - Parameters:
    ///   - isRight: the key opens something; a wrong one is counted.
    ///   - name: the address in words.
    func objection(
        to caller: Caller, isRight: Bool, from address: ClientAddress, _ name: @autoclosure () -> String?,
        at now: Moment
    ) -> GatewayError? {
        // Without a key there is nothing to guess, and without an address nobody to tell apart.
        guard requiresKey, caller.flow != 0, address.kind != .unknown else { return nil }
        let (wait, closed) = guarded.withLock { keys -> (Duration?, Duration?) in
            if isRight, keys.isIdle { return (nil, nil) }
            if let wait = keys.wait(for: caller.flow, from: address, at: now) { return (wait, nil) }
            guard isRight else { return (nil, keys.refused(caller.flow, from: address, at: now)) }
            keys.accepted(caller.flow, from: address)
            return (nil, nil)
        }
        if let closed {
            logger.warning(
                "An address has tried too many wrong keys and is not heard for a while.",
                metadata: ["client.address": "\(name() ?? "unknown")", "seconds": "\(closed.wholeSeconds)"])
        }
        return wait.map { wait in
            .rateLimited(
                message: "too many wrong API keys came from this address; try again in \(wait.wholeSeconds) s",
                retryAfter: wait.wholeSeconds)
        }
    }
}
