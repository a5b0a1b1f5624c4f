import Balancer
import NIOCore

/// A server that runs models: takes connections and requests as its mood is, and answers in its own dialect.
final class SimulatedBox {
    let index: Int
    let plan: Scenario.Box
    unowned let world: World
    private var draw: Draw
    private var connections: [BoxConnection] = []
    private var made = 0
    private var running: [BoxJob] = []
    private var waiting: [BoxJob] = []
    /// Models that it lists.
    var tags: [String] = []
    /// Requests that it works on, or has in its queue.
    var load: Int { running.count + waiting.count }

    init(_ index: Int, _ world: World) {
        self.index = index
        self.world = world
        plan = world.scenario.boxes[index]
        draw = Draw(seed: world.scenario.seed, UInt64(1000 + index))
    }

    /// Its behaviour now.
    var mood: Scenario.Mood {
        let now = world.time.now
        return plan.moods.first { now < $0.until }?.mood ?? .healthy
    }

    // MARK: Connections

    enum Dialling { case connected(SimulatedSocket), refused, nothing }

    /// The gateway connects.
    func dial() -> Dialling {
        switch mood {
        case .dead: return .refused
        case .blackHole: return .nothing
        default: break
        }
        let socket = SimulatedSocket(world.time, world.network, allowsHalfClosure: false)
        let connection = BoxConnection(self, socket, number: made)
        made += 1
        socket.peer = connection
        connections.append(connection)
        return .connected(socket)
    }

    func forget(_ connection: BoxConnection) { connections.removeAll { $0 === connection } }

    /// The process ends, and another begins.
    func restart() {
        let open = connections
        for connection in open { connection.end(byReset: draw.chance(50)) }
        for job in running + waiting { job.isOver = true }
        (running, waiting) = ([], [])
    }

    // MARK: Requests

    func take(_ job: BoxJob) {
        guard world.arrived(job, at: self) else { return job.connection.end(byReset: true) }
        if case .zombie = mood { return world.census.count(.zombie) }
        if case .dead = mood {
            world.census.count(.diedBetween)
            return job.connection.end(byReset: true)
        }
        guard running.count >= plan.slots else { return begin(job) }
        waiting.append(job)
    }

    /// The gateway has closed the connection of a request.
    func lost(_ job: BoxJob) {
        guard !job.isOver else { return }
        job.isOver = true
        world.trace.note("box loses its client", index, job.request.marker)
        leave(job)
    }

    private func leave(_ job: BoxJob) {
        running.removeAll { $0 === job }
        waiting.removeAll { $0 === job }
        while running.count < plan.slots, !waiting.isEmpty { begin(waiting.removeFirst()) }
    }

    private func begin(_ job: BoxJob) {
        running.append(job)
        guard let dialect = BoxDialect(job.request) else {
            world.fail("box \(index) was asked for \(job.request.path)")
            return job.connection.end(byReset: true)
        }
        let answer: BoxAnswer
        switch mood {
        case .status(let status, let retryAfter):
            world.census.count(.moodStatus)
            answer = BoxAnswer(status: status, retryAfter: retryAfter, dialect)
        case let mood:
            var hitch: Misbehaviour?
            if case .flaky(let percent) = mood, draw.chance(percent) { hitch = draw.one(of: Misbehaviour.allCases) }
            if let hitch { world.census.count(hitch) }
            let attempt = world.begin(job, at: self, words: draw.int(1...12))
            answer = BoxAnswer(dialect, words: attempt.words, hitch: hitch, &draw)
            attempt.isWhole = answer.isWhole
            if let hitch {
                world.trace.note("box misbehaves", index, job.request.marker, hitch.rawValue, more: "\(hitch)")
            }
        }
        play(answer.steps[...], of: job)
    }

    /// Now and then a box closes a connection that nobody uses, perhaps as the next request is on its way.
    private func closeLater(_ connection: BoxConnection) {
        guard draw.chance(world.scenario.isClean ? 3 : 10) else { return }
        let byReset = draw.chance(30)
        world.time.after(draw.milliseconds(0...3000)) { [self] in
            guard connection.job == nil, !connection.isClosed else { return }
            world.census.count(.idleClosed)
            connection.end(byReset: byReset)
        }
    }

    /// Whether it closes a kept connection just as a request is on its way, which is nobody's fault.
    func closesNow() -> Bool {
        guard draw.chance(3) else { return false }
        world.census.count(.idleClosed)
        return true
    }

    /// Whether a connection ends by a reset.
    func resets() -> Bool { draw.chance(30) }

    /// Requests that the gateway has open here, of one model or of all.
    func openCalls(ofModel model: Int? = nil) -> Int {
        (running + waiting).reduce(0) { sum, job in
            let counts = !job.connection.socket.isClosed && (model == nil || job.request.model == model)
            return sum + (counts ? 1 : 0)
        }
    }

    private func play(_ steps: ArraySlice<BoxAnswer.Step>, of job: BoxJob) {
        var rest = steps
        while let step = rest.popFirst(), !job.isOver {
            switch step {
            case .send(let text): job.connection.socket.send(ByteBuffer(string: text))
            case .wait(let pause):
                let later = rest
                world.time.after(pause) { [self] in play(later, of: job) }
                return
            case .done:
                job.isOver = true
                job.connection.answered()
                leave(job)
                return closeLater(job.connection)
            case .close, .reset:
                job.isOver = true
                if case .reset = step { job.connection.end(byReset: true) } else { job.connection.end(byReset: false) }
                return leave(job)
            case .hang: return
            }
        }
    }
}
