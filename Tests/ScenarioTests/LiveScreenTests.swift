import Testing

@testable import Balancer
@testable import CLI

@Suite struct LiveScreenTests {
    private func pool(_ change: (inout PoolSnapshot) -> Void = { _ in }) -> PoolSnapshot {
        var pool = PoolSnapshot(
            version: "1.2.3", uptimeSeconds: 11_520, inFlight: 5, waiting: 2, warnings: [],
            models: [
                .init(
                    modelName: "llama3", strategy: "least-busy", ready: 1, total: 2, waiting: 2,
                    predictedWaitSeconds: 4.25)
            ],
            instances: [
                .init(
                    instance: "gpu-1", apiBase: "http://gpu-1", provider: "ollama", ollamaVersion: nil, state: "ready",
                    reason: nil, draining: false, inFlight: 5,
                    loaded: [.init(model: "llama3.1:8b", contextLength: 8192, sizeVRAM: 6_100_000_000, expiresAt: "")],
                    lastProbe: nil),
                .init(
                    instance: "gpu-2", apiBase: "http://gpu-2", provider: "ollama", ollamaVersion: nil, state: "down",
                    reason: "connection refused", draining: false, inFlight: 0, loaded: [], lastProbe: nil),
            ],
            deployments: ["gpu-1", "gpu-2"].map { name in
                .init(
                    modelID: name, modelName: "llama3", model: "ollama/llama3.1:8b", instance: name,
                    state: name == "gpu-1" ? "ready" : "down", reason: nil, breaker: "closed",
                    inFlight: name == "gpu-1" ? 5 : 0, slots: 8, waiting: 2, resident: name == "gpu-1", digest: nil,
                    requests: 100, failures: 0, abandoned: 0,
                    timeToFirstTokenMilliseconds: name == "gpu-1" ? 181.2 : nil, durationMilliseconds: nil,
                    tokensPerSecond: name == "gpu-1" ? 47.1 : nil, learned: nil)
            })
        change(&pool)
        return pool
    }

    private func screen(_ columns: Int = 100, _ rows: Int = 16) -> LiveScreen {
        LiveScreen(columns: columns, rows: rows, coloured: false, hasBlocks: true)
    }

    @Test func `boxes with bars, models with queues, what has changed, and the keys`() {
        var board = LiveBoard()
        board.take(
            pool {
                $0.instances[1].state = "ready"
                $0.deployments[0].requests = 60
            }, at: 0, clock: "12:00:00")
        board.take(pool { $0.deployments[1].failures = 1 }, at: 10, clock: "12:00:10")
        #expect(
            screen().lines(board) == [
                "drover 1.2.3   up 3 h 12 min",
                "5 in flight   2 waiting   4.0 requests/s   1 attempts failed   1 box down   ██",
                "",
                "BOX       STATE         IN USE               REQ/S    FIRST   TOK/S  LOADED, OR WHY NOT",
                "gpu-1     ready         ██████░░░░ 5/8         4.0   181 ms    47.1  llama3.1:8b 6.1 GB",
                "gpu-2     down          ░░░░░░░░░░ 0/8         0.0        -       -  connection refused",
                "",
                "MODELS",
                "llama3                         1 of 2 ready     2 waiting     the last of them in about 4.3 s",
                "",
                "EVENTS",
                "12:00:10  1 attempt failed: llama3 on gpu-2",
                "12:00:10  gpu-2 was ready, is down: connection refused",
                "", "",
                "q quit   ↑ ↓ boxes",
            ])
    }

    @Test(arguments: [(20, 3), (40, 8), (79, 24), (80, 24), (200, 60), (1, 1)])
    func `whatever the size, no line is wider and there are no more lines`(columns: Int, rows: Int) {
        var board = LiveBoard()
        let many = pool { pool in
            let one = pool.instances[0]
            pool.instances += (3...60).map { number in
                var next = one
                next.instance = "a-box-with-quite-a-long-name-\(number)"
                return next
            }
        }
        for second in 0..<3 { board.take(many, at: Double(second), clock: "12:00:0\(second)") }
        let lines = screen(columns, rows).lines(board)
        #expect(lines.count <= rows)
        #expect(lines.allSatisfy { $0.count <= columns })
    }

    @Test func `boxes that do not fit are counted, and scrolled to`() {
        var board = LiveBoard()
        board.take(
            pool { pool in
                let one = pool.instances[0]
                pool.instances = (1...20).map { number in
                    var next = one
                    next.instance = "box-\(number)"
                    return next
                }
            }, at: 0, clock: "")
        let top = screen(80, 14).lines(board)
        #expect(top.contains { $0.hasPrefix("box-1 ") })
        #expect(top.contains { $0.hasPrefix("… ") && $0.hasSuffix(" more") })
        let end = screen(80, 14).lines(board, skipped: 99)
        #expect(end.contains { $0.hasPrefix("box-20 ") })
        #expect(!end.contains { $0.hasPrefix("… ") })
    }

    @Test func `without colours and blocks it is plain`() {
        var board = LiveBoard()
        board.take(pool(), at: 0, clock: "")
        let plain = LiveScreen(columns: 80, rows: 12, coloured: false, hasBlocks: false).lines(board)
        #expect(plain.contains { $0.contains("######.... 5/8") })
        let coloured = LiveScreen(columns: 80, rows: 12, coloured: true, hasBlocks: true).lines(board)
        #expect(coloured.contains { $0.contains("\u{1B}[31mdown") })
        #expect(coloured.contains { $0.contains("\u{1B}[36m██████") })
    }

    @Test func `a terminal that knows ASCII alone gets nothing else`() {
        var board = LiveBoard()
        let narrow = LiveScreen(columns: 40, rows: 10, coloured: false, hasBlocks: false)
        #expect(narrow.lines(board).joined().allSatisfy { $0.isASCII })
        let long = String(repeating: "gpu", count: 20)
        board.take(
            pool {
                $0.instances[0].instance = long
                let box = $0.instances[0]
                $0.instances += (1...30).map { number in
                    var next = box
                    next.instance = "box-\(number)"
                    return next
                }
            }, at: 0, clock: "")
        for size in [(40, 10), (100, 40), (20, 3)] {
            let lines = LiveScreen(columns: size.0, rows: size.1, coloured: false, hasBlocks: false).lines(board)
            #expect(lines.joined().allSatisfy { $0.isASCII }, "\(lines)")
        }
        #expect(narrow.lines(board).contains { $0.contains("gpug...") })
        #expect(narrow.lines(board).last == "q quit   up, down: boxes")
    }

    @Test func `names of a gateway cannot steer the terminal`() {
        var board = LiveBoard()
        board.take(pool { $0.instances[0].instance = "a\u{1B}[2Jb" }, at: 0, clock: "")
        #expect(!screen().lines(board).joined().contains("\u{1B}"))
    }

    @Test func `a gateway that goes and comes back is told, and what was known stays`() {
        var board = LiveBoard()
        board.fail("no gateway answers", clock: "1")
        #expect(screen().lines(board) == ["no gateway answers", "trying again each second"])
        board.take(pool(), at: 1, clock: "2")
        #expect(board.events.isEmpty)
        board.fail("gone", clock: "3")
        board.fail("gone", clock: "4")
        #expect(screen().lines(board).last == "gone")
        #expect(screen().lines(board).contains { $0.hasPrefix("gpu-1 ") })
        board.take(pool { $0.uptimeSeconds = 1 }, at: 5, clock: "5")
        #expect(
            board.events.map { "\($0.time) \($0.text)" } == [
                "5 the gateway was started anew", "5 the gateway answers again", "3 the gateway does not answer",
            ])
        #expect(board.rate() == nil)
    }

    @Test func `loads, breakers and models that nobody serves are events`() {
        var board = LiveBoard()
        board.take(pool(), at: 0, clock: "1")
        board.take(
            pool {
                $0.instances[0].loaded = [.init(model: "qwen", contextLength: nil, sizeVRAM: 1, expiresAt: "")]
                $0.deployments[0].breaker = "open"
                for number in $0.deployments.indices { $0.deployments[number].state = "down" }
            }, at: 1, clock: "2")
        #expect(
            board.events.map(\.text) == [
                "nothing can serve llama3", "the breaker of llama3 on gpu-1 is open",
                "gpu-1 has unloaded llama3.1:8b", "gpu-1 has loaded qwen",
            ])
    }

    @Test func `a model whose instances are all full is served`() {
        var board = LiveBoard()
        board.take(pool(), at: 0, clock: "1")
        board.take(
            pool {
                $0.models[0].ready = 0
                for number in $0.deployments.indices { $0.deployments[number].state = "full" }
            }, at: 1, clock: "2")
        #expect(board.events.isEmpty)
    }

    @Test func `keys are found among a terminal's bytes, whole or in pieces`() {
        var cutter = KeyCutter()
        #expect(cutter.feed(Array("xj\u{1B}[A".utf8)) == [.down, .up])
        #expect(cutter.feed([0x1B]) == [])
        #expect(cutter.feed(Array("[B".utf8)) == [.down])
        #expect(cutter.feed(Array("\u{1B}OA\u{1B}[1;5C\u{1B}[3~k".utf8)) == [.up, .up])
        #expect(cutter.feed([0x03]) == [.quit])
        #expect(cutter.feed(Array("q".utf8)) == [.quit])
    }
}
