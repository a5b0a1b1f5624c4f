/// The text that `drover check` prints about a configuration, and its exit status.
public struct CheckReport: Sendable {
    /// Faults, in file order.
    public var faults: [Diagnostic]
    /// Warnings, in file order.
    public var warnings: [Diagnostic]
    /// The file as it was named.
    public var file: String
    /// The counts for the closing line.
    public var configuration: Configuration

    /// A report on a loaded file. `live` makes a fault of each variable that is unset; `moreFaults` and `moreWarnings`
    /// are those of further checks.
    public init(
        file: String, loaded: Loaded, live: Bool = false, moreFaults: [Diagnostic] = [], moreWarnings: [Diagnostic] = []
    ) {
        let unset = live ? loaded.unsetVariables : []
        self.file = file
        self.configuration = loaded.configuration
        self.faults = loaded.faults + unset + moreFaults
        self.warnings = loaded.warnings.filter { !unset.contains($0) } + moreWarnings
    }

    /// 0 without faults, 1 with.
    public var exitStatus: Int32 { faults.isEmpty ? 0 : 1 }

    /// The most lines of a kind: more are counted.
    public static let mostLines = 200

    /// A line per fault, a line per warning, where there is no fault one for each pattern, and a closing line. `colors` are for a terminal.
    public func render(colors: Bool = false) -> String {
        var lines = Self.lines(of: faults, "fault").map { paint($0, "31", colors) }
        lines += Self.lines(of: warnings, "warning", label: "warning").map { paint($0, "33", colors) }
        if faults.isEmpty { lines += PatternNotes(configuration: configuration).lines }
        lines.append(closing)
        return lines.joined(separator: "\n") + "\n"
    }

    /// The first of them as lines, and how many more there are.
    public static func lines(of diagnostics: [Diagnostic], _ noun: String, label: String? = nil) -> [String] {
        let more = diagnostics.count - mostLines
        return diagnostics.prefix(mostLines).map { $0.rendered(as: label) }
            + (more > 0 ? ["and \(count(more, noun)) more"] : [])
    }

    private var closing: String {
        let counts = "\(Self.count(faults.count, "fault")), \(Self.count(warnings.count, "warning"))"
        guard faults.isEmpty else { return "\(file): \(counts)" }
        let names = Set((configuration.models + configuration.wildcardModels).map(\.name))
        let models = Self.count(names.count, "model")
        let deployments = Self.count(configuration.entries.count, "deployment")
        let instances = Self.count(configuration.instances.count, "instance")
        // Which they are decides what may reach them, and cannot be seen in a name.
        let clouds = configuration.instances.filter { !$0.isLocal }.map(\.name)
        let outside = clouds.isEmpty ? "" : ", of which outside: \(clouds.joined(separator: ", "))"
        return "\(file): \(counts); \(models), \(deployments) on \(instances)\(outside)"
    }

    private static func count(_ number: Int, _ noun: String) -> String {
        "\(number == 0 ? "no" : String(number)) \(noun)\(number == 1 ? "" : "s")"
    }

    private func paint(_ line: String, _ color: String, _ colors: Bool) -> String {
        colors ? "\u{1B}[\(color)m\(line)\u{1B}[0m" : line
    }
}
