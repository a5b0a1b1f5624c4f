import BoxModel
import NIOConcurrencyHelpers
public import NIOCore
import NIOPosix

/// Simulated Ollama boxes over real HTTP, each on its own port, in this process.
///
/// Each box lives on one event loop of the group, so boxes share nothing and need no lock.
public final class BoxFarm: Sendable {
    /// The running parts that `start` has made.
    private struct Running {
        var boxes: [BoxHandle] = []
        var ports: [Int] = []
        var controlPort: Int?
        var control: NIOLoopBound<(ControlPort, BoxListener)>?
    }

    private let configuration: FarmConfiguration
    private let group: any EventLoopGroup
    private let ownsGroup: Bool
    private let running = NIOLockedValueBox(Running())

    /// Nothing listens before `start`. Without a group the farm makes one of its own and ends it at `shutdown`.
    public init(_ configuration: FarmConfiguration, group: (any EventLoopGroup)? = nil) {
        self.configuration = configuration
        self.group = group ?? MultiThreadedEventLoopGroup(numberOfThreads: 1)
        ownsGroup = group == nil
    }

    /// Opens every port and answers the boxes', in order. Throws `FarmError.portTaken`, and then nothing is open.
    @discardableResult
    public func start() async throws -> [Int] {
        precondition(running.withLockedValue { $0.boxes.isEmpty }, "a farm is started once")
        let clock = FarmClock(scale: configuration.timeScale)
        var boxes: [BoxHandle] = []
        for (number, profile) in configuration.boxes.enumerated() {
            let loop = group.next()
            let configuration = configuration
            boxes.append(
                try await loop.submit {
                    BoxHandle(
                        FarmBox(
                            number: number, profile: profile, configuration: configuration, clock: clock, loop: loop))
                }.get())
        }
        let control = FarmControl(boxes: boxes)
        running.withLockedValue { $0.boxes = boxes }
        do {
            var ports: [Int] = []
            for box in boxes {
                let port = configuration.port == 0 ? 0 : configuration.port + box.number
                let host = configuration.host
                ports.append(
                    try await box.ask { box in box.listen(host: host, port: port, control: control) }.get())
            }
            running.withLockedValue { [ports] in $0.ports = ports }
            try await openControlPort(control, clock)
            return ports
        } catch {
            await closeAll()
            throw error
        }
    }

    /// The boxes' ports, in order; empty before the start.
    public var ports: [Int] { running.withLockedValue { $0.ports } }

    /// The boxes' base URLs, in order: `http://127.0.0.1:21434`.
    public var urls: [String] { ports.map { "http://\(configuration.host):\($0)" } }

    /// Where the control routes alone listen; nil if nowhere.
    public var controlPort: Int? { running.withLockedValue { $0.controlPort } }

    /// Gives a box a fault in place of the one it has. When it returns the fault acts: with `refuse` the listener is
    /// closed, with `none` after `refuse` it is open again.
    public func inject(_ fault: FarmFault, box: Int) async throws {
        try await handle(box).ask { $0.set(fault) }.get()
    }

    /// Puts words into the mouths of a box's models; nil: they say what they would.
    public func tell(_ script: FarmScript?, box: Int) async throws {
        try await handle(box).ask { box in
            box.told = script
            return box.loop.makeSucceededVoidFuture()
        }.get()
    }

    /// A box's counters.
    public func stats(box: Int) async -> FarmStats {
        await answer(handle(box).stats())
    }

    /// A box's counters, as soon as `condition` holds for them, which is checked at every change.
    /// Throws `FarmError.notReached` after `limit`.
    @discardableResult
    public func stats(
        box: Int, within limit: Duration = .seconds(10), when condition: @escaping @Sendable (FarmStats) -> Bool
    ) async throws -> FarmStats {
        try await handle(box).ask { $0.watch(condition, limit: limit) }.get()
    }

    /// The last requests a box received on other than its control routes, oldest first, at most 64.
    public func received(box: Int) async -> [ReceivedRequest] {
        await answer(handle(box).ask { $0.loop.makeSucceededFuture($0.received) })
    }

    /// Sets a box back: no fault, counters at zero, nothing received. Running requests go on and are counted from then.
    public func reset(box: Int) async throws {
        try await handle(box).ask { $0.reset() }.get()
    }

    /// Closes everything at once, as a process does that ends. The farm cannot be started again.
    public func shutdown() async {
        await closeAll()
        if ownsGroup { try? await group.shutdownGracefully() }
    }

    private func openControlPort(_ control: FarmControl, _ clock: FarmClock) async throws {
        let port: Int
        switch configuration.controlPort {
        case .none: return
        case .port(let given): port = given
        case .automatic: port = configuration.port == 0 ? 0 : configuration.port - 1
        }
        let loop = group.next()
        let host = configuration.host
        let bound = try await loop.submit {
            let service = ControlPort(control: control, clock: clock, loop: loop)
            let bound = NIOLoopBound(service, eventLoop: loop)
            let listener = BoxListener(host: host, port: port, loop: loop) { BoxConnection(service: bound.value) }
            return NIOLoopBound((service, listener), eventLoop: loop)
        }.get()
        running.withLockedValue { $0.control = bound }
        let opened = try await loop.flatSubmit {
            bound.value.1.open().assumeIsolated().map { bound.value.1.port }.nonisolated()
        }.get()
        running.withLockedValue { $0.controlPort = opened }
    }

    private func closeAll() async {
        let (boxes, control) = running.withLockedValue { ($0.boxes, $0.control) }
        for box in boxes { try? await box.ask { $0.close() }.get() }
        guard let control else { return }
        try? await control.eventLoop.flatSubmit {
            control.value.0.dropAll()
            return control.value.1.close()
        }.get()
    }

    private func handle(_ box: Int) -> BoxHandle {
        let boxes = running.withLockedValue { $0.boxes }
        precondition(boxes.indices.contains(box), "no box \(box) in a farm that runs \(boxes.count)")
        return boxes[box]
    }

    /// The result of a call that cannot fail while the event loop lives, which is as long as this farm does.
    private func answer<Answer: Sendable>(_ future: EventLoopFuture<Answer>) async -> Answer {
        do { return try await future.get() } catch { preconditionFailure("the farm was asked after its shutdown") }
    }
}
