import Balancer
import Testing

@testable import Simulator

@Suite struct TraceTests {
    private static let azure = """
        TIMESTAMP,ContextTokens,GeneratedTokens
        2023-11-16 18:15:46.6805900,374,44
        2023-11-16 18:15:50.9951690,396,109\r

        2023-11-16 18:15:46.7805900,10,0
        """

    @Test func `Azure's lines become requests in order of arrival`() throws {
        let workload = try Workload(trace: Self.azure)
        #expect(workload.requests.map(\.arrival) == [0, 100_000_000, 4_314_579_000])
        #expect(workload.requests.map(\.promptTokens) == [374, 10, 396])
        #expect(workload.requests.map(\.outputTokens) == [44, 1, 109])
    }

    @Test func `times go over midnights, months and leap years`() {
        let day: Int64 = 86_400_000_000_000
        let one = Timestamp.nanoseconds("2024-02-28 23:59:59")!
        #expect(Timestamp.nanoseconds("2024-03-01T23:59:59Z")! - one == 2 * day)
        #expect(Timestamp.nanoseconds("1970-01-02 00:00:00.5")! == day + 500_000_000)
        for wrong in ["", "2024-13-01 00:00:00", "2024-01-01", "2024-01-01 00:00:00+01", "2024-01-01 0a:00:00"] {
            #expect(Timestamp.nanoseconds(wrong[...]) == nil)
        }
    }

    @Test(arguments: [
        ("TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46,1", 2, "has 2 fields instead of 3"),
        ("TIMESTAMP,C,G\n\nyesterday,1,2", 3, "\"yesterday\" is no time; write 2023-11-16 18:15:46.68"),
        ("TIMESTAMP,C,G\n2023-11-16 18:15:46,-1,2", 2, "token counts must be whole numbers, 0 or more"),
        ("{\"timestamp\": 0}", 1, "needs timestamp, input_length and output_length, numbers of 0 or more"),
        ("{\"timestamp\": 0, \"input_length\": 1, \"output_length\": 1}\n{\"timest", 2, "is no JSON object"),
        (
            "{\"timestamp\": 0, \"input_length\": 1, \"output_length\": 1, \"hash_ids\": [\"a\"]}", 1,
            "hash_ids must be a list of numbers"
        ),
        (
            "{\"time\":\"soon\",\"message\":\"request finished\",\"success\":true,\"model\":\"m\"}", 1,
            "time is missing or no time"
        ),
        (
            "hello\n", 1,
            "begins neither as Azure's CSV (TIMESTAMP,ContextTokens,GeneratedTokens) nor as JSON lines"
        ),
        ("", 0, "the trace is empty"),
        ("TIMESTAMP,C,G\n", 0, "the trace has no requests"),
    ])
    func `what cannot be read is named with its line`(text: String, line: Int, message: String) {
        #expect(throws: TraceFault(line: line, message: message)) { try Workload(trace: text) }
    }

    @Test func `Mooncake's ids become a chain in the product's blocks`() throws {
        let text = """
            {"timestamp": 10, "input_length": 1100, "output_length": 6, "hash_ids": [1, 2, 3]}
            {"timestamp": 30, "input_length": 1500, "output_length": 5, "hash_ids": [1, 2, 4]}
            """
        let requests = try Workload(trace: text).requests
        #expect(requests.map(\.arrival) == [0, 20_000_000])
        #expect(requests.map(\.prefix.count) == [8, 11])
        // Two blocks of 512 in common are eight of 128.
        #expect(zip(requests[0].prefix, requests[1].prefix).prefix { $0 == $1 }.count == 8)
    }

    @Test func `divided by four, an id is one of the product's blocks`() throws {
        let text = """
            {"timestamp": 0, "input_length": 2048, "output_length": 6, "hash_ids": [1, 2, 3, 4]}
            {"timestamp": 1, "input_length": 2048, "output_length": 6, "hash_ids": [1, 2, 5, 4]}
            """
        let requests = try Workload(trace: text, thinning: Thinning(divisor: 4)).requests
        #expect(requests.map(\.promptTokens) == [512, 512])
        #expect(requests.map(\.prefix.count) == [4, 4])
        #expect(zip(requests[0].prefix, requests[1].prefix).prefix { $0 == $1 }.count == 2)
    }

    @Test func `one session in four is kept whole`() throws {
        let lines = (0..<400).map {
            "{\"timestamp\": \($0), \"input_length\": 512, \"output_length\": 1, \"hash_ids\": [\($0 % 100)]}"
        }
        let kept = try Workload(trace: lines.joined(separator: "\n"), thinning: Thinning(oneSessionIn: 4)).requests
        #expect((40...180).contains(kept.count))
        let sessions = Dictionary(grouping: kept, by: { $0.prefix[0] })
        #expect(sessions.values.allSatisfy { $0.count == 4 })
    }

    @Test func `a system prompt that most share tells no session`() throws {
        let lines = (0..<400).map {
            let shared = $0 == 7 ? "8" : "1, 2"
            return "{\"timestamp\": \($0), \"input_length\": 2048, \"output_length\": 1,"
                + " \"hash_ids\": [\(shared), \(1_000 + $0 % 100), \(5_000 + $0)]}"
        }
        let kept = try Workload(trace: lines.joined(separator: "\n"), thinning: Thinning(oneSessionIn: 4)).requests
        #expect((40...180).contains(kept.count))
        let sessions = Dictionary(grouping: kept.filter { $0.prefix[0] == kept[0].prefix[0] }, by: { $0.prefix[11] })
        #expect(sessions.count > 5 && sessions.values.allSatisfy { (3...4).contains($0.count) })
    }

    @Test func `foreign lines in a log are passed over, as by a fit`() throws {
        let text = """
            drover 0.1.0 starts
            {"time":"2026-01-01T00:00:12Z","message":"request finished","model":"m1","success":true,\
            "prompt_tokens":1,"completion_tokens":2,"response_time_ms":4000}
            Jan 01 00:00:13 host kernel: something
            {"time":"2026-01-01T00:00:13Z","message":"request finished","model":"m1","success":true}
            """
        var passedOver: [Int] = []
        let requests = try Workload(trace: text, models: ["m1"]) { passedOver.append($0.line) }.requests
        #expect(requests.count == 1 && requests[0].model == 0)
        #expect(passedOver == [1, 3, 4])
    }

    @Test func `the product's own log gives arrivals, sizes and models`() throws {
        let text = """
            {"time":"2026-01-01T00:00:10.500Z","level":"info","message":"request finished","call_id":"a","model":"m2",\
            "provider":"ollama","instance":"gpu","status":200,"success":true,"error":null,"stream":true,"attempts":1,\
            "prompt_tokens":10,"completion_tokens":20,"total_tokens":30,"response_time_ms":500.0}
            {"time":"2026-01-01T00:00:11Z","level":"info","message":"box came back"}
            {"time":"2026-01-01T00:00:12Z","message":"request finished","model":"other","success":true,\
            "prompt_tokens":1,"completion_tokens":2,"response_time_ms":4000}
            {"time":"2026-01-01T00:00:13Z","message":"request finished","model":"m1","success":false}
            """
        let requests = try Workload(trace: text, models: ["m1", "m2"]).requests
        #expect(requests.map(\.model) == [-1, 1])
        #expect(requests.map(\.arrival) == [0, 2_000_000_000])
        #expect(requests.map(\.promptTokens) == [1, 10])
    }
}
