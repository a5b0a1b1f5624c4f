import Balancer
import Gateway

/// The addresses that have tried wrong keys, in two lines: those that are heard, by the time from which their guesses are
/// counted, and those that are not, by the time at which they were closed. Every step takes the same time however many
/// there are.
struct KeySuspects: Sendable {
    /// Addresses, without what tells the hosts of one network apart.
    struct Network: Hashable, Sendable {
        private let isFour: Bool
        private let bits: UInt64

        init(_ address: ClientAddress) {
            isFour = address.kind == .four
            bits = isFour ? address.low : address.high
        }
    }

    /// What is known of one.
    struct Suspect: Sendable {
        var windowBegan: Moment
        var guesses: Set<UInt64> = []
        var goodKeys: Set<UInt64> = []
        var closedUntil: Moment?
        var wait = KeyGuard.window
    }

    private struct Place: Sendable {
        let network: Network
        var suspect: Suspect
        var isClosed: Bool
        var before: Int?
        var after: Int?
    }

    /// The ends of a line.
    private struct Line: Sendable {
        var first: Int?
        var last: Int?
    }

    private var numbers: [Network: Int] = [:]
    private var places: [Place] = []
    private var open = Line()
    private var closed = Line()

    var count: Int { numbers.count }

    /// The first of those that are heard.
    var firstOpen: (network: Network, suspect: Suspect)? { open.first.map { (places[$0].network, places[$0].suspect) } }

    /// The first of those that are not.
    var firstClosed: (network: Network, suspect: Suspect)? {
        closed.first.map { (places[$0].network, places[$0].suspect) }
    }

    subscript(network: Network) -> Suspect? { numbers[network].map { places[$0].suspect } }

    /// Changes one that is known, at its place in its line.
    mutating func change(_ network: Network, _ body: (inout Suspect) -> Void) {
        guard let number = numbers[network] else { return }
        body(&places[number].suspect)
    }

    /// Puts one at the end of the line that it belongs to.
    mutating func append(_ suspect: Suspect, as network: Network) {
        remove(network)
        let number = places.count
        let isClosed = suspect.closedUntil != nil
        var line = isClosed ? closed : open
        places.append(
            Place(network: network, suspect: suspect, isClosed: isClosed, before: line.last, after: nil))
        if let last = line.last { places[last].after = number } else { line.first = number }
        line.last = number
        set(line, isClosed: isClosed)
        numbers[network] = number
    }

    mutating func remove(_ network: Network) {
        guard let number = numbers.removeValue(forKey: network) else { return }
        join(places[number].before, places[number].after, isClosed: places[number].isClosed)
        // The last one takes its place, so that there is no hole.
        let last = places.count - 1
        if number != last {
            places[number] = places[last]
            numbers[places[number].network] = number
            let (before, after, isClosed) = (places[number].before, places[number].after, places[number].isClosed)
            join(before, number, isClosed: isClosed)
            join(number, after, isClosed: isClosed)
        }
        places.removeLast()
    }

    /// Makes two places neighbours; nil is the end of the line.
    private mutating func join(_ before: Int?, _ after: Int?, isClosed: Bool) {
        var line = isClosed ? closed : open
        if let before { places[before].after = after } else { line.first = after }
        if let after { places[after].before = before } else { line.last = before }
        set(line, isClosed: isClosed)
    }

    private mutating func set(_ line: Line, isClosed: Bool) {
        if isClosed { closed = line } else { open = line }
    }
}
