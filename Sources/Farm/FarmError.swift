/// Why a farm could not do what was asked.
public enum FarmError: Error, Equatable, CustomStringConvertible {
    /// A port could not be bound.
    case portTaken(Int, reason: String)
    /// The configuration cannot be: the sentence says what and where.
    case invalid(String)
    /// A condition on the counters was not met in time; the counters as they stood.
    case notReached(FarmStats)

    /// A sentence for a person.
    public var description: String {
        switch self {
        case .portTaken(let port, let reason):
            "port \(port) cannot be used (\(reason)); choose another with --port"
        case .invalid(let sentence):
            sentence
        case .notReached(let stats):
            "the counters did not get there in time: \(stats)"
        }
    }
}
