import Balancer
import Gateway
import Locking
import Logging
import Synchronization

/// The guard against guessed keys that all event loops share, and its words for the client and the log.
final class KeyWatch: Sendable {
    private let guarded = Locked(KeyGuard())
    /// Nobody is suspected: then a key that is known needs no look at the guard.
    private let isIdle = Atomic(true)
    private let requiresKey: Bool
    private let time: TimeSource
    private let logger: Logger

    init(requiresKey: Bool, time: TimeSource, logger: Logger) {
        self.requiresKey = requiresKey
        self.time = time
        self.logger = logger
    }

    /// Why a caller is not heard now, whether its key is right or wrong; nil: it is. To be asked of each request once, before
    /// anything is said that depends on the key.
    @inline(__always)
    func objection(to verdict: Admission.Verdict, from address: ClientAddress) -> GatewayError? {
        // Without a key there is nothing to guess.
        guard requiresKey, verdict.isUnknown || !isIdle.load(ordering: .acquiring) else { return nil }
        return look(at: verdict, from: address)
    }

    @inline(never)
    private func look(at verdict: Admission.Verdict, from address: ClientAddress) -> GatewayError? {
        // Without an address there is nobody to tell apart, and behind this machine's own one there is a proxy with everybody.
        guard verdict.caller.flow != 0, address.kind != .unknown, !address.isLoopback else { return nil }
        let (key, now) = (verdict.caller.flow, time.now())
        let (wait, closed) = guarded.withLock { keys -> (Duration?, Duration?) in
            defer { isIdle.store(keys.isIdle, ordering: .releasing) }
            if let wait = keys.wait(for: key, from: address, at: now) { return (wait, nil) }
            if verdict.isUnknown { return (nil, keys.refused(key, from: address, at: now)) }
            if verdict.refusal == nil { keys.accepted(key, from: address) }
            return (nil, nil)
        }
        if let closed {
            logger.warning(
                "An address has tried too many wrong keys and is not heard for a while.",
                metadata: ["client.address": "\(address.text ?? "unknown")", "seconds": "\(closed.wholeSeconds)"])
        }
        return wait.map { wait in
            .rateLimited(
                message: "too many wrong API keys came from this address; try again in \(wait.wholeSeconds) s",
                retryAfter: wait.wholeSeconds)
        }
    }
}
