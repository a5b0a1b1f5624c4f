import ArgumentParser
import Config
import FoundationEssentials
import Simulator

/// `drover fit`: a simulator's pool file from a request log.
struct FitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fit", abstract: "Estimate a pool file for `drover simulate` from a request log.",
        discussion: """
            The log is the gateway's own, a JSON object per line. The file goes to standard output; what the log cannot tell \
            stands there as a default with a comment. Then: drover simulate --pool pool.yaml --trace requests.jsonl

            With several models it matters what fits into memory together. The log shows it by sizes (model_size, size_vram), \
            by models that were in memory together and by loads that drove others out. Where it does not, nothing is written until \
            --memory and --size say it.
            """)

    @Option(help: "The request log.") var log: String
    @Option(
        help:
            "Memory of every instance, or of one: 24GB, gpu-1:11434=24GB. Wins over the log; may be given several times."
    )
    var memory: [String] = []
    @Option(help: "What a model takes of it: llama3=5.2GB. Wins over the log; may be given several times.")
    var size: [String] = []

    func run() throws {
        guard let data = FileManager.default.contents(atPath: log) else {
            throw complaint("\(log) cannot be read; is it there, and readable?")
        }
        let told = try told()
        let read = FitLog(String(decoding: data, as: UTF8.self))
        for fault in read.faults { Terminal.complain("\(log):\(fault.line): \(fault.message); passed over") }
        let fit: PoolFit
        do throws(TraceFault) {
            fit = try PoolFit(read, told: told)
        } catch {
            throw complaint("\(log) \(error.message)")
        }
        try check(told, fit)
        try refuse(fit)
        Terminal.write(fit.yaml)
        if read.untimed > 0 {
            Terminal.complain(
                "\(read.untimed) answered requests have no times of an instance; they count for shares alone"
                    + (read.leftOut.isEmpty
                        ? "" : ", and models that have no others are left out: \(read.leftOut.joined(separator: ", "))")
            )
        }
    }

    private func told() throws -> PoolFit.Told {
        var told = PoolFit.Told()
        for text in memory {
            let (name, bytes) = try amount(text, of: "--memory")
            if name.isEmpty { told.memory = bytes } else { told.memories[name] = bytes }
        }
        for text in size {
            let (name, bytes) = try amount(text, of: "--size")
            guard !name.isEmpty else { throw complaint("--size \(text) names no model; write llama3=5.2GB") }
            told.sizes[name] = bytes
        }
        return told
    }

    /// `NAME=24GB` or `24GB`.
    private func amount(_ text: String, of option: String) throws -> (name: String, bytes: Double) {
        let cut = text.lastIndex(of: "=")
        let name = cut.map { String(text[..<$0]) } ?? ""
        let rest = cut.map { String(text[text.index(after: $0)...]) } ?? text
        guard let bytes = ByteSize(rest)?.bytes, bytes > 0 else {
            throw complaint("\(option) \(text): \"\(rest)\" is no size such as 24GB")
        }
        return (name, Double(bytes))
    }

    /// A name that is not in the log would be passed over without a word.
    private func check(_ told: PoolFit.Told, _ fit: PoolFit) throws {
        for name in told.memories.keys.sorted() where !fit.boxes.contains(where: { $0.name == name }) {
            let names = fit.boxes.map(\.name).joined(separator: ", ")
            throw complaint("--memory: no instance in \(log) is called \(name); there are \(names)")
        }
        for name in told.sizes.keys.sorted() where !fit.models.contains(where: { $0.name == name }) {
            let names = fit.models.map(\.name).joined(separator: ", ")
            throw complaint("--size: no model in \(log) is called \(name); there are \(names)")
        }
    }

    /// A comparison over models of which nobody knows what fits together would look like any other.
    private func refuse(_ fit: PoolFit) throws {
        let (boxes, models) = (fit.withoutMemory, fit.withoutSize)
        guard !boxes.isEmpty || !models.isEmpty else { return }
        var lines = [
            "error: \(log) has \(fit.models.count) models, but does not tell what fits into memory together, so strategies cannot be"
                + " compared:"
        ]
        if !models.isEmpty {
            lines.append(
                "  sizes of \(models.joined(separator: ", ")): not in the lines (model_size) and not in the names; add --size"
                    + " \(models[0])=5GB …")
        }
        if !boxes.isEmpty {
            lines.append(
                "  memory of \(boxes.joined(separator: ", ")): no loads drove each other out, and not all models were there together;"
                    + " add --memory 24GB, or --memory \(boxes[0])=24GB …")
        }
        lines.append("  Or take a longer log, with more loads.")
        Terminal.complain(lines.joined(separator: "\n"))
        throw ExitCode(1)
    }

    private func complaint(_ text: String) -> ExitCode {
        Terminal.complain("error: \(text)")
        return ExitCode(1)
    }
}
