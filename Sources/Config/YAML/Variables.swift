/// The environment's variables, of which an empty one counts as not set.
struct Variables {
    let values: [String: String]

    /// The first of these that holds something.
    func first(of names: [String]) -> (name: String, value: String)? {
        for name in names {
            if let value = values[name], !value.isEmpty { return (name, value) }
        }
        return nil
    }

    /// Why a variable gives nothing, or `nil` when it has something.
    func reason(_ name: String) -> String? {
        guard let value = values[name] else { return "\(name) is not set" }
        return value.isEmpty ? "\(name) is empty" : nil
    }
}
