import ArgumentParser
import Dialects

/// `drover models`: which box has which model.
struct ModelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models", abstract: "Show which box has, has loaded or lacks which model.",
        discussion: """
            A row per model, a column per box: `loaded`, `has it`, `lacks it` where it should have it by drover.placement or \
            model_list, `other digest` where its content is not that of most boxes, `-` where it need not have it, `?` where \
            the box has not said yet.

            Exits with 0 when every box has what it should, with equal digests; 1 when not; 2 when no gateway answers.
            """)

    @OptionGroup var gateway: GatewayOptions

    @Flag(help: "Print what the gateway answers, as JSON.")
    var json = false

    func run() async throws {
        var isWhole = true
        try await AdminShell(gateway).run { shell throws(GatewayClientError) in
            let answer = try await shell.get("/pool/models", [])
            let view = ModelsView(answer)
            isWhole = view.isWhole
            if json { shell.print(answer) } else { Terminal.write(view.text(coloured: Terminal.isColoured)) }
        }
        if !isWhole { throw ExitCode(1) }
    }
}

/// The answer of `GET /pool/models` as a table.
struct ModelsView {
    private let boxes: [(name: String, state: String)]
    private let models: [(name: String, digest: String, cells: [JSONText])]

    init(_ answer: JSONText) {
        boxes = answer.list("boxes").map { ($0.text("instance"), $0.text("state")) }
        models = answer.list("models").map { ($0.text("model"), $0.text("digest"), $0.list("boxes")) }
    }

    /// Every box has what it should have, and the same content.
    var isWhole: Bool {
        models.allSatisfy { model in
            model.cells.allSatisfy { !$0.isTrue("differs") && ($0.isTrue("has") || !$0.isTrue("expected")) }
        }
    }

    func text(coloured: Bool) -> String {
        guard !models.isEmpty else { return "no box has a model\n" }
        let titles = boxes.map { $0.state == "down" ? "\($0.name) (down)" : $0.name }
        var table = TextTable(["MODEL", "DIGEST"] + titles.map(\.forTerminal))
        for model in models {
            let cells = boxes.map { box in
                model.cells.first { $0.text("instance") == box.name }.map(Self.word) ?? "-"
            }
            table.add([model.name, model.digest.isEmpty ? "-" : String(model.digest.prefix(12))] + cells)
        }
        return table.text(coloured: coloured)
    }

    private static func word(_ cell: JSONText) -> String {
        if case .null? = cell.member("has")?.content { return cell.isTrue("expected") ? "?" : "-" }
        guard cell.isTrue("has") else { return cell.isTrue("expected") ? "lacks it" : "-" }
        let has = cell.isTrue("loaded") ? "loaded" : "has it"
        guard cell.isTrue("differs") else { return has }
        let other = "other digest \(cell.text("digest").prefix(12))"
        return cell.isTrue("loaded") ? "\(other), loaded" : other
    }
}
