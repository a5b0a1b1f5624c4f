import Balancer
import Gateway
import NIOCore
import NIOEmbedded
import Server
import Upstream

/// One run of one seed: the gateway, its boxes, its clients, and the story of what they did.
final class World {
    let scenario: Scenario
    let isPrinted: Bool
    let time = VirtualTime()
    let network: Network
    let trace: Trace
    var census = Census()
    private(set) var boxes: [SimulatedBox] = []
    private(set) var clients: [SimulatedClient] = []
    private(set) var calls: [ClientCall] = []
    private(set) var gateway: SimulatedGateway!
    private var probes: ProbeAnswers!
    /// The answers that boxes began, by the client's request.
    private(set) var attempts: [[BoxAttempt]] = []
    /// How often each request has come to a box.
    private(set) var arrivals: [Int] = []
    private(set) var failures: [String] = []
    /// Boxes that are not in the configuration, each since when.
    private(set) var leftOut: [Int: Moment] = [:]
    /// By the deployment's place: requests that were there when its cap was lowered.
    private var surplus: [Int: Int] = [:]
    private var open = 0
    private var sockets: [SimulatedSocket] = []

    /// An answer that a box has begun.
    final class BoxAttempt {
        let words: [String]
        var isWhole = false

        init(words: [String]) { self.words = words }
    }

    /// Longer than the longest load that is waited for.
    private static let longestTrial = Duration.seconds(400)

    init(_ scenario: Scenario, isPrinted: Bool) throws {
        self.scenario = scenario
        self.isPrinted = isPrinted
        network = Network(seed: scenario.seed &+ 77, cuts: scenario.cutsBytes)
        trace = Trace(time, isPrinted: isPrinted)
        boxes = scenario.boxes.indices.map { SimulatedBox($0, self) }
        for deployment in scenario.deployments {
            boxes[deployment.box].tags.append(PoolParts.tag(deployment.model))
        }
        makeClients()
        time.run(until: .zero + .milliseconds(Scenario.start))
        probes = ProbeAnswers(self)
        gateway = try SimulatedGateway(
            scenario, time, dial: { [unowned self] in dial($0) }, ask: probes.send)
    }

    static func secret(ofKey index: Int) -> String { "sk-simulated-key-\(index)" }

    private func makeClients() {
        for (index, plan) in scenario.clients.enumerated() {
            let own = plan.calls.map { call in
                defer { (attempts, arrivals) = (attempts + [[]], arrivals + [0]) }
                let isKeyConfined = plan.key.map { scenario.keys[$0].isLocalOnly } ?? false
                return ClientCall(
                    marker: attempts.count, plan: call, client: index,
                    isConfined: call.isConfined || isKeyConfined || scenario.models[call.model].isLocalOnly)
            }
            calls += own
            clients.append(SimulatedClient(index, self, calls: own))
        }
    }

    // MARK: Running

    /// Lets everything happen, to the end of it.
    func run() {
        gateway.begin()
        open = clients.count
        for (client, plan) in zip(clients, scenario.clients) {
            time.after(plan.opens - time.now) { client.begin() }
        }
        for (at, operation) in scenario.operations {
            time.after(at - time.now) { [unowned self] in carryOut(operation) }
        }
        let deadline = time.now + Oracles.longest
        while open > 0, time.now < deadline { time.run(until: time.now + .milliseconds(500)) }
        // What the gateway does behind the last answer: it hears of closed connections, and settles.
        let settled = max(time.now, .zero + .milliseconds(Scenario.faultsEnd)) + .seconds(3)
        if open == 0 { time.run(until: settled) }
        // Trials that go on without their clients have their own time.
        let last = time.now + Self.longestTrial
        while open == 0, gateway.balancer.snapshot().inFlight > 0, time.now < last {
            time.run(until: time.now + .milliseconds(500))
        }
    }

    /// Nothing is left of it on the loop.
    func end() {
        gateway.end()
        for box in boxes { box.restart() }
        time.run(until: time.now + .seconds(5))
        let left = sockets.filter { !$0.isClosed }.count
        if left > 0 { fail("\(left) connections are open behind the end") }
        sockets = []
        time.end()
    }

    func fail(_ text: String) {
        guard failures.count < 20 else { return }
        trace.note("FAILURE", more: text)
        failures.append(text)
    }

    private func carryOut(_ operation: Scenario.Operation) {
        trace.note("operation", more: "\(operation)")
        switch operation {
        case .drain(let box):
            census.count(.drain)
            gateway.setDraining(true, box)
        case .undrain(let box):
            census.count(.undrain)
            gateway.setDraining(false, box)
        case .restart(let box):
            census.count(.restart)
            boxes[box].restart()
        case .stopLanes:
            census.count(.stopLanes)
            gateway.stopLanes()
        case .quiesce:
            census.count(.quiesce)
            for client in clients { client.quiesce() }
        case .reload(let other):
            census.count(.reload)
            reload(other)
        case .grow(let model, let box):
            guard !gateway.parts.without.contains(box),
                !gateway.parts.deployments.contains(where: { $0.model == model && $0.box == box })
            else { return }
            census.count(.grow)
            boxes[box].tags.append(PoolParts.tag(model))
            gateway.add(
                Scenario.Deployment(
                    model: model, box: box, cap: nil, slots: nil, order: 0, rpm: nil, tpm: nil, price: 0))
        }
    }

    private func reload(_ other: Scenario.Configuration) {
        let before = gateway.parts
        for box in other.without where leftOut[box] == nil {
            census.count(.leftOut)
            leftOut[box] = time.now
        }
        for box in leftOut.keys where !other.without.contains(box) {
            census.count(.cameBack)
            leftOut[box] = nil
        }
        if !gateway.reload(other) { fail("a position of the pool has become another's") }
        // What is there above a lower cap may end, and takes no more in.
        for (place, former) in before.deployments.enumerated() {
            guard let cap = gateway.parts.deployments[place].cap, former.cap.map({ $0 > cap }) ?? true else { continue }
            surplus[place] = max(surplus[place] ?? 0, former.cap ?? .max)
        }
    }

    /// The most that a deployment may have now: its cap, or as many as it had above it, of which there are only fewer.
    func mostOpen(_ place: Int, cap: Int, found: Int) -> Int {
        guard let more = surplus[place] else { return cap }
        surplus[place] = found > cap ? min(more, found) : nil
        return max(cap, more)
    }

    // MARK: The network

    func open(_ socket: SimulatedSocket, from client: SimulatedClient) {
        sockets.append(socket)
        do {
            try socket.open(adding: { try gateway.accept($0) }, address: "10.0.0.\(1 + client.index)")
        } catch { fail("a connection was not taken: \(error)") }
    }

    private func dial(_ channel: UpstreamChannel) {
        let box = boxes[channel.originIndex]
        time.after(network.delay()) { [unowned self] in
            switch box.dial() {
            case .connected(let socket):
                trace.note("gateway connects", box.index)
                sockets.append(socket)
                do {
                    try socket.open(
                        adding: { try $0.pipeline.syncOperations.addHandler(channel) }, address: "10.0.1.\(box.index)")
                } catch { fail("a connection was not made: \(error)") }
            case .refused:
                census.count(.refused)
                channel.connectFailed(.refused("cannot connect to box-\(box.index): connection refused"))
            case .nothing:
                census.count(.blackHole)
                time.after(.seconds(2)) {
                    channel.connectFailed(.refused("no connection to box-\(box.index) within 2 s"))
                }
            }
        }
    }

    // MARK: What happened

    /// A request has come to a box; false for one that no client has sent.
    func arrived(_ job: BoxJob, at box: SimulatedBox) -> Bool {
        let marker = job.request.marker
        trace.note("box gets", box.index, marker, box.load)
        guard calls.indices.contains(marker) else {
            fail("box \(box.index) got a request of nobody's")
            return false
        }
        arrivals[marker] += 1
        Oracles.check(job, of: calls[marker], at: box, in: self)
        return true
    }

    /// A box begins an answer.
    func begin(_ job: BoxJob, at box: SimulatedBox, words: Int) -> BoxAttempt {
        let marker = job.request.marker
        let number = attempts[marker].count
        // A vector says whose it is, too.
        let isVector = calls[marker].plan.front == .openAIEmbeddings
        let attempt = BoxAttempt(
            words: isVector ? ["0.5,\(marker),\(number)"] : (0..<words).map { " r\(marker)a\(number)w\($0)" })
        attempts[marker].append(attempt)
        return attempt
    }

    func answered(_ call: ClientCall) { Oracles.check(call, in: self) }

    func over(_ client: SimulatedClient) { open -= 1 }

    /// Requests whose clients still wait.
    var waiting: [ClientCall] { calls.filter { $0.ending == nil } }
}
