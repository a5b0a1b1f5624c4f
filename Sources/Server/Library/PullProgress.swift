import Dialects

/// The pulls of one model on several boxes as one: lines of each go in, lines of Ollama's own form come out.
///
/// What is due is asked for when it can be written: of a layer only its last state is told, so that a slow reader costs
/// nothing. A layer's size is that of all boxes from its first line on, as clients draw a bar once; a step without a size is
/// told when every box that goes on has come to it.
struct PullProgress {
    /// One pull.
    struct Source: Equatable {
        /// The box, by its name.
        var label: String
        /// Those that pull the same tag; their layers are summed.
        var tag: String
    }

    /// What clients ask to be told.
    enum Detail: Equatable {
        /// The sums, as one box would tell of itself.
        case merged
        /// A line per box: `{"box":"gpu-1","status":…,"total":…,"completed":…}`.
        case boxes
    }

    /// Layers of one model, and steps, that a box may tell of.
    static let mostLayers = 512
    static let mostSteps = 64

    private struct Pull {
        var source: Source
        var layers: [String: PullLine.Layer] = [:]
        /// The digests in the order of their first lines.
        var order: [String] = []
        var steps: [String] = []
        var last = "waiting"
        var end: End?
        /// Something is new since its last line.
        var isNew = true

        var goesOn: Bool { end == nil }
        var isDone: Bool { end == .succeeded }
        var total: Int { layers.values.reduce(0) { $0.addingUpTo($1.total) } }
        var completed: Int { layers.values.reduce(0) { $0.addingUpTo(min($1.completed, $1.total)) } }
    }

    enum End: Equatable {
        case succeeded
        case failed(String)
    }

    private let detail: Detail
    private var pulls: [Pull]
    private var newDigests: [String] = []
    private var toldSteps: Set<String> = []
    private var toldFailures: Set<Int> = []
    private var hasBegun = false

    init(_ sources: [Source], detail: Detail = .merged) {
        self.detail = detail
        pulls = sources.map { Pull(source: $0) }
    }

    /// Takes note of a box's line.
    /// - Returns: whether it says anything new, so that a pull that only repeats itself is seen not to come forward.
    mutating func take(_ line: PullLine, from index: Int) -> Bool {
        guard pulls[index].goesOn else { return false }
        switch line {
        case .error(let message): end(.failed(message), of: index)
        case .success: pulls[index].last = "success"
        case .status(let step):
            pulls[index].last = step
            guard !pulls[index].steps.contains(step) else { return false }
            guard pulls[index].steps.count < Self.mostSteps else { return false }
            pulls[index].steps.append(step)
        case .layer(let layer):
            pulls[index].last = layer.status
            let known = pulls[index].layers[layer.digest]
            guard known != layer else { return false }
            if known == nil {
                guard pulls[index].order.count < Self.mostLayers else {
                    end(.failed("it tells of more than \(Self.mostLayers) layers"), of: index)
                    return true
                }
                pulls[index].order.append(layer.digest)
            }
            pulls[index].layers[layer.digest] = layer
            note(layer.digest)
        }
        pulls[index].isNew = true
        return true
    }

    /// The answer of a box is over.
    mutating func end(_ end: End, of index: Int) {
        guard pulls[index].goesOn else { return }
        pulls[index].end = end
        pulls[index].isNew = true
        // What it did not tell of it has, and its siblings' layers count as whole on it.
        if end == .succeeded {
            for pull in pulls where pull.source.tag == pulls[index].source.tag { pull.order.forEach { note($0) } }
        }
    }

    /// Whether a box has said that it is through; what else it says then is not heard.
    func saidSuccess(_ index: Int) -> Bool { pulls[index].last == "success" }

    func end(of index: Int) -> End? { pulls[index].end }

    /// What went wrong on the boxes that have ended in failure.
    var failures: [(label: String, reason: String)] {
        pulls.compactMap { pull in
            if case .failed(let reason) = pull.end { (pull.source.label, reason) } else { nil }
        }
    }

    private mutating func note(_ digest: String) {
        if !newDigests.contains(digest) { newDigests.append(digest) }
    }

    // MARK: What is told

    /// The lines that are due, each with its end.
    mutating func takeLines() -> String { detail == .merged ? mergedLines() : boxLines() }

    private mutating func mergedLines() -> String {
        var lines: [JSONText] = []
        if !hasBegun {
            hasBegun = true
            toldSteps.insert(Self.begin)
            lines.append(Self.status(Self.begin))
        }
        for digest in newDigests { lines += layerLine(digest).map { [$0] } ?? [] }
        newDigests = []
        lines += failureLines()
        for step in steps where !toldSteps.contains(step) {
            toldSteps.insert(step)
            lines.append(Self.status(step))
        }
        return Self.text(lines)
    }

    /// Over the boxes that pull its tag: those that are through have all of it.
    private func layerLine(_ digest: String) -> JSONText? {
        guard let teller = pulls.first(where: { $0.layers[digest] != nil }), let layer = teller.layers[digest] else {
            return nil
        }
        let group = pulls.filter { $0.source.tag == teller.source.tag }
        let size = group.lazy.compactMap { $0.layers[digest]?.total }.max() ?? layer.total
        let completed = group.reduce(0) { sum, pull in
            sum.addingUpTo(pull.isDone ? size : min(pull.layers[digest]?.completed ?? 0, size))
        }
        let (total, isTooLarge) = size.multipliedReportingOverflow(by: group.count)
        var members: [(name: String, value: JSONText)] = [
            ("status", .string(layer.status)), ("digest", .string(digest)),
            ("total", .integer(isTooLarge ? .max : total)),
        ]
        if completed > 0 { members.append(("completed", .integer(completed))) }
        return .object(members)
    }

    /// A box that fails while others go on is a word on the way; the error comes last.
    private mutating func failureLines() -> [JSONText] {
        guard pulls.contains(where: \.goesOn) else { return [] }
        var lines: [JSONText] = []
        for (index, pull) in pulls.enumerated() {
            guard case .failed(let reason) = pull.end, toldFailures.insert(index).inserted else { continue }
            lines.append(Self.status("\(pull.source.label) failed: \(reason); the others go on"))
        }
        return lines
    }

    /// The steps that every box has come to which is still to be counted on, in order.
    private var steps: [String] {
        let counted = pulls.filter { $0.goesOn || $0.isDone }
        guard let first = counted.max(by: { $0.steps.count < $1.steps.count }) else { return [] }
        return first.steps.filter { step in counted.allSatisfy { $0.isDone || $0.steps.contains(step) } }
    }

    private mutating func boxLines() -> String {
        var lines: [JSONText] = []
        for index in pulls.indices where pulls[index].isNew {
            pulls[index].isNew = false
            lines.append(Self.boxLine(pulls[index]))
        }
        newDigests = []
        return Self.text(lines)
    }

    private static func boxLine(_ pull: Pull) -> JSONText {
        var members: [(name: String, value: JSONText)] = [("box", .string(pull.source.label))]
        switch pull.end {
        case .failed(let reason): return .object(members + [("status", .string("failed: \(reason)"))])
        case .succeeded: members.append(("status", .string("success")))
        case nil: members.append(("status", .string(pull.last)))
        }
        if !pull.layers.isEmpty {
            members.append(("total", .integer(pull.total)))
            members.append(("completed", .integer(pull.isDone ? pull.total : pull.completed)))
        }
        return .object(members)
    }

    private static let begin = "pulling manifest"

    private static func status(_ status: String) -> JSONText { .object([("status", .string(status))]) }

    private static func text(_ lines: [JSONText]) -> String { lines.map { "\($0)\n" }.joined() }
}

extension Int {
    /// The sum, or the largest number there is.
    fileprivate func addingUpTo(_ other: Int) -> Int {
        let (sum, isTooLarge) = addingReportingOverflow(other)
        return isTooLarge ? .max : sum
    }
}
