import Balancer
import Gateway

/// Slows whoever guesses keys: an address that has tried too many wrong ones is not heard for a while, but for the keys
/// that it has used with success since its first wrong one.
///
/// Wrong keys are told apart, so that a client which repeats an old one closes nothing to others behind the same address.
/// An IPv6 address counts as its network of 64 bits, which is what one subscriber has.
struct KeyGuard: Sendable {
    /// Wrong keys, each counted once, that an address may try in one ``window``.
    static let mostGuesses = 20
    /// How long guesses are counted together, and how long an address is then not heard, the first time. One that is quiet
    /// for as long is forgotten.
    static let window = Duration.seconds(60)
    /// The wait doubles each time that it goes on, up to this.
    static let longestWait = Duration.seconds(900)
    /// Addresses that are remembered; the one that was suspected first makes way.
    static let mostAddresses = 4_096
    /// Good keys that are remembered of one address.
    static let mostGoodKeys = 64

    /// What is known of an address that has tried a wrong key.
    private struct Suspect {
        let since: Moment
        var windowBegan: Moment
        var guesses: Set<UInt64> = []
        var goodKeys: Set<UInt64> = []
        var closedUntil: Moment?
        var wait = KeyGuard.window
    }

    /// Addresses, without what tells the hosts of one network apart.
    private struct Network: Hashable, Sendable {
        let isFour: Bool
        let bits: UInt64

        init(_ address: ClientAddress) {
            isFour = address.kind == .four
            bits = isFour ? address.low : address.high
        }
    }

    private var suspects: [Network: Suspect] = [:]

    init() {}

    /// Nobody is suspected: nothing needs to be asked or told but a wrong key.
    var isIdle: Bool { suspects.isEmpty }

    /// For how long this key of this address is not looked at; nil: it is.
    ///
    /// - Parameter key: a hash of it, by a seed that nobody outside knows.
    mutating func wait(for key: UInt64, from address: ClientAddress, at now: Moment) -> Duration? {
        let network = Network(address)
        guard let suspect = suspects[network] else { return nil }
        guard let end = suspect.closedUntil else {
            if now - suspect.windowBegan > Self.window { suspects[network] = nil }
            return nil
        }
        guard now < end else {
            reopen(network, at: now)
            return nil
        }
        return suspect.goodKeys.contains(key) ? nil : end - now
    }

    /// A key was right.
    mutating func accepted(_ key: UInt64, from address: ClientAddress) {
        guard var suspect = suspects.removeValue(forKey: Network(address)) else { return }
        if suspect.goodKeys.count < Self.mostGoodKeys { suspect.goodKeys.insert(key) }
        suspects[Network(address)] = suspect
    }

    /// A key was wrong.
    ///
    /// - Returns: for how long the address is closed, when this guess has closed it: to be logged.
    mutating func refused(_ key: UInt64, from address: ClientAddress, at now: Moment) -> Duration? {
        let network = Network(address)
        if suspects[network] == nil { makeRoom() }
        var suspect = suspects[network] ?? Suspect(since: now, windowBegan: now)
        defer { suspects[network] = suspect }
        if now - suspect.windowBegan > Self.window {
            suspect.windowBegan = now
            suspect.guesses.removeAll(keepingCapacity: true)
        }
        suspect.guesses.insert(key)
        guard suspect.guesses.count > Self.mostGuesses, suspect.closedUntil == nil else { return nil }
        suspect.closedUntil = now + suspect.wait
        return suspect.wait
    }

    /// It is heard again, and closed for twice as long if it goes on.
    private mutating func reopen(_ network: Network, at now: Moment) {
        guard var suspect = suspects[network] else { return }
        suspect.closedUntil = nil
        suspect.windowBegan = now
        suspect.guesses.removeAll(keepingCapacity: true)
        suspect.wait = min(suspect.wait * 2, Self.longestWait)
        suspects[network] = suspect
    }

    private mutating func makeRoom() {
        guard suspects.count >= Self.mostAddresses else { return }
        guard let oldest = suspects.min(by: { $0.value.since < $1.value.since }) else { return }
        suspects[oldest.key] = nil
    }
}
