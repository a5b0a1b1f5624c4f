import Exporters
import Foundation
import Gateway
import Ledger
import Locking
import Telemetry
import Testing

@Suite struct LangfuseEncoderTests {
    private func events(_ items: [ExportRecord]) throws -> [[String: Any]] {
        var encoder = LangfuseEncoder { Sample.names }
        let encoded = encoder.encode(items[...])
        let bytes = try #require(encoded)
        let body = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        return try #require(body["batch"] as? [[String: Any]])
    }

    @Test func `a request is a trace and a generation, byte for byte`() throws {
        var encoder = LangfuseEncoder { Sample.names }
        let one = encoder.encode([Sample.item { $0.key = KeyLabel("team a") }][...])
        let bytes = try #require(one)
        let id = "00000000-0000-0001-0000-000000000002"
        let event = "\(id)-1795435200123000"
        #expect(
            String(decoding: bytes, as: UTF8.self) == """
                {"batch":[{"id":"\(event)-t","timestamp":"2026-11-23T12:00:00.123Z","type":"trace-create","body":{"id":"\(id)",\
                "timestamp":"2026-11-23T11:59:58.873Z","name":"chat","tags":["drover"],"metadata":{"call_id":"\(id)","key":"team a"}}},\
                {"id":"\(event)-g","timestamp":"2026-11-23T12:00:00.123Z","type":"generation-create","body":{"id":"\(event)",\
                "traceId":"\(id)","name":"chat","startTime":"2026-11-23T11:59:58.873Z","endTime":"2026-11-23T12:00:00.123Z",\
                "completionStartTime":"2026-11-23T11:59:59.054Z","model":"llama3","usageDetails":{"input":12,"output":48,"total":60},\
                "costDetails":{"total":0},"metadata":{"status":200,"stream":true,"attempts":1,"fallbacks":0,"local_only":false,\
                "queue_ms":2.500,"load_ms":30.000,"prefill_ms":150.250,"decode_ms":1000.000,"instance":"gpu-1","provider":"ollama"},\
                "level":"DEFAULT"}}]}
                """)
    }

    @Test func `after a change of the pool an instance at an old one's place has its own name`() throws {
        let names = Locked(Sample.names)
        var encoder = LangfuseEncoder { names.withLock { $0 } }
        _ = encoder.encode([Sample.item()][...])
        names.withLock { ($0.instances[0].name, $0.models[0]) = ("gpu-9", "qwen3") }
        let later = encoder.encode([Sample.item()][...])
        let text = String(decoding: try #require(later), as: UTF8.self)
        #expect(text.contains(#""instance":"gpu-9""#) && text.contains(#""model":"qwen3""#), "\(text)")
    }

    @Test func `failures say why, and a client that left is a warning`() throws {
        let items = [
            Sample.item { ($0.outcome, $0.error, $0.status, $0.deployment) = (.failed, 1, 502, -1) },
            Sample.item { ($0.outcome, $0.status) = (.cancelled, 499) },
        ]
        let bodies = try events(items).compactMap { $0["body"] as? [String: Any] }
        #expect(bodies.count == 4)
        #expect(bodies[1]["level"] as? String == "ERROR")
        #expect(bodies[1]["statusMessage"] as? String == "upstream_failed")
        #expect((bodies[1]["metadata"] as? [String: Any])?["instance"] == nil)
        #expect(bodies[3]["level"] as? String == "WARNING")
    }

    @Test func `names are escaped, and another model that answered is named`() throws {
        let body = try #require(try events([Sample.item { $0.model = 1 }])[1]["body"] as? [String: Any])
        #expect(body["model"] as? String == #"we"ird"#)
        #expect((body["metadata"] as? [String: Any])?["answered_by"] as? String == "llama3")
    }

    @Test func `a client's own call id may repeat, an event's must not`() throws {
        var later = Sample.item()
        later.endedAt += 0.000_01
        let both = try events([Sample.item(), later])
        #expect(Set(both.compactMap { $0["id"] as? String }).count == 4)
        #expect(Set(both.compactMap { ($0["body"] as? [String: Any])?["traceId"] as? String }).count == 1)
    }

    @Test func `it stands in its caller's trace`() throws {
        let item = Sample.item { $0.trace = Sample.trace }
        let bodies = try events([item]).compactMap { $0["body"] as? [String: Any] }
        #expect(bodies[0]["id"] as? String == "0af7651916cd43dd8448eb211c80319c")
        #expect(bodies[1]["traceId"] as? String == "0af7651916cd43dd8448eb211c80319c")
    }

    @Test func `the longest request fits`() throws {
        var names = Sample.names
        names.models[0] = String(repeating: "\u{1}", count: 500)
        names.instances[0].name = String(repeating: "\"", count: 500)
        names.errors[1] = String(repeating: "e", count: 300)
        let id = Array(repeating: UInt8(ascii: "z"), count: 64).withUnsafeBytes { CallID($0) }
        let known = names
        var encoder = LangfuseEncoder { known }
        let item = Sample.item {
            ($0.callID, $0.outcome, $0.error, $0.key) = (id!, .failed, 1, KeyLabel(String(repeating: "k", count: 99)))
            ($0.promptTokens, $0.completionTokens, $0.cost) = (.max / 2, .max / 2, .max)
            ($0.status, $0.attempts, $0.fallbacks, $0.queueNanoseconds) = (.max, .max, .max, .max)
            ($0.loadNanoseconds, $0.prefillNanoseconds, $0.decodeNanoseconds) = (.max, .max, .max)
        }
        let three = encoder.encode([item, item, item][...])
        let bytes = try #require(three)
        #expect(try JSONSerialization.jsonObject(with: Data(bytes)) is [String: Any])
    }

    @Test(arguments: [
        (#"{"successes":[{"id":"a","status":201}],"errors":[]}"#, 0),
        (#"{"successes":[],"errors":[{"id":"a-t","status":400},{"id":"a-g","status":400}]}"#, 1),
        (#"{"successes":[],"errors":[{"id":"a-t","status":400},{"id":"b-t","status":400}]}"#, 2),
        (#"{"errors":[{"id":"a-g","status":400}],"successes":[{"id":"a-t","status":201}]}"#, 1),
        (#"{"successes":[],"errors":[{"id":"a-t","status":400,"message":"x"}]}"#, 1), ("", 0), ("nonsense", 0),
        // As most servers write JSON, and with words that look like members.
        (#"{"successes": [], "errors": [{"status": 400, "id": "a-g", "message": "no \"id\":\"b-g\""}]}"#, 1),
        (#"{ "errors" : [ { "id" : "a-g" } , { "id" : "b-g" } ] }"#, 2), (#"{"errors": null}"#, 0), ("[1]", 0),
    ])
    func `an answer names the events that were refused`(answer: String, refused: Int) {
        #expect(LangfuseEncoder { Sample.names }.refusals(in: Array(answer.utf8)) == refused)
    }
}
