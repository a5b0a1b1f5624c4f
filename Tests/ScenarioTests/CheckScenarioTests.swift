import ArgumentParser
import Config
import Farm
import NIOPosix
import Testing

@testable import CLI

#if canImport(Glibc)
    import Glibc
#endif

/// `drover check --live` against boxes that really answer, or do not.
@Suite struct CheckScenarioTests {
    @Test func `a farm that has all it should is no fault, and the command exits with 0`() async throws {
        try await withFarm { farm, file in
            let report = await Self.check(try file(Self.pool(farm.ports)))
            #expect(report.faults == [])
            #expect(report.warnings == [])
            #expect(try await Self.exitStatus(of: try file(Self.pool(farm.ports))) == 0)
        }
    }

    @Test func `a box that does not answer is a fault with its place and what to do, and the exit status is 1`()
        async throws
    {
        try await withFarm { farm, file in
            try await farm.inject(FarmFault(.refuse), box: 1)
            let config = try file(Self.pool(farm.ports))
            let report = await Self.check(config)
            #expect(report.faults.count == 1)
            let text = report.render()
            #expect(text.hasPrefix("\(config):3:82: "), "\(text)")
            #expect(text.contains("127.0.0.1:\(farm.ports[1]) at http://127.0.0.1:\(farm.ports[1]) does not answer"))
            #expect(text.contains("start Ollama there"))
            #expect(try await Self.exitStatus(of: config) == 1)
            // Only `--live` asks.
            #expect(try await Self.exitStatus(of: config, live: false) == 0)
        }
    }

    @Test func `prices that the process would not start with are a fault`() async throws {
        try await withFarm { farm, file in
            let config = try file(Self.pool(farm.ports) + "\ndrover: {compare_with: openai/nobody-sells-this}\n")
            #expect(await Self.check(config).faults.map(\.message).contains { $0.contains("compare_with") })
        }
    }

    @Test func `a box that answers something else is a fault`() async throws {
        try await withFarm { farm, file in
            try await farm.inject(FarmFault(.status(404), path: "/api/tags"), box: 0)
            let report = await Self.check(try file(Self.pool(farm.ports)))
            #expect(report.faults.count == 1)
            #expect(report.render().contains("answers 404; is it an Ollama server?"))
        }
    }

    @Test func `a missing tag is a fault that names the boxes that have it`() async throws {
        try await withFarm(boxes: 3) { farm, file in
            try await farm.inject(FarmFault(.missingTag), box: 1)
            let report = await Self.check(try file(Self.pool(farm.ports)))
            let names = farm.ports.map { "127.0.0.1:\($0)" }
            #expect(report.faults.count == 1)
            let said = report.render()
            #expect(
                said.contains(
                    "\(names[1]) lacks `llama3.1:8b`; run `ollama pull llama3.1:8b` there "
                        + "(on \(names[0]), \(names[2]) it is)"), "\(said)")
            #expect(report.exitStatus == 1)
        }
    }

    @Test func `a tag that no box has is a fault of every box`() async throws {
        try await withFarm { farm, file in
            for box in 0..<2 { try await farm.inject(FarmFault(.missingTag), box: box) }
            let report = await Self.check(try file(Self.pool(farm.ports)))
            #expect(report.faults.count == 2)
            #expect(!report.render().contains("it is)"))
        }
    }

    @Test func `one tag with two digests is a warning that shows both, and no fault`() async throws {
        try await withFarm { farm, file in
            try await farm.inject(FarmFault(.wrongDigest), box: 0)
            let report = await Self.check(try file(Self.pool(farm.ports)))
            #expect(report.faults == [])
            #expect(report.warnings.count == 1)
            let said = report.render()
            #expect(said.contains("warning: "))
            #expect(
                said.contains("`llama3.1:8b` is not the same everywhere: 127.0.0.1:\(farm.ports[0]) has "), "\(said)")
            #expect(said.contains(", 127.0.0.1:\(farm.ports[1]) has "))
            #expect(report.exitStatus == 0)
        }
    }

    @Test func `a key's variable that is not set is a warning, and under --live a fault`() async throws {
        try await withFarm(boxes: 1) { farm, file in
            let config = try file(
                """
                model_list:
                  - model_name: llama3
                    litellm_params: {model: ollama/llama3.1:8b, api_base: "http://127.0.0.1:\(farm.ports[0])", \
                api_key: os.environ/DROVER_TEST_KEY}

                """)
            let plain = await Self.check(config, live: false)
            #expect(plain.faults == [] && plain.exitStatus == 0)
            #expect(plain.render().contains("warning: "))
            #expect(plain.render().contains("DROVER_TEST_KEY"))
            let live = await Self.check(config)
            #expect(live.faults.count == 1 && live.warnings == [] && live.exitStatus == 1)
            #expect(live.render().contains("DROVER_TEST_KEY"))
            let set = await Self.check(config, environment: ["DROVER_TEST_KEY": "sk-1"])
            #expect(set.faults == [] && set.warnings == [] && set.exitStatus == 0)
            let asked = await farm.received(box: 0).last
            #expect(asked?.target == "/api/tags")
        }
    }

    // MARK: - Around it

    /// A farm, and a way to write a configuration for it; both are gone afterwards.
    private func withFarm(
        boxes: Int = 2, _ body: (BoxFarm, (String) throws -> String) async throws -> Void
    ) async throws {
        let farm = BoxFarm(.instant(boxes: boxes), group: MultiThreadedEventLoopGroup.singleton)
        try await farm.start()
        var template = Array("/tmp/drover-check-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        try #require(descriptor >= 0)
        let path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        func write(_ yaml: String) throws -> String {
            let bytes = Array(yaml.utf8)
            try #require(ftruncate(descriptor, 0) == 0 && pwrite(descriptor, bytes, bytes.count, 0) == bytes.count)
            return path
        }
        let result: Result<Void, any Error>
        do {
            try await body(farm, write)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        unlink(path)
        close(descriptor)
        await farm.shutdown()
        try result.get()
    }

    /// One model on every box.
    private static func pool(_ ports: [Int]) -> String {
        "model_list:\n"
            + ports.map {
                "  - {model_name: llama3, litellm_params: {model: \"ollama/llama3.1:8b\", "
                    + "api_base: \"http://127.0.0.1:\($0)\"}}\n"
            }.joined()
    }

    private static func check(
        _ file: String, live: Bool = true, environment: [String: String] = [:]
    ) async -> CheckReport {
        await CheckCommand.report(on: file, live: live, environment: environment, insideContainer: false)
    }

    /// What the command itself ends with.
    private static func exitStatus(of file: String, live: Bool = true) async throws -> Int32? {
        let command = try CheckCommand.parse(["--config", file] + (live ? ["--live"] : []))
        do {
            try await command.run()
            return nil
        } catch let code as ExitCode {
            return code.rawValue
        }
    }
}
