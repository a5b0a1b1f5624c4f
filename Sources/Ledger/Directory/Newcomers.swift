/// Users and teams that were named by a token first, and are to get their rows: each once, and no more than can be written.
struct Newcomers: Sendable {
    /// Of more, one gets its row when it comes again.
    static let most = 4_096

    private(set) var waiting: [DirectoryChange] = []
    private var known: Set<String> = []

    /// - Returns: false where there is no room for another one.
    mutating func add(_ change: DirectoryChange) -> Bool {
        let name = Self.name(change)
        guard !known.contains(name) else { return true }
        guard known.count < Self.most else { return false }
        known.insert(name)
        waiting.append(change)
        return true
    }

    /// Those that are to be written, and count as under way until `end` is told.
    mutating func take() -> [DirectoryChange] {
        defer { waiting = [] }
        return waiting
    }

    /// One has its row, or gets none.
    mutating func end(_ change: DirectoryChange) { known.remove(Self.name(change)) }

    private static func name(_ change: DirectoryChange) -> String { "\(change.kind) \(change.object)" }
}
