import ArgumentParser
import Farm
import FoundationEssentials
import Logging
import ServiceLifecycle
import UnixSignals

/// `drover farm`: simulated Ollama boxes over real HTTP.
struct FarmCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "farm", abstract: "Run simulated Ollama boxes on consecutive ports.",
        discussion: """
            For demonstrations, tests and load. Runs until interrupted.

            A profile: {"boxes": [{"count": 2, "gpu": "rtx-4090", "models": ["llama3.1:8b"]}, {"gpu": "t4"}]}. A box also \
            takes preloaded, slots, memory_bytes, prefill_tokens_per_second, decode_tokens_per_second, decode_slowdown, \
            prefill_interference, reading (in_turn, shared or apart), load_bytes_per_second, max_queue, pull_bytes_per_second and answer_tokens \
            ([fewest, most]); the farm also port, control_port, seed, time_scale, stamps and registry (the models there are to pull; without it every one). An option given here wins.
            """)

    @Option(help: "How many boxes.") var boxes = 3
    @Option(help: "The first box's port; 0 gives each a free one. (default: 21434)") var port: Int?
    @Option(help: "A port for the control routes alone. (default: the port before the first)") var controlPort: Int?
    @Option(help: "A model every box has; may be given several times. (default: llama3.1:8b)") var model: [String] = []
    @Option(help: "A JSON file that describes the boxes, instead of --boxes and --model.") var profile: String?
    @Option(help: "Texts, lengths and chances of faults follow from it. (default: 1)") var seed: UInt64?
    @Flag(help: "End every token in ` t=N`, the monotonic clock in nanoseconds, for measurements.") var stamps = false

    mutating func validate() throws {
        guard boxes > 0 else { throw ValidationError("--boxes must be at least 1") }
        guard (0...65_535).contains(port ?? 0), (0...65_535).contains(controlPort ?? 0) else {
            throw ValidationError("a port goes from 0 to 65535")
        }
        guard profile == nil || model.isEmpty else {
            throw ValidationError("the models stand in the profile; leave out --model or --profile")
        }
    }

    func run() async throws {
        OpenFiles.raiseLimit()
        do {
            let group = ServiceGroup(
                configuration: ServiceGroupConfiguration(
                    services: [.init(service: RunningFarm(configuration: try farm()))],
                    gracefulShutdownSignals: [.sigint, .sigterm],
                    logger: Logger(label: "drover.farm", factory: { _ in SwiftLogNoOpLogHandler() })))
            try await group.run()
        } catch let error as FarmError {
            Terminal.complain("error: \(error)")
            throw ExitCode(1)
        }
    }

    private func farm() throws(FarmError) -> FarmConfiguration {
        var farm = FarmConfiguration.demo(boxes: boxes, models: model.isEmpty ? ["llama3.1:8b"] : model)
        if let profile { farm = try Self.read(profile) }
        farm.port = port ?? (farm.port == 0 ? 21_434 : farm.port)
        if let controlPort { farm.controlPort = .port(controlPort) }
        farm.seed = seed ?? farm.seed
        farm.stamps = stamps || farm.stamps
        guard farm.port + farm.boxes.count - 1 <= 65_535 else {
            throw .invalid("the boxes' ports would go beyond 65535; choose a lower --port")
        }
        return farm
    }

    /// A profile file; its faults carry its name.
    private static func read(_ path: String) throws(FarmError) -> FarmConfiguration {
        guard let data = FileManager.default.contents(atPath: path) else { throw .invalid("\(path) cannot be read") }
        do throws(FarmError) {
            return try FarmConfiguration(json: String(decoding: data, as: UTF8.self))
        } catch {
            throw .invalid("\(path): \(error)")
        }
    }
}

/// The farm while the process runs.
private struct RunningFarm: Service {
    let configuration: FarmConfiguration

    func run() async throws {
        let farm = BoxFarm(configuration)
        try await farm.start()
        for (number, url) in farm.urls.enumerated() {
            let models = configuration.boxes[number].models.map(\.name).joined(separator: ", ")
            Terminal.write("box \(number)  \(url)  \(models)\n")
        }
        if let port = farm.controlPort {
            Terminal.write("control  http://\(configuration.host):\(port)/farm/stats?box=0\n")
        }
        Terminal.write("stop with Ctrl-C\n")
        try? await gracefulShutdown()
        await farm.shutdown()
    }
}
