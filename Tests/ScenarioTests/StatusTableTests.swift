import Balancer
import FoundationEssentials
import Testing

@testable import CLI

@Suite struct StatusTableTests {
    @Test func `one row per deployment, grouped by instance, with the reason for what is not ready`() throws {
        let table = StatusTable(snapshot: try Self.snapshot())
        let expected = """
            drover 0.1.0, up 2 h 3 min: 4 in flight, 1 waiting

            INSTANCE            MODEL   TAG          STATE      IN FLIGHT  LOADED  TTFT ms  TOK/S  REQUESTS  FAILED  REASON
            gpu-server-1:11434  llama3  llama3.1:8b  ready            1/4  yes         181   47.1       120       2
                                coder   qwen2.5:14b  lacks_tag          0  no            -      -         0       0  run `ollama pull qwen2.5:14b` there
            gpu-server-2:11434  llama3  llama3.1:8b  down               0  -             -      -        31       3  connection refused
            gpu-server-3:11434  llama3  llama3.1:8b  full             3/3  yes          90  110.0       400       0  3 of 3 slots taken
            api.openai.com      gpt-4o  gpt-4o       unknown            0  -             -      -         0       0
            spare:11434         -       -            draining           0  -             -      -         -       -  drained by an operator

            llama3: 1 of 3 ready, least-busy
            coder: 0 of 1 ready, simple-shuffle
            gpt-4o: 1 of 1 ready, simple-shuffle
            warning: `llama3.1:8b` is not the same everywhere
            """
        #expect(table.lines(coloured: false).joined(separator: "\n") == expected)
    }

    @Test func `an instance's words do nothing to the terminal they are shown on`() throws {
        var snapshot = try Self.snapshot()
        snapshot.warnings = ["a\u{1B}[2J\nb"]
        let lines = StatusTable(snapshot: snapshot).lines(coloured: false)
        #expect(lines.last == #"warning: a\u{1B}[2J\u{A}b"#)
    }

    @Test func `colours mark the state and change no column`() throws {
        let table = StatusTable(snapshot: try Self.snapshot())
        let coloured = table.lines(coloured: true)
        #expect(coloured[3].contains("\u{1B}[32mready      \u{1B}[0m"))
        #expect(coloured[5].contains("\u{1B}[31mdown       \u{1B}[0m"))
        #expect(coloured[6].contains("\u{1B}[33mfull       \u{1B}[0m"))
        #expect(coloured[11] == "\u{1B}[31mcoder: 0 of 1 ready, simple-shuffle\u{1B}[0m")
        let bare = coloured.map { Self.withoutColours($0) }
        #expect(bare == table.lines(coloured: false))
    }

    @Test func `where the table is wider than the screen, reasons stand on lines of their own`() throws {
        let lines = StatusTable(snapshot: try Self.snapshot()).lines(coloured: false, width: 110)
        #expect(lines[2].hasSuffix("REQUESTS  FAILED"))
        #expect(lines[4].hasSuffix("0       0"))
        #expect(lines[5] == "    run `ollama pull qwen2.5:14b` there")
    }

    @Test(arguments: [0, 1, 20, 60, 119]) func `no line is wider than the screen`(width: Int) throws {
        let lines = StatusTable(snapshot: try Self.snapshot()).lines(coloured: true, width: width)
        #expect(lines.allSatisfy { Self.withoutColours($0).count <= width })
    }

    @Test(
        arguments: [
            (["ready", "ready"], StatusTable.Verdict.allReady),
            (["ready", "full"], .allReady),
            (["ready", "down"], .someNotReady),
            (["ready", "draining"], .someNotReady),
            (["ready", "unknown"], .someNotReady),
            (["unknown", "unknown"], .someNotReady),
            (["unknown", "down"], .someNotReady),
            (["down", "lacks_tag"], .modelWithoutInstance),
            (["cooling_down", "draining"], .modelWithoutInstance),
            ([], .allReady),
        ])
    func `the verdict follows from the deployments' states`(states: [String], verdict: StatusTable.Verdict) throws {
        let deployments = states.map { Self.deployment(model: "m", instance: "i", state: $0, extra: "") }
        let models = states.isEmpty ? [] : [#"{"model_name":"m","strategy":"least-busy","ready":0,"total":2}"#]
        let snapshot = try Self.decode(models: models, instances: [], deployments: deployments, warnings: [])
        #expect(StatusTable(snapshot: snapshot).verdict == verdict)
    }

    @Test func `one model without any instance outweighs another that lacks one`() throws {
        #expect(StatusTable(snapshot: try Self.snapshot()).verdict == .modelWithoutInstance)
    }

    // MARK: - A pool with one of everything

    private static func snapshot() throws -> PoolSnapshot {
        try decode(
            models: [
                #"{"model_name":"llama3","strategy":"least-busy","ready":1,"total":3}"#,
                #"{"model_name":"coder","strategy":"simple-shuffle","ready":0,"total":1}"#,
                #"{"model_name":"gpt-4o","strategy":"simple-shuffle","ready":1,"total":1}"#,
            ],
            instances: [
                instance("gpu-server-1:11434", state: "ready"), instance("gpu-server-2:11434", state: "down"),
                instance("gpu-server-3:11434", state: "ready"), instance("api.openai.com", state: "unknown"),
                instance("spare:11434", state: "draining", reason: "drained by an operator"),
            ],
            deployments: [
                deployment(
                    model: "llama3", instance: "gpu-server-1:11434", state: "ready",
                    extra: #","in_flight":1,"slots":4,"resident":true,"time_to_first_token_ms":181.2,"#
                        + #""tokens_per_second":47.08,"requests":120,"failures":2"#),
                deployment(
                    model: "coder", tag: "ollama_chat/qwen2.5:14b", instance: "gpu-server-1:11434", state: "lacks_tag",
                    extra: #","reason":"run `ollama pull qwen2.5:14b` there","resident":false"#),
                deployment(
                    model: "llama3", instance: "gpu-server-2:11434", state: "down",
                    extra: #","reason":"connection refused","requests":31,"failures":3"#),
                deployment(
                    model: "llama3", instance: "gpu-server-3:11434", state: "full",
                    extra: #","reason":"3 of 3 slots taken","in_flight":3,"slots":3,"resident":true,"#
                        + #""time_to_first_token_ms":89.6,"tokens_per_second":110,"requests":400"#),
                deployment(model: "gpt-4o", tag: "gpt-4o", instance: "api.openai.com", state: "unknown", extra: ""),
            ],
            warnings: ["`llama3.1:8b` is not the same everywhere"])
    }

    private static func instance(_ name: String, state: String, reason: String? = nil) -> String {
        let reason = reason.map { "\"\($0)\"" } ?? "null"
        return """
            {"instance":"\(name)","api_base":"http://\(name)","provider":"ollama","ollama_version":null,"state":"\(state)",
             "reason":\(reason),"draining":\(state == "draining"),"in_flight":0,"loaded":[],"last_probe":null}
            """
    }

    /// `extra` begins with a comma; what it names wins over the zeros here.
    private static func deployment(
        model: String, tag: String = "ollama/llama3.1:8b", instance: String, state: String, extra: String
    ) -> String {
        let zeros = ["in_flight", "waiting", "requests", "failures", "abandoned"]
            .filter { !extra.contains("\"\($0)\":") }.map { ",\"\($0)\":0" }.joined()
        return """
            {"model_id":"\(model)@\(instance)","model_name":"\(model)","model":"\(tag)","instance":"\(instance)",
             "state":"\(state)","breaker":"closed"\(zeros)\(extra)}
            """
    }

    private static func decode(
        models: [String], instances: [String], deployments: [String], warnings: [String]
    ) throws -> PoolSnapshot {
        let json = """
            {"object":"pool","version":"0.1.0","uptime_seconds":7380.5,"in_flight":4,"waiting":1,
             "warnings":[\(warnings.map { "\"\($0)\"" }.joined(separator: ","))],
             "models":[\(models.joined(separator: ","))],"instances":[\(instances.joined(separator: ","))],
             "deployments":[\(deployments.joined(separator: ","))]}
            """
        return try JSONDecoder().decode(PoolSnapshot.self, from: Data(json.utf8))
    }

    private static func withoutColours(_ line: String) -> String {
        line.replacing(/\u{1B}\[[0-9]+m/, with: "")
    }
}
