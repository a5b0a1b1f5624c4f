import Testing

@testable import CLI

@Suite struct InheritedSocketsTests {
    @Test(
        arguments: [
            (["LISTEN_PID": "7", "LISTEN_FDS": "1"], [3]), (["LISTEN_PID": "7", "LISTEN_FDS": "3"], [3, 4, 5]),
            (["LISTEN_PID": "8", "LISTEN_FDS": "1"], []), (["LISTEN_PID": "7"], []), (["LISTEN_FDS": "1"], []),
            (["LISTEN_PID": "7", "LISTEN_FDS": "0"], []), (["LISTEN_PID": "7", "LISTEN_FDS": "-1"], []),
            (["LISTEN_PID": "7", "LISTEN_FDS": "1000"], []), (["LISTEN_PID": "x", "LISTEN_FDS": "y"], []), ([:], []),
        ] as [([String: String], [Int32])])
    func `sockets are those that are meant for this process`(environment: [String: String], found: [Int32]) {
        #expect(InheritedSockets.descriptors(in: environment, process: 7) == found)
    }
}
