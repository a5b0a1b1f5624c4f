import Gateway
import Ledger
import Telemetry
import Testing

@Suite struct RequestLinesTests {
    private func line(_ format: LogFormat, _ record: RequestRecord) -> String {
        let bench = TelemetryBench(format)
        let loop = bench.telemetry.makeLoopTelemetry()
        loop.finished(record)
        loop.flush()
        return bench.written()
    }

    @Test func `a finished request is one JSON object on one line`() {
        #expect(
            line(.json, .sample())
                == #"{"time":"2026-11-23T12:00:00.123Z","level":"info","message":"request finished","#
                + #""call_id":"00000000-0000-0001-0000-000000000002","model":"llama3","provider":"ollama","#
                + #""instance":"gpu-1:11434","status":200,"success":true,"error":null,"stream":true,"attempts":1,"#
                + #""prompt_tokens":12,"completion_tokens":48,"total_tokens":60,"response_time_ms":1250.500,"#
                + #""time_to_first_token_ms":181.235,"tokens_per_second":48,"queue_ms":2.500,"#
                + #""load_ms":30.000,"prefill_ms":150.250,"decode_ms":1000.000,"estimated_cost":0,"#
                + #""fallbacks":0,"cloud_calls":0,"local_only":false,"fence_refusals":0}"# + "\n")
    }

    @Test func `what is not known is null, and names are escaped`() {
        let record = RequestRecord.sample {
            ($0.model, $0.deployment, $0.outcome, $0.error, $0.status) = (1, 2, .failed, 1, 502)
            ($0.stream, $0.attempts, $0.promptTokens, $0.completionTokens) = (false, 3, 0, 0)
            ($0.timeToFirstTokenNanoseconds, $0.queueNanoseconds, $0.cost) = (-1, 0, 12_500_000)
            ($0.comparedCost, $0.fallbacks, $0.confinement, $0.cloudCalls, $0.fenceRefusals) = (0, 2, 3, 1, 3)
            ($0.loadNanoseconds, $0.prefillNanoseconds, $0.decodeNanoseconds) = (-1, -1, -1)
        }
        #expect(
            line(.json, record)
                == #"{"time":"2026-11-23T12:00:00.123Z","level":"info","message":"request finished","#
                + #""call_id":"00000000-0000-0001-0000-000000000002","model":"we\"ird","provider":"ollama","#
                + #""instance":"b\\2","status":502,"success":false,"error":"upstream_failed","stream":false,"attempts":3,"#
                + #""prompt_tokens":0,"completion_tokens":0,"total_tokens":0,"response_time_ms":1250.500,"#
                + #""time_to_first_token_ms":null,"tokens_per_second":null,"queue_ms":0.000,"#
                + #""load_ms":null,"prefill_ms":null,"decode_ms":null,"estimated_cost":0.0000125,"#
                + #""compared_cost":0,"fallbacks":2,"cloud_calls":1,"local_only":true,"fence_refusals":3,"local_only_by":["model","header"]}"#
                + "\n")
    }

    @Test func `the memory of a deployment's model is there once its instance has said it`() {
        let bench = TelemetryBench(.json)
        let loop = bench.telemetry.makeLoopTelemetry()
        loop.finished(.sample())
        bench.telemetry.note([(deployment: 0, held: ModelMemory.Held(size: 6_100_000_000, sizeVRAM: 6_000_000_000))])
        loop.flush()
        loop.finished(.sample())
        loop.finished(.sample { $0.deployment = 2 })
        loop.flush()
        let lines = bench.written().split(separator: "\n")
        #expect(!lines[0].contains("model_size"))
        #expect(
            lines[1].contains(
                #""decode_ms":1000.000,"model_size":6100000000,"size_vram":6000000000,"estimated_cost":"#))
        #expect(!lines[2].contains("model_size"))
    }

    @Test func `the memory of what stood at a position before is forgotten`() {
        let bench = TelemetryBench(.json)
        let loop = bench.telemetry.makeLoopTelemetry()
        bench.telemetry.note([(deployment: 0, held: ModelMemory.Held(size: 5, sizeVRAM: 5))])
        var names = bench.telemetry.names
        names.instances[0].name = "another"
        bench.telemetry.use(names)
        loop.finished(.sample())
        loop.flush()
        loop.finished(.sample())
        loop.flush()
        #expect(!bench.written().contains("model_size"))
    }

    @Test func `the cost of attempts that failed is there where there is one`() {
        let failed = RequestRecord.sample { ($0.cost, $0.failedAttemptsCost) = (19_000, 9_000) }
        #expect(
            line(.json, failed).contains(
                #","estimated_cost":0.000000019,"failed_attempts_cost":0.000000009,"fallbacks":"#))
        #expect(!line(.json, .sample()).contains("failed_attempts_cost"))
    }

    @Test func `a request that never left the gateway has no instance`() {
        let record = RequestRecord.sample {
            ($0.model, $0.deployment, $0.outcome, $0.error, $0.status, $0.attempts) = (-1, -1, .rejected, 0, 404, 0)
        }
        #expect(
            line(.json, record).contains(#""model":null,"provider":null,"instance":null,"status":404,"success":false"#))
    }

    @Test func `speed is taken from the clock when the instance does not say`() {
        let record = RequestRecord.sample { $0.decodeNanoseconds = -1 }
        #expect(line(.json, record).contains(#""tokens_per_second":44.89"#))
    }

    @Test(
        arguments: [
            ([10, 0, 0, 5], "10.0.0.5"), ([255, 255, 255, 255], "255.255.255.255"),
            ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 192, 168, 1, 4], "192.168.1.4"),
            ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], "::1"),
            ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], "::"),
            ([0x20, 1, 0x0D, 0xB8, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1], "2001:db8::1:0:0:1"),
            ([0x20, 1, 0x0D, 0xB8, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0], "2001:db8:1:1:1:1:1:0"),
            ([0x20, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1], "2001:0:0:1::1"),
            ([0xFE, 0x80, 0, 0, 0, 0, 0, 0, 0x1A, 0x2B, 0, 0, 0, 0, 0, 0], "fe80::1a2b:0:0:0"),
        ] as [([UInt8], String)])
    func `the client's address stands in its line`(bytes: [UInt8], text: String) {
        let record = RequestRecord.sample { $0.client = ClientAddress(bytes) }
        #expect(line(.json, record).contains(#"0002","client":"\#(text)","model":"llama3""#), "\(line(.json, record))")
        #expect(line(.text(colours: false), record).contains(", from \(text) 0000"))
    }

    @Test(
        arguments: [
            ("ann", "ann"), ("sk-...BJ6g", "sk-...BJ6g"), ("Zoë \"\\\n", "Zoë ___"), ("a\u{9B}2J\u{85}", "a_2J_"),
            (String(repeating: "ä", count: 40), String(repeating: "ä", count: 32)),
            ("x" + String(repeating: "ä", count: 40), "x" + String(repeating: "ä", count: 31)),
        ]) func `the client's key stands in its line by its name`(name: String, text: String)
    {
        let record = RequestRecord.sample { $0.key = KeyLabel(name) }
        #expect(line(.json, record).contains(#"0002","key":"\#(text)","model":"llama3""#), "\(line(.json, record))")
        #expect(line(.text(colours: false), record).contains(", key \(text) 0000"))
        #expect(!line(.json, .sample()).contains(#""key""#))
    }

    @Test(arguments: [
        "m\n04:00:00.000 200 made up", "m\u{1B}[31mred", "m\u{9B}2J", "m\u{2028}x", "m\u{202E}x", "m\rx\u{7F}",
    ])
    func `a name neither breaks a line for people nor steers their terminal`(name: String) {
        var names = TelemetryBench.names
        (names.models[0], names.instances[0].name) = (name, name)
        let bench = TelemetryBench(.text(colours: false), names: names)
        let loop = bench.telemetry.makeLoopTelemetry()
        loop.finished(.sample())
        loop.flush()
        let text = bench.written()
        #expect(text.filter { $0.isNewline } == "\n", "\(text)")
        #expect(
            !text.dropLast().unicodeScalars.contains {
                $0.properties.generalCategory == .control || $0.properties.isBidiControl
            })
    }

    @Test func `after a fallback the model that has answered is named, and no other`() {
        let fallen = RequestRecord.sample { ($0.deployment, $0.fallbacks) = (2, 1) }
        #expect(line(.json, fallen).contains(#""model":"llama3","answered_by":"we\"ird","provider":"#))
        #expect(line(.text(colours: false), fallen).contains(#"200 llama3 by we"ird on b\2"#))
        for other in [
            RequestRecord.sample(),
            .sample { ($0.deployment, $0.fallbacks, $0.outcome, $0.error) = (2, 1, .failed, 1) },
        ] {
            #expect(!line(.json, other).contains("answered_by"))
        }
    }

    @Test func `on a terminal a line is for reading`() {
        #expect(
            line(.text(colours: false), .sample())
                == "12:00:00.123 200 llama3 on gpu-1:11434 1250.500 ms, first token 181.235 ms, tokens 12+48, 48 tokens/s"
                + " 00000000-0000-0001-0000-000000000002\n")
        let failed = RequestRecord.sample {
            ($0.deployment, $0.outcome, $0.error, $0.status, $0.attempts) = (-1, .failed, 1, 502, 2)
            ($0.promptTokens, $0.completionTokens, $0.timeToFirstTokenNanoseconds) = (0, 0, -1)
        }
        #expect(
            line(.text(colours: true), failed)
                == "12:00:00.123 \u{1b}[31m502\u{1b}[0m llama3 on - 1250.500 ms, attempts 2, error upstream_failed"
                + " \u{1b}[2m00000000-0000-0001-0000-000000000002\u{1b}[0m\n")
    }

    @Test func `the longest of everything fits the room kept for it`() {
        let long = String(repeating: "\u{1}", count: 2_000)
        let names = TelemetryNames(
            models: [long], instances: [.init(name: long, provider: long)], deployments: [.init(model: 0, instance: 0)],
            errors: [long])
        let bench = TelemetryBench(names: names)
        let loop = bench.telemetry.makeLoopTelemetry()
        let record = RequestRecord.sample {
            ($0.error, $0.status, $0.attempts) = (0, .min, .min)
            ($0.promptTokens, $0.completionTokens) = (.min, .min)
            ($0.durationNanoseconds, $0.timeToFirstTokenNanoseconds) = (.max, .max)
            ($0.cost, $0.failedAttemptsCost, $0.comparedCost) = (.max, .max, .max)
            ($0.fallbacks, $0.cloudCalls, $0.fenceRefusals, $0.confinement) = (.min, .min, .min, .max)
            $0.client = ClientAddress(Array(repeating: 0xFF, count: 16))
            $0.key = KeyLabel(String(repeating: "x", count: 100))
            $0.callID = Array(repeating: UInt8(ascii: "x"), count: 64).withUnsafeBytes { CallID($0)! }
        }
        for _ in 0..<5 { loop.finished(record) }
        loop.flush()
        #expect(bench.written().split(separator: "\n").count == 5)
        #expect(bench.telemetry.sink.dropped == 0)
    }
}
