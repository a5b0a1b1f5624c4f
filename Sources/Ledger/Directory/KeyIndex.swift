/// The places of keys by the name of something they have.
struct KeyIndex: Sendable {
    private var places: [String: Set<Int32>] = [:]

    /// The places of the keys that have it.
    subscript(name: String) -> Set<Int32> { places[name] ?? [] }

    /// A key has it. Nil is nothing to have.
    mutating func add(_ place: Int32, to name: String?) {
        if let name { places[name, default: []].insert(place) }
    }

    /// A key has it no more.
    mutating func remove(_ place: Int32, from name: String?) {
        guard let name else { return }
        places[name]?.remove(place)
        if places[name]?.isEmpty == true { places[name] = nil }
    }
}
