import ArgumentParser
import Balancer
import Farm
import Testing

@testable import CLI

/// What `drover status` exits with, against a gateway that runs.
@Suite struct StatusScenarioTests {
    @Test func `0 with all ready, 1 when a box is out, 2 when a model has none, 2 when no gateway answers`()
        async throws
    {
        let pool = try await FarmedGateway.start(boxes: 2, probe: "{interval: 600s, timeout: 1s, fall: 1, rise: 1}")
        #expect(try await Self.exitStatus(pool.gateway.port) == 0)
        #expect(try await pool.post("/pool/\(pool.names[0])/drain").status == 200)
        #expect(try await Self.exitStatus(pool.gateway.port) == 1)
        #expect(try await Self.exitStatus(pool.gateway.port, ["--json"]) == 1)
        #expect(try await pool.post("/pool/\(pool.names[1])/drain").status == 200)
        #expect(try await Self.exitStatus(pool.gateway.port) == 2)
        for name in pool.names { #expect(try await pool.post("/pool/\(name)/undrain").status == 200) }
        #expect(try await Self.exitStatus(pool.gateway.port) == 0)
        try await pool.stop()
        #expect(try await Self.exitStatus(pool.gateway.port) == 2)
    }

    @Test func `a box that refuses connections is out, and its model still has another`() async throws {
        let pool = try await FarmedGateway.start(boxes: 2, strategy: "least-busy")
        try await pool.farm.inject(FarmFault(.refuse), box: 1)
        // A refused connection takes the box out at once; until one is refused nobody knows.
        for _ in 0..<40 where pool.instance(1).state == "ready" { #expect(try await pool.chat().status == 200) }
        #expect(pool.instance(1).state != "ready")
        #expect(try await Self.exitStatus(pool.gateway.port) == 1)
        try await pool.stop()
    }

    @Test func `drain and undrain exit with 0, with 1 for an instance nobody knows, with 2 where no gateway answers`()
        async throws
    {
        let pool = try await FarmedGateway.start(boxes: 2)
        let url = ["--url", "http://127.0.0.1:\(pool.gateway.port)"]
        func drain(_ name: String) async throws -> Int32? {
            try await Self.exitStatus { try await DrainCommand.parse([name] + url).run() }
        }
        func undrain(_ name: String) async throws -> Int32? {
            try await Self.exitStatus { try await UndrainCommand.parse([name] + url).run() }
        }
        #expect(try await drain(pool.names[0]) == nil)
        #expect(pool.instance(0).draining && !pool.instance(1).draining)
        #expect(try await drain("gpu-99") == 1)
        #expect(try await undrain(pool.names[0]) == nil)
        #expect(!pool.instance(0).draining)
        #expect(try await undrain("gpu-99") == 1)
        try await pool.stop()
        #expect(try await drain(pool.names[0]) == 2)
    }

    @Test func `drain --wait returns when the last request has ended, and not before`() async throws {
        let pool = try await FarmedGateway.start(boxes: 1, decode: 100, tokens: 100...100)
        let url = ["--url", "http://127.0.0.1:\(pool.gateway.port)"]
        func drain() async throws -> Int32? {
            try await Self.exitStatus { try await DrainCommand.parse([pool.names[0], "--wait"] + url).run() }
        }
        let client = try await pool.gateway.connect()
        try await client.send(FarmedGateway.chat(stream: true))
        _ = try await client.text(through: "box 0: ")
        #expect(pool.instance(0).inFlight == 1)
        #expect(try await drain() == nil)
        #expect(pool.instance(0).inFlight == 0 && pool.instance(0).draining)
        #expect(try await client.text(through: "\r\n0\r\n\r\n").contains("[DONE]"))
        await client.close()
        // Nothing runs there: it is over at once.
        #expect(try await drain() == nil)
        try await pool.stop()
    }

    @Test func `drain --wait ends with 2 where somebody else puts the instance back`() async throws {
        let pool = try await FarmedGateway.start(boxes: 1, decode: 1, tokens: 100...100)
        let command = try DrainCommand.parse(
            [pool.names[0], "--wait", "--url", "http://127.0.0.1:\(pool.gateway.port)"])
        let client = try await pool.gateway.connect()
        try await client.send(FarmedGateway.chat(stream: true))
        _ = try await client.text(through: "box")
        async let status = Self.exitStatus { try await command.run() }
        await eventually("it is drained") { pool.instance(0).draining }
        #expect(try await pool.post("/pool/\(pool.names[0])/undrain").status == 200)
        #expect(try await status == 2)
        await client.close()
        try await pool.stop()
    }

    @Test func `a gateway that wants a key and gets another is no answer`() async throws {
        let pool = try await FarmedGateway.start(boxes: 1, key: "sk-status-1234")
        #expect(try await Self.exitStatus(pool.gateway.port, ["--key", "sk-status-1234"]) == 0)
        #expect(try await Self.exitStatus(pool.gateway.port, ["--key", "sk-other"]) == 2)
        // A key that is refused stays so: watching ends at once.
        let url = "http://127.0.0.1:\(pool.gateway.port)"
        #expect(try await Self.exitStatus(pool.gateway.port, ["--watch", "--key", "sk-other"]) == 2)
        let top = try TopCommand.parse(["--url", url, "--key", "sk-other"])
        #expect(try await Self.exitStatus { try await top.run() } == 2)
        try await pool.stop()
    }

    private static func exitStatus(_ port: Int, _ more: [String] = []) async throws -> Int32? {
        let command = try StatusCommand.parse(["--url", "http://127.0.0.1:\(port)"] + more)
        return try await exitStatus { try await command.run() }
    }

    /// What a command ends with; nil: with its end, which is 0.
    private static func exitStatus(of command: () async throws -> Void) async throws -> Int32? {
        do {
            try await command()
            return nil
        } catch let code as ExitCode {
            return code.rawValue
        }
    }
}
