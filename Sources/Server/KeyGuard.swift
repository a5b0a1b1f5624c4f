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
    /// Addresses that are remembered; of those that are heard the one that was suspected first makes way.
    static let mostAddresses = 4_096
    /// Good keys that are remembered of one address.
    static let mostGoodKeys = 64

    /// Suspects that are forgotten with one request at most, so that none takes long.
    private static let mostForgotten = 4

    private typealias Network = KeySuspects.Network

    private var suspects = KeySuspects()

    init() {}

    /// Nobody is suspected: nothing needs to be asked or told but a wrong key.
    var isIdle: Bool { suspects.count == 0 }

    /// For how long this key of this address is not looked at; nil: it is.
    ///
    /// - Parameter key: a hash of it, by a seed that nobody outside knows.
    mutating func wait(for key: UInt64, from address: ClientAddress, at now: Moment) -> Duration? {
        forgetTheQuiet(at: now)
        let network = Network(address)
        guard let suspect = suspects[network] else { return nil }
        guard let end = suspect.closedUntil else {
            if now - suspect.windowBegan > Self.window { suspects.remove(network) }
            return nil
        }
        guard now < end else {
            reopen(network, suspect, at: now)
            return nil
        }
        return suspect.goodKeys.contains(key) ? nil : end - now
    }

    /// A key was right.
    mutating func accepted(_ key: UInt64, from address: ClientAddress) {
        suspects.change(Network(address)) { suspect in
            if suspect.goodKeys.count < Self.mostGoodKeys { suspect.goodKeys.insert(key) }
        }
    }

    /// A key was wrong.
    ///
    /// - Returns: for how long the address is closed, when this guess has closed it: to be logged.
    mutating func refused(_ key: UInt64, from address: ClientAddress, at now: Moment) -> Duration? {
        let network = Network(address)
        guard let known = suspects[network], now - known.windowBegan <= Self.window else {
            var suspect = suspects[network] ?? KeySuspects.Suspect(windowBegan: now)
            (suspect.windowBegan, suspect.guesses) = (now, [key])
            makeRoom(for: network)
            suspects.append(suspect, as: network)
            return nil
        }
        var suspect = known
        suspect.guesses.insert(key)
        guard suspect.guesses.count > Self.mostGuesses, known.closedUntil == nil else {
            suspects.change(network) { $0 = suspect }
            return nil
        }
        suspect.closedUntil = now + suspect.wait
        suspects.append(suspect, as: network)
        return suspect.wait
    }

    /// It is heard again, and closed for twice as long if it goes on.
    private mutating func reopen(_ network: Network, _ suspect: KeySuspects.Suspect, at now: Moment) {
        var suspect = suspect
        suspect.closedUntil = nil
        suspect.windowBegan = now
        suspect.guesses = []
        suspect.wait = min(suspect.wait * 2, Self.longestWait)
        suspects.append(suspect, as: network)
    }

    /// Who is closed makes way last: to be forgotten is what it would want.
    private mutating func makeRoom(for network: Network) {
        guard suspects[network] == nil, suspects.count >= Self.mostAddresses,
            let oldest = suspects.firstOpen ?? suspects.firstClosed
        else { return }
        suspects.remove(oldest.network)
    }

    private mutating func forgetTheQuiet(at now: Moment) {
        for _ in 0..<Self.mostForgotten {
            if let oldest = suspects.firstOpen, now - oldest.suspect.windowBegan > Self.window {
                suspects.remove(oldest.network)
            } else if let oldest = suspects.firstClosed, let end = oldest.suspect.closedUntil, now - end > Self.window {
                suspects.remove(oldest.network)
            } else {
                return
            }
        }
    }
}
