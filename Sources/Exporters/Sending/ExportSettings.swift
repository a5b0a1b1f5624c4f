/// The bounds of one exporter.
public struct ExportSettings: Sendable, Equatable {
    /// Things that may wait; those beyond are dropped and counted.
    public var mostQueued = 8_192
    /// Things in one body.
    public var mostInBatch = 256
    /// How often a body is sent before it is given up.
    public var tries = 4
    /// Before the second try; twice as long before each further one.
    public var pause = Duration.seconds(1)
    /// The longest pause that the other side may ask for; while it lasts the queue fills.
    public var longestPause = Duration.seconds(60)
    /// How long one try may take.
    public var timeout = Duration.seconds(10)

    /// The usual bounds.
    public init() {}
}
