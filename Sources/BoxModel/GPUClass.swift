/// One box's graphics card, in the figures a scheduler needs.
///
/// The named ones are round numbers for an 8-billion-parameter model at four bits, about 5 GB; real boxes differ by tens
/// of per cent with driver, quantisation and prompt. Where a source is given, reading and writing are llama.cpp's, for
/// Llama 3 8B Q4_K_M with 1,024 tokens, from github.com/XiongjieDai/GPU-Benchmarks-on-LLM-Inference (May 2024). How
/// streams slow each other, what is loaded per second (an NVMe disk's 2 to 5 GB) and the slots are assumptions: `drover
/// simulate` takes figures of one's own.
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
    /// and this is added to the divisor. 0: reading disturbs nobody. Nil: as `reading` has it, where slots share a batch
    /// each stream writes one token with every batch, and where they read apart nothing.
    public var prefillInterference: Double?
    /// Bytes of a model brought into memory per second.
    public var loadBytesPerSecond: Double
    /// Requests of one model answered at the same time.
    public var slots: Int
    /// How the prompts in a model's slots share the card.
    public var reading = Reading.inTurn

    /// How prompts of one model that are read at the same time share the card.
    public enum Reading: String, CaseIterable, Sendable {
        /// One batch for all slots, which the first of them fills: one prompt after the other, in the order in which the slots
        /// were taken. A prompt's own time begins with the batch that has its first token, so that no duration holds the
        /// wait for those before it. llama-server, inside Ollama since 0.30.
        case inTurn = "in_turn"
        /// Batches go round the slots: all read at once, each at its share of the card, and the time is in its own
        /// duration. Ollama's older runner.
        case shared
        /// Each reads at the card's pace, whoever else does.
        case apart
    }

    /// Prompt tokens in a batch (`num_batch`, unless a client says otherwise).
    public static let batchTokens = 512

    /// A class of one's own.
    public init(
        name: String, memoryBytes: Int, prefillTokensPerSecond: Double, decodeTokensPerSecond: Double,
        decodeSlowdown: Double, prefillInterference: Double? = nil, loadBytesPerSecond: Double, slots: Int
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

    /// `prefillInterference`, or what follows from `reading` where none is given: with every batch one token.
    public var readingInterference: Double {
        if let prefillInterference { return prefillInterference }
        return reading == .apart ? 0 : Double(Self.batchTokens) * decodeTokensPerSecond / prefillTokensPerSecond
    }

    /// Every class that can be asked for by name.
    public static let all = [
        tesla4, rtx3060, rtx3070, rtx3090, rtx4080, rtx4090, a100, h100, m1Laptop, m3Max, m2Ultra, demo,
    ]

    /// The class of that name, regardless of case and of a maker's `rtx-`; a memory may stand behind: `a100-80`. Nil
    /// when there is none.
    public static func named(_ name: String) -> GPUClass? {
        let name = name.lowercased()
        return all.first { $0.name == name || $0.name == "rtx-" + name || $0.name + "-80" == name && $0.isDataCentre }
    }

    private var isDataCentre: Bool { memoryBytes == 80_000_000_000 }

    /// Tesla T4, 16 GB.
    public static let tesla4 = GPUClass(
        name: "t4", memoryBytes: 16_000_000_000, prefillTokensPerSecond: 1_000, decodeTokensPerSecond: 28,
        decodeSlowdown: 0.25, loadBytesPerSecond: 1e9, slots: 1)
    /// GeForce RTX 3060, 12 GB.
    public static let rtx3060 = GPUClass(
        name: "rtx-3060", memoryBytes: 12_000_000_000, prefillTokensPerSecond: 1_500, decodeTokensPerSecond: 45,
        decodeSlowdown: 0.2, loadBytesPerSecond: 2e9, slots: 2)
    /// GeForce RTX 3070, 8 GB: 2,284 and 70.9 tokens a second in the source above.
    public static let rtx3070 = GPUClass(
        name: "rtx-3070", memoryBytes: 8_000_000_000, prefillTokensPerSecond: 2_300, decodeTokensPerSecond: 70,
        decodeSlowdown: 0.2, loadBytesPerSecond: 2e9, slots: 2)
    /// GeForce RTX 3090, 24 GB: 3,865 and 111.7 tokens a second in the source above.
    public static let rtx3090 = GPUClass(
        name: "rtx-3090", memoryBytes: 24_000_000_000, prefillTokensPerSecond: 3_900, decodeTokensPerSecond: 110,
        decodeSlowdown: 0.15, loadBytesPerSecond: 3e9, slots: 4)
    /// GeForce RTX 4080, 16 GB: 5,065 and 106.2 tokens a second in the source above.
    public static let rtx4080 = GPUClass(
        name: "rtx-4080", memoryBytes: 16_000_000_000, prefillTokensPerSecond: 5_100, decodeTokensPerSecond: 105,
        decodeSlowdown: 0.15, loadBytesPerSecond: 3e9, slots: 2)
    /// GeForce RTX 4090, 24 GB: 6,899 and 127.7 tokens a second in the source above; less is taken, as for long prompts
    /// (4,040 and 110.7 at 8,192 tokens).
    public static let rtx4090 = GPUClass(
        name: "rtx-4090", memoryBytes: 24_000_000_000, prefillTokensPerSecond: 4_000, decodeTokensPerSecond: 110,
        decodeSlowdown: 0.1, loadBytesPerSecond: 3e9, slots: 4)
    /// A100, 80 GB: 3,444 and 136.2 tokens a second for Llama 2 7B Q4_0 in the source above (December 2023).
    public static let a100 = GPUClass(
        name: "a100", memoryBytes: 80_000_000_000, prefillTokensPerSecond: 4_500, decodeTokensPerSecond: 120,
        decodeSlowdown: 0.06, loadBytesPerSecond: 4e9, slots: 8)
    /// H100 PCIe, 80 GB: 4,869 and 133.8 tokens a second for Llama 2 7B Q4_0 in the source above (December 2023).
    public static let h100 = GPUClass(
        name: "h100", memoryBytes: 80_000_000_000, prefillTokensPerSecond: 5_000, decodeTokensPerSecond: 150,
        decodeSlowdown: 0.05, loadBytesPerSecond: 5e9, slots: 8)
    /// A laptop: MacBook Air M1 with 7 GPU cores and 8 GB, of which two thirds are the card's: 87 and 9.7 tokens a second
    /// in the source above.
    public static let m1Laptop = GPUClass(
        name: "laptop", memoryBytes: 5_300_000_000, prefillTokensPerSecond: 90, decodeTokensPerSecond: 10,
        decodeSlowdown: 0.5, loadBytesPerSecond: 2e9, slots: 1)
    /// MacBook Pro M3 Max with 40 GPU cores and 64 GB, of which three quarters are the card's: 678 and 50.7 tokens a
    /// second in the source above.
    public static let m3Max = GPUClass(
        name: "m3-max", memoryBytes: 48_000_000_000, prefillTokensPerSecond: 680, decodeTokensPerSecond: 50,
        decodeSlowdown: 0.3, loadBytesPerSecond: 4e9, slots: 2)
    /// Mac Studio M2 Ultra with 76 GPU cores and 192 GB, of which three quarters are the card's: 1,024 and 76.3 tokens a
    /// second in the source above.
    public static let m2Ultra = GPUClass(
        name: "m2-ultra", memoryBytes: 144_000_000_000, prefillTokensPerSecond: 1_000, decodeTokensPerSecond: 75,
        decodeSlowdown: 0.3, loadBytesPerSecond: 4e9, slots: 4)
    /// No real card: quick enough that nobody waits at a demonstration, slow enough that streams are seen to stream.
    public static let demo = GPUClass(
        name: "demo", memoryBytes: 24_000_000_000, prefillTokensPerSecond: 5_000, decodeTokensPerSecond: 80,
        decodeSlowdown: 0.05, loadBytesPerSecond: 5e9, slots: 4)
}
