/// What one box's graphics card can do, in the figures a scheduler needs.
///
/// The named ones are round numbers for an 8-billion-parameter model at four bits; real boxes differ by tens of per
/// cent with driver, quantisation and prompt.
public struct GPUClass: Hashable, Sendable {
    /// As written in a farm profile: `rtx-4090`.
    public var name: String
    /// Memory on the card, in bytes.
    public var memoryBytes: Int
    /// Prompt tokens read per second by one request.
    public var prefillTokensPerSecond: Double
    /// Tokens written per second by one stream that runs alone.
    public var decodeTokensPerSecond: Double
    /// How much each further active stream slows all of them: with `n` active, each runs at
    /// `decodeTokensPerSecond / (1 + decodeSlowdown × (n − 1))`. 0: they do not disturb each other; 1: they share.
    public var decodeSlowdown: Double
    /// How much a prompt of the same model that is being read slows them besides: `n` counts those that read as well,
    /// and this is added to the divisor. 0: reading disturbs nobody.
    public var prefillInterference: Double
    /// Bytes of a model brought into memory per second.
    public var loadBytesPerSecond: Double
    /// Requests of one model answered at the same time.
    public var slots: Int

    /// A class of one's own.
    public init(
        name: String, memoryBytes: Int, prefillTokensPerSecond: Double, decodeTokensPerSecond: Double,
        decodeSlowdown: Double, prefillInterference: Double = 0, loadBytesPerSecond: Double, slots: Int
    ) {
        self.name = name
        self.memoryBytes = memoryBytes
        self.prefillTokensPerSecond = prefillTokensPerSecond
        self.decodeTokensPerSecond = decodeTokensPerSecond
        self.decodeSlowdown = decodeSlowdown
        self.prefillInterference = prefillInterference
        self.loadBytesPerSecond = loadBytesPerSecond
        self.slots = slots
    }

    /// Every class that can be asked for by name.
    public static let all = [tesla4, rtx3060, rtx4090, a100, h100, demo]

    /// The class of that name, regardless of case; nil when there is none.
    public static func named(_ name: String) -> GPUClass? {
        all.first { $0.name == name.lowercased() }
    }

    /// Tesla T4, 16 GB.
    public static let tesla4 = GPUClass(
        name: "t4", memoryBytes: 16_000_000_000, prefillTokensPerSecond: 1_000, decodeTokensPerSecond: 28,
        decodeSlowdown: 0.25, loadBytesPerSecond: 1e9, slots: 1)
    /// GeForce RTX 3060, 12 GB.
    public static let rtx3060 = GPUClass(
        name: "rtx-3060", memoryBytes: 12_000_000_000, prefillTokensPerSecond: 1_500, decodeTokensPerSecond: 45,
        decodeSlowdown: 0.2, loadBytesPerSecond: 2e9, slots: 2)
    /// GeForce RTX 4090, 24 GB.
    public static let rtx4090 = GPUClass(
        name: "rtx-4090", memoryBytes: 24_000_000_000, prefillTokensPerSecond: 4_000, decodeTokensPerSecond: 110,
        decodeSlowdown: 0.1, loadBytesPerSecond: 3e9, slots: 4)
    /// A100, 80 GB.
    public static let a100 = GPUClass(
        name: "a100", memoryBytes: 80_000_000_000, prefillTokensPerSecond: 4_500, decodeTokensPerSecond: 120,
        decodeSlowdown: 0.06, loadBytesPerSecond: 4e9, slots: 8)
    /// H100, 80 GB.
    public static let h100 = GPUClass(
        name: "h100", memoryBytes: 80_000_000_000, prefillTokensPerSecond: 5_000, decodeTokensPerSecond: 150,
        decodeSlowdown: 0.05, loadBytesPerSecond: 5e9, slots: 8)
    /// No real card: quick enough that nobody waits at a demonstration, slow enough that streams are seen to stream.
    public static let demo = GPUClass(
        name: "demo", memoryBytes: 24_000_000_000, prefillTokensPerSecond: 5_000, decodeTokensPerSecond: 80,
        decodeSlowdown: 0.05, loadBytesPerSecond: 5e9, slots: 4)
}
