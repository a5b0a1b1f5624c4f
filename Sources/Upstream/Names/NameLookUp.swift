/// Finds all addresses of a host name, asking anew each time: for those who follow what a name means.
public struct NameLookUp: Sendable {
    private let look: @Sendable (String) async -> [String]

    /// - Parameter look: empty where there is no such name, or nobody says. May take as long as it likes.
    public init(_ look: @escaping @Sendable (String) async -> [String]) { self.look = look }

    /// Asks the system, on a thread of its own for each question: as long as its name servers take.
    public static let system = NameLookUp { host in
        await withCheckedContinuation { waiting in
            let begun = DetachedThread.run {
                guard case .found(let addresses) = NameFinding.ofTheSystem(host) else {
                    return waiting.resume(returning: [])
                }
                waiting.resume(returning: addresses.map(\.text))
            }
            if !begun { waiting.resume(returning: []) }
        }
    }

    /// The addresses of a name.
    public func callAsFunction(_ host: String) async -> [String] { await look(host) }
}
