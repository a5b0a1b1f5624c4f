/// The environment's variables, of which an empty one counts as not set.
struct Variables {
    let values: [String: String]
    let log: DiagnosticLog

    /// The first of these that holds something, without the white space around it.
    func first(of names: [String]) -> (name: String, value: String)? {
        for name in names {
            guard let value = values[name], !value.isEmpty else { continue }
            if let inner = value.withoutOuterBlanks {
                log.warning(nil, name, String.outerBlanksWarning); return (name, inner)
            }
            return (name, value)
        }
        return nil
    }

    /// Why a variable gives nothing, or `nil` when it has something.
    func reason(_ name: String) -> String? {
        guard let value = values[name] else { return "\(name) is not set" }
        return value.isEmpty ? "\(name) is empty" : nil
    }
}
