import ArgumentParser

/// `drover explain CALL_ID`: why a request went where it went.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Show why a request went where it went.",
        discussion: """
            The call id stands in every answer's x-litellm-call-id header and in the request log. The gateway keeps its \
            latest decisions only (drover.decisions).
            """)

    @OptionGroup var gateway: GatewayOptions

    @Flag(help: "Print what the gateway answers, as JSON.")
    var json = false

    @Argument(help: "The request's x-litellm-call-id.") var callID: String

    func run() async throws {
        do throws(GatewayClientError) {
            let answer = try await GatewayClient(gateway).decision(callID)
            let text =
                json
                ? String(decoding: answer.json, as: UTF8.self)
                : ExplanationText(report: answer.report).lines.joined(separator: "\n")
            Terminal.write(text + "\n")
        } catch {
            Terminal.complain("error: \(error)")
            guard case .notFound = error else { throw ExitCode(2) }
            throw ExitCode(1)
        }
    }
}
