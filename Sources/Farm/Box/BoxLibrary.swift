/// The models on a box's disk. One that is removed keeps its place, since the scheduler knows models by theirs.
struct BoxLibrary {
    private struct Entry {
        var model: ModelProfile
        /// As equal names compare.
        var key: String
        /// What its content follows from: its own key, or that of the model it was copied from.
        var contents: String
        /// Nanoseconds since 1970.
        var modified: Int64
        var isThere = true
    }

    private var entries: [Entry]

    /// - Parameter start: nanoseconds since 1970; a model is a day older than the one before it.
    init(_ models: [ModelProfile], at start: Int64) {
        entries = models.enumerated().map { index, model in
            let key = ModelName(model.name)?.key ?? model.name
            return Entry(
                model: model, key: key, contents: key, modified: start - Int64(index + 1) * 86_400_000_000_000)
        }
    }

    subscript(_ index: Int) -> ModelProfile { entries[index].model }

    /// The places of the models that are there.
    var newestFirst: [Int] {
        entries.indices.filter { entries[$0].isThere }.sorted {
            (entries[$1].modified, $0) < (entries[$0].modified, $1)
        }
    }

    func index(of key: String) -> Int? { entries.firstIndex { $0.key == key && $0.isThere } }

    func modified(_ index: Int) -> Int64 { entries[index].modified }

    /// What the content of a model follows from, whether it is there or not.
    func contents(of name: String) -> String {
        let key = ModelName(name)?.key ?? name
        return entries.first { $0.key == key }?.contents ?? key
    }

    /// Takes a model off the disk.
    mutating func remove(_ index: Int) { entries[index].isThere = false }

    /// Puts a model onto the disk, in the place where one of that name is or was.
    /// - Parameter contents: what its content follows from; nil: its own name.
    /// - Returns: nil where it has no place yet: then `append` gives it the next one.
    mutating func put(_ model: ModelProfile, contents: String?, at now: Int64) -> Int? {
        let key = ModelName(model.name)?.key ?? model.name
        guard let index = entries.firstIndex(where: { $0.key == key }) else { return nil }
        entries[index].contents = contents ?? key
        entries[index].modified = now
        entries[index].isThere = true
        return index
    }

    mutating func append(_ model: ModelProfile, contents: String?, at now: Int64) {
        let key = ModelName(model.name)?.key ?? model.name
        entries.append(Entry(model: model, key: key, contents: contents ?? key, modified: now))
    }

    /// 64 hexadecimal digits, the same on every box.
    static func digest(of contents: String, variant: UInt64 = 0) -> String {
        var dice = Dice(seed: TextHash.of(contents) &+ variant)
        return (0..<4).map { _ in
            let hex = String(dice.next(), radix: 16)
            return String(repeating: "0", count: 16 - hex.count) + hex
        }.joined()
    }
}
