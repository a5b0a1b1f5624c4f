import Balancer
import Farm
import Testing

/// Models routed by `soonest`: requests wait at the gateway, not on a box.
@Suite(.timeLimit(.minutes(1)), .serialized) struct QueueScenarioTests {
    /// One box that works on one request at a time.
    private func pool(_ drover: String? = nil) async throws -> FarmedGateway {
        try await FarmedGateway.start(boxes: 1, slots: 1, strategy: "soonest", drover: drover)
    }

    /// A request that holds the only slot until its client leaves.
    private func holder(_ pool: FarmedGateway) async throws -> RawConnection {
        try await pool.farm.inject(FarmFault(.zombie), box: 0)
        let client = try await pool.gateway.connect()
        try await client.send(FarmedGateway.chat())
        try await pool.farm.stats(box: 0, when: { $0.queued == 1 })
        try await pool.farm.inject(FarmFault(.none), box: 0)
        return client
    }

    /// Sends a request on a connection of its own and returns once it waits as one of `count`.
    private func waiter(
        _ pool: FarmedGateway, _ count: Int, more: String = "", headers: String = "", stream: Bool = false
    ) async throws -> RawConnection {
        let client = try await pool.gateway.connect()
        try await client.send(FarmedGateway.chat(stream: stream, more: more, headers: headers))
        await eventually("\(count) wait") { pool.gateway.pool.waiting == count }
        return client
    }

    @Test(arguments: [true, false])
    func `what need not wait says so`(stream: Bool) async throws {
        let pool = try await FarmedGateway.start(boxes: 3, slots: 4, strategy: "soonest")
        for _ in 0..<6 {
            let answer = try await pool.chat(stream: stream)
            #expect(answer.status == 200)
            #expect(!answer.text.isEmpty)
            #expect(answer.isDone == stream)
            #expect(answer.message["x-drover-queue-ms"] == "0.000")
            #expect(answer.message["x-drover-queue-position"] == "0")
            #expect(answer.message["x-drover-queue-predicted-ms"] == nil)
        }
        #expect(pool.gateway.pool.models[0].strategy == "soonest")
        #expect(pool.gateway.pool.models[0].predictedWaitSeconds == 0)
        try await pool.stop()
    }

    @Test func `of three that wait the middle one leaves, and the others are served`() async throws {
        let pool = try await pool()
        let holder = try await holder(pool)
        var waiters: [RawConnection] = []
        for number in 0..<3 {
            waiters.append(try await waiter(pool, number + 1, more: ",\"seed\":\(number)", stream: number == 2))
        }
        await eventually("a plan foresees the wait") {
            (pool.gateway.pool.models[0].predictedWaitSeconds ?? 0) > 0
        }
        #expect(pool.gateway.pool.models[0].waiting == 3)
        #expect(pool.gateway.inFlight == 1)
        await waiters[1].close()
        await eventually("its place is free") { pool.gateway.pool.waiting == 2 }
        await holder.close()
        for (number, position) in [(0, "1"), (2, "3")] {
            let answer = try ChatAnswer(try await waiters[number].message())
            #expect(answer.status == 200)
            #expect(answer.message["x-drover-queue-position"] == position)
            #expect((answer.message["x-drover-queue-ms"].flatMap { Double($0) } ?? 0) > 0)
            #expect((answer.message["x-drover-queue-predicted-ms"].flatMap { Double($0) } ?? 0) > 0)
            await waiters[number].close()
        }
        await eventually("nothing is open") { pool.gateway.inFlight == 0 && pool.gateway.pool.waiting == 0 }
        // The one that left never reached the box.
        let served = await pool.farm.received(box: 0).filter { $0.target == "/api/chat" }
        #expect(served.count == 3)
        #expect(!served.contains { $0.body.contains("\"seed\":1") })
        try await pool.stop()
    }

    @Test(arguments: ["header", "body"])
    func `what would wait longer than its client is refused at once`(place: String) async throws {
        let pool = try await pool()
        let holder = try await holder(pool)
        let answer = try await pool.chat(
            more: place == "body" ? ",\"timeout\":0.01" : "",
            headers: place == "header" ? "x-litellm-timeout: 0.01\r\n" : "")
        #expect(answer.status == 429)
        #expect(answer.errors.first?["code"] == .string("queue_full"))
        #expect(answer.errors.first?["type"] == .string("rate_limit_error"))
        #expect((answer.message["retry-after"].flatMap { Int($0) } ?? 0) >= 1)
        #expect(answer.message["x-drover-queue-predicted-ms"] != nil)
        #expect(pool.gateway.pool.waiting == 0)
        await holder.close()
        try await pool.stop()
    }

    @Test func `the queue's own limit counts where it is written`() async throws {
        let pool = try await pool("queue: {max_waiting: 1, max_wait: 200ms}")
        let holder = try await holder(pool)
        let waiting = try await waiter(pool, 1)
        #expect(try await pool.chat().status == 429, "the queue is full")
        let answer = try ChatAnswer(try await waiting.message())
        #expect(answer.status == 429)
        #expect(answer.message["x-drover-queue-position"] == "1")
        await waiting.close()
        await holder.close()
        try await pool.stop()
    }

    @Test func `interactive requests pass a flood of batch ones`() async throws {
        let pool = try await pool()
        let holder = try await holder(pool)
        var clients: [RawConnection] = []
        for number in 0..<12 {
            clients.append(
                try await waiter(
                    pool, number + 1, more: ",\"seed\":1\(number)", headers: "x-drover-class: batch\r\n"))
        }
        var interactive: [RawConnection] = []
        for number in 0..<3 {
            interactive.append(
                try await waiter(
                    pool, 13 + number, more: ",\"seed\":2\(number)", headers: "x-drover-class: interactive\r\n"))
        }
        await holder.close()
        for (number, client) in interactive.enumerated() {
            let answer = try ChatAnswer(try await client.message())
            #expect(answer.status == 200)
            #expect(answer.message["x-drover-queue-position"] == "\(number + 1)")
            await client.close()
        }
        for client in clients {
            #expect(try await client.message().status == 200)
            await client.close()
        }
        let order = await pool.farm.received(box: 0).compactMap { request in
            request.body.firstMatch(of: /"seed":(\d)\d/).map { String($0.1) }
        }
        #expect(order.count == 15)
        #expect(order.prefix(3).allSatisfy { $0 == "2" }, "\(order)")
        try await pool.stop()
    }

    @Test func `one key's flood does not make another key wait behind it`() async throws {
        let pool = try await pool()
        let holder = try await holder(pool)
        var clients: [RawConnection] = []
        for number in 0..<10 {
            let key = number < 9 ? "many" : "few"
            clients.append(
                try await waiter(
                    pool, number + 1, more: ",\"seed\":1\(number)", headers: "Authorization: Bearer \(key)\r\n"))
        }
        await holder.close()
        for (number, client) in clients.enumerated() {
            let answer = try ChatAnswer(try await client.message())
            #expect(answer.status == 200)
            if number == 9 {
                #expect((answer.message["x-drover-queue-position"].flatMap { Int($0) } ?? 99) <= 2)
            }
            await client.close()
        }
        try await pool.stop()
    }

    @Test func `a class that there is not is refused, on either lane`() async throws {
        let pool = try await pool()
        let cold = try await pool.gateway.connect()
        try await cold.send(RunningGateway.get("/v1/models"))
        _ = try await cold.message()
        let hot = try await pool.gateway.connect()
        for client in [hot, cold] {
            try await client.send(FarmedGateway.chat(headers: "x-drover-class: urgent\r\n"))
            let answer = try await client.message()
            #expect(answer.status == 400)
            #expect(answer.body.contains("`interactive`, `default`, `batch`"), "\(answer.body)")
            try await client.send(FarmedGateway.chat(headers: "x-drover-class: batch\r\n"))
            #expect(try await client.message().status == 200)
            await client.close()
        }
        try await pool.stop()
    }
}
