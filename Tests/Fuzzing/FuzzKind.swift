/// What is fed with bytes that nobody has written on purpose, and what has to hold whatever they are.
///
/// One list for `make fuzz`, where libFuzzer finds the bytes, and for the test that repeats all that it found.
public enum FuzzKind: String, CaseIterable, Sendable {
    /// A client's connection, from its first byte.
    case connection
    /// The body of a request to a route that runs a model, for each API, and what is sent to an upstream for it.
    case request
    /// An upstream's answer to each API.
    case answer
    /// An upstream's HTTP response.
    case response
    /// What a box says of its models: `/api/tags`, `/api/ps`, `/api/version`.
    case listing
    /// A configuration.
    case configuration

    /// - Throws: ``BrokenLaw`` where something does not hold; what must never happen at all stops the process.
    public func run(_ bytes: [UInt8]) throws(BrokenLaw) {
        // The length of every text that people write is bounded elsewhere, and so is the time that is spent here.
        let bytes = bytes.prefix(Self.most)
        switch self {
        case .connection: try ConnectionLaws.check(bytes)
        case .request: try RequestLaws.check(bytes)
        case .answer: try AnswerLaws.check(bytes)
        case .response: try ResponseLaws.check(bytes)
        case .listing: try ListingLaws.check(bytes)
        case .configuration: try ConfigurationLaws.check(bytes)
        }
    }

    /// Bytes that are looked at.
    public static let most = 64 << 10
}

/// Something that has to hold for all bytes does not.
public struct BrokenLaw: Error, CustomStringConvertible {
    /// What, and with which input.
    public let description: String

    init(_ description: String) { self.description = description }
}

/// The bytes after a few that choose the case.
struct FuzzInput {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    /// One of a list, by the next byte. An input without one chooses the first.
    mutating func choose<Element>(_ list: [Element]) -> Element { list[Int(rest.popFirst() ?? 0) % list.count] }

    /// All that is left.
    var bytes: ArraySlice<UInt8> { rest }

    /// However all that is left is cut, by a number, it comes to the same; answers what.
    func outcome<Outcome: Equatable>(
        cutBy seed: UInt8, _ run: ([ArraySlice<UInt8>]) -> Outcome
    ) throws(BrokenLaw) -> Outcome {
        let (whole, cut) = (run([rest]), run(pieces(seed)))
        guard whole == cut else { throw BrokenLaw("in one piece \(whole), in several \(cut)") }
        return whole
    }

    /// All that is left in pieces, whose lengths go by a number.
    private func pieces(_ seed: UInt8) -> [ArraySlice<UInt8>] {
        var (rest, pieces, random) = (rest, [ArraySlice<UInt8>](), UInt64(seed) | 1)
        while !rest.isEmpty {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let length = 1 + Int(random >> 33) % (seed < 16 ? 3 : 400)
            pieces.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return pieces
    }
}
