import ArgumentParser
import Dialects
import Locking

/// `drover pull MODEL`: a model onto the boxes that should have it.
struct PullCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull", abstract: "Pull a model onto the boxes that should have it.",
        discussion: """
            These are the boxes of --on; else those that drover.placement names for the model; else those whose deployments \
            serve it; else every Ollama box. The model is a name that clients ask for, or a tag. Interrupted, the pulls stop; \
            what has come is kept for the next time.

            Exits with 0 when all of them have it, with equal digests; 1 when not; 2 when no gateway answers.
            """)

    @Argument(help: "The model, such as llama3.1:8b.") var model: String
    @Option(parsing: .upToNextOption, help: "Boxes, as `drover status` shows them.") var on: [String] = []
    @Flag(help: "Let boxes pull over HTTP without TLS, or with a certificate that nobody vouches for.")
    var insecure = false
    @OptionGroup var gateway: GatewayOptions

    func run() async throws {
        var fields: [(name: String, value: JSONText)] = [("model", .string(model)), ("progress", .string("boxes"))]
        if !on.isEmpty { fields.append(("boxes", .array(on.map { .string($0) }))) }
        if insecure { fields.append(("insecure", .bool(true))) }
        let screen = Locked(PullScreen(redraws: Terminal.isTerminal))
        do throws(GatewayClientError) {
            try await GatewayClient(gateway).follow("/api/pull", .object(fields)) { line in
                let text = screen.withLock { $0.take(line, columns: Terminal.size.columns) }
                Terminal.write(text)
            }
        } catch {
            Terminal.complain("error: \(error)")
            if case .noAnswer = error { throw ExitCode(2) }
            throw ExitCode(1)
        }
        switch screen.withLock({ $0.end }) {
        case .succeeded: return
        case .failed(let message):
            Terminal.complain("error: \(message.forTerminal)")
            throw ExitCode(1)
        case nil:
            Terminal.complain("error: the gateway's answer ended before the pull did")
            throw ExitCode(1)
        }
    }
}
