/// Why the latest requests went where they went: as many as fit, the oldest overwritten first. All its memory is taken
/// when it is made; writing a decision allocates nothing.
struct DecisionRing: Sendable {
    /// Candidates kept per decision: the best, and the first of those that were out.
    static let mostCandidates = 16

    /// One deployment as it stood when a decision was made.
    struct Candidate: Sendable {
        var deployment: Int32 = -1
        var inFlight: Int32 = 0
        /// Why it could not be picked; nil when it could.
        var out: Out?
        /// The number that the strategy compares: seconds for `soonest`, its key for others.
        var total = 0.0
        var score: Score?
    }

    /// Why a deployment could not be picked.
    enum Out: UInt8, Sendable {
        case excluded, tried, order, cap, limit, busy, coolingDown, down, draining, lacksTag, disabled, shunned,
            unproven
    }

    /// How a deployment came to be chosen.
    enum Way: UInt8, Sendable {
        /// The strategy preferred it.
        case best
        /// The same, after waiting for a slot at the gateway.
        case queue
        /// The request had failed elsewhere.
        case retry
        /// A trial, of a breaker or of an instance that has come back.
        case trial
    }

    /// One decision and what became of it.
    struct Record: Sendable {
        var sequence: UInt64 = 0
        var call: UInt64 = 0
        var model: Int32 = -1
        var deployment: Int32 = -1
        var way = Way.best
        var count = 0
        var at = Moment.zero
        var waited = Duration.zero
        var promptTokens = 0
        var expectedTokens = 0.0
        var score: Score?
        // Its end.
        var firstToken: Duration?
        var duration: Duration?
        var completionTokens = 0
        var ending: Ending?
    }

    /// How an attempt ended.
    enum Ending: Sendable {
        case succeeded
        case failed(Failure)
        case declined(status: Int)
        case ignored
    }

    private var records: [Record]
    private var candidates: [Candidate]
    private var next: UInt64 = 1
    private var isOpen = false

    /// A ring of `capacity` decisions, at least 1.
    init(capacity: Int) {
        records = Array(repeating: Record(), count: max(1, capacity))
        candidates = Array(repeating: Candidate(), count: max(1, capacity) * Self.mostCandidates)
    }

    // MARK: Writing

    /// Begins a decision; one that is begun again before it is made is forgotten.
    mutating func begin() {
        records[place(next)].count = 0
        isOpen = true
    }

    /// Adds a candidate. When there is no room one that is out goes first, then the worst.
    mutating func add(_ candidate: Candidate) {
        let place = place(next)
        let base = place * Self.mostCandidates
        let count = records[place].count
        if count < Self.mostCandidates {
            candidates[base + count] = candidate
            records[place].count = count + 1
            return
        }
        guard candidate.out == nil else { return }
        var worst = base
        for index in base..<(base + count) {
            if candidates[index].out != nil {
                worst = index
                break
            }
            if candidates[index].total > candidates[worst].total { worst = index }
        }
        if candidates[worst].out != nil || candidates[worst].total > candidate.total { candidates[worst] = candidate }
    }

    /// Puts a candidate in the last one's place: the chosen one is among those kept.
    mutating func replaceLast(_ candidate: Candidate) {
        let place = place(next)
        let count = records[place].count
        guard count > 0 else { return add(candidate) }
        candidates[place * Self.mostCandidates + count - 1] = candidate
    }

    /// The decision that was begun is not made.
    mutating func cancel() { isOpen = false }

    /// Whether `begin` was called for the decision that is to be made.
    var isBegun: Bool { isOpen }

    /// The decision is made. Answers its number, which `change` takes.
    mutating func conclude(_ record: Record) -> UInt64 {
        let place = place(next)
        let count = records[place].count
        records[place] = record
        records[place].count = count
        records[place].sequence = next
        isOpen = false
        next += 1
        return next - 1
    }

    /// Notes what became of a decision, if it is still there.
    mutating func change(_ sequence: UInt64, _ body: (inout Record) -> Void) {
        guard sequence > 0 else { return }
        let place = place(sequence)
        if records[place].sequence == sequence { body(&records[place]) }
    }

    /// Forgets every decision in which one of these deployments had a part: something else is to stand at its position.
    mutating func forget(_ deployments: Set<Int>) {
        for place in records.indices where records[place].sequence > 0 {
            let base = place * Self.mostCandidates
            let isAbout =
                deployments.contains(Int(records[place].deployment))
                || candidates[base..<(base + records[place].count)].contains {
                    deployments.contains(Int($0.deployment))
                }
            if isAbout { records[place] = Record() }
        }
    }

    // MARK: Reading

    /// The decisions for one request, in their order, each with its candidates.
    func decisions(of call: UInt64) -> [(record: Record, candidates: [Candidate])] {
        records.indices.filter { records[$0].sequence > 0 && records[$0].call == call }
            .sorted { records[$0].sequence < records[$1].sequence }
            .map { (records[$0], Array(candidates(at: $0))) }
    }

    /// The latest decisions in which a deployment stood that `isAbout` is true of, the newest first, at most so many. Each with how it
    /// stood, and how the chosen one did.
    func latest(
        _ most: Int, _ isAbout: (Int32) -> Bool
    ) -> [(record: Record, standing: Candidate, chosen: Candidate?)] {
        var found: [(Record, Candidate, Candidate?)] = []
        let oldest = next > UInt64(records.count) ? next - UInt64(records.count) : 1
        var sequence = next
        while sequence > oldest, found.count < most {
            sequence -= 1
            let place = place(sequence)
            guard records[place].sequence == sequence else { continue }
            let all = candidates(at: place)
            guard let standing = all.first(where: { isAbout($0.deployment) }) else { continue }
            let record = records[place]
            found.append((record, standing, all.first { $0.deployment == record.deployment }))
        }
        return found
    }

    private func candidates(at place: Int) -> ArraySlice<Candidate> {
        let base = place * Self.mostCandidates
        return candidates[base..<(base + records[place].count)]
    }

    private func place(_ sequence: UInt64) -> Int { Int(sequence % UInt64(records.count)) }
}
