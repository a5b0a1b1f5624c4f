import Balancer

/// The last day of each box, in spans of five minutes: how much it was used and how fast it was, when it was out, and which
/// models came into its memory and left it.
///
/// So many spans for a box and no more; a box that is gone is forgotten when nothing of it is left to show.
struct PoolHistory {
    /// Seconds of a span.
    static let spanSeconds: Int64 = 300
    /// A day of them.
    static let mostSpans = 288
    /// Models that came or went, of each box.
    static let mostMoves = 200

    /// Five minutes of a box.
    struct Span: Equatable {
        /// When it began, in spans since 1970.
        let number: Int64
        /// How often the box was looked at, and at how many of these it could not be picked.
        var looks = 0
        var out = 0
        /// The most requests at one time.
        var busiest = 0
        /// Attempts that began.
        var requests = 0
        /// The last known of those that were made.
        var firstTokenMilliseconds: Double?
        var tokensPerSecond: Double?
        var loads = 0
        var evictions = 0
    }

    /// A model that came into a box's memory, or left it.
    struct Move: Equatable {
        let unixSeconds: Int64
        let model: String
        let isLoad: Bool
    }

    /// What is known of a box.
    struct Box: Equatable {
        /// The oldest first, those without a look left out.
        var spans: [Span] = []
        /// The oldest first.
        var moves: [Move] = []
        /// Nil before the box has said what it has loaded.
        fileprivate var loaded: Set<String>?
        /// Attempts of each deployment; nil before the first look.
        fileprivate var requests: [String: Int]?
        /// The last span that was told to whoever writes them down, and how many of the last moves were not.
        var told: Int64 = 0
        var untold = 0
    }

    var boxes: [String: Box] = [:]

    /// Takes a look at all boxes.
    mutating func look(at unixSeconds: Int64, _ snapshot: PoolSnapshot) {
        let deployments = Dictionary(grouping: snapshot.deployments, by: \.instance)
        for instance in snapshot.instances {
            boxes[instance.instance, default: Box()].look(
                at: unixSeconds, instance, deployments[instance.instance] ?? [])
        }
        let oldest = unixSeconds / Self.spanSeconds - Int64(Self.mostSpans)
        boxes = boxes.filter { $0.value.spans.last.map { $0.number > oldest } ?? false }
    }
}

extension PoolHistory.Box {
    fileprivate mutating func look(
        at unixSeconds: Int64, _ instance: PoolSnapshot.Instance, _ deployments: [PoolSnapshot.Deployment]
    ) {
        let number = unixSeconds / PoolHistory.spanSeconds
        // A clock that is set back goes on in the span that it has left.
        if spans.last.map({ $0.number < number }) ?? true { spans.append(PoolHistory.Span(number: number)) }
        let oldest = number - Int64(PoolHistory.mostSpans)
        spans.removeAll { $0.number <= oldest }
        guard let last = spans.indices.last else { return }
        spans[last].looks += 1
        if !instance.takesRequests { spans[last].out += 1 }
        spans[last].busiest = max(spans[last].busiest, instance.inFlight)
        work(last, deployments)
        move(last, at: unixSeconds, instance)
    }

    /// Figures of work that was done since the last look; those of a box that has rested would be the old ones again.
    private mutating func work(_ last: Int, _ deployments: [PoolSnapshot.Deployment]) {
        let totals = Dictionary(deployments.map { ($0.modelID, $0.requests) }) { $1 }
        defer { requests = totals }
        guard let requests else { return }
        let grown = deployments.map { max(0, $0.requests - (requests[$0.modelID] ?? 0)) }
        spans[last].requests += grown.reduce(0, +)
        // The figures of the model that was asked most since the last look.
        guard let most = grown.indices.max(by: { grown[$0] < grown[$1] }), grown[most] > 0 else { return }
        let used = deployments[most]
        spans[last].firstTokenMilliseconds = used.timeToFirstTokenMilliseconds ?? spans[last].firstTokenMilliseconds
        spans[last].tokensPerSecond = used.tokensPerSecond ?? spans[last].tokensPerSecond
    }

    private mutating func move(_ last: Int, at unixSeconds: Int64, _ instance: PoolSnapshot.Instance) {
        // One that does not answer has not told what became of its models.
        guard instance.lastProbe?.ok == true else { return }
        let now = Set(instance.loaded.map(\.model))
        defer { loaded = now }
        guard let before = loaded else { return }
        let (came, went) = (now.subtracting(before).sorted(), before.subtracting(now).sorted())
        spans[last].loads += came.count
        spans[last].evictions += went.count
        untold += came.count + went.count
        moves += came.map { PoolHistory.Move(unixSeconds: unixSeconds, model: $0, isLoad: true) }
        moves += went.map { PoolHistory.Move(unixSeconds: unixSeconds, model: $0, isLoad: false) }
        let oldest = unixSeconds - Int64(PoolHistory.mostSpans) * PoolHistory.spanSeconds
        moves.removeAll { $0.unixSeconds <= oldest }
        moves.removeFirst(max(0, moves.count - PoolHistory.mostMoves))
    }
}
