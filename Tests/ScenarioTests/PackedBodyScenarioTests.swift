import Balancer
import Testing

/// Bodies that are packed, on routes that run no model.
@Suite(.timeLimit(.minutes(1)), .serialized) struct PackedBodyScenarioTests {
    /// `{"model":"llama3","messages":[]}`, packed by Python's gzip module.
    private static let gzip: [UInt8] = [
        0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xab, 0x56, 0xca, 0xcd, 0x4f, 0x49, 0xcd, 0x51,
        0xb2, 0x52, 0xca, 0xc9, 0x49, 0xcc, 0x4d, 0x34, 0x56, 0xd2, 0x51, 0xca, 0x4d, 0x2d, 0x2e, 0x4e, 0x4c, 0x4f,
        0x2d, 0x56, 0xb2, 0x8a, 0x8e, 0xad, 0x05, 0x00, 0x6e, 0xd1, 0xf9, 0x63, 0x20, 0x00, 0x00, 0x00,
    ]

    /// `{"key":"sk-master-1"}`, packed so.
    private static let login: [UInt8] = [
        0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xab, 0x56, 0xca, 0x4e, 0xad, 0x54, 0xb2, 0x52,
        0x2a, 0xce, 0xd6, 0xcd, 0x4d, 0x2c, 0x2e, 0x49, 0x2d, 0xd2, 0x35, 0x54, 0xaa, 0x05, 0x00, 0xaa, 0x32, 0xb1,
        0x54, 0x15, 0x00, 0x00, 0x00,
    ]
    /// 2,048 spaces, packed so; several behind each other are one body.
    private static let spaces: [UInt8] = [
        0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x53, 0x50, 0x18, 0x05, 0xa3, 0x60, 0x14, 0x8c,
        0x82, 0x51, 0x30, 0x0a, 0x46, 0xc1, 0x48, 0x03, 0x00, 0x4b, 0xe8, 0x0a, 0x60, 0x00, 0x08, 0x00, 0x00,
    ]

    private static func ask(
        _ pool: FarmedGateway, _ path: String, _ coding: String, _ body: [UInt8], more: String = ""
    ) async throws -> RawConnection.Message {
        let client = try await pool.gateway.connect()
        let head =
            "POST \(path) HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer sk-master-1\r\n\(more)"
            + "Content-Encoding: \(coding)\r\nContent-Length: \(body.count)\r\n\r\n"
        try await client.send(Array(head.utf8) + body)
        let answer = try await client.message()
        await client.close()
        return answer
    }

    /// So many spaces; a bomb is packed better than a body can be.
    private static func spaces(_ count: Int) -> [UInt8] { (0..<count / 2_048).flatMap { _ in spaces } }

    @Test func `a packed body is read on every route, and one that is none is refused`() async throws {
        let pool = try await FarmedGateway.start(boxes: 1, key: "sk-master-1")
        for path in ["/api/show", "/v1/messages/count_tokens", "/key/generate", "/api/copy"] {
            let answer = try await Self.ask(pool, path, "gzip", Self.gzip)
            // Each has read it: what it does not like in it is its own matter.
            #expect(!answer.body.contains("JSON") && !answer.body.contains("content-encoding"), "\(path): \(answer)")
            let broken = try await Self.ask(pool, path, "gzip", Array("{}".utf8))
            #expect(broken.status == 400 && broken.body.contains("content-encoding"), "\(path): \(broken)")
            let unknown = try await Self.ask(pool, path, "br", Self.gzip)
            #expect(unknown.status == 400 && unknown.body.contains("`br`"), "\(path): \(unknown)")
        }
        #expect(try await Self.ask(pool, "/api/show", "gzip", Self.gzip).status == 200)
        let session = try await Self.ask(
            pool, "/ui/session", "gzip", Self.login, more: "Content-Type: application/json\r\n")
        #expect(session.status == 200 && session.body.contains("\"logged_in\":true"), "\(session)")
        try await pool.stop()
    }

    @Test func `one that unpacks to more than its route takes is refused, and told by which bound`() async throws {
        let pool = try await FarmedGateway.start(boxes: 1, drover: "limits: {max_body: 100KiB}", key: "sk-master-1")
        // All of them are shorter than that as they are sent.
        for (path, size) in [
            ("/api/show", 200 << 10), ("/v1/messages/count_tokens", 200 << 10), ("/api/copy", 200 << 10),
        ] {
            let answer = try await Self.ask(pool, path, "gzip", Self.spaces(size))
            #expect(answer.status == 413 && answer.body.contains("102400 bytes (drover.limits.max_body)"), "\(answer)")
        }
        for path in ["/key/generate", "/api/pull"] {
            let answer = try await Self.ask(pool, path, "gzip", Self.spaces(3 << 19))
            #expect(answer.status == 413 && answer.body.contains("1048576 bytes, or"), "\(path): \(answer)")
        }
        try await pool.stop()
    }

    @Test func `one that unpacks to more than there is memory for is told to come back`() async throws {
        let pool = try await FarmedGateway.start(boxes: 1, drover: "limits: {memory: 1MiB}", key: "sk-master-1")
        for (path, status) in [("/api/show", 503), ("/v1/messages/count_tokens", 529)] {
            let answer = try await Self.ask(pool, path, "gzip", Self.spaces(2 << 20))
            #expect(answer.status == status && answer.body.contains("drover.limits.memory"), "\(path): \(answer)")
            #expect(answer["retry-after"] == "1")
        }
        #expect(try await Self.ask(pool, "/api/show", "gzip", Self.gzip).status == 200)
        let client = try await pool.gateway.connect()
        try await client.send(RunningGateway.get("/metrics", "Authorization: Bearer sk-master-1\r\n"))
        let metrics = try await client.message()
        await client.close()
        let reading = try PrometheusReading(metrics.body)
        #expect(reading.sum("gateway_limit_events_total") == 2 && reading.sum("gateway_held_bytes") == 0)
        try await pool.stop()
    }
}
