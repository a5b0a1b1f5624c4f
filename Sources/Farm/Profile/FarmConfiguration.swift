import BoxModel

/// A farm's parts: where it listens, its boxes, its seed.
public struct FarmConfiguration: Sendable {
    /// Where the control routes have a port of their own, besides every box's port.
    public enum ControlPort: Equatable, Sendable {
        /// The port before the first box's; any free one when the boxes take free ones.
        case automatic
        /// That port; 0 picks a free one.
        case port(Int)
        /// None.
        case none
    }

    /// The address that every box listens on.
    public var host = "127.0.0.1"
    /// The first box's port, the others follow on; 0 gives each a free one.
    public var port = 0
    /// Where else the control routes listen.
    public var controlPort = ControlPort.automatic
    /// One profile per box, in the order of their numbers; at least one.
    public var boxes: [BoxProfile]
    /// The models that there are to pull; nil: every one.
    public var registry: [String]?
    /// All chance (texts, answer lengths, fault rates) comes from it: the same seed, the same answers.
    public var seed: UInt64 = 1
    /// How many seconds the boxes live per second of the clock; 10 makes everything ten times quicker. Above 0.
    /// Seconds in a fault are never scaled.
    public var timeScale = 1.0
    /// Every token of an answer's text ends in ` t=N`, N the monotonic clock in nanoseconds when it was written.
    public var stamps = false

    /// On free ports of the loopback address, with seed 1, at the clock's own pace.
    public init(boxes: [BoxProfile]) {
        self.boxes = boxes
    }

    /// Alike boxes for a demonstration: the first token after tens of milliseconds, a load in about a second.
    public static func demo(boxes: Int = 3, models: [String] = ["llama3.1:8b"]) -> FarmConfiguration {
        FarmConfiguration(
            boxes: Array(repeating: BoxProfile(gpu: .demo, models: models.map(ModelProfile.init(tag:))), count: boxes))
    }

    /// Alike boxes that take no time at all: for tests, and to measure what stands in front of them.
    public static func instant(boxes: Int = 3, models: [String] = ["llama3.1:8b"]) -> FarmConfiguration {
        var profile = BoxProfile(gpu: .demo, models: models.map(ModelProfile.init(tag:)))
        profile.gpu.prefillTokensPerSecond = .infinity
        profile.gpu.decodeTokensPerSecond = .infinity
        profile.gpu.loadBytesPerSecond = .infinity
        profile.gpu.slots = 64
        profile.memoryRecovery = .zero
        profile.pullBytesPerSecond = .infinity
        return FarmConfiguration(boxes: Array(repeating: profile, count: boxes))
    }
}
