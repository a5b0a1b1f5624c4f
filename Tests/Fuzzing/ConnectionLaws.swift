@testable import ServerRig

/// However a client's bytes are cut, they are the same requests; and behind the end of a connection nothing happens.
enum ConnectionLaws {
    static func check(_ bytes: ArraySlice<UInt8>) throws(BrokenLaw) {
        var input = FuzzInput(bytes)
        let seed = input.choose(Array(UInt8.min...UInt8.max))
        _ = try input.outcome(cutBy: seed, run)
    }

    private static func run(_ pieces: [ArraySlice<UInt8>]) -> Course {
        let rig = ConnectionRig()
        for piece in pieces { rig.send(Array(piece)) }
        rig.halfClose()
        return Course(rig)
    }

    /// What was done, but for how bytes came, until the first refusal: behind one whose body has come the connection may go on.
    private struct Course: Equatable, CustomStringConvertible {
        var steps: [String] = []
        var routed = 0
        var bodies: [String]

        init(_ rig: ConnectionRig) {
            bodies = rig.bodies
            for step in rig.log {
                let words = step.split(separator: " ")
                if words.count == 3, words[0] == "router:", words[2] == "bytes", let more = Int(words[1]) {
                    routed += more
                } else if step != "read" {
                    steps.append(step)
                    if Int(step).map({ $0 >= 400 }) ?? false { return }
                }
            }
        }

        var description: String { "\(steps), \(routed) bytes for the router, \(bodies)" }
    }
}
