import Balancer
import Dialects
import Locking

/// One pull over several boxes: asks each, follows its lines, and sees to it in the end that all have the same.
final class PoolPull: Sendable {
    /// How long, and how much.
    struct Bounds: Sendable {
        /// A box that says nothing new for so long is given up: it may verify some hundred gigabytes without a word.
        var silence = Duration.seconds(900)
        /// Between two looks for such boxes.
        var look = Duration.seconds(5)
        /// How long the pool may take to see what the boxes have.
        var sight = Duration.seconds(2)
    }

    /// What all came to.
    enum Outcome: Sendable, Equatable {
        case succeeded
        /// A sentence that names the boxes.
        case failed(String)
    }

    struct State {
        var progress: PullProgress
        var cutters: [LineCutter]
        /// When each box last said something new.
        var heard: [Moment]
        var outcome: Outcome?
        var task: Task<Void, Never>?
        var isCalledOff = false
    }

    let targets: [ModelPlacement.Target]
    /// Something is to be told; ends with the pull.
    let changes: AsyncStream<Void>
    private let changed: AsyncStream<Void>.Continuation
    let state: Locked<State>
    let boxes: BoxCalls
    let balancer: PoolBalancer
    let time: TimeSource
    let bounds: Bounds
    private let isInsecure: Bool
    /// Its place among the pulls there may be at once.
    private let pass: PullGate.Pass?

    init(
        _ targets: [ModelPlacement.Target], insecure: Bool, detail: PullProgress.Detail, boxes: BoxCalls,
        balancer: PoolBalancer, time: TimeSource, pass: PullGate.Pass? = nil, bounds: Bounds = Bounds()
    ) {
        self.targets = targets
        self.pass = pass
        self.boxes = boxes
        self.balancer = balancer
        self.time = time
        self.bounds = bounds
        isInsecure = insecure
        // One change is as good as many: what is due is taken whole.
        (changes, changed) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        let labels = Self.labels(targets)
        let sources = targets.indices.map {
            PullProgress.Source(label: labels[$0], tag: OllamaName.normalise(targets[$0].tag))
        }
        state = Locked(
            State(
                progress: PullProgress(sources, detail: detail), cutters: targets.map { _ in LineCutter() },
                heard: targets.map { _ in time.now() }))
    }

    /// A box by its name, with the tag where it pulls several.
    static func labels(_ targets: [ModelPlacement.Target]) -> [String] {
        targets.map { target in
            targets.count { $0.box == target.box } == 1 ? target.box : "\(target.box) (\(target.tag))"
        }
    }

    /// The lines that are due, each with its end.
    func takeLines() -> String { state.withLock { $0.progress.takeLines() } }

    /// Nil while it goes on.
    var outcome: Outcome? { state.withLock { $0.outcome } }

    /// Starts the pulls, on all boxes at once.
    func begin() {
        let task = Task { await run() }
        let isOver = state.withLock { state in
            state.task = task
            return state.isCalledOff
        }
        if isOver { task.cancel() }
    }

    /// Ends every pull, as Ollama does when its client leaves; nothing where they are over.
    func cancel() {
        let task = state.withLock { state in
            state.isCalledOff = true
            return state.task
        }
        task?.cancel()
    }

    private func run() async {
        changed.yield()
        await withTaskGroup(of: Void.self) { group in
            for index in targets.indices { group.addTask { await self.pull(index) } }
            await group.waitForAll()
        }
        let outcome = Task.isCancelled ? Outcome.failed("called off") : await verdict()
        state.withLock { state in
            state.outcome = outcome
            state.task = nil
        }
        changed.finish()
    }

    // MARK: One box

    /// Until its answer ends, or it has said nothing new for too long.
    private func pull(_ index: Int) async {
        await withTaskGroup(of: PullProgress.End.self) { group in
            group.addTask { await self.ask(index) }
            group.addTask { await self.watch(index) }
            let end = await group.next() ?? .failed("called off")
            group.cancelAll()
            state.withLock { $0.progress.end(end, of: index) }
            changed.yield()
        }
    }

    private func ask(_ index: Int) async -> PullProgress.End {
        let target = targets[index]
        var body: [(name: String, value: JSONText)] = [("model", .string(spelling(of: target)))]
        if isInsecure { body.append(("insecure", .bool(true))) }
        body.append(("stream", .bool(true)))
        // A day is the most that a call may take; what hangs is given up long before.
        var call = BoxCalls.Call(.post, "/api/pull", JSONText.object(body).bytes, within: .seconds(86_400))
        call.receive = { [self] in take($0, from: index) }
        let answer: BoxCalls.Answer
        do throws(BoxCalls.Failure) { answer = try await boxes.send(target.box, call) } catch {
            return reason(index) ?? .failed(error.reason)
        }
        guard answer.status == 200 else { return .failed(Self.refusal(answer)) }
        return state.withLock { state in
            var lines: [[UInt8]] = []
            state.cutters[index].finish { lines.append($0) }
            for line in lines { Self.take(line, from: index, &state, at: time.now()) }
            if let end = state.progress.end(of: index) { return end }
            return state.progress.saidSuccess(index) ? .succeeded : .failed("its answer ended without a success")
        }
    }

    /// Why its own lines have ended it.
    private func reason(_ index: Int) -> PullProgress.End? { state.withLock { $0.progress.end(of: index) } }

    /// On the thread of whatever carries the calls.
    private func take(_ bytes: UnsafeRawBufferPointer, from index: Int) -> Bool {
        let now = time.now()
        let goesOn = state.withLock { state in
            var lines: [[UInt8]] = []
            if !state.cutters[index].feed(bytes, { lines.append($0) }) {
                state.progress.end(.failed("a line of its answer is over \(LineCutter.mostBytes) bytes"), of: index)
            }
            for line in lines { Self.take(line, from: index, &state, at: now) }
            return state.progress.end(of: index) == nil
        }
        changed.yield()
        return goesOn
    }

    private static func take(_ bytes: [UInt8], from index: Int, _ state: inout State, at now: Moment) {
        guard let line = PullLine(bytes) else {
            return state.progress.end(.failed("its answer is not an Ollama's"), of: index)
        }
        if state.progress.take(line, from: index) { state.heard[index] = now }
    }

    private func watch(_ index: Int) async -> PullProgress.End {
        while true {
            let now = time.now()
            let heard = state.withLock { $0.heard[index] }
            if now - heard >= bounds.silence {
                return .failed("it said nothing new for \(bounds.silence.components.seconds) seconds")
            }
            guard (try? await time.sleep(now + bounds.look)) != nil else { return .failed("called off") }
        }
    }

    /// As the box writes it, where it has it under another of its names.
    private func spelling(of target: ModelPlacement.Target) -> String {
        balancer.library().shelf(of: target.box)?.tag(OllamaName.normalise(target.tag))?.spelling ?? target.tag
    }

    /// A box's own words.
    static func refusal(_ answer: BoxCalls.Answer) -> String {
        if case .error(let message)? = PullLine(answer.body) { return message }
        return "it answered \(answer.status)"
    }
}
