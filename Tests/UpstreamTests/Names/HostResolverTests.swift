import NIOCore
import NIOPosix
import Testing

@testable import Upstream

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

@Suite(.timeLimit(.minutes(1))) struct HostResolverTests {
    private static let address = ResolvedAddress(text: "10.0.0.1")
    private let loop = MultiThreadedEventLoopGroup.singleton.next()

    @Test func `the system's answer for this machine is one of its own addresses`() async throws {
        let resolver = HostResolver()
        let finding = try await resolver.find("localhost", within: .seconds(30), on: loop).get()
        guard case .found(let addresses) = finding else {
            Issue.record("\(finding)")
            return
        }
        #expect(addresses.contains { ["127.0.0.1", "::1"].contains($0.text) })
        #expect(addresses.allSatisfy { $0.socketAddress(port: 80)?.port == 80 })
    }

    @Test(arguments: [EAI_NONAME, -5])
    func `a name that does not exist is unknown, and so is one without an address`(code: Int32) {
        #expect(NameFinding.ofFailure(code, systemError: 0) == .unknown)
    }

    @Test(arguments: [
        (EAI_AGAIN, 0, "no name server answers"),
        (EAI_SYSTEM, EMFILE, "looking names up fails here: too many open files"),
        (EAI_MEMORY, 0, "looking names up fails here: memory allocation failure"),
        (EAI_FAIL, 0, "looking names up fails here: non-recoverable failure in name resolution"),
    ])
    func `any other failure says nothing of the name`(code: Int32, systemError: Int32, reason: String) {
        #expect(NameFinding.ofFailure(code, systemError: systemError) == .noAnswer(reason))
    }

    @Test func `what cannot be a name has no address on any system`() {
        switch NameFinding.ofTheSystem(String(repeating: "a", count: 300)) {
        case .found(let addresses): Issue.record("\(addresses)")
        case .unknown, .noAnswer: break
        }
    }

    @Test func `a look-up that hangs holds up no other, and ends for its own caller within the limit`() async throws {
        let gate = Gate()
        let resolver = HostResolver(lookUp: { host in
            if host == "silent" { gate.wait() }
            return .found([Self.address])
        })
        let silent = resolver.find("silent", within: .milliseconds(50), on: loop)
        for index in 0..<20 {
            #expect(
                try await resolver.find("well-\(index)", within: .seconds(30), on: loop).get() == .found([Self.address])
            )
        }
        #expect(try await silent.get() == .noAnswer("no name server answers"))
        gate.open()
    }

    @Test func `whoever waits at the end is told so`() async throws {
        let gate = Gate()
        let resolver = HostResolver(lookUp: { _ in
            gate.wait()
            return .unknown
        })
        let waiting = resolver.find("silent", within: .seconds(60), on: loop)
        resolver.stop()
        #expect(try await waiting.get() == .noAnswer("the gateway is shutting down"))
        let late = resolver.find("other", within: .seconds(60), on: loop)
        #expect(try await late.get() == .noAnswer("the gateway is shutting down"))
        gate.open()
    }

    /// Holds threads until it is opened.
    private final class Gate: Sendable {
        // A semaphore's address is its identity, so it lives on the heap; it is never copied and shared by design.
        private nonisolated(unsafe) let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

        init() { sem_init(semaphore, 0, 0) }

        func wait() { sem_wait(semaphore) }
        func open() { sem_post(semaphore) }
    }
}
