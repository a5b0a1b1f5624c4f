import Foundation

/// A gateway in a process of its own.
struct ProgramGateway {
    let program: Program
    let port: Int

    /// - Parameter key: the master key; nil for none.
    init(_ file: String, key: String? = nil) async throws {
        program = try Program(
            ["serve", "--config", file, "--port", "0", "--threads", "1", "--host", "127.0.0.1"],
            environment: key.map { ["LITELLM_MASTER_KEY": $0] } ?? [:])
        port = try await program.listeningPort(host: "127.0.0.1")
    }

    /// The answer to one request, over a connection of its own.
    func ask(_ request: String) async throws -> RawConnection.Message {
        let client = try await RawConnection.connect(port)
        try await client.send(request)
        let answer = try await client.message()
        await client.close()
        return answer
    }

    /// Ends it as a machine that loses its power would.
    func kill() async throws {
        program.send(SIGKILL)
        _ = try await program.exitStatus()
    }
}
