import NIOCore

/// The port that has only the control routes.
final class ControlPort: BoxConnection.Service {
    let clock: FarmClock
    private let control: FarmControl
    private let loop: any EventLoop
    private var connections: [ObjectIdentifier: BoxConnection] = [:]

    init(control: FarmControl, clock: FarmClock, loop: any EventLoop) {
        self.control = control
        self.clock = clock
        self.loop = loop
    }

    func handle(_ call: HTTPCall, on connection: BoxConnection) {
        control.handle(call, ownBox: nil, on: connection, loop: loop)
    }

    func opened(_ connection: BoxConnection) {
        connections[ObjectIdentifier(connection)] = connection
    }

    func left(_ connection: BoxConnection) {
        connections[ObjectIdentifier(connection)] = nil
    }

    func dropAll() {
        for connection in connections.values { connection.reset() }
    }
}
