import ArgumentParser
import Config
import FoundationEssentials
import Simulator

/// `drover simulate`: strategies on one's own trace, in virtual time.
struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Run routing strategies over a trace in virtual time and compare them.",
        discussion: """
            A trace is Azure's CSV (TIMESTAMP,ContextTokens,GeneratedTokens), Mooncake's JSON lines or Drover's own \
            request log. A synthetic workload is one text: \
            poisson:rate=5,requests=6000,prompt=lognormal(800,1.0),output=lognormal(200,0.8),models=zipf(1). \
            Pools: configs/simulation/S1.yaml to S5.yaml; without one it is eight RTX 4090 with one model.

            Strategies: those of the gateway; for comparison LiteLLM's (litellm-least-busy …), random, \
            least-busy-boxes and the clairvoyant, which knows everything. With @pinned behind it one runs over the \
            pool's placement by hand.
            """)

    @Option(help: "A trace to replay.") var trace: String?
    @Option(help: "A workload made by chance.") var synthetic: String?
    @Option(help: "The pool, a YAML file.") var pool: String?
    @Option(help: "Which strategies, with commas between. (default: all)") var strategies: String?
    @Option(help: "What is offered, as a share of what the pool can do: 0.7. (default: the pool file's)")
    var load: Double?
    @Option(
        help: "How many gateways: each strategy with one, with so many that are blind, and with so many that share.")
    var gateways = 1
    @Option(help: "How many requests; a shorter trace is repeated. (default: the pool file's)") var requests: Int?
    @Option(help: "Where chance starts: the same seed gives the same bytes.") var seed: UInt64 = 1
    @Option(help: "How many seeds, one after the other; the means are shown.") var seeds = 1
    @Flag(help: "Print JSON instead of a table.") var json = false
    @Option(help: "Write a picture of it, an SVG file.") var plot: String?

    mutating func validate() throws {
        guard trace == nil || synthetic == nil else {
            throw ValidationError("--trace and --synthetic are two workloads; give one of them")
        }
        guard (1...64).contains(gateways) else { throw ValidationError("--gateways goes from 1 to 64") }
        guard (1...10_000).contains(seeds) else { throw ValidationError("--seeds goes from 1 to 10000") }
        guard load.map({ $0 > 0 && $0 < 100 }) ?? true else { throw ValidationError("--load is a share such as 0.7") }
        guard requests.map({ $0 > 0 }) ?? true else { throw ValidationError("--requests must be at least 1") }
    }

    func run() throws {
        let assembly = try readPool()
        let workload = SimulationWorkload(
            source: try source(assembly), file: assembly.file.workload, requests: requests, load: load)
        let names = try strategyNames(assembly.pool)
        let comparison = try compare(names, assembly.pool, workload)
        Terminal.write(json ? comparison.json : table(comparison))
        guard let plot else { return }
        guard FileManager.default.createFile(atPath: plot, contents: Data(comparison.plot.utf8)) else {
            throw complaint("\(plot) cannot be written")
        }
    }

    private func compare(
        _ names: [String], _ pool: SimulatedPool, _ workload: SimulationWorkload
    ) throws -> Comparison {
        let seeds = (0..<UInt64(seeds)).map { seed &+ $0 }
        let runs = names.flatMap { name in arrangements(of: name).map { (name: name, gateways: $0) } }
        var rows = runs.map { Comparison.Row(strategy: $0.name + $0.gateways.suffix, runs: [], traces: Traces()) }
        var bar = ProgressBar(steps: runs.count * seeds.count)
        for seed in seeds {
            let requests = workload.make(for: pool, seed: seed)
            for (index, run) in runs.enumerated() {
                bar.begin(rows[index].strategy, of: requests.requests.count)
                do throws(UnknownStrategy) {
                    let result = try Simulation.run(
                        run.name, on: pool, requests, gateways: run.gateways, seed: seed
                    ) { bar.show($0) }
                    rows[index].runs.append(result.figures)
                    if seed == seeds[0] { rows[index].traces = result.traces }
                } catch {
                    throw unknown(error)
                }
            }
        }
        bar.end()
        return Comparison(
            rows: rows, title: title(workload), seeds: seeds, objectiveSeconds: pool.objective / .seconds(1))
    }

    /// The rows of a strategy.
    private func arrangements(of strategy: String) -> [SimulatedGateways] {
        guard gateways > 1, Simulation.runsOnSeveral(strategy) else { return [.one] }
        return [.one, .blind(gateways), .sharing(gateways)]
    }

    private func title(_ workload: SimulationWorkload) -> String {
        var parts = [pool.map(Self.lastPart) ?? "8 x rtx-4090"]
        parts.append(trace.map(Self.lastPart) ?? synthetic ?? workload.file.synthetic ?? Self.defaultSynthetic)
        if let load = workload.effectiveLoad { parts.append("load \(load)") }
        return parts.joined(separator: ", ")
    }

    private func table(_ comparison: Comparison) -> String {
        var lines = comparison.table
        if Terminal.isColoured { lines[0] = TerminalColour.bold.paint(lines[0]) }
        let counted = comparison.rows.first?.runs.first?.requests ?? 0
        let seeds = comparison.seeds.count == 1 ? "one seed" : "means of \(comparison.seeds.count) seeds"
        return "\(comparison.title): \(counted) requests counted after the first tenth, \(seeds);"
            + " GOOD is a first token within \(comparison.objectiveSeconds) s\n\n"
            + lines.joined(separator: "\n") + "\n"
    }

    // MARK: - Reading

    private static let defaultSynthetic = "poisson:prompt=lognormal(800,1.0),output=lognormal(200,0.8)"

    private func readPool() throws -> SimulationAssembly {
        guard let pool else {
            let text =
                "boxes: [{gpu: rtx-4090, count: 8, preloaded: all}]\nmodels: [{name: m1, size: 5GB}]\n"
                + "workload: {load: 0.7, requests: 6000}\n"
            return SimulationAssembly(PoolFile.read(text, name: "built-in").file)
        }
        let (file, faults, warnings) = PoolFile.read(try text(of: pool), name: pool)
        for warning in warnings { Terminal.complain("warning: \(warning)") }
        let assembly = SimulationAssembly(file)
        let all = faults + (faults.isEmpty ? assembly.faults : [])
        for fault in all { Terminal.complain("\(fault)") }
        guard all.isEmpty else { throw ExitCode(1) }
        return assembly
    }

    private func source(_ assembly: SimulationAssembly) throws -> SimulationWorkload.Source {
        let workload = assembly.file.workload
        do throws(TraceFault) {
            if let trace {
                let thinning = Thinning(divisor: workload.divideLengths, oneSessionIn: workload.oneSessionIn)
                let text = try contents(of: trace)
                return .trace(
                    try Workload(trace: text, models: assembly.pool.models.map(\.name), thinning: thinning) {
                        Terminal.complain("\(trace):\($0.line): \($0.message); passed over")
                    })
            }
            return .synthetic(try SyntheticSpec(synthetic ?? workload.synthetic ?? Self.defaultSynthetic))
        } catch {
            let name = trace ?? "--synthetic"
            Terminal.complain(error.line > 0 ? "\(name):\(error.line): \(error.message)" : "\(name): \(error.message)")
            throw ExitCode(1)
        }
    }

    private func contents(of path: String) throws(TraceFault) -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw TraceFault(line: 0, message: "cannot be read; is it there, and readable?")
        }
        return String(decoding: data, as: UTF8.self)
    }

    private func text(of path: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw complaint("\(path) cannot be read; is it there, and readable?")
        }
        return String(decoding: data, as: UTF8.self)
    }

    private func strategyNames(_ pool: SimulatedPool) throws -> [String] {
        guard let strategies else { return Simulation.strategies(for: pool) }
        let names = strategies.split(separator: ",").map { String($0.filter { $0 != " " }) }
        for name in names {
            do throws(UnknownStrategy) { try Simulation.check(name) } catch { throw unknown(error) }
            guard !name.hasSuffix("@pinned") || !pool.pinned.isEmpty else {
                throw complaint("the pool has no placement by hand (pinned:) for \(name)")
            }
        }
        guard !names.isEmpty else { throw complaint("--strategies names none") }
        return names
    }

    private func unknown(_ error: UnknownStrategy) -> ExitCode {
        complaint("no strategy is called \(error.name); there are \(Simulation.strategies.joined(separator: ", "))")
    }

    private func complaint(_ text: String) -> ExitCode {
        Terminal.complain("error: \(text)")
        return ExitCode(1)
    }

    private static func lastPart(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}
