/// How many client connections a process has room for, by the descriptors that it may have.
public struct ConnectionRoom: Sendable {
    /// The most where nobody says how many and the descriptors are enough.
    public static let usual = 10_000
    /// The store, the log, the loops' own and what the system's libraries open.
    private static let own = 64

    /// The most that leave room for one connection to an instance each, for probes, and for the few spare ones that are told
    /// to come back.
    public let most: Int

    /// - Parameters:
    ///   - descriptors: how many the process may have.
    ///   - instances: each has a connection for probes, and one for questions beside requests.
    public init(descriptors: Int, instances: Int) {
        let room = max(0, min(descriptors, 1 << 24) - Self.own - 2 * instances) / 2
        most = max(1, room - ConnectionGate.spare(beside: room))
    }
}
