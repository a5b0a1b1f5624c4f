/// Why one instance got the latest requests of its models, or did not, in the shape of `GET /pool/decisions`.
public struct InstanceDecisions: Codable, Equatable, Sendable {
    /// Always `pool.decisions`.
    public var object = "pool.decisions"
    /// The instance.
    public var instance: String
    /// The newest first.
    public var decisions: [Decision]

    /// One choice in which the instance stood among others.
    public struct Decision: Codable, Equatable, Sendable {
        /// The name the client asked for.
        public var model: String
        /// The strategy that chose.
        public var strategy: String
        /// When, as ISO 8601 in UTC.
        public var at: String
        /// As in ``DecisionReport/Attempt/way``.
        public var way: String
        /// The instance that was chosen.
        public var chosen: String
        /// How this instance stood: the number that was compared, or why it could not be picked.
        public var standing: DecisionReport.Candidate
        /// The number of the one that was chosen; nil where it is not kept.
        public var best: Double?
        /// As in ``DecisionReport/Attempt/outcome``.
        public var outcome: String
    }
}
