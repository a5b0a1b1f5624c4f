import Curl
import NIOPosix
import Synchronization
import Testing

/// Real sockets on the loopback, no sleeping: what has to wait, waits for libcurl's own time limits.
@Suite struct CurlMultiTests {
    private func request(
        _ url: String, method: CurlRequest.Method = .get, headers: [CurlRequest.Header] = [], body: [UInt8]? = nil,
        connect: Duration = .seconds(5), total: Duration = .seconds(20), limit: Int = 1 << 20
    ) -> CurlRequest {
        CurlRequest(
            method: method, url: url, headers: headers, body: body, connectTimeout: connect, totalTimeout: total,
            maximumBodyBytes: limit)
    }

    private func withServer(_ body: (TinyServer, CurlMulti) async throws -> Void) async throws {
        let server = try await TinyServer.start()
        let curl = CurlMulti(maximumIdleConnections: 16)
        try await body(server, curl)
        curl.stop()
        try await server.stop()
    }

    private func failure(_ curl: CurlMulti, _ request: CurlRequest) async -> CurlError? {
        do throws(CurlError) {
            _ = try await curl.perform(request)
            return nil
        } catch { return error }
    }

    @Test func `answers with status and body, and says where the time went`() async throws {
        try await withServer { server, curl in
            let response = try await curl.perform(request(server.url("/ok")))
            #expect(response.status == 200)
            #expect(response.body == Array("ok".utf8))
            #expect(!response.timings.reusedConnection)
            #expect(response.timings.connect <= response.timings.firstByte)
            #expect(response.timings.firstByte <= response.timings.total)
            #expect(response.timings.total > .zero)
        }
    }

    @Test func `goes to the address that it is told, whatever the name says`() async throws {
        try await withServer { server, curl in
            var named = request(server.url("/ok").replacing("127.0.0.1", with: "nobody.invalid"))
            named.address = "127.0.0.1"
            let response = try await curl.perform(named)
            #expect(response.status == 200)
            named.address = nil
            #expect(await failure(curl, named) != nil)
        }
    }

    @Test func `what an edge packs unasked is unpacked, and held to the limit unpacked`() async throws {
        try await withServer { server, curl in
            let response = try await curl.perform(request(server.url("/packed")))
            #expect(response.body == Array("ok".utf8))
            #expect(await failure(curl, request(server.url("/packed"), limit: 1)) == .bodyTooLarge(limit: 1))
        }
    }

    @Test func `a body is handed out piece by piece, without its limit, until nobody wants more`() async throws {
        try await withServer { server, curl in
            let taken = Mutex(0)
            var endless = request(server.url("/endless"), limit: 1)
            endless.receive = { piece in
                taken.withLock {
                    $0 += piece.count
                    return $0 < 100_000
                }
            }
            #expect(await failure(curl, endless) == .cancelled)
            #expect(taken.withLock { $0 } >= 100_000)

            let text = Mutex("")
            var whole = request(server.url("/ok"), limit: 0)
            whole.receive = { piece in
                text.withLock { $0 += String(decoding: piece, as: UTF8.self) }
                return true
            }
            let answer = try await curl.perform(whole)
            #expect(answer.status == 200 && answer.body.isEmpty)
            #expect(text.withLock { $0 } == "ok")
            // What is no success is an answer as ever.
            var busy = request(server.url("/unavailable"))
            busy.receive = whole.receive
            let refusal = try await curl.perform(busy)
            #expect(refusal.status == 503 && refusal.body == Array("busy".utf8))
            #expect(text.withLock { $0 } == "ok")
        }
    }

    @Test func `uses a connection again`() async throws {
        try await withServer { server, curl in
            _ = try await curl.perform(request(server.url("/ok")))
            for _ in 0..<5 {
                let answer = try await curl.perform(request(server.url("/ok")))
                #expect(answer.timings.reusedConnection)
            }
            #expect(server.now.connections == 1)
        }
    }

    @Test func `opens another connection after the server closed the first`() async throws {
        try await withServer { server, curl in
            for _ in 0..<3 {
                let answer = try await curl.perform(request(server.url("/close")))
                #expect(answer.status == 200)
            }
            #expect(server.now.connections == 3)
        }
    }

    @Test func `sends method, headers and body, and nothing of the request before`() async throws {
        try await withServer { server, curl in
            let body = Array(#"{"a":"ä"}"#.utf8)
            let posted = try await curl.perform(
                request(
                    server.url("/echo?x=1"), method: .post,
                    headers: [.init("X-One", "1"), .init("Authorization", "Bearer k")],
                    body: body))
            #expect(posted.body == Array("<".utf8) + body + Array(">".utf8))
            _ = try await curl.perform(request(server.url("/ok")))
            _ = try await curl.perform(request(server.url("/ok"), method: .delete))
            _ = try await curl.perform(request(server.url("/echo"), method: .post))
            let requests = server.now.requests
            #expect(requests[0].hasPrefix("POST /echo?x=1 HTTP/1.1\r\n"))
            #expect(requests[0].contains("\r\nX-One: 1\r\n"))
            #expect(requests[0].contains("\r\nAuthorization: Bearer k\r\n"))
            #expect(!requests[0].contains("Expect"))
            #expect(requests[1].hasPrefix("GET /ok HTTP/1.1\r\n"))
            #expect(!requests[1].contains("Authorization"))
            #expect(!requests[1].contains("Content-Length"))
            #expect(requests[2].hasPrefix("DELETE /ok HTTP/1.1\r\n"))
            #expect(requests[3].contains("\r\nContent-Length: 0\r\n"))
        }
    }

    @Test func `gives any status as an answer and follows no redirect`() async throws {
        try await withServer { server, curl in
            let busy = try await curl.perform(request(server.url("/unavailable")))
            #expect(busy.status == 503 && busy.retryAfter == .seconds(7))
            let moved = try await curl.perform(request(server.url("/redirect")))
            #expect(moved.status == 302 && moved.retryAfter == nil)
            #expect(server.now.requests.count == 2)
        }
    }

    @Test func `a server that never answers runs into the time limit`() async throws {
        try await withServer { server, curl in
            let error = await failure(curl, request(server.url("/hang"), total: .milliseconds(50)))
            guard case .timedOut(_, isConnected: true) = error else {
                return #expect(Bool(false), "got \(String(describing: error))")
            }
        }
    }

    @Test func `a place to which no connection comes about in time is told from one that says nothing`() async throws {
        let full = try FullListener()
        defer { full.close() }
        let curl = CurlMulti(maximumIdleConnections: 1)
        defer { curl.stop() }
        let url = "http://127.0.0.1:\(full.port)/"
        for limits in [(Duration.milliseconds(50), Duration.seconds(20)), (.seconds(20), .milliseconds(50))] {
            let error = await failure(curl, request(url, connect: limits.0, total: limits.1))
            guard case .timedOut(_, isConnected: false) = error else {
                return #expect(Bool(false), "got \(String(describing: error))")
            }
        }
    }

    @Test(arguments: ["/reset", "/silent", "/half"])
    func `a broken connection is told from an answer`(path: String) async throws {
        try await withServer { server, curl in
            let error = await failure(curl, request(server.url(path)))
            guard case .connectionLost = error else { return #expect(Bool(false), "got \(String(describing: error))") }
        }
    }

    @Test func `what is not HTTP is malformed`() async throws {
        try await withServer { server, curl in
            let error = await failure(curl, request(server.url("/garbage")))
            guard case .malformed = error else { return #expect(Bool(false), "got \(String(describing: error))") }
        }
    }

    @Test(arguments: ["/long", "/endless"])
    func `a body beyond the limit ends the request`(path: String) async throws {
        try await withServer { server, curl in
            #expect(await failure(curl, request(server.url(path), limit: 10_000)) == .bodyTooLarge(limit: 10_000))
        }
    }

    @Test func `nobody listening is refused, and at once`() async throws {
        let server = try await TinyServer.start()
        let url = server.url("/ok")
        try await server.stop()
        let curl = CurlMulti(maximumIdleConnections: 1)
        defer { curl.stop() }
        #expect(await failure(curl, request(url)) == .refused("connection refused"))
    }

    @Test func `a place whose TLS is slow is tried again where its address is known`() async throws {
        try await withServer { server, curl in
            let place = "localhost:\(server.port)"
            _ = try await curl.perform(request("http://\(place)/mute"))
            let before = server.now.connections
            let slow = request("https://\(place)/", connect: .seconds(2), total: .seconds(2))
            guard case .timedOut = await failure(curl, slow) else { return #expect(Bool(false), "it is too slow") }
            #expect(server.now.connections == before + 2)
        }
    }

    @Test func `plain bytes where TLS is expected are a TLS failure`() async throws {
        try await withServer { server, curl in
            let error = await failure(curl, request("https://127.0.0.1:\(server.port)/ok"))
            guard case .tls = error else { return #expect(Bool(false), "got \(String(describing: error))") }
        }
    }

    @Test(arguments: ["ftp://127.0.0.1/x", "file:///etc/hostname", "127.0.0.1/x", "http://127.0.0.1/a b", ""])
    func `only http and https addresses are tried`(url: String) async {
        let curl = CurlMulti(maximumIdleConnections: 1)
        defer { curl.stop() }
        let error = await failure(curl, request(url))
        guard case .invalidRequest = error else { return #expect(Bool(false), "got \(String(describing: error))") }
    }

    @Test func `a header cannot smuggle another`() async throws {
        try await withServer { server, curl in
            let error = await failure(curl, request(server.url("/ok"), headers: [.init("X", "1\r\nY: 2")]))
            guard case .invalidRequest = error else { return #expect(Bool(false), "got \(String(describing: error))") }
            #expect(server.now.connections == 0)
        }
    }

    @Test func `cancelling ends a request that hangs`() async throws {
        try await withServer { server, curl in
            let task = Task { await failure(curl, request(server.url("/hang"))) }
            while server.now.requests.isEmpty { await Task.yield() }
            task.cancel()
            #expect(await task.value == .cancelled)
        }
    }

    @Test func `a task cancelled before it asks gets nothing else`() async throws {
        try await withServer { server, curl in
            let (gate, open) = AsyncStream<Void>.makeStream()
            let task = Task {
                for await _ in gate {}
                return await failure(curl, request(server.url("/hang")))
            }
            task.cancel()
            open.finish()
            #expect(await task.value == .cancelled)
        }
    }

    @Test func `every request completes exactly once, also when the thread is stopped`() async throws {
        let server = try await TinyServer.start()
        let curl = CurlMulti(maximumIdleConnections: 4)
        let completions = Mutex([Int](repeating: 0, count: 300))
        for index in 0..<300 {
            // A third is answered, a third hangs, a third is cancelled: in whatever order it comes to pass.
            let path = index % 3 == 0 ? "/ok" : "/hang"
            let ticket = curl.submit(request(server.url(path))) { _ in completions.withLock { $0[index] += 1 } }
            if index % 3 == 2 { curl.cancel(ticket) }
        }
        curl.stop()
        #expect(completions.withLock { $0 } == [Int](repeating: 1, count: 300))
        #expect(await failure(curl, request(server.url("/ok"))) == .stopped)
        curl.stop()
        try await server.stop()
    }

    @Test func `stopping closes what was kept open`() async throws {
        let server = try await TinyServer.start()
        let curl = CurlMulti(maximumIdleConnections: 4)
        _ = try await curl.perform(request(server.url("/ok")))
        #expect(server.now.open == 1)
        curl.stop()
        while server.now.open > 0 { await Task.yield() }
        try await server.stop()
    }

    @Test func `a completion may submit, and may stop the thread it runs on`() async throws {
        let server = try await TinyServer.start()
        let curl = CurlMulti(maximumIdleConnections: 4)
        let url = server.url("/ok")
        let request = request(url)
        let statuses = await withCheckedContinuation { (done: CheckedContinuation<[Int?], Never>) in
            curl.submit(request) { first in
                curl.submit(request) { second in
                    curl.stop()
                    done.resume(returning: [try? first.get().status, try? second.get().status])
                }
            }
        }
        #expect(statuses == [200, 200])
        try await server.stop()
    }
}
