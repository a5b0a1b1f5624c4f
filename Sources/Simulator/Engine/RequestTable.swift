/// The outcome of each request, one array per figure.
struct RequestTable: Sendable {
    enum State: UInt8, Sendable {
        /// Has not arrived, or nobody has decided yet.
        case undecided
        /// Waits in the gateway.
        case held
        /// Is on a box.
        case sent
        case answered
        case lost
    }

    var state: [State]
    /// The box it is on, or was last.
    var box: [Int32]
    /// When it was sent there.
    var sentAt: [Int64]
    /// When the client saw the first token; -1: never.
    var firstTokenAt: [Int64]
    /// When it was over.
    var endedAt: [Int64]
    var attempts: [UInt8]
    /// Tokens of the prompt that the box remembered.
    var cachedTokens: [Int32]
    /// The boxes that requests have failed on, for the few that have.
    var tried: [Int: [Int]] = [:]
    /// How many are answered or lost.
    var over = 0

    init(count: Int) {
        state = Array(repeating: .undecided, count: count)
        box = Array(repeating: -1, count: count)
        sentAt = Array(repeating: 0, count: count)
        firstTokenAt = Array(repeating: -1, count: count)
        endedAt = Array(repeating: 0, count: count)
        attempts = Array(repeating: 0, count: count)
        cachedTokens = Array(repeating: 0, count: count)
    }
}
