import NIOCore
import Testing

/// One port, two lanes: every way a client may frame its requests.
@Suite(.timeLimit(.minutes(2))) struct FrontFramingTests {
    /// Runs `body` with a gateway in front of one box that answers everything at once.
    private func withGateway(more: String = "", _ body: (RunningGateway) async throws -> Void) async throws {
        let upstream = try await PlayedUpstream.start()
        let serving = Task { await upstream.answerAll(PlayedUpstream.answer("ok")) }
        let gateway = try await RunningGateway.inFrontOf([upstream.port], more: more)
        try await body(gateway)
        try await gateway.stop()
        await upstream.stop()
        serving.cancel()
    }

    private static let hot = RunningGateway.chat()
    private static let cold = RunningGateway.get("/health/liveliness")

    /// `h` for a chat answer, `c` for a route's, else the status.
    private func kind(_ message: RawConnection.Message) -> String {
        if message.status != 200 { return "\(message.status)" }
        return message.body.contains("chat.completion") ? "h" : "c"
    }

    @Test func `hot and cold requests alternate on one connection a thousand times`() async throws {
        try await withGateway { gateway in
            let client = try await gateway.connect()
            for _ in 0..<1000 {
                try await client.send(Self.hot)
                #expect(kind(try await client.message()) == "h")
                try await client.send(Self.cold)
                #expect(kind(try await client.message()) == "c")
            }
            await client.close()
        }
    }

    @Test func `seven pipelined requests in one packet are answered in order`() async throws {
        try await withGateway { gateway in
            let client = try await gateway.connect()
            let seven = Self.hot + Self.cold + Self.hot + Self.hot + Self.cold + Self.cold + Self.hot
            for _ in 0..<200 {
                try await client.send(seven)
                var kinds = ""
                for _ in 0..<7 { kinds += kind(try await client.message()) }
                #expect(kinds == "hchhcch")
            }
            await client.close()
        }
    }

    @Test func `pipelined with a cold one first keeps the order`() async throws {
        try await withGateway { gateway in
            let client = try await gateway.connect()
            try await client.send(RunningGateway.get("/pool") + Self.hot + RunningGateway.get("/metrics") + Self.hot)
            var kinds = ""
            for _ in 0..<4 { kinds += kind(try await client.message()) }
            #expect(kinds == "chch")
            await client.close()
        }
    }

    @Test func `requests may come byte by byte`() async throws {
        try await withGateway { gateway in
            let client = try await gateway.connect()
            for byte in (Self.hot + Self.cold + Self.hot).utf8 {
                try await client.channel.writeAndFlush(ByteBuffer(bytes: [byte]))
            }
            var kinds = ""
            for _ in 0..<3 { kinds += kind(try await client.message()) }
            #expect(kinds == "hch")
            await client.close()
        }
    }

    @Test(arguments: [
        ("both framings", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ("both framings, the other way round", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
        ("two lengths", "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}{}"),
        ("a signed length", "Content-Length: +2\r\n\r\n{}"),
        ("a space before the colon", "Content-Length : 2\r\n\r\n{}"),
        ("NUL in a header", "A: a\0b\r\nContent-Length: 2\r\n\r\n{}"),
    ])
    func `ambiguous framing is 400 and the connection closes`(name: String, rest: String) async throws {
        try await withGateway { gateway in
            for path in ["/v1/chat/completions", "/pool/x/drain"] {
                let client = try await gateway.connect()
                try await client.send("POST \(path) HTTP/1.1\r\nHost: localhost\r\n" + rest)
                let answer = try await client.message()
                #expect(answer.status == 400, "\(name) on \(path)")
                #expect(answer.body.contains("\"invalid_request\""))
                await client.waitUntilClosed()
                await client.close()
            }
        }
    }

    @Test(arguments: [
        "POST /v1/chat/completions HTTP/1.1\nHost: localhost\nContent-Length: 2\n\n{}", "\u{16}\u{3}\u{1}\r\n\r\n",
        "@@@\r\n\r\n",
    ])
    func `what is no HTTP is 400 and the connection closes`(text: String) async throws {
        try await withGateway { gateway in
            let client = try await gateway.connect()
            try await client.send(text)
            #expect(try await client.message().status == 400)
            await client.waitUntilClosed()
            await client.close()
        }
    }

    @Test func `garbage behind a hot request waits for its answer`() async throws {
        try await withGateway { gateway in
            let client = try await gateway.connect()
            try await client.send(Self.hot + "@@@\r\n\r\n")
            #expect(kind(try await client.message()) == "h")
            #expect(try await client.message().status == 400)
            await client.waitUntilClosed()
            await client.close()
        }
    }

    @Test func `a chunked body is a body`() async throws {
        try await withGateway { gateway in
            let client = try await gateway.connect()
            let body = "{\"model\":\"llama3\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"
            try await client.send(
                "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + PlayedUpstream.chunk(body) + "0\r\n\r\n" + Self.hot)
            #expect(kind(try await client.message()) == "h")
            #expect(kind(try await client.message()) == "h")
            await client.close()
        }
    }

    @Test func `a client that expects 100-continue gets it`() async throws {
        try await withGateway { gateway in
            let client = try await gateway.connect()
            let whole = RunningGateway.chat(headers: "Expect: 100-continue\r\n")
            let parts = whole.split(separator: "\r\n\r\n", maxSplits: 1)
            try await client.send(parts[0] + "\r\n\r\n")
            #expect(try await client.message().status == 100)
            try await client.send(String(parts[1]))
            #expect(kind(try await client.message()) == "h")
            await client.close()
        }
    }

    @Test func `connection close is honoured`() async throws {
        try await withGateway { gateway in
            let client = try await gateway.connect()
            try await client.send(RunningGateway.chat(headers: "Connection: close\r\n"))
            let answer = try await client.message()
            #expect(kind(answer) == "h")
            #expect(answer["connection"] == "close")
            await client.waitUntilClosed()
            await client.close()
        }
    }

    @Test func `an HTTP 1.0 client gets an unchunked answer and a close`() async throws {
        try await withGateway { gateway in
            let client = try await gateway.connect()
            let request = RunningGateway.chat().split(separator: "\r\n", maxSplits: 1)
            try await client.send(request[0].dropLast(3) + "1.0\r\n" + request[1])
            let answer = try await client.message()
            #expect(answer.status == 200)
            #expect(answer["transfer-encoding"] == nil)
            await client.waitUntilClosed()
            await client.close()
        }
    }

    @Test func `errors keep the connection`() async throws {
        try await withGateway { gateway in
            let client = try await gateway.connect()
            try await client.send(RunningGateway.post("/v1/chat/completions", "{\"model\":1}"))
            #expect(try await client.message().status == 400)
            try await client.send(
                RunningGateway.post(
                    "/v1/chat/completions", "{\"model\":\"nope\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}")
            )
            let missing = try await client.message()
            #expect(missing.status == 404)
            #expect(missing.body.contains("`llama3`"))
            try await client.send(Self.hot)
            #expect(kind(try await client.message()) == "h")
            await client.close()
        }
    }

    @Test func `a body of 900 KB passes`() async throws {
        try await withGateway { gateway in
            let client = try await gateway.connect()
            try await client.send(RunningGateway.chat(text: String(repeating: "y", count: 900_000)))
            #expect(kind(try await client.message()) == "h")
            await client.close()
        }
    }

    @Test(arguments: ["", "Expect: 100-continue\r\n"])
    func `a body over the limit is 413 before it is read`(header: String) async throws {
        try await withGateway(more: "drover: {limits: {max_body: 1KiB}}\n") { gateway in
            let client = try await gateway.connect()
            try await client.send(
                "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1025\r\n\(header)\r\n")
            let answer = try await client.message()
            #expect(answer.status == 413)
            #expect(answer.body.contains("\"request_too_large\""))
            await client.waitUntilClosed()
            await client.close()
        }
    }

    @Test func `a chunked body over the limit is 413`() async throws {
        try await withGateway(more: "drover: {limits: {max_body: 1KiB}}\n") { gateway in
            let client = try await gateway.connect()
            try await client.send(
                "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + PlayedUpstream.chunk(String(repeating: " ", count: 2000)))
            #expect(try await client.message().status == 413)
            await client.close()
        }
    }

    @Test func `a head over the limit is 431`() async throws {
        try await withGateway(more: "drover: {limits: {max_header: 2KiB}}\n") { gateway in
            let client = try await gateway.connect()
            try await client.send(RunningGateway.chat(headers: "X-Long: \(String(repeating: "a", count: 3000))\r\n"))
            let answer = try await client.message()
            #expect(answer.status == 431)
            #expect(answer.body.contains("\"headers_too_large\""))
            await client.waitUntilClosed()
            await client.close()
        }
    }

    @Test func `unknown paths are 404 and wrong methods 405, in OpenAI's shape`() async throws {
        try await withGateway { gateway in
            let client = try await gateway.connect()
            for (request, status, code) in [
                (RunningGateway.get("/nope"), 404, "not_found"),
                (RunningGateway.get("/v1/chat/completions"), 405, "method_not_allowed"),
                (RunningGateway.post("/v1/models", "{}"), 405, "method_not_allowed"),
                (RunningGateway.post("/v1/models/llama3", "{}"), 405, "method_not_allowed"),
                (RunningGateway.get("/pool/box/drain"), 405, "method_not_allowed"),
                (RunningGateway.get("/v1/models/nope"), 404, "model_not_found"),
            ] {
                try await client.send(request)
                let answer = try await client.message()
                #expect(answer.status == status)
                #expect(answer.body.contains("\"code\":\"\(code)\""), "\(answer.body)")
            }
            await client.close()
        }
    }
}
